//! The counts of a run, and its samples for a chart.
//!
//! Requests, refusals, acknowledged and lost edits are counted, and the time from typing to acknowledged is measured.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::EntityTag;
use serde::{Deserialize, Serialize};

use crate::edit_mark::EditMark;
use crate::plan::SwarmPlan;
use crate::strategy::{RetryBackoff, SaveStrategy};
use crate::writer::WriterNews;

/// How many of the last latencies the percentiles of a sample are about.
const RECENT_LATENCIES: usize = 1000;

/// The most samples that are kept. With more, every second one is dropped.
const MAX_SAMPLES: usize = 512;

/// The state of a run at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SwarmSample {
    /// The time since the run began.
    pub at: Duration,
    /// Acknowledged edits so far.
    pub acknowledged: usize,
    /// 412s so far.
    pub precondition_failed: usize,
    /// 428s so far.
    pub precondition_required: usize,
    /// Acknowledged edits that the document no longer had when it was last read.
    pub lost: usize,
    /// The median of the last latencies.
    pub p50: Duration,
    /// The 99th percentile of the last latencies.
    pub p99: Duration,
}

/// A run that is under way: its plan and its samples, the last of which is the present state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SwarmProgress {
    /// The plan.
    pub plan: SwarmPlan,
    /// The samples, in the order of their times.
    pub samples: Vec<SwarmSample>,
    /// How many writers are not done yet.
    pub writing: usize,
    /// Whether the run is over.
    pub is_over: bool,
}

impl SwarmProgress {
    /// Returns the last sample: the present state.
    #[must_use]
    pub fn latest(&self) -> SwarmSample {
        self.samples.last().copied().unwrap_or_default()
    }
}

/// The totals of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SwarmTotals {
    /// How the writers got an edit saved.
    pub strategy: SaveStrategy,
    /// How long they waited after a refusal.
    pub backoff: RetryBackoff,
    /// The number of writers.
    pub writers: usize,
    /// The number of edits of each.
    pub edits: usize,
    /// The number of edits that the server has acknowledged.
    pub acknowledged: usize,
    /// The number of acknowledged edits that are in the document at the end.
    pub in_document: usize,
    /// The number of acknowledged edits that are not in the document at the end.
    pub lost: usize,
    /// The number of edits that were typed and never acknowledged.
    pub unacknowledged: usize,
    /// The number of 412 responses.
    #[serde(rename = "status412")]
    pub precondition_failed: usize,
    /// The number of 428 responses.
    #[serde(rename = "status428")]
    pub precondition_required: usize,
    /// The number of 429 responses, after which a writer waited and sent the same request again.
    #[serde(rename = "status429")]
    pub too_many_requests: usize,
    /// The number of requests of the writers.
    pub requests: usize,
    /// Requests per acknowledged edit; `None` if none was acknowledged.
    pub requests_per_acknowledged: Option<f64>,
    /// The duration in seconds.
    pub seconds: f64,
    /// Acknowledged edits per second.
    pub acknowledged_per_second: f64,
    /// The median time from typing to acknowledged, in milliseconds.
    pub p50_ms: f64,
    /// The 99th percentile of that time, in milliseconds.
    pub p99_ms: f64,
    /// Whether the run was stopped before all edits were made.
    pub stopped: bool,
}

/// Counts what happens in a run.
#[derive(Debug, Clone)]
pub struct SwarmTally {
    plan: SwarmPlan,
    /// When each edit that has no acknowledgement yet was typed.
    typed: BTreeMap<EditMark, Duration>,
    /// The version that acknowledged each edit.
    acknowledged: BTreeMap<EditMark, EntityTag>,
    latencies: Vec<Duration>,
    lost: usize,
    precondition_failed: usize,
    precondition_required: usize,
    too_many_requests: usize,
    unacknowledged: usize,
    requests: usize,
    samples: Vec<SwarmSample>,
    writing: usize,
}

impl SwarmTally {
    /// Returns the counts of a run that begins.
    #[must_use]
    pub fn new(plan: &SwarmPlan) -> Self {
        Self {
            plan: plan.clone(),
            typed: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
            latencies: Vec::new(),
            lost: 0,
            precondition_failed: 0,
            precondition_required: 0,
            too_many_requests: 0,
            unacknowledged: 0,
            requests: 0,
            samples: vec![SwarmSample::default()],
            writing: plan.writers,
        }
    }

    /// Counts a request of a writer.
    pub const fn on_request(&mut self) {
        self.requests += 1;
    }

    /// Counts news of a writer. `now` is the time since the run began.
    pub fn on_news(&mut self, now: Duration, news: &WriterNews) {
        match news {
            WriterNews::Typed(mark) => {
                self.typed.insert(*mark, now);
            }
            WriterNews::Refused(412) => self.precondition_failed += 1,
            WriterNews::Refused(_) => self.precondition_required += 1,
            WriterNews::SlowedDown(_) => self.too_many_requests += 1,
            WriterNews::Acknowledged { mark, etag } => {
                let typed = self.typed.remove(mark).unwrap_or(now);
                self.latencies.push(now.saturating_sub(typed));
                self.acknowledged.insert(*mark, etag.clone());
            }
            WriterNews::GivenUp(mark) => {
                self.typed.remove(mark);
                self.unacknowledged += 1;
            }
            WriterNews::Finished(_) => self.writing = self.writing.saturating_sub(1),
        }
    }

