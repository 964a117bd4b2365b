//! A tale as a sequence diagram, before it is drawn: lifelines, and what goes on between them, row by row.
//!
//! Mermaid and SVG draw the same rows. Nothing is escaped in here; each of the two has its own way of that.

use std::fmt::Write as _;

use contract::{Exchange, fields};

use super::steps::steps;
use crate::run_log::{LogEntry, RunLog, sender_name};

/// Lifelines and rows.
pub(super) struct Diagram {
    /// The people, in order; after them stand the gate, where there is one, and the server.
    pub(super) people: Vec<String>,
    /// Whether requests were held before they were judged.
    pub(super) gate: bool,
    pub(super) rows: Vec<DiagramRow>,
}

/// Somebody or something that has a lifeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DiagramEnd {
    Person(usize),
    Gate,
    Server,
}

/// What stands in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DiagramRow {
    /// A step begins, or what is said of all of them, before the first.
    Step(String),
    /// A request.
    Request { from: DiagramEnd, to: DiagramEnd, text: String },
    /// An answer. A lost one does not arrive.
    Answer { to: usize, text: String, refused: bool, lost: bool },
    /// A word about the server's or the gate's side. Something went wrong there, if `bad`.
    Note { at: DiagramEnd, text: String, bad: bool },
}

pub(super) fn diagram_of(tale: &RunLog) -> Diagram {
    let people: Vec<String> = tale.senders.iter().map(ToString::to_string).collect();
    let gate = tale.entries.iter().any(|moment| matches!(moment, LogEntry::Held { judged: false, .. }));
    let mut diagram =
        Diagram { people, gate, rows: tale.policy_variant.iter().cloned().map(DiagramRow::Step).collect() };
    for (step, moments) in steps(tale) {
        let LogEntry::Step { caption, .. } = step else { continue };
        let mut rows = Vec::new();
        for (index, moment) in moments.iter().enumerate() {
            diagram.rows_of(tale, moment, &moments[index + 1..], &mut rows);
        }
        if !rows.is_empty() {
            diagram.rows.push(DiagramRow::Step(caption.clone()));
            diagram.rows.extend(rows);
        }
    }
    diagram
}

impl Diagram {
    fn rows_of(&self, tale: &RunLog, moment: &LogEntry, after: &[LogEntry], rows: &mut Vec<DiagramRow>) {
        match moment {
            LogEntry::Set { what } => {
                rows.push(DiagramRow::Note { at: DiagramEnd::Server, text: what.clone(), bad: false });
            }
            LogEntry::Departed { exchange } => {
                let held = |moment: &LogEntry| match moment {
                    LogEntry::Held { number, judged, .. } => *number == exchange.number && !judged,
                    _ => false,
                };
                let to = if after.iter().any(held) { DiagramEnd::Gate } else { DiagramEnd::Server };
                let from = DiagramEnd::Person(self.place(sender_name(exchange)));
                rows.push(DiagramRow::Request { from, to, text: request_label(exchange) });
            }
            LogEntry::Held { judged: false, who, .. } => {
                rows.push(DiagramRow::Note { at: DiagramEnd::Gate, text: format!("{who} waits"), bad: false });
            }
            LogEntry::Held { who, .. } => {
                let text = format!("{who}: judged, not written");
                rows.push(DiagramRow::Note { at: DiagramEnd::Server, text, bad: false });
            }
            LogEntry::Released { who, number } => rows.push(release_row(tale, who.as_str(), *number)),
            LogEntry::Ended { exchange } => {
                let refused = exchange.status.is_some_and(|status| status >= 400);
                let (to, lost) = (self.place(sender_name(exchange)), exchange.status.is_none());
                rows.push(DiagramRow::Answer { to, text: response_label(exchange), refused, lost });
                rows.extend(lost_update_row(tale, exchange));
            }
            _ => {}
        }
    }

    fn place(&self, who: &str) -> usize {
        self.people.iter().position(|person| person == who).unwrap_or_default()
    }
}

/// A request that was held goes on: an arrow from the gate, or a word about what was judged before.
fn release_row(tale: &RunLog, who: &str, number: u64) -> DiagramRow {
    let at_gate = tale.entries.iter().any(|moment| match moment {
        LogEntry::Held { number: held, judged, .. } => *held == number && !judged,
        _ => false,
    });
    if at_gate {
        return DiagramRow::Request { from: DiagramEnd::Gate, to: DiagramEnd::Server, text: format!("{who} goes on") };
    }
    DiagramRow::Note { at: DiagramEnd::Server, text: format!("{who}: written now"), bad: false }
}

/// The request in a line: what is asked, and the condition.
pub(super) fn request_label(exchange: &Exchange) -> String {
    let mut text = format!("{} {}", exchange.method, exchange.target.trim_start_matches("/api/documents/"));
    for name in ["If-Match", "If-None-Match", "If-Unmodified-Since"] {
        if let Some(value) = exchange.request.field(name) {
            let _ = write!(text, " {name}: {value}");
        }
    }
    text
}

/// The answer in a line: the status, and the tag.
pub(super) fn response_label(exchange: &Exchange) -> String {
    let Some(status) = exchange.status else { return "the answer is lost".to_owned() };
    let answer = exchange.response.as_ref();
    let tag = answer.and_then(|answer| answer.field("ETag")).map_or_else(String::new, |tag| format!(" ETag: {tag}"));
    let replayed = answer.is_some_and(|answer| answer.field(fields::REPLAYED).is_some());
    format!("{status}{tag}{}", if replayed { " (done before)" } else { "" })
}

/// The version that a write buried, after its answer.
fn lost_update_row(tale: &RunLog, exchange: &Exchange) -> Option<DiagramRow> {
    let wrote = !matches!(exchange.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    let made = exchange.response.as_ref()?.field("ETag").filter(|_| wrote)?;
    for (_, view) in tale.final_documents() {
        if let Some(buried) = view.buried.iter().find(|buried| buried.by == made) {
            let version = view.versions.iter().find(|version| version.etag.to_string() == buried.version);
            let whose = version.map_or_else(String::new, |version| format!(" by {}", version.author));
            let text = format!("LOST UPDATE: {}{whose} is buried, unseen", buried.version);
            return Some(DiagramRow::Note { at: DiagramEnd::Server, text, bad: true });
        }
    }
    None
}
