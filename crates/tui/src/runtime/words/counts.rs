//! How much happened in all runs together.

use std::fmt;

/// How much happened.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) runs: u64,
    pub(super) keys: u64,
    pub(super) lines: u64,
    pub(super) pastes: u64,
    pub(super) clicks: u64,
    pub(super) words: u64,
    /// Responses that were let in.
    pub(super) responses: u64,
    /// Events of the streams that were let in.
    pub(super) events: u64,
    /// All else that was let in: records, timers, what the disk told.
    pub(super) others: u64,
    /// Merges, 428s and deletes that came into view.
    pub(super) opened: u64,
    pub(super) entered: u64,
    /// Decisions that were taken in a view.
    pub(super) decisions: u64,
    pub(super) kills: u64,
    /// Words that were typed before a document was open.
    pub(super) early: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            runs,
            keys,
            lines,
            pastes,
            clicks,
            words,
            responses,
            events,
            others,
            opened,
            entered,
            decisions,
            kills,
            early,
        } = self;
        write!(
            f,
            "{runs} runs: {keys} keys, {lines} lines, {pastes} pastes, {clicks} clicks, {words} words; {responses} responses, {events} \
             events, {others} others; {opened} views opened, {entered} entered, {decisions} decisions; {kills} kills, \
             {early} early words"
        )
    }
}
