//! The questions before an action that cannot be undone: its consequences, and the keys that answer.

use client::FoundDraft;
use contract::{DocumentEntry, EntityTag};
use ratatui::Frame;
use ratatui::layout::Rect;
use terminal::theme::Role;

use super::panel;
use crate::action::Context;
use crate::content::documents::open_here;
use crate::content::panel::{DocumentPanel, choices};
use crate::content::{tags, text};
use crate::entry_messages;
use crate::layout::inner;
use crate::leaving_messages;
use crate::messages;
use crate::scroll::Scroll;
use crate::state::State;

/// Draws the question whether to delete the document in view.
pub(super) fn draw_delete(state: &State, frame: &mut Frame<'_>, area: Rect, etag: &EntityTag) {
    let Some(work) = state.document() else { return };
    draw(state, frame, area, "delete", &tags::shown(state, &messages::delete(work, etag)), Context::Question);
}

/// Draws the question whether to delete a document of the list.
pub(super) fn draw_delete_entry(state: &State, frame: &mut Frame<'_>, area: Rect, entry: &DocumentEntry) {
    let is_unsaved = open_here(state, &entry.id).is_some_and(|work| work.editor.has_unsaved());
    let words = tags::shown(state, &entry_messages::delete(entry, is_unsaved));
    draw(state, frame, area, "delete", &words, Context::Question);
}

/// Draws the question whether to discard unsaved text whose document another client deleted.
pub(super) fn draw_discard_mine(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let Some(work) = state.document() else { return };
    draw(state, frame, area, "delete mine too?", &messages::discard_mine(state, work), Context::Question);
}

/// Draws the question whether to show what comes later in the lesson.
pub(super) fn draw_show_ahead(state: &State, frame: &mut Frame<'_>, area: Rect) {
    draw(state, frame, area, "show what comes later?", messages::SHOW_AHEAD, Context::Question);
}

/// Draws the question what to do with unsaved text.
pub(super) fn draw_unsaved(state: &State, frame: &mut Frame<'_>, area: Rect) {
    draw(
        state,
        frame,
        area,
        leaving_messages::unsaved_title(state),
        &leaving_messages::unsaved(state),
        Context::Unsaved,
    );
}

/// Draws the question whether to delete a draft.
pub(super) fn draw_discard_draft(state: &State, frame: &mut Frame<'_>, area: Rect, found: &FoundDraft) {
    draw(state, frame, area, "discard the draft?", &messages::discard_draft(state, found), Context::Question);
}

pub(super) fn draw(
    state: &State,
    frame: &mut Frame<'_>,
    area: Rect,
    title: &'static str,
    words: &str,
    context: Context,
) {
    let width = usize::from(inner(area).width);
    let words = text::paragraph(words, width, state.theme.style(Role::Text));
    let panel = DocumentPanel { title, words, choices: choices(state, context, width), focused: true };
    panel::draw_panel(state, frame, area, panel, Scroll::default());
}
