//! A session as a page: people, counters, questions, versions, and a line for each exchange.

use std::fmt::Write as _;
use std::sync::Arc;

use contract::{ANONYMOUS, Author, Exchange, Question, QuestionState, Timestamp, short_status};

use super::facts::RoomSession;
use super::questions::{AskedQuestion, asked_questions};
use crate::explain::explain_among;
use crate::foreign_text::visible;
use crate::graph::{GraphCell, lay_out};
use crate::labels;
use crate::lineage::{LineageEntry, lineage_of};
use crate::markdown::{code_block, escape};
use crate::room::{Attendee, Counted, RosterOrder};

/// The columns of a graph with its labels. Longer labels are not cut.
const GRAPH_COLUMNS: usize = 160;

/// Returns the page.
pub(super) fn write(session: &RoomSession) -> String {
    let mut out = String::from("# A session in a room\n\n");
    let saved = seconds(session.saved_at);
    let _ = writeln!(out, "Saved at {saved} from {}. All times are in UTC.\n", escape(&session.server));
    let _ = writeln!(out, "- {}", escape(&extent(session)));
    let _ = writeln!(out, "- Tokens and codes are not in these files; in their place is '\\[not shown\\]'.");
    if let Some(policy) = session.server_facts.policy {
        let mistakes = policy.mistakes().filter(|(member, _)| *member != "preconditions");
        let members = std::iter::once(("preconditions", policy.preconditions.as_str())).chain(mistakes);
        let words: Vec<_> = members.map(|(member, word)| format!("{member} = {word}")).collect();
        let _ = writeln!(out, "- The policy when it was saved: {}.", escape(&words.join(", ")));
    }
    for gap in &session.server_facts.gaps {
        let _ = writeln!(out, "- Missing: {}.", escape(gap));
    }
    people(session, &mut out);
    counters(session, &mut out);
    questions(session, &mut out);
    versions(session, &mut out);
    wire(session, &mut out);
    out
}

/// Returns how many exchanges are in the files, and how many are missing, in a sentence.
pub(super) fn extent(session: &RoomSession) -> String {
    let (kept, missed) = (session.exchanges.len(), session.missed());
    match missed {
        0 => format!("All exchanges since the server began are in these files: {kept}."),
        missed => format!(
            "{kept} of {} exchanges are in these files; {missed} were no longer on record when the session was saved.",
            session.counted()
        ),
    }
}

fn people(session: &RoomSession, out: &mut String) {
    let room = &session.room;
    let _ = writeln!(out, "\n## People\n\nThe versions are those that were on the wire.\n");
    out.push_str("| name | joined | document | holds | behind | latest request | last seen |\n");
    out.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for at in room.roster(RosterOrder::Arrival) {
        let one = &room.attendees()[at];
        let name = match one.address.filter(|_| room.is_shared_name(one)) {
            Some(address) => format!("{} {address}", one.name),
            None => one.name.to_string(),
        };
        let joined = match (one.is_removed(), one.has_joined()) {
            (true, _) => "removed",
            (false, true) => "yes",
            (false, false) => "no",
        };
        let document = one.document.as_ref().map(ToString::to_string).unwrap_or_default();
        let version = one.version.map(|version| format!("v{version}")).unwrap_or_default();
        let behind = room.behind(one).map(|behind| behind.to_string()).unwrap_or_default();
        let _ = writeln!(
            out,
            "| {} | {joined} | {} | {version} | {behind} | {} | {} |",
            escape(&name),
            escape(&document),
            latest(one),
            seconds(one.last_seen)
        );
    }
}

fn latest(attendee: &Attendee) -> String {
    match attendee.latest {
        None => String::new(),
        Some(latest) if latest.is_open => "no response yet".to_owned(),
        Some(latest) => latest.status.map_or_else(|| "no response".to_owned(), short_status),
    }
}

fn counters(session: &RoomSession, out: &mut String) {
    let counters = session.room.counters();
    out.push_str("\n## Counters\n\n| | this round | in all |\n| --- | ---: | ---: |\n");
    for counted in Counted::ALL {
        let (round, total) = (counters.round().of(counted), counters.total().of(counted));
        let _ = writeln!(out, "| {} | {round} | {total} |", counted_words(counted));
    }
}

const fn counted_words(counted: Counted) -> &'static str {
    match counted {
        Counted::Reads => "reads",
        Counted::NotModified => "reads with a 304",
        Counted::Writes => "successful writes",
        Counted::PreconditionFailed => "412 Precondition Failed",
        Counted::PreconditionRequired => "428 Precondition Required",
        Counted::MergedSaves => "merged saves (a success after a 412)",
        Counted::LostUpdates => "lost updates, as the server reported them",
    }
}

fn questions(session: &RoomSession, out: &mut String) {
    let asked = asked_questions(session);
    if asked.is_empty() {
        return;
    }
    out.push_str("\n## Questions\n");
    for one in &asked {
        question(one, out);
    }
}

