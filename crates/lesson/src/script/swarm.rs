//! Simulated writers in a lesson: the runs of a step, and the claims about them.

use contract::{Author, DocumentId, Exchange};
use serde::{Deserialize, Serialize};
use swarm::{RetryBackoff, SaveStrategy};

/// The beginning of the names of simulated writers: `writer-001`, `writer-002` and so on.
pub(crate) const WRITER_PREFIX: &str = "writer";

/// One run of simulated writers, who write to a document of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwarmTask {
    /// The document that all of them edit. It is empty at the beginning of each run.
    pub document: DocumentId,
    /// The number of writers.
    pub writers: usize,
    /// The number of edits that each of them makes.
    pub edits: usize,
    /// How they get an edit saved.
    pub strategy: SaveStrategy,
    /// How long they wait after a refusal.
    pub backoff: RetryBackoff,
    /// The longest time that they think before an edit, in milliseconds; 0 for none.
    pub think: u64,
    /// The seed of all random numbers.
    pub seed: u64,
}

impl SwarmTask {
    /// Returns the words for what the writers do, such as 'retry, no backoff'.
    #[must_use]
    pub fn manner(&self) -> String {
        manner(self.strategy, self.backoff)
    }
}

/// Returns the words for a strategy with a backoff, such as 'retry, no backoff'.
#[must_use]
pub fn manner(strategy: SaveStrategy, backoff: RetryBackoff) -> String {
    match backoff {
        RetryBackoff::None => format!("{strategy}, no backoff"),
        RetryBackoff::FullJitter => format!("{strategy}, full jitter"),
    }
}

/// Returns a number of writers in words, such as '1 writer' or '64 writers'.
#[must_use]
pub fn writers_in_words(writers: usize) -> String {
    if writers == 1 { "1 writer".to_owned() } else { format!("{writers} writers") }
}

/// Returns a number of edits in words, such as '1 edit' or '64 edits'.
#[must_use]
pub fn edits_in_words(edits: usize) -> String {
    if edits == 1 { "1 edit".to_owned() } else { format!("{edits} edits") }
}

/// Returns whether an author is a simulated writer.
pub(crate) fn is_writer(name: &Author) -> bool {
    name.as_str().strip_prefix(WRITER_PREFIX).is_some_and(|rest| rest.starts_with('-'))
}

/// Returns whether a simulated writer has sent a request.
///
/// The wire of the stage leaves such exchanges out: a run has thousands.
#[must_use]
pub fn is_from_simulated_writer(exchange: &Exchange) -> bool {
    exchange.author.as_ref().is_some_and(is_writer)
}

/// A quantity that can be claimed of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwarmMeasure {
    /// Requests of all writers.
    Requests,
    /// Requests for each acknowledged edit.
    RequestsPerEdit,
    /// Writes that were refused with 412, as a percentage of all writes that were answered.
    RefusedPercent,
    /// Acknowledged edits in a second of simulated time.
    EditsPerSecond,
    /// Acknowledged edits that are not in the document at the end.
    Lost,
    /// The median time from typing to acknowledged, in milliseconds.
    Median,
    /// The longest time from typing to acknowledged, in milliseconds.
    Slowest,
    /// The longest such time, as a multiple of the median.
    SlowestPerMedian,
}

impl SwarmMeasure {
    /// Each measure, with its word in a lesson's file and its words in a sentence.
    pub const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Requests, "requests", "requests"),
        (Self::RequestsPerEdit, "requests-per-edit", "requests per edit"),
        (Self::RefusedPercent, "refused-percent", "percent of writes refused"),
        (Self::EditsPerSecond, "edits-per-second", "edits per second"),
        (Self::Lost, "lost", "lost edits"),
        (Self::Median, "median", "ms from typing to acknowledged in the median"),
        (Self::Slowest, "slowest", "ms from typing to acknowledged for the slowest edit"),
        (Self::SlowestPerMedian, "slowest-per-median", "times the median for the slowest edit"),
    ];

    /// Returns the words for the measure, which follow its value.
    #[must_use]
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(measure, ..)| *measure == self).map_or("", |(_, _, words)| words)
    }
}

/// A description of one run among those of a lesson: the last one that it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SwarmSelector {
    /// The number of writers.
    pub writers: usize,
    /// The strategy, or `None` for any.
    pub strategy: Option<SaveStrategy>,
    /// The backoff, or `None` for any.
    pub backoff: Option<RetryBackoff>,
}

impl SwarmSelector {
    /// Returns whether a run is one of those that are meant.
    #[must_use]
    pub fn fits(&self, task: &SwarmTask) -> bool {
        self.writers == task.writers
            && self.strategy.is_none_or(|strategy| strategy == task.strategy)
            && self.backoff.is_none_or(|backoff| backoff == task.backoff)
    }

    /// Returns the words for the run, such as '64 writers with merge'.
    #[must_use]
    pub fn words(&self) -> String {
        let who = writers_in_words(self.writers);
        match (self.strategy, self.backoff) {
            (Some(strategy), Some(backoff)) => format!("{who} with {}", manner(strategy, backoff)),
            (Some(strategy), None) => format!("{who} with {strategy}"),
            (None, Some(RetryBackoff::None)) => format!("{who} without backoff"),
            (None, Some(RetryBackoff::FullJitter)) => format!("{who} with full jitter"),
            (None, None) => who,
        }
    }
}

/// A claim about a run of simulated writers, or about two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SwarmClaim {
    /// The quantity.
    pub measure: SwarmMeasure,
    /// The run that the claim is about.
    pub of: SwarmSelector,
    /// The run that it is compared with, if any: the limits are then multiples of that run's value.
    pub than: Option<SwarmSelector>,
    /// The least value, or the least multiple.
    pub at_least: Option<u64>,
    /// The largest value, or the largest multiple.
    pub at_most: Option<u64>,
}
