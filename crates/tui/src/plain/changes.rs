//! The changes since the last output: exchanges, texts, notices, phases, and what waits for an answer.
//!
//! Each part is compared with [`Announced`], so nothing is printed twice and nothing is left out, however many events
//! lie between. While a request of an editor is in flight, nothing is printed about the editor: the response says more
//! than 'saving'.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use contract::{EntityTag, Policy};
use editor::{EditorNotice, LastSeen};
use lesson::script::HiddenArea;
use text::Text;
use traffic::Entry;

use super::announced::{Announced, AnnouncedExchange, AnnouncedText};
use super::{lesson_commands, listing, pending, room_question};
use crate::action::Context;
use crate::content::status::is_notice_hidden;
use crate::ids::EditorIndex;
use crate::messages;
use crate::open_document::{OpenDocument, Properties};
use crate::pane::Pane;
use crate::state::{Focus, State};

/// The maximum number of lines of a change that are printed.
const MAX_LINES_READ_OUT: usize = 12;

/// Returns the state to print, and the lines that are new since `told`.
pub(crate) fn changes_since(state: &State, told: &Announced) -> (Announced, Vec<String>) {
    let (lesson, mut lines) = lesson_commands::changes_since(state, &told.lesson);
    let mut of_editors = Vec::new();
    let exchanges = exchanges(state, &told.exchanges, &mut of_editors);
    let mut works = HashMap::new();
    for pane in &state.people.panes {
        for work in pane.documents() {
            works.insert(work.key, text(state, pane, work, told.works.get(&work.key), &mut of_editors));
        }
    }
    let (question, of_question) = room_question::changes_since(state, &told.question);
    of_editors.extend(of_question);
    let policy_is_new = state.server.policy != told.policy;
    of_editors.extend(known_policy(state).filter(|_| policy_is_new).map(policy));
    if !lesson_commands::is_lesson_current(state) {
        lines.extend(of_editors);
    }
    let holder = holder(state);
    let merge_note = holder
        .filter(|_| !state.hides_any(&HiddenArea::MERGE))
        .and_then(|_| state.with_spoken_merge(|aloud| aloud.note()))
        .flatten();
    lines.extend(merge_note.iter().filter(|_| merge_note != told.merge_note).map(|note| sentence(note)));
    let note = state.status.note.as_ref().map(|note| note.words.clone());
    lines.extend(note.iter().filter(|_| note != told.note).map(|note| sentence(note)));
    let connected: Vec<bool> = state.people.panes.iter().map(|pane| pane.connected).collect();
    lines.extend(streams(state, &told.connected));
    let in_view = state.document().map(|work| work.key);
    let is_another = holder != told.holder;
    if is_another && state.leaving.ended.is_none() {
        let who = holder.and_then(|seat| state.people.panes.get(seat));
        lines.push(who.map_or_else(
            || "Your lines go to the lesson now.".to_owned(),
            |pane| format!("Your lines go to {}'s editor now.", pane.me),
        ));
    }
    let is_in_view = |work: &&OpenDocument| {
        holder.is_some() && (is_another || in_view != told.in_view) && told.works.contains_key(&work.key)
    };
    // The lines about a new document were added above.
    if let Some(work) = state.document().filter(is_in_view) {
        lines.push(name(work));
        lines.push(status(state, state.pane(), work));
    }
    let at_hand = pending::settled(state);
    if at_hand != told.at_hand {
        lines.extend(pending::lines(state));
    }
    let advice = pending::advice(state).filter(|_| is_calm(state)).or_else(|| told.advice.clone());
    if advice != told.advice {
        lines.extend(advice.clone());
    }
    (
        Announced {
            holder,
            lesson,
            in_view,
            works,
            exchanges,
            note,
            merge_note,
            policy: state.server.policy,
            question,
            connected,
            at_hand,
            advice,
        },
        lines,
    )
}

