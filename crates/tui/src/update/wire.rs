//! The wire panel: what the keys do in it, and what it learns of exchanges.

use contract::Exchange;
use terminal::buffer::TextBuffer;
use terminal::edit::Edit;
use traffic::Filter;

use super::{gate, lesson_events, policy, versions};
use crate::effect::Effect;
use crate::overlay::{ExchangeView, FilterPrompt, Overlay};
use crate::scroll::{Movement, Scroll};
use crate::state::{Focus, State};
use crate::wire::PanelMode;

/// How many exchanges a page key moves by.
const PAGE_ROWS: isize = 10;

/// Shows the panel as a list, then as a diagram, then not at all.
pub(super) fn show_next_mode(state: &mut State) -> Vec<Effect> {
    state.server.wire_shown = state.server.wire_shown.next();
    if state.server.wire_shown == PanelMode::Off {
        state.people.focus = state.default_focus();
    }
    Vec::new()
}

/// Gives the keys to the panel, or back.
pub(super) fn toggle_focus(state: &mut State) -> Vec<Effect> {
    state.people.focus = if state.people.focus == Focus::Wire { state.default_focus() } else { Focus::Wire };
    if state.server.wire_shown == PanelMode::Off && state.people.focus == Focus::Wire {
        state.server.wire_shown = PanelMode::List;
    }
    Vec::new()
}

/// Moves the selection; to the end, it follows the newest from then on.
pub(super) fn select(state: &mut State, movement: Movement) -> Vec<Effect> {
    match movement {
        Movement::Last => state.server.wire.follow(),
        movement => state.server.wire.select(movement.rows(PAGE_ROWS)),
    }
    Vec::new()
}

/// Shows the selected exchange whole.
pub(super) fn open_selected(state: &mut State) -> Vec<Effect> {
    if let Some(number) = state.server.wire.selected_number() {
        open_exchange(state, number);
    }
    Vec::new()
}

/// Shows an exchange whole.
pub(super) fn open_exchange(state: &mut State, number: u64) {
    state.overlays.push(Overlay::Exchange(ExchangeView { number, scroll: Scroll::default() }));
}

/// Shows all exchanges again; then gives the keys back.
pub(super) fn close(state: &mut State) -> Vec<Effect> {
    if state.server.wire.traffic.filter().is_some() {
        state.server.wire.set_filter(None);
    } else {
        state.people.focus = state.default_focus();
    }
    Vec::new()
}

/// Lets the user type which exchanges to show, beginning with the filter that is on.
pub(super) fn open_filter(state: &mut State) -> Vec<Effect> {
    let mut line = TextBuffer::single_line();
    if let Some(filter) = state.server.wire.traffic.filter() {
        // What is typed takes its place, unless the user goes into it first.
        for edit in [Edit::InsertText(filter.to_string()), Edit::SelectAll] {
            line.apply(&edit, &mut String::new());
        }
    }
    state.overlays.push(Overlay::Filter(Box::new(FilterPrompt { line, found: Ok(0) })));
    count_matches(state);
    Vec::new()
}

/// Counts what the filter that is being typed would show.
pub(super) fn count_matches(state: &mut State) {
    let Some(Overlay::Filter(typed)) = state.overlays.last_mut() else { return };
    typed.found = Filter::parse(typed.text()).map(|filter| {
        let is_match = |exchange| filter.as_ref().is_none_or(|filter| filter.is_match(exchange));
        state.server.wire.traffic.entries().filter(|entry| is_match(&entry.exchange)).count()
    });
}

/// Shows what was typed, and stays if it is not a valid filter: what is wrong is on the screen already.
pub(super) fn apply_filter(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Filter(typed)) = state.overlays.last() else { return Vec::new() };
    if let Ok(filter) = Filter::parse(typed.text()) {
        state.server.wire.set_filter(filter);
        state.overlays.pop();
    }
    Vec::new()
}

/// A request departed, was answered, or was lost.
pub(super) fn on_exchange(state: &mut State, exchange: Exchange) -> Vec<Effect> {
    state.status.milestones.on_exchange(&exchange);
    lesson_events::exchanged(state, &exchange);
    let mut effects = gate::on_exchange(state, &exchange);
    effects.extend(versions::on_exchange(state, &exchange));
    effects.extend(policy::on_exchange(state, &exchange));
    state.server.wire.traffic.record(exchange, state.server.policy.map(|policy| policy.preconditions));
    effects
}

/// The server's record tells that a request is held at its gate, or ended.
pub(super) fn on_recorded(state: &mut State, exchange: &Exchange) -> Vec<Effect> {
    lesson_events::at_the_gate(state, exchange);
    state.server.wire.traffic.on_server_record(exchange);
    versions::on_exchange(state, exchange)
}
