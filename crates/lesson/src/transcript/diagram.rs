//! A run as a sequence diagram, before it is drawn: lifelines, and rows between them.
//!
//! The rows are made from the same [`SequenceStep`]s as the live diagram of the terminal. `mermaid` and `svg` draw
//! them, and each escapes the texts in its own way.

use std::fmt::Write as _;
use std::ops::Range;

use contract::{Exchange, fields};
use traffic::{Entry, SequenceStep, Traffic, TrafficLimits, steps as sequence_steps};

use super::steps::steps;
use crate::run_log::{LogEntry, RunLog, sender_name};
use crate::script::writers_in_words;
use crate::swarm_result::SwarmResult;

/// Lifelines and rows.
pub(super) struct Diagram {
    /// The people, in order; after them come the gate, if there is one, and the server.
    pub(super) people: Vec<String>,
    /// Whether the gate held requests.
    pub(super) gate: bool,
    pub(super) rows: Vec<DiagramRow>,
}

/// A lifeline: of a person, the gate or the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DiagramEnd {
    Person(usize),
    Gate,
    Server,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DiagramRow {
    /// The caption of a step, or the line about the policy before the first step.
    Step(String),
    /// A check of the step above it.
    Check { text: String, holds: bool },
    /// A request.
    Request { from: DiagramEnd, to: DiagramEnd, text: String },
    /// A response. A lost one does not arrive.
    Answer { to: usize, text: String, refused: bool, lost: bool },
    /// A note at a lifeline. If `bad`, it reports a lost update.
    Note { at: DiagramEnd, text: String, bad: bool },
}

/// Returns the diagram of a run.
pub(super) fn diagram_of(log: &RunLog) -> Diagram {
    let people: Vec<String> = log.senders.iter().map(ToString::to_string).collect();
    let mut traffic = Traffic::new(TrafficLimits::NONE);
    let chapters: Vec<_> =
        steps(log).map(|(step, entries)| (step, parts_of(entries, &mut traffic), check_rows(entries))).collect();
    let gate = traffic.entries().any(|entry| entry.held);
    let mut rows: Vec<_> = log.policy_variant.iter().cloned().map(DiagramRow::Step).collect();
    for (step, parts, checks) in chapters {
        let LogEntry::Step { caption, .. } = step else { continue };
        let inside: Vec<_> = parts.into_iter().flat_map(|part| part.rows(log, &traffic, &people)).collect();
        if !inside.is_empty() {
            rows.push(DiagramRow::Step(caption.clone()));
            rows.extend(inside);
            rows.extend(checks);
        }
    }
    Diagram { people, gate, rows }
}

/// Returns a row for each check of a step.
fn check_rows(entries: &[LogEntry]) -> Vec<DiagramRow> {
    let check = |entry: &LogEntry| match entry {
        LogEntry::Judged(check) => Some(DiagramRow::Check { text: check.caption.clone(), holds: check.holds() }),
        _ => None,
    };
    entries.iter().filter_map(check).collect()
}

/// A part of a step that is drawn.
enum StepPart<'a> {
    /// A setting of the policy, the gate or the faults.
    Set(&'a str),
    /// A run of simulated writers. Their requests are not drawn.
    Swarm(&'a SwarmResult),
    /// Moments of the traffic, by their indices in its timeline.
    Moments(Range<usize>),
}

/// Records the exchanges of a step in the traffic. Returns the parts of the step that are drawn.
fn parts_of<'a>(entries: &'a [LogEntry], traffic: &mut Traffic) -> Vec<StepPart<'a>> {
    let mut parts = Vec::new();
    for entry in entries {
        let before = traffic.timeline().len();
        match entry {
            LogEntry::Set { what } => {
                parts.push(StepPart::Set(what));
                continue;
            }
            LogEntry::Swarm(result) => {
                parts.push(StepPart::Swarm(result));
                continue;
            }
            LogEntry::Departed { exchange } | LogEntry::Ended { exchange } => {
                traffic.record(exchange.as_ref().clone(), None);
            }
            LogEntry::Held { number, judged: false, .. } => traffic.on_held(*number),
            LogEntry::Held { number, judged: true, .. } => traffic.on_judged(*number),
            LogEntry::Released { number, .. } => traffic.on_released(*number),
            // These are not drawn.
            LogEntry::Step { .. }
            | LogEntry::Said { .. }
            | LogEntry::Asked { .. }
            | LogEntry::Did { .. }
            | LogEntry::Off { .. }
            | LogEntry::EditorState { .. }
            | LogEntry::Looked { .. }
            | LogEntry::SwarmBegun { .. }
            | LogEntry::YourTurn(_)
            | LogEntry::LevelStep { .. }
            | LogEntry::GoalReached { .. }
            | LogEntry::Judged(_) => continue,
        }
        parts.push(StepPart::Moments(before..traffic.timeline().len()));
    }
    parts
}

