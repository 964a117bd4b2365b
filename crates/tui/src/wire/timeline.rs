//! In which order it happened: requests, answers and events, as they crossed.
//!
//! An exchange has a beginning and an end, and between the two others may begin and end. That is what a lost update is
//! made of, and a list of exchanges does not show it. The order is that in which the program was told. It needs no
//! clock: what is told here came through one channel.

use std::collections::VecDeque;

use contract::{DocumentEvent, EventKind};

use crate::ids::EditorIndex;

/// How many are kept. Each exchange has at most four, so that some thousand events have room as well.
const MAX_MOMENTS: usize = 4000;

/// How far back an event may lie that another seat is told of now.
const MERGE_WINDOW: usize = 16;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TimelineMoment {
    /// The request with that number departed.
    Asked(u64),
    /// What was held at the gate went on.
    GoesOn(u64),
    /// It was judged, and waits before it is written.
    Judged(u64),
    /// It was answered, or it is known that it will not be.
    Ended(u64),
    /// A change was told to people who did not ask.
    Told(EventDelivery),
}

impl TimelineMoment {
    /// The exchange that it is a part of.
    pub(crate) const fn number(&self) -> Option<u64> {
        match self {
            Self::Asked(number) | Self::GoesOn(number) | Self::Judged(number) | Self::Ended(number) => Some(*number),
            Self::Told(_) => None,
        }
    }
}

/// A change, and who was told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventDelivery {
    pub(crate) kind: EventKind,
    pub(crate) event: DocumentEvent,
    pub(crate) seats: Vec<EditorIndex>,
}

/// What happened, the oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timeline(VecDeque<TimelineMoment>);

impl Timeline {
    pub(super) fn push(&mut self, moment: TimelineMoment) {
        self.0.push_back(moment);
        if self.0.len() > MAX_MOMENTS {
            self.0.pop_front();
        }
    }

    /// The same, where it did not happen before.
    pub(super) fn once(&mut self, moment: TimelineMoment) {
        if !self.0.iter().rev().any(|known| *known == moment) {
            self.push(moment);
        }
    }

    /// One change is one moment, however many seats are told.
    pub(super) fn told(&mut self, seat: EditorIndex, kind: EventKind, event: DocumentEvent) {
        let known = self.0.iter_mut().rev().take(MERGE_WINDOW).find_map(|moment| match moment {
            TimelineMoment::Told(told) if told.kind == kind && told.event == event => Some(told),
            _ => None,
        });
        match known {
            Some(told) if told.seats.contains(&seat) => {}
            Some(told) => told.seats.push(seat),
            None => self.push(TimelineMoment::Told(EventDelivery { kind, event, seats: vec![seat] })),
        }
    }

    /// Forgets what belongs to exchanges that are forgotten, and what was told in their time.
    pub(super) fn forget_before(&mut self, oldest: u64) {
        while self.0.front().is_some_and(|moment| moment.number().is_none_or(|number| number < oldest)) {
            self.0.pop_front();
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, at: usize) -> Option<&TimelineMoment> {
        self.0.get(at)
    }

    /// Where the exchange with that number has its last moment.
    pub(crate) fn last_of(&self, number: u64) -> Option<usize> {
        self.0.iter().rposition(|moment| moment.number() == Some(number))
    }
}
