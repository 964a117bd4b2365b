//! The status line, which is always visible, and the notice about the last event.

use std::fmt::Write as _;

use contract::EntityTag;
use editor::{EditorNotice, EditorPhase as Word, LastSeen, NoticeLevel};
use lesson::script::HiddenArea;
use ratatui::text::{Line, Span};
use terminal::buffer::LineEndings;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{gate, key_moment, policy, tags, text};
use crate::action::Context;
use crate::messages;
use crate::open_document::{OpenDocument, OpenedView};
use crate::pane::Pane;
use crate::state::{Focus, State};

/// The count of coming conflicts goes no further.
const MAX_COUNTED_CONFLICTS: usize = 99;

/// Returns the status line, on as many lines as it needs.
pub(crate) fn lines(state: &State, pane: &Pane, room: u16, with_policy: bool) -> Vec<Line<'static>> {
    let Some(work) = pane.document() else {
        return vec![Line::styled("no document", state.theme.style(Role::Dim))];
    };
    if state.is_files() {
        // A merge of files has no versions, and no other clients.
        let pieces = std::iter::once(phase_spans(state, work)).chain(draft(state, work)).collect();
        return with_position(state, pane, work, pieces, room.into());
    }
    if state.hides(HiddenArea::Status) {
        return vec![Line::from(state.mask())];
    }
    let mut pieces = vec![phase_spans(state, work)];
    pieces.extend(draft(state, work));
    pieces.extend(unanswered(state, pane, work));
    pieces.extend(gate::waiting_spans(state, &pane.me, work.unanswered));
    pieces.extend([base(state, work), server(state, work)]);
    if with_policy {
        pieces.push(policy::spans(state, room >= 60));
        pieces.extend(gate::status_spans(state, room >= 60));
    }
    pieces.extend(remarks(state, pane, work));
    with_position(state, pane, work, pieces, room.into())
}

/// Returns the lines of a status, with the cursor's place at the end if it needs no further line.
///
/// The place is shown only of the text that has the keys.
fn with_position(
    state: &State,
    pane: &Pane,
    work: &OpenDocument,
    mut pieces: Vec<Vec<Span<'static>>>,
    room: usize,
) -> Vec<Line<'static>> {
    let flow = |pieces| text::flow_spans(pieces, room, state.theme.glyphs.more);
    let has_keys = state.people.focus == Focus::Editor && state.pane().me == pane.me;
    if !has_keys || work.context() != Context::Text {
        return flow(pieces);
    }
    let without = flow(pieces.clone());
    let (line, column) = work.buffer.cursor();
    let words = format!("line {}:{}", line + 1, column + 1);
    pieces.push(vec![Span::styled(words, state.theme.style(Role::Dim))]);
    let with = flow(pieces);
    if with.len() > without.len() { without } else { with }
}

/// Returns the status for an editor that is reduced to one line.
pub(crate) fn strip(state: &State, pane: &Pane, room: u16) -> Line<'static> {
    let (glyph, role) = state.sign_of(Some(&pane.me));
    let name = Span::styled(format!("{glyph} {}  ", sanitize(pane.me.as_str())), state.theme.style(role));
    let mut spans = vec![name];
    if let Some(status) = key_moment::status_of(state, &pane.me) {
        spans.extend(key_moment::bold_line(state, status, room.into()).spans);
        spans.push(Span::raw(" "));
    }
    for line in lines(state, pane, room, false) {
        spans.extend(line.spans);
        spans.push(Span::raw("  "));
    }
    text::clip(spans, room.into(), state.theme.glyphs.more)
}

/// Returns the phase of an editor, and the version that its text is based on.
pub(crate) fn phase_and_base(state: &State, work: &OpenDocument) -> Vec<Span<'static>> {
    if state.hides(HiddenArea::Status) {
        return vec![state.mask()];
    }
    let mut spans = phase_spans(state, work);
    spans.push(Span::raw(" · "));
    spans.extend(base(state, work));
    spans
}

