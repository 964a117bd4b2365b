//! One editor: its border, the text or the merge, and below them the notice and the status line.

use lesson::script::HiddenArea;
use merge_view::{MergeKeys, MergeMask, MergeWidget};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::border::framed;
use super::{find, gutter};
use crate::action::{Action, Context};
use crate::content::sides::{person_number, side_styles};
use crate::content::{key_moment, status, text};
use crate::layout::{LayoutShape, PaneBody, PaneRect, borders, is_gone, parts};
use crate::open_document::OpenDocument;
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::state::{Focus, State};
use crate::{file_messages, messages};

/// Draws one editor.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, place: &PaneRect) {
    let pane = &state.people.panes[place.seat];
    if place.shape == LayoutShape::Strip {
        frame.render_widget(status::strip(state, pane, place.area.width), place.area);
        return;
    }
    let focused = has_focus(state, place);
    frame.render_widget(border_of(state, place, focused), place.area);
    let parts = parts(state, place);
    if let Some(work) = pane.document() {
        draw_document(state, frame, work, &parts.body, focused);
        strike(state, frame.buffer_mut(), parts.body.text, &key_moment::struck_lines(state, &pane.me));
    } else {
        let words = messages::opening(state, place.seat).unwrap_or_else(|| "no document is open".to_owned());
        let line = Line::styled(words, state.theme.style(Role::Dim));
        frame.render_widget(line, parts.body.text);
    }
    if place.seat == state.people.seat && is_searching(state) {
        find::draw(state, frame, parts.notice);
    } else {
        let notice = status::notice(state, pane, parts.notice.width, parts.notice.height.into());
        frame.render_widget(Paragraph::new(notice), parts.notice);
    }
    if let Some(status) = key_moment::status_of(state, &pane.me).filter(|_| !parts.key_moment.is_empty()) {
        let (area, width) = (parts.key_moment, usize::from(parts.key_moment.width));
        let lines = if area.height < key_moment::DIGIT_ROWS {
            vec![key_moment::bold_line(state, status, width)]
        } else {
            key_moment::large_lines(state, status, width)
        };
        frame.render_widget(Clear, area);
        frame.render_widget(Paragraph::new(lines), area);
    }
    frame
        .render_widget(Paragraph::new(status::lines(state, pane, parts.status.width, place.with_policy)), parts.status);
}

/// Strikes lines of a text through in their place, and says beside them that they are lost.
fn strike(state: &State, buffer: &mut Buffer, area: Rect, lines: &[&str]) {
    let lost = key_moment::lost_label(state);
    for row in area.rows() {
        let shown: String = row.columns().map(|cell| buffer[(cell.x, cell.y)].symbol()).collect();
        let Some(line) = lines.iter().find(|line| !line.trim().is_empty() && shown.contains(line.trim())) else {
            continue;
        };
        let before = shown.split(line.trim()).next().map_or(0, text::width);
        let start = row.x.saturating_add(u16::try_from(before).unwrap_or(u16::MAX));
        let width = u16::try_from(text::width(line.trim())).unwrap_or(u16::MAX);
        let struck = Rect { x: start, width, ..row }.intersection(row);
        let bad = state.theme.style(Role::Bad);
        buffer.set_style(struck, bad.add_modifier(Modifier::CROSSED_OUT));
        let rest = row.right().saturating_sub(struck.right());
        buffer.set_stringn(struck.right(), row.y, &lost, rest.into(), bad.add_modifier(Modifier::BOLD));
    }
}

/// Returns whether an editor has the focus, or the prompt that finds in its text.
fn has_focus(state: &State, place: &PaneRect) -> bool {
    let is_on_top = state.overlays.is_empty() || is_searching(state);
    state.people.seat == place.seat && state.people.focus == Focus::Editor && is_on_top
}

/// Returns whether a prompt about the text is open below it.
fn is_searching(state: &State) -> bool {
    let is_about_text = state.property_prompt().is_some() && state.list_below().is_none();
    is_about_text || matches!(state.overlays.last(), Some(Overlay::Find(_) | Overlay::GoToLine(_)))
}

