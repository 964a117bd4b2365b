//! What happened, as the steps of a sequence diagram, before anything is drawn. Pure.
//!
//! A step is an arrow, or two where one event reaches people by way of the server. What the server found stands with
//! its answer, where it says more than the status: how stale the version was, which one was buried. Nothing is cut or
//! made visible in here; whoever draws knows how much room there is.

use client::ApiPath;
use contract::{Author, Exchange, fields};
use terminal::theme::Role;

use super::timeline::{EventDelivery, TimelineMoment};
use super::{Entry, Wire};

/// One step.
#[derive(Debug, Clone)]
pub(crate) enum SequenceStep<'a> {
    /// A request departs. One that is held stops at the gate.
    Asks { entry: &'a Entry, held: bool },
    /// What was held reaches the server.
    GoesOn { entry: &'a Entry },
    /// The server has judged it and not written it yet.
    Judged { entry: &'a Entry },
    /// The server answers, and what it found.
    Answers { entry: &'a Entry, found: Option<Finding> },
    /// An answer that never came; or the request never left, and nothing can have changed.
    Lost { entry: &'a Entry, sent: bool },
    /// Somebody whose requests are not seen here changed a document.
    Wrote { told: &'a EventDelivery },
    /// The server tells the others of a change.
    Tells { told: &'a EventDelivery },
}

impl<'a> SequenceStep<'a> {
    /// The exchange that it is a part of.
    pub(crate) fn entry(&self) -> Option<&'a Entry> {
        match self {
            Self::Asks { entry, .. }
            | Self::GoesOn { entry }
            | Self::Judged { entry }
            | Self::Answers { entry, .. }
            | Self::Lost { entry, .. } => Some(entry),
            Self::Wrote { .. } | Self::Tells { .. } => None,
        }
    }
}

/// What the server found, in a word that stands at its lifeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) role: Role,
    pub(crate) words: String,
}

/// The steps of one moment. `seats` are the people whose own requests are seen here.
pub(crate) fn steps<'a>(wire: &'a Wire, moment: &'a TimelineMoment, seats: &[&Author]) -> Vec<SequenceStep<'a>> {
    if let TimelineMoment::Told(told) = moment {
        return event_steps(told, seats);
    }
    let Some(entry) = moment.number().and_then(|number| wire.entry(number)) else { return Vec::new() };
    vec![match moment {
        TimelineMoment::GoesOn(_) => SequenceStep::GoesOn { entry },
        TimelineMoment::Judged(_) => SequenceStep::Judged { entry },
        TimelineMoment::Ended(_) if entry.exchange.status.is_some() => {
            SequenceStep::Answers { entry, found: finding_for(wire, &entry.exchange) }
        }
        TimelineMoment::Ended(_) => SequenceStep::Lost { entry, sent: !entry.was_not_sent() },
        _ => SequenceStep::Asks { entry, held: entry.held },
    }]
}

/// Whoever saved it knows it by the answer, so nobody is told of what is their own.
fn event_steps<'a>(told: &'a EventDelivery, seats: &[&Author]) -> Vec<SequenceStep<'a>> {
    let here = seats.contains(&&told.event.author);
    let others = told.seats.iter().any(|seat| seats.get(*seat).is_some_and(|name| **name != told.event.author));
    let wrote = (!here).then_some(SequenceStep::Wrote { told });
    wrote.into_iter().chain(others.then_some(SequenceStep::Tells { told })).collect()
}

fn finding_for(wire: &Wire, exchange: &Exchange) -> Option<Finding> {
    let response = exchange.response.as_ref()?;
    let found = |role, words: String| Some(Finding { role, words });
    if let Some(buried) = exchange.overwrote() {
        return found(Role::Bad, format!("{} buried, unseen", short(buried)));
    }
    match exchange.status {
        Some(412) => {
            let (mine, newest) = (exchange.request.field("If-Match")?, response.field("ETag")?);
            let behind = count(newest)?.checked_sub(count(mine)?).filter(|behind| *behind > 0)?;
            return found(Role::Warning, format!("stale by {behind}"));
        }
        Some(428) => return found(Role::Warning, "names no version".to_owned()),
        _ => {}
    }
    if response.field(fields::REPLAYED).is_some() {
        return found(Role::Info, "done before".to_owned());
    }
    let made = response.field("ETag").filter(|_| exchange.method != "GET")?;
    if let Some(between) = skipped_versions(exchange, made) {
        return found(Role::Bad, format!("v{between} buried, unseen"));
    }
    let by = wire.entries().find(|later| does_overwrite(&later.exchange, exchange, made))?;
    let who = by.exchange.author.as_ref().map_or("somebody", Author::as_str);
    found(Role::Bad, format!("{} buried by {who}", short(made)))
}

/// The version that a write replaced though it named an older one: a server that compares and writes apart does that,
/// and does not know it.
fn skipped_versions(exchange: &Exchange, made: &str) -> Option<u64> {
    let (named, made) = (count(exchange.request.field("If-Match")?)?, count(made)?);
    let done = exchange.status.is_some_and(|status| (200..300).contains(&status));
    made.checked_sub(1).filter(|before| done && *before > named)
}

/// Whether the later exchange wrote over the version that the earlier one made.
fn does_overwrite(later: &Exchange, earlier: &Exchange, made: &str) -> bool {
    let document = |exchange: &Exchange| ApiPath::parse(&exchange.target).and_then(|target| target.document().cloned());
    later.overwrote() == Some(made) && document(later) == document(earlier)
}

/// A tag as people speak of it: `v5` for `"v5-a2c19f03"`; one of another kind as it stands.
pub(crate) fn short(tag: &str) -> String {
    count(tag).map_or_else(|| tag.to_owned(), |count| format!("v{count}"))
}

/// The number of the version in a tag that has one.
fn count(tag: &str) -> Option<u64> {
    let (count, rest) = tag.strip_prefix("\"v")?.strip_suffix('"')?.split_once('-')?;
    // A quote within it would be the end of one tag of a list.
    if rest.contains('"') {
        return None;
    }
    // A sign would be read as a number too.
    count.bytes().all(|byte| byte.is_ascii_digit()).then(|| count.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
