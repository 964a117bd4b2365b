//! The wire panel: its border, and the exchanges as a list.
//!
//! [`super::sequence`] draws the exchanges as a sequence diagram.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::border::framed;
use super::sequence;
use crate::action::{Action, Context};
use crate::content::swarm::folded_words;
use crate::content::text;
use crate::content::wire_list::{is_list, rows};
use crate::layout::inner;
use crate::overlay::Overlay;
use crate::state::{Focus, State};
use crate::wire::PanelMode;

/// The columns that the upper border needs besides its words: corners, blanks, the sign of the focus.
const EDGE_COLUMNS: usize = 8;

/// Draws the panel.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let focused = state.people.focus == Focus::Wire && matches!(state.overlays.last(), None | Some(Overlay::Filter(_)));
    let title = title(state, area.width, focused);
    let mut block = framed(&state.theme, &title, focused);
    if let Some(words) =
        keys(state, focused, usize::from(area.width).saturating_sub(text::width(&title) + EDGE_COLUMNS))
    {
        block = block.title(Line::styled(words, state.theme.style(Role::Dim)).right_aligned());
    }
    if let Some(words) = state.lesson.course.as_ref().and_then(folded_words) {
        let words =
            text::cut(&format!(" {words} "), usize::from(area.width).saturating_sub(4), state.theme.glyphs.more);
        block = block.title_bottom(Line::styled(words, state.theme.style(Role::Text)));
    }
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    if !is_list(state.server.wire_shown, inner(area).height) {
        return sequence::draw(state, frame.buffer_mut(), inner(area));
    }
    let lines: Vec<_> = rows(state, inner(area)).into_iter().map(|row| row.line).collect();
    frame.render_widget(Paragraph::new(lines), inner(area));
}

/// Returns the title: the name of the panel, the filter, and how many exchanges match the filter.
///
/// Letters in the panel hold requests of all clients, so it says that it has the keys.
fn title(state: &State, width: u16, focused: bool) -> String {
    let Some(filter) = state.server.wire.traffic.filter() else {
        return if focused { "the wire has the keys" } else { "the wire" }.to_owned();
    };
    let of = format!(
        ": {} of {}",
        state.server.wire.traffic.visible_entries().count(),
        state.server.wire.traffic.entries().len()
    );
    let room = usize::from(width).saturating_sub("the wire, only ".len() + of.len() + EDGE_COLUMNS);
    format!("the wire, only {}{of}", text::cut(&sanitize(&filter.to_string()), room, state.theme.glyphs.more))
}

/// Returns the keys that focus or switch the panel, as many as fit beside the title.
fn keys(state: &State, focused: bool, room: usize) -> Option<String> {
    let next = if state.server.wire_shown == PanelMode::List { "sequence" } else { "put away" };
    let next = state.keys.key_of(Action::ToggleWire, Context::Wire).map(|key| format!("{key}: {next}"));
    let closer = state.keys.key_of(Action::FocusWire, Context::Text).map(|key| format!("{key}: look closer"));
    let both = closer.filter(|_| !focused).zip(next.clone()).map(|(closer, next)| format!(" {closer} · {next} "));
    let fits = |words: &String| text::width(words) <= room;
    both.filter(fits).or_else(|| next.map(|next| format!(" {next} ")).filter(fits))
}
