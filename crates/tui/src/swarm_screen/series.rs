//! The samples of a run as series of numbers, one for each column of a chart.

use std::time::Duration;

use swarm::SwarmSample;

/// Returns a value for each of at most `columns` columns.
///
/// It is what `value` makes of the samples at the beginning and the end of the column's time. The columns divide the
/// time from the beginning to the last sample. There are no more columns than samples, so the chart of a run grows to
/// the right, and is compressed once it is full.
pub(super) fn columns(
    samples: &[SwarmSample],
    columns: usize,
    value: impl Fn(&SwarmSample, &SwarmSample) -> f64,
) -> Vec<f64> {
    let Some(last) = samples.last() else { return Vec::new() };
    let count = columns.min(samples.len().saturating_sub(1));
    let at = |column: usize| -> Duration {
        let share = u32::try_from(column).unwrap_or(u32::MAX);
        last.at * share / u32::try_from(count.max(1)).unwrap_or(u32::MAX)
    };
    let sample_at = |time: Duration| {
        let next = samples.partition_point(|sample| sample.at < time);
        &samples[next.min(samples.len() - 1)]
    };
    (0..count).map(|column| value(sample_at(at(column)), sample_at(at(column + 1)))).collect()
}

/// Returns a number of events as a rate per second between two samples.
pub(super) fn per_second(from: &SwarmSample, to: &SwarmSample, events: impl Fn(&SwarmSample) -> usize) -> f64 {
    quotient(number(events(to).saturating_sub(events(from))), to.at.saturating_sub(from.at).as_secs_f64())
}

/// Returns the 412s per acknowledged edit between two samples.
pub(super) fn failed_per_edit(from: &SwarmSample, to: &SwarmSample) -> f64 {
    let failed = to.precondition_failed.saturating_sub(from.precondition_failed);
    quotient(number(failed), number(to.acknowledged.saturating_sub(from.acknowledged)).max(1.0))
}

fn quotient(number: f64, divisor: f64) -> f64 {
    if divisor > 0.0 { number / divisor } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "a bar of a chart has a few levels")]
pub(super) const fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<SwarmSample> {
        let sample = |seconds, acknowledged, failed| SwarmSample {
            at: Duration::from_secs(seconds),
            acknowledged,
            precondition_failed: failed,
            ..SwarmSample::default()
        };
        vec![sample(0, 0, 0), sample(1, 10, 0), sample(2, 20, 40), sample(4, 60, 40)]
    }

    #[test]
    fn columns_divide_the_time() {
        let rate = |from: &SwarmSample, to: &SwarmSample| per_second(from, to, |sample| sample.acknowledged);
        assert_eq!(columns(&samples(), 2, rate), [10.0, 20.0]);
        assert_eq!(columns(&samples(), 2, failed_per_edit), [2.0, 0.0]);
        assert_eq!(columns(&samples(), 100, rate).len(), 3, "no more than there are samples");
        assert_eq!(columns(&samples()[..1], 100, rate), [0.0; 0]);
    }
}
