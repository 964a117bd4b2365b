//! The steps of a sequence diagram, before they are drawn.
//!
//! The live diagram of the terminal and the diagrams in a lesson's transcripts draw these steps. A step is an arrow, or
//! words at a lifeline. Words are not shortened here, because only the caller knows the width.

use contract::Author;

use crate::entry::Entry;
use crate::finding::Finding;
use crate::timeline::{EventDelivery, TimelineMoment};
use crate::traffic::Traffic;

/// One step of a sequence diagram.
#[derive(Debug, Clone)]
pub enum SequenceStep<'a> {
    /// A request departs. If it is held, it stops at the gate.
    Request {
        /// The exchange.
        entry: &'a Entry,
        /// Whether it is, or was, held at the gate.
        held: bool,
    },
    /// The gate holds the request.
    Held {
        /// The exchange.
        entry: &'a Entry,
    },
    /// The held request reaches the server.
    Released {
        /// The exchange.
        entry: &'a Entry,
    },
    /// The server has evaluated the request and has not written it yet.
    Judged {
        /// The exchange.
        entry: &'a Entry,
    },
    /// The server writes the evaluated request.
    Written {
        /// The exchange.
        entry: &'a Entry,
    },
    /// The server responds.
    Response {
        /// The exchange.
        entry: &'a Entry,
        /// The server's finding, if it says more than the status.
        found: Option<Finding>,
    },
    /// The response never came.
    Lost {
        /// The exchange.
        entry: &'a Entry,
        /// Whether the request left the client. If not, nothing can have changed.
        sent: bool,
    },
    /// An author whose requests are not recorded here changed a document.
    OutsideWrite {
        /// The event.
        delivery: &'a EventDelivery,
    },
    /// The server tells other editors of a change.
    Event {
        /// The event.
        delivery: &'a EventDelivery,
    },
}

impl<'a> SequenceStep<'a> {
    /// Returns the exchange that the step belongs to, or `None` for an event.
    #[must_use]
    pub fn entry(&self) -> Option<&'a Entry> {
        match self {
            Self::Request { entry, .. }
            | Self::Held { entry }
            | Self::Released { entry }
            | Self::Judged { entry }
            | Self::Written { entry }
            | Self::Response { entry, .. }
            | Self::Lost { entry, .. } => Some(entry),
            Self::OutsideWrite { .. } | Self::Event { .. } => None,
        }
    }
}

/// Returns the steps of one moment; none if its exchange is no longer kept.
///
/// `seats` are the authors whose requests are recorded.
#[must_use]
pub fn steps<'a>(traffic: &'a Traffic, moment: &'a TimelineMoment, seats: &[&Author]) -> Vec<SequenceStep<'a>> {
    let entry = |number: &u64| traffic.entry(*number);
    let step = match moment {
        TimelineMoment::Departed(number) => {
            entry(number).map(|entry| SequenceStep::Request { entry, held: entry.held })
        }
        TimelineMoment::Held(number) => entry(number).map(|entry| SequenceStep::Held { entry }),
        TimelineMoment::Released(number) => entry(number).map(|entry| SequenceStep::Released { entry }),
        TimelineMoment::Judged(number) => entry(number).map(|entry| SequenceStep::Judged { entry }),
        TimelineMoment::Written(number) => entry(number).map(|entry| SequenceStep::Written { entry }),
        TimelineMoment::Ended(number) => entry(number).map(|entry| ending(traffic, entry)),
        TimelineMoment::Event(delivery) => return event_steps(traffic, delivery, seats),
    };
    step.into_iter().collect()
}

fn ending<'a>(traffic: &'a Traffic, entry: &'a Entry) -> SequenceStep<'a> {
    if entry.exchange.status.is_some() {
        SequenceStep::Response { entry, found: Finding::of(&entry.exchange, traffic) }
    } else {
        SequenceStep::Lost { entry, sent: !entry.exchange.was_not_sent() }
    }
}

/// Returns the steps of an event.
///
/// The editor that saved the version knows it from the response, so its own event is not shown.
fn event_steps<'a>(traffic: &Traffic, delivery: &'a EventDelivery, seats: &[&Author]) -> Vec<SequenceStep<'a>> {
    let is_recorded = seats.contains(&&delivery.event.author) || traffic.has_write_of(&delivery.event);
    let others = delivery.seats.iter().any(|seat| seats.get(*seat).is_some_and(|name| **name != delivery.event.author));
    let wrote = (!is_recorded).then_some(SequenceStep::OutsideWrite { delivery });
    wrote.into_iter().chain(others.then_some(SequenceStep::Event { delivery })).collect()
}

#[cfg(test)]
mod tests;