fn border_of(state: &State, place: &PaneRect, focused: bool) -> Block<'static> {
    let pane = &state.people.panes[place.seat];
    let (glyph, role) = state.theme.person(person_number(state, &pane.me));
    let name = sanitize(pane.me.as_str()).into_owned();
    let room = usize::from(place.area.width);
    let document = text::cut(&document_title(state, pane), (room / 2).saturating_sub(2), state.theme.glyphs.more);
    let long = format!("{glyph} {name} has the keys");
    let fits = text::width(&long) + text::width(&document) + 9 <= room;
    let title = if focused && fits { long } else { format!("{glyph} {name}") };
    let block = framed(&state.theme, &title, focused);
    let block =
        block.borders(borders(state, place)).border_style(state.theme.style(if focused { role } else { Role::Dim }));
    if document.is_empty() {
        return block;
    }
    let style = state.theme.as_written(state.theme.style(Role::Title));
    let document = Span::styled(format!(" {document} "), style);
    block.title(Line::from(document).right_aligned())
}

/// Returns the name of the document in view, its title if that differs, and its parent.
fn document_title(state: &State, pane: &Pane) -> String {
    let Some(work) = pane.document() else { return String::new() };
    if state.is_files() {
        return file_messages::name(state);
    }
    let mine = work.editor.mine();
    let (id, title) = (work.editor.id().as_str(), sanitize(&mine.title));
    let parent = mine.parent.as_ref().map_or_else(String::new, |parent| format!(" (in {parent})"));
    if title == id || title.is_empty() { format!("{id}{parent}") } else { format!("{id}: {title}{parent}") }
}

/// Marks the lines that a followed save has just changed with the sign of its author.
fn mark_fresh_lines(state: &State, frame: &mut Frame<'_>, work: &OpenDocument, area: Rect) {
    let author = work.editor.base().and_then(|base| base.author.as_ref());
    let Some((glyph, role)) = author.map(|author| state.sign_of(Some(author))) else {
        return;
    };
    let style = state.theme.style(role).add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
    for (row, place) in (0..).zip(area.rows()) {
        if work.buffer.line_at_row(row).is_some_and(|line| work.is_fresh(line)) {
            let cells = frame.buffer_mut();
            cells.set_style(place, style);
            cells.set_stringn(place.x, place.y, glyph, 1, state.theme.style(role));
        }
    }
}

fn draw_document(state: &State, frame: &mut Frame<'_>, work: &OpenDocument, body: &PaneBody, focused: bool) {
    let types = focused && state.overlays.is_empty() && work.context() == Context::Text && !state.awaits_entry();
    if !body.text.is_empty() {
        work.buffer.draw(frame, body.text, types, &state.theme);
        gutter::draw(state, frame, work, body.text);
        mark_fresh_lines(state, frame, work, body.text);
    }
    if let (Some(view), Some(conflict), false) = (&work.merge_view, work.shown_conflict(), body.merge.is_empty()) {
        let sides = side_styles(state, work, conflict);
        let here = MergeKeys::Here { save: state.keys.label(Action::Save, Context::Merge) };
        let keys = match work.context() {
            Context::Ended => MergeKeys::Elsewhere(Some(messages::merge_has_ended(state))),
            _ if state.hides_any(&HiddenArea::MERGE) => MergeKeys::Elsewhere(None),
            Context::Text if focused => MergeKeys::Elsewhere(Some(messages::merge_entry_hint(state, work, conflict))),
            Context::Merge | Context::MergeText if focused => here,
            _ => MergeKeys::Elsewhere(None),
        };
        let mask =
            MergeMask { count: state.hides(HiddenArea::MergeCount), proposal: state.hides(HiddenArea::MergeProposal) };
        let key_names = state.keys.merge_names();
        let widget = MergeWidget { conflict, view, sides: &sides, theme: &state.theme, keys: &keys, key_names, mask };
        widget.draw(frame, body.merge);
    }
    if !body.line.is_empty() {
        let room = usize::from(body.line.width);
        let words =
            if is_gone(work) { messages::view_has_ended(state) } else { messages::merge_line(state, work, room) };
        let words = text::cut(&words, room, state.theme.glyphs.more);
        frame.render_widget(Line::styled(words, state.theme.style(Role::Warning)), body.line);
    }
}
