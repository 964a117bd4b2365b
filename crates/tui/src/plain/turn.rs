//! The next line of plain mode: whether a response is in flight, and whether a line is due.

use terminal::input::LineSource;
use terminal::sanitize::sanitize;

use super::parse::{self, Parsed};
use super::session::PlainSession;
use crate::action::Context;
use crate::event::{Event, HeardLine};
use crate::open_document::{OpenDocument, OpenedView};
use crate::overlay::Overlay;
use crate::state::{Focus, SessionEnd, State};
use crate::unsaved::is_draft_pending;

impl State {
    /// Takes the line that is due, as an event for the loop, or returns `None` if none is due.
    pub(crate) fn next_line(&mut self) -> Option<Event> {
        let is_due = is_line_due(self);
        let line = self.plain.as_mut().filter(|_| is_due)?.waiting.pop_front()?;
        Some(Event::LineDue(line))
    }

    /// Returns the requests that wait at the gate to be released, the oldest first.
    pub(crate) fn waiting_at_gate(&self) -> impl Iterator<Item = u64> {
        let let_go = self.plain.as_ref().map_or(&[][..], |plain| &plain.let_go);
        let waits =
            |number: &u64| self.server.wire.traffic.gate_queue().theirs(*number).is_some() && !let_go.contains(number);
        let open = self.server.wire.traffic.entries().filter(|entry| entry.exchange.is_open());
        open.map(|entry| entry.exchange.number).filter(waits)
    }

    /// Returns the context of a line.
    ///
    /// A panel applies without being entered: its commands cannot be mistaken for text.
    pub(crate) fn input_context(&self) -> Context {
        let panel = self.document().and_then(OpenDocument::unfolded_view);
        match (self.context(), panel) {
            (Context::Text, Some(OpenedView::Required)) => Context::Required,
            (Context::Text, Some(OpenedView::Deleted)) => Context::Deleted,
            (context, _) => context,
        }
    }

    /// Returns the number of lines that were carried out in plain mode.
    pub(crate) fn lines_heard(&self) -> u64 {
        self.plain.as_ref().map_or(0, |plain| plain.heard)
    }

    /// Returns the prompt for the next line in a terminal: the editor's owner, and the context.
    ///
    /// It is `None` while a response is in flight, and at the end.
    pub(crate) fn prompt(&self) -> Option<String> {
        let plain = self.plain.as_ref()?;
        if self.leaving.ended.is_some() || is_under_way(self) {
            return None;
        }
        if plain.block.is_some() {
            return Some(String::new());
        }
        let name =
            self.people.panes.get(self.people.seat).filter(|_| self.is_shared() && self.people.focus == Focus::Editor);
        let name = name.map_or_else(String::new, |pane| sanitize(pane.me.as_str()).into_owned());
        let place = match self.input_context() {
            Context::Menu => "menu",
            Context::Lesson => "lesson",
            Context::Quiz => "answer",
            Context::Level => "level",
            Context::Merge => "merge",
            Context::Ended => "over",
            Context::Question | Context::EndServer | Context::Overwrite => "yes or no",
            Context::Unsaved => "save, leave or no",
            Context::Drafts => "which draft",
            Context::PolicyComparison
            | Context::Text
            | Context::MergeText
            | Context::Required
            | Context::Deleted
            | Context::Wire
            | Context::Change
            | Context::Filter
            | Context::Find
            | Context::Replace
            | Context::GoToLine
            | Context::Exchange
            | Context::People
            | Context::JoinRoom
            | Context::LedQuestion
            | Context::QuestionForm
            | Context::Controls
            | Context::Seeds
            | Context::NewRound
            | Context::Documents
            | Context::Property
            | Context::Versions
            | Context::Version
            | Context::Path
            | Context::Draft
            | Context::Help
            | Context::RoomQuestion
            | Context::Palette => "",
        };
        let pieces: Vec<_> = [name.as_str(), place].into_iter().filter(|piece| !piece.is_empty()).collect();
        Some(format!("{}> ", pieces.join(": ")))
    }
}

/// Returns whether a response is in flight.
///
/// A request that is held at the gate does not count: it waits for a user, not for the server.
pub(crate) fn is_under_way(state: &State) -> bool {
    let Some(plain) = &state.plain else { return false };
    if state.leaving.waits_for_drafts {
        return true;
    }
    let Some(course) = &state.lesson.course else { return plain.outstanding > state.waiting_at_gate().count() };
    // The outstanding effects do not include a lesson's requests, and the lesson does not know of one released by hand.
    let author = |number: u64| state.server.wire.traffic.entry(number)?.exchange.author.clone();
    let held: Vec<_> = state.waiting_at_gate().filter_map(author).collect();
    let mut let_go = plain.let_go.iter().filter_map(|number| author(*number));
    let goes_on = let_go.any(|who| course.stepping.has_request_of(&who) && !held.contains(&who));
    plain.outstanding > 0 || goes_on || course.is_under_way()
}

/// Returns whether the next waiting line is due.
pub(crate) fn is_line_due(state: &State) -> bool {
    let mut under_way = is_under_way(state);
    let ended = state.leaving.ended.is_some();
    let draft_pending = is_draft_pending(state);
    let is_looking = matches!(state.overlays.last(), Some(Overlay::Drafts(chooser)) if chooser.offered().is_none());
    let is_reading = |work: &OpenDocument| work.editor.is_busy() && work.editor.phase() == editor::EditorPhase::Opening;
    let opens = is_looking || state.document().is_some_and(is_reading);
    let Some(plain) = &state.plain else { return false };
    let Some(first) = plain.waiting.front() else { return false };
    // At the end, the output says where unsaved text is, so its drafts have to be done by then.
    under_way |= draft_pending && *first == HeardLine::End;
    // No line can be about a text that is still loading.
    let waits = plain.lines == LineSource::Piped || opens || *first == HeardLine::End;
    !(ended || waits && under_way)
}

/// Returns the waiting lines, or `None` if there are none or the user has quit.
pub(crate) fn waiting_lines(state: &State) -> Option<String> {
    let is_left = matches!(state.leaving.ended, Some(SessionEnd::Quit | SessionEnd::Refuted));
    state.plain.as_ref().filter(|_| !is_left).and_then(PlainSession::waiting_lines)
}

/// Returns the next waiting line if it is a command for a text and not for the chooser of drafts.
pub(crate) fn line_for_a_text(state: &State) -> Option<String> {
    let Some(HeardLine::Line(line)) = state.plain.as_ref()?.waiting.front() else { return None };
    let means = |context| !matches!(parse::parse(line, context), Parsed::Wrong(_) | Parsed::Remark);
    (means(Context::Text) && !means(Context::Drafts)).then(|| line.clone())
}