/// Returns the reply to a command that changed nothing: the reason, if it is known.
pub(crate) fn repeat_all(state: &State) -> Vec<String> {
    let notice = state.document().and_then(|work| work.editor.notice());
    match notice {
        Some(
            notice @ (EditorNotice::Unavailable(_)
            | EditorNotice::ConflictsOpen(_)
            | EditorNotice::Current
            | EditorNotice::NotModified
            | EditorNotice::Refused(_)
            | EditorNotice::Contradicted { .. }
            | EditorNotice::NotDeleted(_)),
        ) => {
            vec![sentence(&messages::notice(state, state.pane(), notice))]
        }
        _ => vec!["Nothing changed.".to_owned()],
    }
}

/// Returns the status of each editor and the next step, whether or not they have changed.
pub(crate) fn full_status(state: &State) -> Vec<String> {
    let mut lines = match state.context() {
        Context::Menu => Vec::new(),
        Context::Lesson | Context::Quiz | Context::Level => lesson_commands::full_narration(state),
        _ => editors(state),
    };
    lines.extend(pending::lines(state));
    match pending::advice(state) {
        Some(advice) => lines.push(advice),
        None => lines.push("'help' lists the commands.".to_owned()),
    }
    lines
}

/// Returns the status of each editor.
fn editors(state: &State) -> Vec<String> {
    let open = state.people.panes.iter().filter_map(|pane| Some((pane, pane.document()?)));
    let mut lines: Vec<_> = open.map(|(pane, work)| status(state, pane, work)).collect();
    if lines.is_empty() {
        lines.push("No document is open.".to_owned());
    }
    lines.extend(known_policy(state).map(policy));
    lines
}

/// Returns the server's policy, unless a question hides it.
fn known_policy(state: &State) -> Option<Policy> {
    state.server.policy.filter(|_| !state.hides(HiddenArea::ServerPolicy))
}

/// Returns the editor that the lines go to, or `None` in a lesson and in the menu.
pub(crate) fn holder(state: &State) -> Option<EditorIndex> {
    (state.people.focus != Focus::Lesson && !state.people.panes.is_empty()).then_some(state.people.seat)
}

/// Returns whether a document is open and no editor waits for a response.
fn is_calm(state: &State) -> bool {
    state.documents().next().is_some() && !state.documents().any(|work| work.editor.is_busy())
}

fn exchanges(
    state: &State,
    told: &BTreeMap<u64, AnnouncedExchange>,
    lines: &mut Vec<String>,
) -> BTreeMap<u64, AnnouncedExchange> {
    let mut now = BTreeMap::new();
    if state.hides_any(&HiddenArea::WIRE) {
        return told.clone();
    }
    for entry in state.server.wire.traffic.entries() {
        let number = entry.exchange.number;
        let before = told.get(&number).copied();
        let progress = match (entry.exchange.is_open(), entry.held) {
            (false, _) => AnnouncedExchange::Ended,
            (true, true) => AnnouncedExchange::Held,
            (true, false) => continue,
        };
        if before != Some(progress) {
            lines.extend(exchange(state, entry, progress, before.is_some()));
        }
        now.insert(number, progress);
    }
    now
}

/// Returns the lines about an exchange: the request, unless it was printed before, and its outcome.
fn exchange(state: &State, entry: &Entry, progress: AnnouncedExchange, asked_is_told: bool) -> Vec<String> {
    let asked = (!asked_is_told).then(|| listing::request_words(entry));
    let came = match progress {
        AnnouncedExchange::Held => {
            let number = entry.exchange.number;
            format!("Request {number} waits at the gate; 'release {number}' releases it.")
        }
        AnnouncedExchange::Ended => listing::outcome_words(state, entry),
    };
    asked.into_iter().chain([came]).collect()
}

