//! The counts of what happened in all runs together.

use std::fmt;

/// Counts of what happened.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) runs: u64,
    pub(super) keys: u64,
    pub(super) lines: u64,
    pub(super) pastes: u64,
    pub(super) clicks: u64,
    pub(super) words: u64,
    /// Responses that reached the loop.
    pub(super) responses: u64,
    /// Events of the streams that reached the loop.
    pub(super) events: u64,
    /// Other events that reached the loop: from the server's record, timers and the disk.
    pub(super) others: u64,
    /// Views that opened for a merge, a 428 or a deleted document.
    pub(super) opened: u64,
    /// Views that the user entered.
    pub(super) entered: u64,
    /// Decisions that the user made in a view.
    pub(super) decisions: u64,
    pub(super) kills: u64,
    /// Words that the user typed before the document was open.
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