fn question(asked: &AskedQuestion, out: &mut String) {
    let Question { text, choices, state, round, right, because, .. } = &asked.question;
    let _ = writeln!(out, "\n### {}\n", escape(text));
    let rounds: Vec<_> = asked.rounds.iter().collect();
    out.push_str("| | choice | right |");
    for (number, _) in &rounds {
        let _ = write!(out, " round {number} |");
    }
    out.push_str("\n| --- | --- | --- |");
    out.push_str(&" ---: |".repeat(rounds.len()));
    out.push('\n');
    for (at, choice) in choices.iter().enumerate() {
        let is_right = right.is_some_and(|right| usize::from(right) == at + 1);
        let _ = write!(out, "| {} | {} | {} |", at + 1, escape(choice), if is_right { "✓" } else { "" });
        for (_, counts) in &rounds {
            let _ = write!(out, " {} |", counts.get(at).copied().unwrap_or_default());
        }
        out.push('\n');
    }
    let state = match state {
        QuestionState::Open => "the counts were not shown",
        QuestionState::Shown => "the counts were shown",
        QuestionState::Revealed => "the right choice was revealed",
    };
    let _ = writeln!(out, "\nRound {round}: {}; {state}.", asked.question.answered_words());
    for line in because.iter().flat_map(|because| because.lines()) {
        let _ = writeln!(out, "\n> {}", escape(line));
    }
}

fn versions(session: &RoomSession, out: &mut String) {
    out.push_str("\n## Versions\n");
    if session.server_facts.histories.is_empty() {
        out.push_str("\nNo document was read or written.\n");
    }
    for (document, versions) in &session.server_facts.histories {
        let _ = writeln!(out, "\n### {}\n", escape(document.as_str()));
        let history = lineage_of(versions.clone());
        let lost = history.iter().filter(|entry| labels::fate(entry).is_some_and(|(lost, _)| lost)).count();
        match lost {
            0 => {}
            1 => out.push_str("**1 version is lost**: it was overwritten unseen.\n\n"),
            lost => {
                let _ = writeln!(out, "**{lost} versions are lost**: they were overwritten unseen.\n");
            }
        }
        out.push_str(&code_block("text", &graph(&history)));
        if let Some(oldest) = history.last().map(|entry| entry.version.version).filter(|oldest| *oldest > 1) {
            let _ = writeln!(out, "\nVersions before v{oldest} are not in this page.");
        }
    }
}

/// Returns a graph in lines, the newest version first.
fn graph(history: &[LineageEntry]) -> String {
    let label = |at: usize, _: usize| {
        let entry = &history[at];
        let version = &entry.version;
        let when = labels::when(entry, &history[0]);
        let mut lines = vec![format!("v{} {} {when} {}", version.version, version.author, version.etag)];
        lines.push(labels::origin(history, at));
        lines.extend(labels::fate(entry).map(|(lost, words)| format!("{} {words}", if lost { "✗" } else { "!" })));
        lines
    };
    let drawn = lay_out(history, GRAPH_COLUMNS, label);
    let mut out = String::new();
    for row in drawn.rows {
        let cells: String = row.marks.iter().map(|cell| glyph(*cell)).collect();
        let words = row.label.as_deref().map(visible).unwrap_or_default();
        let _ = writeln!(out, "{}", format!("{cells} {words}").trim_end());
    }
    out
}

const fn glyph(cell: GraphCell) -> char {
    match cell {
        GraphCell::Blank => ' ',
        GraphCell::Node => '●',
        GraphCell::Line | GraphCell::Down => '│',
        GraphCell::Dotted => '┊',
        GraphCell::Leaves => '╰',
        GraphCell::Across => '─',
        GraphCell::Turns => '╮',
        GraphCell::Joins => '┤',
        GraphCell::Returns => '╯',
        GraphCell::Arrives => '◀',
    }
}

fn wire(session: &RoomSession, out: &mut String) {
    let _ = writeln!(out, "\n## Exchanges\n\nEach is in full in session.har.\n");
    out.push_str("| | time | client | request | condition | what came of it |\n");
    out.push_str("| ---: | --- | --- | --- | --- | --- |\n");
    for (at, exchange) in session.exchanges.iter().enumerate() {
        let who = exchange.author.as_ref().map_or(ANONYMOUS, Author::as_str);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            exchange.number,
            clock(exchange.received),
            escape(who),
            escape(&format!("{} {}", exchange.method, exchange.target)),
            escape(&conditions(exchange)),
            escape(&explain_among(exchange, session.exchanges[..at].iter().map(Arc::as_ref)))
        );
    }
}

/// Returns the conditional fields of a request, as they were sent.
fn conditions(exchange: &Exchange) -> String {
    let is_condition = |name: &str| {
        ["If-Match", "If-None-Match", "If-Unmodified-Since", "If-Modified-Since"]
            .iter()
            .any(|field| field.eq_ignore_ascii_case(name))
    };
    let sent = exchange.request.fields.iter().filter(|(name, _)| is_condition(name));
    sent.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ")
}

/// Returns a time to the second: `2026-11-22 05:00:11`.
fn seconds(time: Timestamp) -> String {
    let time = time.to_string();
    time.get(..19).unwrap_or(&time).replace('T', " ")
}

/// Returns the time of day to the millisecond: `05:00:11.123`.
fn clock(time: Timestamp) -> String {
    let time = time.to_string();
    time.get(11..23).unwrap_or(&time).to_owned()
}