/// Returns the phase as a sign and a word, with the open conflicts of a merge.
fn phase_spans(state: &State, work: &OpenDocument) -> Vec<Span<'static>> {
    let phase = work.editor.phase();
    let glyphs = state.theme.glyphs;
    let (glyph, role) = match &phase {
        Word::Clean => (glyphs.good, Role::Good),
        Word::Edited => (glyphs.edited, Role::Info),
        Word::Opening | Word::Saving => (glyphs.waiting, Role::Info),
        Word::Unread | Word::Stale | Word::Merging | Word::Missing | Word::DeletedBy(_) => {
            (glyphs.warning, Role::Warning)
        }
        Word::Offline => (glyphs.bad, Role::Bad),
    };
    let mut text = format!("{glyph} {}", sanitize(&phase.to_string()));
    if let Some(conflict) = work.editor.document_merge() {
        match conflict.open_count() {
            _ if state.hides(HiddenArea::MergeCount) => drop(write!(text, ", {}", state.theme.mask())),
            0 => text.push_str(", all decided"),
            // Writing to a string cannot fail.
            open => drop(write!(text, ", {open} open")),
        }
    }
    vec![Span::styled(text, state.theme.style(role))]
}

/// Returns what is wrong with the draft, or `None` if nothing is.
fn draft(state: &State, work: &OpenDocument) -> Option<Vec<Span<'static>>> {
    let trouble = work.draft.trouble()?;
    let words = format!("{} {}", state.theme.glyphs.bad, sanitize(&trouble));
    Some(vec![Span::styled(words, state.theme.style(Role::Bad))])
}

/// Returns how long the request has had no response, unless it is held at the gate.
fn unanswered(state: &State, pane: &Pane, work: &OpenDocument) -> Option<Vec<Span<'static>>> {
    let words = messages::no_answer(state, work).filter(|_| gate::waiting_spans(state, &pane.me, None).is_none())?;
    Some(vec![Span::styled(words, state.theme.style(Role::Warning))])
}

/// Returns the version that the user's text is based on.
fn base(state: &State, work: &OpenDocument) -> Vec<Span<'static>> {
    let etag = work.editor.base().map(|base| &base.etag);
    vec![Span::raw("base "), tag(state, etag)]
}

/// Returns the server's version as last seen.
fn server(state: &State, work: &OpenDocument) -> Vec<Span<'static>> {
    let known = work.editor.last_seen();
    let label = Span::raw("server ");
    match known {
        LastSeen::Unknown => vec![label, Span::styled("?", state.theme.style(Role::Dim))],
        LastSeen::Absent => vec![label, Span::styled("none", state.theme.style(Role::Dim))],
        LastSeen::Deleted(_) => vec![label, Span::styled("deleted", state.theme.style(Role::Warning))],
        LastSeen::Version { etag, .. } => {
            let mut spans = vec![label, tag(state, Some(etag))];
            if let Some((author, name)) = messages::writer_of_newer(work) {
                let (glyph, role) = state.sign_of(Some(author));
                let name = format!(" by {glyph} {name}");
                spans.push(Span::styled(name, state.theme.style(role)));
            }
            spans
        }
    }
}

fn tag(state: &State, etag: Option<&EntityTag>) -> Span<'static> {
    match etag {
        Some(etag) => Span::styled(tags::shown(state, &etag.to_string()), state.theme.style(Role::Tag)),
        None => Span::styled("none", state.theme.style(Role::Dim)),
    }
}

/// Returns remarks about the text itself, and about a missing event stream.
fn remarks(state: &State, pane: &Pane, work: &OpenDocument) -> Vec<Vec<Span<'static>>> {
    let endings = work.buffer.present_endings();
    let mut remarks = Vec::new();
    if work.undone_merge.is_lacking() {
        let whose = work
            .undone_merge
            .author()
            .map_or_else(|| "lines of others".to_owned(), |author| format!("{}'s lines", sanitize(author.as_str())));
        let words = format!("lacks {whose}: undone merge");
        remarks.push(vec![Span::styled(words, state.theme.style(Role::Warning))]);
    }
    if work.editor.unplaced_text().is_some() {
        let words = "typed text is not in the document yet";
        remarks.push(vec![Span::styled(words, state.theme.style(Role::Warning))]);
    }
    if endings != LineEndings::Lf {
        remarks.push(vec![Span::styled(endings.name(), state.theme.style(Role::Dim))]);
    }
    if let (count, Some(first)) = work.unseen {
        let mark = sanitize(&first.to_string()).into_owned();
        let words = match count {
            1 => format!("{} 1 character is shown as a mark: {mark}", state.theme.glyphs.warning),
            _ => format!("{} {count} characters are shown as marks, such as {mark}", state.theme.glyphs.warning),
        };
        remarks.push(vec![Span::styled(words, state.theme.style(Role::Warning))]);
    }
    remarks.extend(coming_conflicts(work).into_iter().map(|words| {
        let words = format!("{} {words}", state.theme.glyphs.warning);
        vec![Span::styled(words, state.theme.style(Role::Warning))]
    }));
    if work.editor.follows() {
        let words = if work.editor.phase() == Word::Clean { "follows saves" } else { "follows saves once it is clean" };
        remarks.push(vec![Span::styled(words, state.theme.style(Role::Info))]);
    }
    // In a lesson, editors have no event streams: they learn only from the responses to their own requests.
    if !pane.connected && state.lesson.course.is_none() && work.editor.phase() != Word::Opening {
        remarks.push(vec![Span::styled("no events", state.theme.style(Role::Warning))]);
    }
    remarks
}

