//! The result of a run of simulated writers.
//!
//! It has only whole numbers, so that a transcript has the same bytes on every machine.

use std::fmt;

use serde::{Deserialize, Serialize};
use swarm::{LONGEST_TRIP, SERVICE_TIME, SHORTEST_TRIP};

use crate::script::{SwarmMeasure, SwarmTask, edits_in_words, writers_in_words};

/// Returns the sentence that says which part of a run is real.
#[must_use]
pub fn swarm_note() -> String {
    format!(
        "Real requests to this lesson's server, one after the other. Simulated: the time of each message ({} to {} ms), \
         the server's time for each request ({} ms), and the writers' pauses.",
        SHORTEST_TRIP.as_millis(),
        LONGEST_TRIP.as_millis(),
        SERVICE_TIME.as_millis(),
    )
}

/// The result of a run of simulated writers.
///
/// All counts are those of real requests to the lesson's server. Times are those of the simulated network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwarmResult {
    /// The run.
    #[serde(flatten)]
    pub task: SwarmTask,
    /// The number of edits that the server has acknowledged.
    pub acknowledged: usize,
    /// The number of acknowledged edits that are not in the document at the end.
    pub lost: usize,
    /// The number of edits that were given up or never acknowledged.
    pub unacknowledged: usize,
    /// The number of 412 responses.
    #[serde(rename = "status412")]
    pub precondition_failed: usize,
    /// The number of 428 responses.
    #[serde(rename = "status428")]
    pub precondition_required: usize,
    /// The number of requests, reads included.
    pub requests: usize,
    /// The simulated duration of the run, in milliseconds.
    pub duration_ms: u64,
    /// The median time from typing to acknowledged, in simulated milliseconds.
    pub median_ms: u64,
    /// The longest such time, in simulated milliseconds.
    pub slowest_ms: u64,
}

impl SwarmResult {
    /// Returns a quantity of the run in tenths, rounded to the nearest; `None` if it has no value.
    #[must_use]
    pub fn tenths(&self, measure: SwarmMeasure) -> Option<u64> {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX / 10_000);
        let quotient = |of: u64, by: u64| (by > 0).then(|| (20 * of + by) / (2 * by));
        let acknowledged = count(self.acknowledged);
        match measure {
            SwarmMeasure::Requests => Some(10 * count(self.requests)),
            SwarmMeasure::RequestsPerEdit => quotient(count(self.requests), acknowledged),
            SwarmMeasure::RefusedPercent => {
                let refused = count(self.precondition_failed);
                quotient(100 * refused, refused + acknowledged)
            }
            SwarmMeasure::EditsPerSecond => quotient(1000 * acknowledged, self.duration_ms),
            SwarmMeasure::Lost => Some(10 * count(self.lost)),
            SwarmMeasure::Median => Some(10 * self.median_ms),
            SwarmMeasure::Slowest => Some(10 * self.slowest_ms),
            SwarmMeasure::SlowestPerMedian => quotient(self.slowest_ms, self.median_ms),
        }
    }

    /// Returns a quantity of the run in words, such as `38.8` or `3.6 s`; `-` if it has no value.
    ///
    /// A percentage is rounded down, so that it does not seem to reach a limit that it misses.
    #[must_use]
    pub fn figure(&self, measure: SwarmMeasure) -> String {
        match (measure, self.tenths(measure)) {
            (_, None) => "-".to_owned(),
            (SwarmMeasure::Requests | SwarmMeasure::Lost, Some(tenths)) => (tenths / 10).to_string(),
            (SwarmMeasure::RefusedPercent, Some(tenths)) => format!("{} %", tenths / 10),
            (
                SwarmMeasure::RequestsPerEdit | SwarmMeasure::EditsPerSecond | SwarmMeasure::SlowestPerMedian,
                Some(tenths),
            ) => with_tenth(tenths),
            (SwarmMeasure::Median | SwarmMeasure::Slowest, Some(tenths)) => match tenths / 10 {
                ms @ 0..1000 => format!("{ms} ms"),
                ms => format!("{} s", with_tenth((ms + 50) / 100)),
            },
        }
    }
}

/// Returns a number of tenths with a digit after the point.
pub(crate) fn with_tenth(tenths: u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

impl fmt::Display for SwarmResult {
    /// Writes the run in one line that can be read aloud.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lost = if self.lost == 0 { "none lost".to_owned() } else { format!("{} of them lost", self.lost) };
        write!(f, "{}: ", writers_in_words(self.task.writers))?;
        if self.acknowledged == 0 {
            return write!(f, "no edit acknowledged; {} requests, {} × 428", self.requests, self.precondition_required);
        }
        write!(
            f,
            "{} acknowledged, {lost}; {} requests, {} for each edit; {} × 412; {} edits a second; from typing to \
             acknowledged {} in the median, {} at most",
            edits_in_words(self.acknowledged),
            self.requests,
            self.figure(SwarmMeasure::RequestsPerEdit),
            self.precondition_failed,
            self.figure(SwarmMeasure::EditsPerSecond),
            self.figure(SwarmMeasure::Median),
            self.figure(SwarmMeasure::Slowest),
        )
    }
}

#[cfg(test)]
mod tests {
    use swarm::{RetryBackoff, SaveStrategy};

    use super::*;

    fn result() -> SwarmResult {
        let task = SwarmTask {
            document: "list".parse().unwrap(),
            writers: 4,
            edits: 1,
            strategy: SaveStrategy::Retry,
            backoff: RetryBackoff::None,
            think: 0,
            seed: 1,
        };
        SwarmResult {
            task,
            acknowledged: 4,
            lost: 1,
            unacknowledged: 0,
            precondition_failed: 6,
            precondition_required: 0,
            requests: 15,
            duration_ms: 3000,
            median_ms: 949,
            slowest_ms: 2960,
        }
    }

    #[test]
    fn quantities_are_rounded_to_the_nearest_tenth() {
        let result = result();
        let figures = SwarmMeasure::ALL.map(|(measure, ..)| result.figure(measure));
        assert_eq!(figures, ["15", "3.8", "60 %", "1.3", "1", "949 ms", "3.0 s", "3.1"]);
        assert_eq!(result.tenths(SwarmMeasure::Slowest), Some(29600));
        let none = SwarmResult { acknowledged: 0, precondition_failed: 0, duration_ms: 0, ..result };
        assert_eq!(none.figure(SwarmMeasure::RequestsPerEdit), "-");
        assert_eq!(none.tenths(SwarmMeasure::RefusedPercent), None);
        assert_eq!(none.tenths(SwarmMeasure::EditsPerSecond), None);
    }

    #[test]
    fn line_says_what_was_lost() {
        let line = result().to_string();
        assert!(line.starts_with("4 writers: 4 edits acknowledged, 1 of them lost; 15 requests, 3.8 for"), "{line}");
        let refused = SwarmResult { acknowledged: 0, precondition_required: 4, ..result() };
        assert!(refused.to_string().ends_with("no edit acknowledged; 15 requests, 4 × 428"), "{refused}");
    }
}
