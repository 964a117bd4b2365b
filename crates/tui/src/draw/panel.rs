//! The panels that stand over the foot of a text: the 428 that explains itself, and what a delete leaves to decide.

use editor::{Notice, State as Word};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::{framed, inner, text};
use crate::action::{Context, rows};
use crate::state::State;
use crate::theme::Role;
use crate::visible::visible;
use crate::work::Work;

/// Draws the panel that the document's context asks for, if it asks for one.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, work: &Work, area: Rect) {
    let context = work.context();
    let (title, words) = match context {
        Context::Required => ("428 Precondition Required", required(work)),
        Context::Deleted => ("the document is gone", deleted(work)),
        _ => return,
    };
    let mut lines = text::paragraph(&words, inner(area).width.into(), state.theme.style(Role::Text));
    lines.extend(choices(state, context, inner(area).width.into()));
    draw_panel(state, frame, area, title, lines);
}

/// Draws lines in a frame at the foot of an area, cut at the top where they do not fit: the choices stand last.
pub(super) fn draw_panel(state: &State, frame: &mut Frame<'_>, area: Rect, title: &str, lines: Vec<Line<'static>>) {
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(area.height);
    let at = Rect { y: area.bottom() - height, height, ..area };
    let room = inner(at);
    let surplus = lines.len().saturating_sub(room.height.into());
    frame.render_widget(Clear, at);
    frame.render_widget(framed(&state.theme, title, true), at);
    frame.render_widget(Paragraph::new(lines.into_iter().skip(surplus).collect::<Vec<_>>()), room);
}

/// What can be pressed, one choice a line, as the table of actions has it.
pub(super) fn choices(state: &State, context: Context, room: usize) -> Vec<Line<'static>> {
    let shown = rows(context).filter(|row| row.applies != crate::action::Applies::Everywhere);
    let shown = shown.filter(|row| !row.hint.is_empty());
    let line = |row: &crate::action::Row| {
        let key = Span::styled(row.key().to_string(), state.theme.style(Role::Key));
        let spans = vec![key, Span::raw(format!("  {}", row.hint))];
        text::clip(spans, room, state.theme.glyphs.more)
    };
    shown.map(line).collect()
}

/// What a 428 means, in the server's own words, and what the offer would send.
fn required(work: &Work) -> String {
    let told = match work.editor.notice() {
        Some(Notice::Required(problem)) => visible(&problem.detail).into_owned(),
        _ => String::new(),
    };
    let condition = work
        .editor
        .base()
        .map_or_else(|| "If-None-Match: *".to_owned(), |base| format!("If-Match: {}", visible(&base.etag.to_string())));
    format!("{told} Done right, it says {condition}.").trim_start().to_owned()
}

fn deleted(work: &Work) -> String {
    let me = work.editor.me();
    match work.editor.state() {
        Word::DeletedBy(Some(author)) if author != *me => {
            format!("{} deleted this document. My text is still here.", visible(author.as_str()))
        }
        _ => "This document was deleted. My text is still here.".to_owned(),
    }
}
