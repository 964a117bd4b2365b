//! The order of requests, responses and events.
//!
//! While one exchange is open, others may begin and end. That is how updates are lost, and a list of exchanges does not
//! show it. Moments are in the order in which this program received them, so they need no clock.

use std::collections::VecDeque;

use contract::{DocumentEvent, EventKind};

/// How many moments back an event may be to count as the same event for another editor.
const MERGE_WINDOW: usize = 16;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineMoment {
    /// The request with this number departed.
    Departed(u64),
    /// The server's gate holds the request.
    Held(u64),
    /// The gate released the request.
    Released(u64),
    /// The server evaluated the request's conditions, and waits before it writes.
    Judged(u64),
    /// The server writes the evaluated request.
    Written(u64),
    /// The response arrived, or is known never to arrive.
    Ended(u64),
    /// The server told editors of a change by an event.
    Event(EventDelivery),
}

impl TimelineMoment {
    /// Returns the number of the exchange that the moment belongs to, or `None` for an event.
    #[must_use]
    pub const fn number(&self) -> Option<u64> {
        match self {
            Self::Departed(number)
            | Self::Held(number)
            | Self::Released(number)
            | Self::Judged(number)
            | Self::Written(number)
            | Self::Ended(number) => Some(*number),
            Self::Event(_) => None,
        }
    }
}

/// An event, and the editors that received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDelivery {
    /// The kind of the change.
    pub kind: EventKind,
    /// The event.
    pub event: DocumentEvent,
    /// The editors that received it, by their index.
    pub seats: Vec<usize>,
}

/// Moments, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct Timeline(VecDeque<TimelineMoment>);

impl Timeline {
    pub(crate) fn push(&mut self, moment: TimelineMoment) {
        self.0.push_back(moment);
    }

    /// Adds a moment, unless the timeline already has it.
    pub(crate) fn push_once(&mut self, moment: TimelineMoment) {
        if !self.contains(&moment) {
            self.push(moment);
        }
    }

    /// Adds an event that an editor received; several editors' copies of one event are one moment.
    pub(crate) fn push_event(&mut self, seat: usize, kind: EventKind, event: DocumentEvent) {
        let known = self.0.iter_mut().rev().take(MERGE_WINDOW).find_map(|moment| match moment {
            TimelineMoment::Event(delivery) if delivery.kind == kind && delivery.event == event => Some(delivery),
            TimelineMoment::Event(_)
            | TimelineMoment::Departed(_)
            | TimelineMoment::Held(_)
            | TimelineMoment::Released(_)
            | TimelineMoment::Judged(_)
            | TimelineMoment::Written(_)
            | TimelineMoment::Ended(_) => None,
        });
        match known {
            Some(delivery) if delivery.seats.contains(&seat) => {}
            Some(delivery) => delivery.seats.push(seat),
            None => self.push(TimelineMoment::Event(EventDelivery { kind, event, seats: vec![seat] })),
        }
    }

    /// Moves the moments of an exchange before the first effect of it, if that came first.
    pub(crate) fn move_before(&mut self, number: u64, is_effect: impl Fn(&TimelineMoment) -> bool) {
        let Some(effect) = self.0.iter().position(is_effect) else { return };
        let (late, rest): (Vec<_>, Vec<_>) = self.0.drain(effect..).partition(|moment| moment.number() == Some(number));
        self.0.extend(late);
        self.0.extend(rest);
    }

    /// Drops the oldest moments above a limit.
    pub(crate) fn truncate_oldest(&mut self, limit: usize) {
        self.0.drain(..self.0.len().saturating_sub(limit));
    }

    /// Drops the moments of exchanges below a number, and the events before them.
    pub(crate) fn forget_before(&mut self, oldest: u64) {
        while self.0.front().is_some_and(|moment| moment.number().is_none_or(|number| number < oldest)) {
            self.0.pop_front();
        }
    }

    /// Returns whether the timeline has this moment.
    #[must_use]
    pub fn contains(&self, moment: &TimelineMoment) -> bool {
        self.0.iter().rev().any(|known| known == moment)
    }

    /// Returns how many moments there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there is no moment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the moment at an index, counted from the oldest.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&TimelineMoment> {
        self.0.get(index)
    }
}