/// Returns the remarks that a save would lead to conflicts; none if it would not.
///
/// The lines of the text that conflict have a sign beside them. A title has none, so a remark names it.
fn coming_conflicts(work: &OpenDocument) -> Vec<String> {
    if work.editor.document_merge().is_some() {
        return Vec::new();
    }
    let in_text = match work.editor.changes().map_or(0, |changes| changes.conflicts(MAX_COUNTED_CONFLICTS)) {
        0 => None,
        1 => Some("1 conflict is coming".to_owned()),
        count => Some(format!("{count} conflicts are coming")),
    };
    let in_title = work.editor.has_coming_title_conflict().then(|| "title conflict is coming".to_owned());
    in_text.into_iter().chain(in_title).collect()
}

/// Returns the notice about the last event, in at most `most` lines.
pub(crate) fn notice(state: &State, pane: &Pane, room: u16, most: usize) -> Vec<Line<'static>> {
    let Some(notice) = pane.document().and_then(|work| work.editor.notice()) else { return Vec::new() };
    let said = messages::notice(state, pane, notice);
    if said.is_empty() {
        return Vec::new();
    }
    if is_notice_hidden(state, notice) {
        return std::iter::repeat_n(Line::from(state.mask()), most.min(1)).collect();
    }
    let role = role_of(notice);
    let mut words = format!("{} {}", state.theme.sign(role), tags::shown(state, &said));
    if let Some(way) = login_hint(state, pane) {
        // Writing to a string cannot fail.
        let _ = write!(words, " ({way})");
    }
    let lines = text::wrap_at_most(&words, room.into(), most, state.theme.glyphs.more);
    lines.into_iter().map(|line| Line::styled(line, state.theme.style(role))).collect()
}

/// Returns whether the lesson's question hides a notice.
pub(crate) fn is_notice_hidden(state: &State, notice: &EditorNotice) -> bool {
    let is_about_a_merge = matches!(
        notice,
        EditorNotice::Merging { .. }
            | EditorNotice::MergedAnew { .. }
            | EditorNotice::WouldSave { .. }
            | EditorNotice::Decided { .. }
            | EditorNotice::ConflictsOpen(_)
    );
    let is_about_next_save = matches!(notice, EditorNotice::WouldSave { .. } | EditorNotice::Decided { open: 0, .. });
    state.hides(HiddenArea::Notices)
        || (is_about_a_merge && state.hides(HiddenArea::MergeCount))
        || (is_about_next_save && state.hides(HiddenArea::NextRequest))
}

/// Returns the key for what the notice is about.
///
/// The editor's state machine offers the choice, but knows no keys.
fn login_hint(state: &State, pane: &Pane) -> Option<String> {
    let work = pane.document().filter(|work| work.context() == Context::Text)?;
    if work.editor.phase() == Word::Unread {
        return Some(messages::way_to_read_again(state));
    }
    match (work.open_view()?, work.editor.notice()?) {
        (OpenedView::Required, _)
        | (
            OpenedView::Deleted,
            EditorNotice::DeletedBy(_) | EditorNotice::Deleted | EditorNotice::Missing | EditorNotice::Unavailable(_),
        ) => Some(messages::panel_entry_hint(state, work)),
        _ => None,
    }
}

fn role_of(notice: &EditorNotice) -> Role {
    match notice.level() {
        NoticeLevel::Info => Role::Info,
        NoticeLevel::Good => Role::Good,
        NoticeLevel::Warning => Role::Warning,
        NoticeLevel::Bad => Role::Bad,
    }
}