impl StepPart<'_> {
    fn rows(self, log: &RunLog, traffic: &Traffic, people: &[String]) -> Vec<DiagramRow> {
        match self {
            Self::Set(what) => vec![note(DiagramEnd::Server, what.to_owned())],
            Self::Swarm(result) => vec![note(DiagramEnd::Server, swarm_label(result))],
            Self::Moments(range) => {
                let moments = range.filter_map(|at| traffic.timeline().get(at));
                let steps = moments.flat_map(|moment| sequence_steps(traffic, moment, &[]));
                steps.flat_map(|step| step_rows(log, &step, people)).collect()
            }
        }
    }
}

fn step_rows(log: &RunLog, step: &SequenceStep<'_>, people: &[String]) -> Vec<DiagramRow> {
    let who = |entry: &Entry| sender_name(&entry.exchange).to_owned();
    let place = |entry: &Entry| people.iter().position(|person| *person == who(entry)).unwrap_or_default();
    vec![match step {
        SequenceStep::Request { entry, held } => DiagramRow::Request {
            from: DiagramEnd::Person(place(entry)),
            to: if *held { DiagramEnd::Gate } else { DiagramEnd::Server },
            text: request_label(&entry.exchange),
        },
        SequenceStep::Held { entry } => note(DiagramEnd::Gate, format!("{} waits", who(entry))),
        SequenceStep::Released { entry } => DiagramRow::Request {
            from: DiagramEnd::Gate,
            to: DiagramEnd::Server,
            text: format!("{} released", who(entry)),
        },
        SequenceStep::Judged { entry } => note(DiagramEnd::Server, format!("{}: judged, not written", who(entry))),
        SequenceStep::Written { entry } => note(DiagramEnd::Server, format!("{}: written now", who(entry))),
        SequenceStep::Response { entry, .. } | SequenceStep::Lost { entry, .. } => {
            let exchange = &entry.exchange;
            let answer = DiagramRow::Answer {
                to: place(entry),
                text: response_label(exchange),
                refused: exchange.status.is_some_and(|status| status >= 400),
                lost: exchange.status.is_none(),
            };
            return std::iter::once(answer).chain(lost_update_row(log, exchange)).collect();
        }
        // A run log has the exchanges of everyone in the lesson, and no events.
        SequenceStep::OutsideWrite { .. } | SequenceStep::Event { .. } => return Vec::new(),
    }]
}

fn note(at: DiagramEnd, text: String) -> DiagramRow {
    DiagramRow::Note { at, text, bad: false }
}

/// Returns a run of simulated writers in a line.
fn swarm_label(result: &SwarmResult) -> String {
    let writers = writers_in_words(result.task.writers);
    format!("{writers}: {} requests, {} × 412", result.requests, result.precondition_failed)
}

/// Returns a request in a line: method, target and conditions.
pub(super) fn request_label(exchange: &Exchange) -> String {
    let mut text = format!("{} {}", exchange.method, exchange.target.trim_start_matches("/api/documents/"));
    for name in ["If-Match", "If-None-Match", "If-Unmodified-Since"] {
        if let Some(value) = exchange.request.field(name) {
            let _ = write!(text, " {name}: {value}");
        }
    }
    text
}

/// Returns a response in a line: status and tag.
pub(super) fn response_label(exchange: &Exchange) -> String {
    let Some(status) = exchange.status else { return "the response is lost".to_owned() };
    let answer = exchange.response.as_ref();
    let tag = answer.and_then(|answer| answer.field("ETag")).map_or_else(String::new, |tag| format!(" ETag: {tag}"));
    let replayed = answer.is_some_and(|answer| answer.field(fields::REPLAYED).is_some());
    format!("{status}{tag}{}", if replayed { " (already applied)" } else { "" })
}

/// Returns the note after a response whose write overwrote a version unseen, or `None`.
///
/// The evidence is in the documents of the run log.
fn lost_update_row(log: &RunLog, exchange: &Exchange) -> Option<DiagramRow> {
    let made = exchange.response.as_ref()?.field("ETag").filter(|_| !exchange.is_read())?;
    for (_, view) in log.final_documents() {
        if let Some(lost) = view.lost_updates.iter().find(|lost| lost.by == made) {
            let version = view.versions.iter().find(|version| version.etag.to_string() == lost.version);
            let whose = version.map_or_else(String::new, |version| format!(" by {}", version.author));
            let text = format!("LOST UPDATE: {}{whose} overwritten unseen", lost.version);
            return Some(DiagramRow::Note { at: DiagramEnd::Server, text, bad: true });
        }
    }
    None
}