fn text(
    state: &State,
    pane: &Pane,
    work: &OpenDocument,
    told: Option<&AnnouncedText>,
    lines: &mut Vec<String>,
) -> AnnouncedText {
    let who = author_sentence(state, pane, work);
    if work.editor.is_busy() || matches!(work.editor.phase(), editor::EditorPhase::Opening) {
        let mut told = told.cloned().unwrap_or_default();
        // A notice from before the request is not the reply to it.
        told.notice = told.notice.filter(|notice| Some(notice) == work.editor.notice());
        return told;
    }
    let first = AnnouncedText::default();
    let before = told.unwrap_or(&first);
    // A hidden notice is printed once the question is answered.
    let is_hidden = work.editor.notice().is_some_and(|notice| is_notice_hidden(state, notice));
    let now = AnnouncedText {
        text: work.buffer.snapshot(),
        properties: Some(Properties::of(work.editor.mine())),
        status: standing(state, work),
        notice: if is_hidden { before.notice.clone() } else { work.editor.notice().cloned() },
    };
    let is_new = |notice: &&EditorNotice| now.notice != before.notice && !is_said_otherwise(notice);
    if let Some(notice) = now.notice.as_ref().filter(is_new) {
        let said = messages::notice(state, pane, notice);
        lines.extend((!said.is_empty()).then(|| format!("{who}{}", sentence(&said))));
    }
    if before.status.is_empty() {
        lines.push(format!("{who}{}", name(work)));
    } else {
        lines.extend(property_lines(before, &now).into_iter().map(|line| format!("{who}{line}")));
        lines.extend(changed_lines(&before.text, &now.text).into_iter().map(|line| format!("{who}{line}")));
    }
    if now.status != before.status {
        lines.push(format!("{who}{}", now.status));
    }
    now
}

/// Returns whether a notice is left out because a question or the status line says the same and more.
const fn is_said_otherwise(notice: &EditorNotice) -> bool {
    matches!(notice, EditorNotice::Required(_) | EditorNotice::Opened(_))
}

/// Returns the lines that contain a range of a text, as they are counted in plain mode.
fn lines_around(text: &Text, range: &Range<usize>) -> Vec<String> {
    // An empty piece after the last line end does not count as a line.
    let count = text.line_count() - usize::from(text.line(text.line_count() - 1).is_empty());
    let lines = text.line_at(range.start)..(text.line_at(range.end) + 1).min(count);
    let line = |number| {
        let line = text.line(number).to_cow();
        line.strip_suffix('\r').unwrap_or(&line).to_owned()
    };
    lines.map(line).collect()
}

/// Describes the changed lines: those between the common beginning and the common end of two texts.
fn changed_lines(before: &Text, now: &Text) -> Vec<String> {
    let Some(change) = now.change_since(before) else { return Vec::new() };
    let above = now.line_at(change.after.start);
    let (before, now) = (lines_around(before, &change.before), lines_around(now, &change.after));
    let same = before.iter().zip(&now).take_while(|(one, other)| one == other).count();
    let (left, new) = (&before[same..], &now[same..]);
    let first = above + same;
    let last = left.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    let (gone, come) = (left.len() - last, new.len() - last);
    let mut lines: Vec<_> =
        (first + 1..).zip(&new[..come.min(MAX_LINES_READ_OUT)]).map(|(n, line)| listing::line(n, line)).collect();
    if come > MAX_LINES_READ_OUT {
        lines.push(format!("And {} more, up to line {}.", listing::counted(come - MAX_LINES_READ_OUT), first + come));
    }
    match (gone, come) {
        (0, _) => {}
        (1, 0) => lines.push(format!("Line {} is gone.", first + 1)),
        (_, 0) => lines.push(format!("Lines {} to {} are gone.", first + 1, first + gone)),
        (gone, come) if gone > come => lines.push(format!("They replace {}.", listing::counted(gone))),
        _ => {}
    }
    lines
}

/// Returns the title and the parent, if they have changed.
fn property_lines(before: &AnnouncedText, now: &AnnouncedText) -> Vec<String> {
    let (Some(before), Some(now)) = (&before.properties, &now.properties) else { return Vec::new() };
    let title = (before.title != now.title).then(|| format!("The title is '{}'.", now.title));
    let parent = (before.parent != now.parent).then(|| match &now.parent {
        Some(parent) => format!("The parent is '{parent}'."),
        None => "There is no parent now.".to_owned(),
    });
    title.into_iter().chain(parent).collect()
}