    /// Returns the edits that are acknowledged now.
    #[must_use]
    pub fn acknowledged(&self) -> Vec<EditMark> {
        self.acknowledged.keys().copied().collect()
    }

    /// Returns the number of edits that are acknowledged now.
    #[must_use]
    pub fn acknowledged_count(&self) -> usize {
        self.acknowledged.len()
    }

    /// Counts the edits of `expected` that a document does not have.
    ///
    /// `expected` are the edits that were acknowledged before the document was requested, so each one that is missing
    /// was overwritten.
    pub fn on_audit(&mut self, expected: &[EditMark], found: &BTreeSet<EditMark>) {
        self.lost = expected.iter().filter(|mark| !found.contains(mark)).count();
    }

    /// Takes a sample. `now` is the time since the run began.
    pub fn sample(&mut self, now: Duration) {
        let recent = self.latencies.len().saturating_sub(RECENT_LATENCIES);
        let [p50, p99] = percentiles(&self.latencies[recent..], [50, 99]);
        if self.samples.len() >= MAX_SAMPLES {
            let mut index = 0;
            self.samples.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
        self.samples.push(SwarmSample {
            at: now,
            acknowledged: self.acknowledged.len(),
            precondition_failed: self.precondition_failed,
            precondition_required: self.precondition_required,
            lost: self.lost,
            p50,
            p99,
        });
    }

    /// Returns the state of the run for a chart.
    #[must_use]
    pub fn progress(&self, is_over: bool) -> SwarmProgress {
        SwarmProgress { plan: self.plan.clone(), samples: self.samples.clone(), writing: self.writing, is_over }
    }

    /// Returns a percentile of the times from typing to acknowledged, by the nearest rank; 0 of none.
    ///
    /// 50 is the median, and 100 the longest time.
    #[must_use]
    pub fn latency(&self, percent: usize) -> Duration {
        percentiles(&self.latencies, [percent])[0]
    }

    /// Returns the acknowledged edits that a document does not have.
    ///
    /// Each comes with the version that acknowledged it.
    #[must_use]
    pub fn lost_in(&self, found: &BTreeSet<EditMark>) -> Vec<(EditMark, EntityTag)> {
        let lost = self.acknowledged.iter().filter(|(mark, _)| !found.contains(mark));
        lost.map(|(mark, etag)| (*mark, etag.clone())).collect()
    }

    /// Returns the totals of a run that took `duration`, whose document has the edits `found` at the end.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no run has so many edits that a rounded quotient matters")]
    pub fn totals(&self, duration: Duration, found: &BTreeSet<EditMark>, stopped: bool) -> SwarmTotals {
        let acknowledged = self.acknowledged.len();
        let in_document = self.acknowledged.keys().filter(|mark| found.contains(mark)).count();
        let seconds = duration.as_secs_f64();
        let [p50, p99] = percentiles(&self.latencies, [50, 99]);
        SwarmTotals {
            strategy: self.plan.strategy,
            backoff: self.plan.backoff,
            writers: self.plan.writers,
            edits: self.plan.edits,
            acknowledged,
            in_document,
            lost: acknowledged - in_document,
            unacknowledged: self.unacknowledged + self.typed.len(),
            precondition_failed: self.precondition_failed,
            precondition_required: self.precondition_required,
            too_many_requests: self.too_many_requests,
            requests: self.requests,
            requests_per_acknowledged: (acknowledged > 0).then(|| rounded(self.requests as f64 / acknowledged as f64)),
            seconds: rounded(seconds),
            acknowledged_per_second: if seconds > 0.0 { rounded(acknowledged as f64 / seconds) } else { 0.0 },
            p50_ms: milliseconds(p50),
            p99_ms: milliseconds(p99),
            stopped,
        }
    }
}

/// Returns percentiles of durations, by the nearest rank; 0 of none.
fn percentiles<const COUNT: usize>(durations: &[Duration], percents: [usize; COUNT]) -> [Duration; COUNT] {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    percents.map(|percent| {
        let rank = (sorted.len() * percent).div_ceil(100);
        rank.checked_sub(1).and_then(|index| sorted.get(index)).copied().unwrap_or_default()
    })
}

fn milliseconds(duration: Duration) -> f64 {
    rounded(duration.as_secs_f64() * 1000.0)
}

/// Returns a number with two digits after the point.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let ms = Duration::from_millis;
        let to_100: Vec<_> = (1..=100).rev().map(ms).collect();
        assert_eq!(percentiles(&to_100, [50, 99, 100]), [ms(50), ms(99), ms(100)]);
        assert_eq!(percentiles(&[ms(7)], [50, 99]), [ms(7), ms(7)]);
        assert_eq!(percentiles(&[], [50]), [Duration::ZERO]);
    }
}
