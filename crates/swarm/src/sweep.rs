//! A sweep: runs with more and more writers, as curves, a table and CSV.

use std::fmt::Write as _;

use crate::strategy::{RetryBackoff, SaveStrategy};
use crate::tally::SwarmTotals;

/// The runs with one strategy and one backoff, by their number of writers.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepCurve {
    /// How the writers got an edit saved.
    pub strategy: SaveStrategy,
    /// How long they waited after a refusal.
    pub backoff: RetryBackoff,
    /// The runs, in the order in which they were made.
    pub runs: Vec<SwarmTotals>,
}

/// A quantity that a sweep shows against the number of writers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepMeasure {
    /// Acknowledged edits per second.
    Throughput,
    /// Requests per acknowledged edit.
    Attempts,
    /// Acknowledged edits that are not in the document, as a percentage.
    Lost,
}

impl SweepMeasure {
    /// All measures, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Throughput, Self::Attempts, Self::Lost];

    /// Returns the words for the measure.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Throughput => "acknowledged edits per second",
            Self::Attempts => "requests per acknowledged edit",
            Self::Lost => "lost edits, percent of the acknowledged",
        }
    }

    /// Returns the value of a run; `None` if nothing was acknowledged.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no run has so many edits that a rounded percentage matters")]
    pub fn of(self, run: &SwarmTotals) -> Option<f64> {
        (run.acknowledged > 0).then_some(match self {
            Self::Throughput => run.acknowledged_per_second,
            Self::Attempts => run.requests_per_acknowledged.unwrap_or_default(),
            Self::Lost => run.lost as f64 * 100.0 / run.acknowledged as f64,
        })
    }
}

impl SweepCurve {
    /// Returns the words for the curve.
    #[must_use]
    pub fn title(&self) -> String {
        match self.backoff {
            RetryBackoff::None => self.strategy.to_string(),
            RetryBackoff::FullJitter => format!("{}, {}", self.strategy, self.backoff),
        }
    }
}

/// Returns the runs of a sweep as curves. Curves and runs keep the order of the runs.
#[must_use]
pub fn sweep_curves(runs: &[SwarmTotals]) -> Vec<SweepCurve> {
    let mut curves: Vec<SweepCurve> = Vec::new();
    for run in runs {
        let of_run = |curve: &&mut SweepCurve| (curve.strategy, curve.backoff) == (run.strategy, run.backoff);
        match curves.iter_mut().find(of_run) {
            Some(curve) => curve.runs.push(run.clone()),
            None => {
                curves.push(SweepCurve { strategy: run.strategy, backoff: run.backoff, runs: vec![run.clone()] });
            }
        }
    }
    curves
}

/// Returns the numbers of writers in a sweep, in ascending order.
#[must_use]
pub fn sweep_writers(curves: &[SweepCurve]) -> Vec<usize> {
    let mut writers: Vec<usize> = curves.iter().flat_map(|curve| &curve.runs).map(|run| run.writers).collect();
    writers.sort_unstable();
    writers.dedup();
    writers
}

/// Returns the runs of a sweep as CSV (RFC 4180), with a line of names first.
#[must_use]
pub fn sweep_csv(runs: &[SwarmTotals]) -> String {
    let mut csv = "strategy,backoff,writers,edits,acknowledged,in_document,lost,unacknowledged,status_412,status_428,\
                   requests,requests_per_acknowledged,seconds,acknowledged_per_second,p50_ms,p99_ms\r\n"
        .to_owned();
    for run in runs {
        let per_edit = run.requests_per_acknowledged.map_or_else(String::new, |number| number.to_string());
        // Writing into a string cannot fail.
        let _ = write!(
            csv,
            "{},{},{},{},{},{},{},{},{},{},{},{per_edit},{},{},{},{}\r\n",
            run.strategy,
            run.backoff,
            run.writers,
            run.edits,
            run.acknowledged,
            run.in_document,
            run.lost,
            run.unacknowledged,
            run.precondition_failed,
            run.precondition_required,
            run.requests,
            run.seconds,
            run.acknowledged_per_second,
            run.p50_ms,
            run.p99_ms,
        );
    }
    csv
}