/// Returns the title and the length of a document.
fn name(work: &OpenDocument) -> String {
    let title = &work.editor.mine().title;
    match listing::line_count(work) {
        0 => format!("'{title}' is empty; 'add' and a text begins it."),
        count => format!("'{title}', {}; 'show' reads it.", listing::counted(count)),
    }
}

/// Returns the status of a document with its owner, in one line.
fn status(state: &State, pane: &Pane, work: &OpenDocument) -> String {
    format!("{}{}", author_sentence(state, pane, work), standing(state, work))
}

/// Returns the status of a document: its phase, its base and the server's version.
fn standing(state: &State, work: &OpenDocument) -> String {
    if state.hides(HiddenArea::Status) {
        return format!("The state of the editor: {}.", state.hidden_words());
    }
    let merge = work.editor.document_merge().filter(|_| !state.hides(HiddenArea::MergeCount));
    let open = merge.map(editor::DocumentMerge::open_count);
    let phase = match (work.editor.phase().to_string(), open) {
        (phase, None) => phase,
        (phase, Some(0)) => format!("{phase}, all decided"),
        (phase, Some(open)) => format!("{phase}, {open} open"),
    };
    if state.is_files() {
        return format!("{}.", capital(&phase));
    }
    let tag = |tag: Option<&EntityTag>| tag.map_or_else(|| "none".to_owned(), ToString::to_string);
    let base = work.editor.base().map(|base| &base.etag);
    let server = match work.editor.last_seen() {
        LastSeen::Unknown => "unknown".to_owned(),
        LastSeen::Absent => "none".to_owned(),
        LastSeen::Deleted(_) => "deleted".to_owned(),
        LastSeen::Version { etag, .. } => match messages::writer_of_newer(work) {
            Some((_, name)) => format!("{etag} by {name}"),
            None => etag.to_string(),
        },
    };
    let draft = work.draft.trouble().map_or_else(String::new, |trouble| format!(" {}.", capital(&trouble)));
    format!("{}. My base: {}. The server's: {server}.{draft}", capital(&phase), tag(base))
}

/// Returns the prefix of a line about a document.
///
/// It names the editor's owner if there are several, and the document if it is not in view.
fn author_sentence(state: &State, pane: &Pane, work: &OpenDocument) -> String {
    let in_view = pane.document().is_some_and(|shown| shown.key == work.key);
    match (state.is_shared(), in_view) {
        (true, true) => format!("{}: ", pane.me),
        (true, false) => format!("{}, '{}': ", pane.me, work.editor.id()),
        (false, true) => String::new(),
        (false, false) => format!("'{}': ", work.editor.id()),
    }
}

/// Returns the server's policy, with the mistakes that it makes on purpose.
fn policy(policy: Policy) -> String {
    let insists = format!("preconditions are {}", policy.preconditions.as_str());
    let mistakes = policy.mistakes().filter(|(kind, _)| *kind != "preconditions");
    let mistakes = mistakes.map(|(kind, mistake)| format!("{kind}: {mistake}"));
    let all: Vec<_> = std::iter::once(insists).chain(mistakes).collect();
    format!("The server's policy: {}.", all.join(", "))
}

/// Returns a line for each event stream that broke off. Nothing is printed when a stream opens.
fn streams<'a>(state: &'a State, before: &'a [bool]) -> impl Iterator<Item = String> + 'a {
    let lost = state.people.panes.iter().zip(before).filter(|(pane, before)| **before && !pane.connected);
    lost.map(|(pane, _)| {
        let name = if state.is_shared() { format!("{}: ", pane.me) } else { String::new() };
        format!("{name}The event stream is down: saves by others are not reported until it is back.")
    })
}

