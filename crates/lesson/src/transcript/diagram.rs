//! A tale as a sequence diagram, before it is drawn: lifelines, and what goes on between them, row by row.
//!
//! Mermaid and SVG draw the same rows. Nothing is escaped in here; each of the two has its own way of that.

use std::fmt::Write as _;

use contract::{Exchange, fields};

use super::steps::steps;
use crate::tale::{Moment, Tale, sender};

/// Lifelines and rows.
pub(super) struct Diagram {
    /// The people, in order; after them stand the gate, where there is one, and the server.
    pub(super) people: Vec<String>,
    /// Whether requests were held before they were judged.
    pub(super) gate: bool,
    pub(super) rows: Vec<Row>,
}

/// Somebody or something that has a lifeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Person(usize),
    Gate,
    Server,
}

/// What stands in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Row {
    /// A step begins, or what is said of all of them, before the first.
    Step(String),
    /// A request.
    Request { from: End, to: End, text: String },
    /// An answer. A lost one does not arrive.
    Answer { to: usize, text: String, refused: bool, lost: bool },
    /// A word about the server's or the gate's side. Something went wrong there, if `bad`.
    Note { at: End, text: String, bad: bool },
}

pub(super) fn of(tale: &Tale) -> Diagram {
    let people: Vec<String> = tale.cast.iter().map(ToString::to_string).collect();
    let gate = tale.moments.iter().any(|moment| matches!(moment, Moment::Held { judged: false, .. }));
    let mut diagram = Diagram { people, gate, rows: tale.another_take.iter().cloned().map(Row::Step).collect() };
    for (step, moments) in steps(tale) {
        let Moment::Step { caption, .. } = step else { continue };
        let mut rows = Vec::new();
        for (index, moment) in moments.iter().enumerate() {
            diagram.rows_of(tale, moment, &moments[index + 1..], &mut rows);
        }
        if !rows.is_empty() {
            diagram.rows.push(Row::Step(caption.clone()));
            diagram.rows.extend(rows);
        }
    }
    diagram
}

impl Diagram {
    fn rows_of(&self, tale: &Tale, moment: &Moment, after: &[Moment], rows: &mut Vec<Row>) {
        match moment {
            Moment::Set { what } => rows.push(Row::Note { at: End::Server, text: what.clone(), bad: false }),
            Moment::Departed { exchange } => {
                let held = |moment: &Moment| match moment {
                    Moment::Held { number, judged, .. } => *number == exchange.number && !judged,
                    _ => false,
                };
                let to = if after.iter().any(held) { End::Gate } else { End::Server };
                let from = End::Person(self.place(sender(exchange)));
                rows.push(Row::Request { from, to, text: asked(exchange) });
            }
            Moment::Held { judged: false, who, .. } => {
                rows.push(Row::Note { at: End::Gate, text: format!("{who} waits"), bad: false });
            }
            Moment::Held { who, .. } => {
                let text = format!("{who}: judged, not written");
                rows.push(Row::Note { at: End::Server, text, bad: false });
            }
            Moment::Released { who, number } => rows.push(released(tale, who.as_str(), *number)),
            Moment::Ended { exchange } => {
                let refused = exchange.status.is_some_and(|status| status >= 400);
                let (to, lost) = (self.place(sender(exchange)), exchange.status.is_none());
                rows.push(Row::Answer { to, text: answered(exchange), refused, lost });
                rows.extend(buried(tale, exchange));
            }
            _ => {}
        }
    }

    fn place(&self, who: &str) -> usize {
        self.people.iter().position(|person| person == who).unwrap_or_default()
    }
}

/// A request that was held goes on: an arrow from the gate, or a word about what was judged before.
fn released(tale: &Tale, who: &str, number: u64) -> Row {
    let at_gate = tale.moments.iter().any(|moment| match moment {
        Moment::Held { number: held, judged, .. } => *held == number && !judged,
        _ => false,
    });
    if at_gate {
        return Row::Request { from: End::Gate, to: End::Server, text: format!("{who} goes on") };
    }
    Row::Note { at: End::Server, text: format!("{who}: written now"), bad: false }
}

/// The request in a line: what is asked, and the condition.
pub(super) fn asked(exchange: &Exchange) -> String {
    let mut text = format!("{} {}", exchange.method, exchange.target.trim_start_matches("/api/documents/"));
    for name in ["If-Match", "If-None-Match", "If-Unmodified-Since"] {
        if let Some(value) = exchange.request.field(name) {
            let _ = write!(text, " {name}: {value}");
        }
    }
    text
}

/// The answer in a line: the status, and the tag.
pub(super) fn answered(exchange: &Exchange) -> String {
    let Some(status) = exchange.status else { return "the answer is lost".to_owned() };
    let answer = exchange.response.as_ref();
    let tag = answer.and_then(|answer| answer.field("ETag")).map_or_else(String::new, |tag| format!(" ETag: {tag}"));
    let replayed = answer.is_some_and(|answer| answer.field(fields::REPLAYED).is_some());
    format!("{status}{tag}{}", if replayed { " (done before)" } else { "" })
}

/// The version that a write buried, after its answer.
fn buried(tale: &Tale, exchange: &Exchange) -> Option<Row> {
    let wrote = !matches!(exchange.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    let made = exchange.response.as_ref()?.field("ETag").filter(|_| wrote)?;
    for (_, view) in tale.outcome() {
        if let Some(buried) = view.buried.iter().find(|buried| buried.by == made) {
            let version = view.versions.iter().find(|version| version.etag.to_string() == buried.version);
            let whose = version.map_or_else(String::new, |version| format!(" by {}", version.author));
            let text = format!("LOST UPDATE: {}{whose} is buried, unseen", buried.version);
            return Some(Row::Note { at: End::Server, text, bad: true });
        }
    }
    None
}