/// Returns the measures of a sweep as a text.
///
/// There is a row for each curve and a column for each number of writers. Each row ends with its course as bars; `bars`
/// are their levels, the lowest first.
#[must_use]
pub fn sweep_table(runs: &[SwarmTotals], bars: &[&str]) -> String {
    let curves = sweep_curves(runs);
    let writers = sweep_writers(&curves);
    let width = curves.iter().map(|curve| curve.title().len()).chain(["writers".len()]).max().unwrap_or_default();
    let mut table = String::new();
    for measure in SweepMeasure::ALL {
        let mut row = |title: &str, cells: &[String], course: &str| {
            let mut line = format!("{title:width$}");
            for cell in cells {
                // Writing into a string cannot fail.
                let _ = write!(line, "{cell:>8}");
            }
            let _ = write!(line, "  {course}");
            let _ = writeln!(table, "{}", line.trim_end());
        };
        row(measure.title(), &[], "");
        row("writers", &writers.iter().map(usize::to_string).collect::<Vec<_>>(), "");
        for curve in &curves {
            let value = |writers: &usize| {
                let run = curve.runs.iter().find(|run| run.writers == *writers);
                run.and_then(|run| measure.of(run))
            };
            let values: Vec<Option<f64>> = writers.iter().map(value).collect();
            let cells = values.iter().map(|value| value.map_or_else(|| "-".to_owned(), in_digits));
            row(&curve.title(), &cells.collect::<Vec<_>>(), &course(&values, bars));
        }
        table.push('\n');
    }
    table.pop();
    table
}

/// Returns a number with a digit after the point if it is small.
pub(crate) fn in_digits(number: f64) -> String {
    if number < 10.0 && number > 0.0 { format!("{number:.1}") } else { format!("{number:.0}") }
}

/// Returns values as bars, the longest for the largest value.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "there are a few levels"
)]
fn course(values: &[Option<f64>], bars: &[&str]) -> String {
    let most = values.iter().flatten().copied().fold(0.0_f64, f64::max);
    let top = bars.len().saturating_sub(1);
    let bar = |value: &Option<f64>| match value {
        Some(value) if most > 0.0 => bars.get((value / most * top as f64).round() as usize).copied().unwrap_or(" "),
        Some(_) | None => " ",
    };
    values.iter().map(bar).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn run(backoff: RetryBackoff, writers: usize, acknowledged: usize) -> SwarmTotals {
        SwarmTotals {
            strategy: SaveStrategy::Merge,
            backoff,
            writers,
            edits: 5,
            acknowledged,
            in_document: acknowledged,
            lost: 0,
            unacknowledged: 0,
            precondition_failed: 0,
            precondition_required: 0,
            too_many_requests: 0,
            requests: 4 * acknowledged,
            requests_per_acknowledged: (acknowledged > 0).then_some(4.0),
            seconds: 2.0,
            acknowledged_per_second: 100.0 / [1.0, 2.0][usize::from(writers > 1)],
            p50_ms: 1.5,
            p99_ms: 9.0,
            stopped: false,
        }
    }

    #[test]
    fn runs_become_a_curve_for_each_way_to_save() {
        let runs = [run(RetryBackoff::None, 1, 5), run(RetryBackoff::FullJitter, 1, 5), run(RetryBackoff::None, 4, 20)];
        let curves = sweep_curves(&runs);
        let titles: Vec<_> = curves.iter().map(SweepCurve::title).collect();
        assert_eq!(titles, ["merge", "merge, full-jitter"]);
        assert_eq!((curves[0].runs.len(), sweep_writers(&curves)), (2, vec![1, 4]));
    }

    #[test]
    fn csv_has_a_line_for_each_run() {
        let csv = sweep_csv(&[run(RetryBackoff::FullJitter, 4, 20), run(RetryBackoff::None, 4, 0)]);
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines.len(), 4, "{csv}");
        assert_eq!(lines[1], "merge,full-jitter,4,5,20,20,0,0,0,0,80,4,2,50,1.5,9");
        assert!(lines.iter().take(3).all(|line| line.matches(',').count() == 15), "{csv}");
    }

    #[test]
    fn table_has_a_column_for_each_number_of_writers() {
        let table = sweep_table(&[run(RetryBackoff::None, 1, 5), run(RetryBackoff::None, 4, 20)], &["_", "#"]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[0], "acknowledged edits per second");
        assert_eq!(lines[1], "writers       1       4");
        assert_eq!(lines[2], "merge       100      50  ##");
        assert_eq!(lines.len(), 3 * 3 + 2, "{table}");
    }
}