/// Returns words as a sentence, with a capital and a full stop.
pub(crate) fn sentence(words: &str) -> String {
    let stop = if words.ends_with(['.', '?', '!', ':', '…']) { "" } else { "." };
    format!("{}{stop}", capital(words))
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(before: &[&str], now: &[&str]) -> Vec<String> {
        let [before, now] = [before, now]
            .map(|lines| Text::from(lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat()));
        changed_lines(&before, &now)
    }

    #[test]
    fn only_changed_lines_are_printed() {
        assert_eq!(of(&["a", "b", "c"], &["a", "B", "c"]), ["Line 2: B"]);
        assert_eq!(of(&["a", "c"], &["a", "b", "c"]), ["Line 2: b"]);
        assert_eq!(of(&["a", "b", "c"], &["a", "c"]), ["Line 2 is gone."]);
        assert_eq!(of(&["a", "b", "c"], &[]), ["Lines 1 to 3 are gone."]);
        assert_eq!(of(&["a", "b", "c"], &["x"]), ["Line 1: x", "They replace 3 lines."]);
        assert_eq!(of(&["a", "a"], &["a", "a", "a"]), ["Line 3: a"]);
        assert_eq!(of(&["a"], &["a"]), Vec::<String>::new());
        assert_eq!(of(&["a"], &["a", ""]), ["Line 2: an empty line"]);
    }

    /// Returns the lines of a text as a listener has them who hears only what is printed about each change.
    fn hear(mut heard: Vec<String>, now: usize, said: &[String]) -> Vec<String> {
        let place = |words: &str| words.parse::<usize>().unwrap() - 1;
        let mut printed: Vec<(usize, String)> = Vec::new();
        for line in said {
            if let Some(words) = line.strip_suffix(" is gone.") {
                heard.remove(place(words.strip_prefix("Line ").unwrap()));
            } else if let Some(words) = line.strip_suffix(" are gone.") {
                let (first, last) = words.strip_prefix("Lines ").unwrap().split_once(" to ").unwrap();
                heard.drain(place(first)..=place(last));
            } else if !line.starts_with("They replace ") {
                let (number, text) = line.strip_prefix("Line ").unwrap().split_once(": ").unwrap();
                printed.push((place(number), text.replace("an empty line", "")));
            }
        }
        let Some(&(first, _)) = printed.first() else { return heard };
        // The new lines take the place of as many old ones as the other lines leave room for.
        let replaced = heard.len() + printed.len() - now;
        heard.splice(first..first + replaced, printed.into_iter().map(|(_, text)| text));
        heard
    }

    proptest::proptest! {
        #[test]
        fn listener_can_follow_every_change(
            before in proptest::collection::vec("[ab]{0,1}", 0..8),
            now in proptest::collection::vec("[ab]{0,1}", 0..8),
        ) {
            let [old, new]: [Vec<&str>; 2] = [&before, &now].map(|lines| lines.iter().map(String::as_str).collect());
            let said = of(&old, &new);
            proptest::prop_assert_eq!(hear(before.clone(), now.len(), &said), now.clone(), "{:?}", said);
            // The first and the last line that are printed did change.
            let changed = (0..old.len().max(new.len())).find(|&line| old.get(line) != new.get(line));
            proptest::prop_assert_eq!(changed.is_none(), said.is_empty());
            if let Some(first) = changed {
                let number = format!("{}", first + 1);
                proptest::prop_assert!(said[0].split([' ', ':']).nth(1) == Some(&number), "{:?}", said);
            }
        }
    }

    #[test]
    fn long_change_is_printed_in_part_and_says_so() {
        let long = (0..20).map(|n| format!("{n}\n")).collect::<Vec<_>>().concat();
        let said = changed_lines(&Text::default(), &Text::from(long));
        assert_eq!(said.len(), MAX_LINES_READ_OUT + 1);
        assert_eq!(said.last().map(String::as_str), Some("And 8 lines more, up to line 20."));
    }
}
