//! The counters of a room: in all, in the present round, and minute by minute.

use std::collections::VecDeque;

use contract::{Anomaly, Exchange};

/// How many minutes the counters keep one by one.
pub const MINUTES_KEPT: usize = 30;

/// The milliseconds of a minute.
const MINUTE: u64 = 60_000;

/// A kind of exchange that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Reads, those with a 304 included.
    Reads,
    /// Reads with a 304: the client had the current version.
    NotModified,
    /// Successful writes.
    Writes,
    /// Requests with a 412: their condition was false.
    PreconditionFailed,
    /// Writes with a 428: they named no version.
    PreconditionRequired,
    /// Successful saves of a person whose save before was refused with a 412.
    MergedSaves,
    /// Versions that were overwritten unseen, as the server reports it, or as a proxy certainly found.
    LostUpdates,
}

impl Counted {
    /// All that is counted, in the order of display.
    pub const ALL: [Self; 7] = [
        Self::Reads,
        Self::NotModified,
        Self::Writes,
        Self::PreconditionFailed,
        Self::PreconditionRequired,
        Self::MergedSaves,
        Self::LostUpdates,
    ];
}

/// A number for each [`Counted`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally([u64; Counted::ALL.len()]);

impl Tally {
    /// Returns the number of one kind.
    #[must_use]
    pub const fn of(&self, counted: Counted) -> u64 {
        self.0[counted as usize]
    }

    fn add(&mut self, counted: Counted) {
        self.0[counted as usize] += 1;
    }
}

/// The counters of a room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters {
    total: Tally,
    round: Tally,
    /// The minutes since 1970 and what was counted in each, oldest first, without gaps.
    minutes: VecDeque<(u64, Tally)>,
}

impl Counters {
    /// Counts an exchange that has ended.
    ///
    /// `follows_412` tells whether it is a save that succeeds after a 412.
    pub(super) fn count(&mut self, exchange: &Exchange, follows_412: bool) {
        let status = exchange.status.unwrap_or_default();
        let at = exchange.answered.unwrap_or(exchange.received).as_millis() / MINUTE;
        let is_write = !exchange.is_read();
        let counted = [
            (Counted::Reads, !is_write && status != 0),
            (Counted::NotModified, status == 304),
            (Counted::Writes, is_write && (200..300).contains(&status)),
            (Counted::PreconditionFailed, status == 412),
            (Counted::PreconditionRequired, status == 428),
            (Counted::MergedSaves, follows_412),
            (
                Counted::LostUpdates,
                exchange.overwrote().is_some() || exchange.anomalies.iter().any(Anomaly::is_certain_loss),
            ),
        ];
        for (counted, _) in counted.into_iter().filter(|(_, is_counted)| *is_counted) {
            self.total.add(counted);
            self.round.add(counted);
            if let Some(minute) = self.minute(at) {
                minute.add(counted);
            }
        }
    }

    /// Returns the tally of a minute, or `None` if the minute is no longer kept.
    fn minute(&mut self, at: u64) -> Option<&mut Tally> {
        let newest = self.minutes.back().map(|(minute, _)| *minute);
        // After a long silence, the minutes before it are dropped, not filled in one by one.
        let first_missing = newest.map_or(at, |newest| newest + 1).max(at.saturating_sub(MINUTES_KEPT as u64 - 1));
        for minute in first_missing..=at {
            self.minutes.push_back((minute, Tally::default()));
        }
        while self.minutes.len() > MINUTES_KEPT {
            self.minutes.pop_front();
        }
        self.minutes.iter_mut().rev().find(|(minute, _)| *minute == at).map(|(_, tally)| tally)
    }

    pub(super) fn begin_round(&mut self) {
        self.round = Tally::default();
    }

    /// Returns what was counted since the beginning.
    #[must_use]
    pub const fn total(&self) -> &Tally {
        &self.total
    }

    /// Returns what was counted in the present round.
    #[must_use]
    pub const fn round(&self) -> &Tally {
        &self.round
    }

    /// Returns the numbers of one kind in each of the last minutes, oldest first, at most [`MINUTES_KEPT`].
    #[must_use]
    pub fn by_minute(&self, counted: Counted) -> Vec<u64> {
        self.minutes.iter().map(|(_, tally)| tally.of(counted)).collect()
    }
}
