//! The wire panel: its keys, and the exchanges that it records.

use contract::Exchange;
use terminal::line_input::LineInput;
use traffic::Filter;

use super::{gate, lesson_events, policy, room, server_document, versions};
use crate::effect::Effect;
use crate::overlay::{ExchangeView, FilterPrompt, Overlay};
use crate::scroll::{Movement, Scroll};
use crate::state::{Focus, State};
use crate::wire::PanelMode;

/// The number of exchanges that a page key moves by.
const PAGE_ROWS: isize = 10;

/// Shows the panel as a list, then as a diagram, then not at all.
pub(super) fn show_next_mode(state: &mut State) -> Vec<Effect> {
    state.server.wire_shown = state.server.wire_shown.next();
    if state.server.wire_shown == PanelMode::Off {
        leave(state);
    }
    Vec::new()
}

/// Moves the focus from the panel back: to the lesson if it had the keys before, also in a level.
fn leave(state: &mut State) {
    let to_lesson = state.lesson.course.is_some() && state.people.lesson_before_wire;
    state.people.focus = if to_lesson { Focus::Lesson } else { state.default_focus() };
}

/// Moves the focus to the panel, or back.
pub(super) fn toggle_focus(state: &mut State) -> Vec<Effect> {
    if state.people.focus == Focus::Wire {
        leave(state);
    } else {
        state.people.enter_wire();
    }
    if state.server.wire_shown == PanelMode::Off && state.people.focus == Focus::Wire {
        state.server.wire_shown = PanelMode::List;
    }
    Vec::new()
}

/// Moves the selection. After a move to the end, it follows the newest exchange.
pub(super) fn select(state: &mut State, movement: Movement) -> Vec<Effect> {
    match movement {
        Movement::Last => state.server.wire.follow(),
        movement => state.server.wire.select(movement.rows(PAGE_ROWS)),
    }
    Vec::new()
}

/// Shows the selected exchange in full.
pub(super) fn open_selected(state: &mut State) -> Vec<Effect> {
    if let Some(number) = state.server.wire.selected_number() {
        open_exchange(state, number);
    }
    Vec::new()
}

/// Shows an exchange in full.
pub(super) fn open_exchange(state: &mut State, number: u64) {
    state.overlays.push(Overlay::Exchange(ExchangeView { number, scroll: Scroll::default() }));
}

/// Removes the filter or, if there is none, moves the focus back.
pub(super) fn close(state: &mut State) -> Vec<Effect> {
    if state.server.wire.traffic.filter().is_some() {
        state.server.wire.set_filter(None);
    } else {
        leave(state);
    }
    Vec::new()
}

/// Opens the prompt for a filter, with the current filter in it.
pub(super) fn open_filter(state: &mut State) -> Vec<Effect> {
    let filter = state.server.wire.traffic.filter();
    let line = filter.map_or_else(LineInput::new, |filter| LineInput::proposing(&filter.to_string()));
    state.overlays.push(Overlay::Filter(Box::new(FilterPrompt { line, found: Ok(0) })));
    count_matches(state);
    Vec::new()
}

/// Counts the exchanges that match the filter being typed.
pub(super) fn count_matches(state: &mut State) {
    let Some(Overlay::Filter(typed)) = state.overlays.last_mut() else { return };
    typed.found = Filter::parse(typed.text()).map(|filter| {
        let is_match = |exchange| filter.as_ref().is_none_or(|filter| filter.is_match(exchange));
        state.server.wire.traffic.entries().filter(|entry| is_match(&entry.exchange)).count()
    });
}

/// Applies the filter that was typed. If it is not valid, the prompt stays open, with the error in it.
pub(super) fn apply_filter(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Filter(typed)) = state.overlays.last() else { return Vec::new() };
    if let Ok(filter) = Filter::parse(typed.text()) {
        state.server.wire.set_filter(filter);
        state.overlays.pop();
    }
    Vec::new()
}

/// Records an exchange of one of our clients: a request was sent, answered or lost.
pub(super) fn on_exchange(state: &mut State, exchange: Exchange) -> Vec<Effect> {
    let exchange = state.server.wire.traffic.renumbered(exchange);
    state.status.milestones.on_exchange(&exchange);
    lesson_events::exchanged(state, &exchange);
    let mut effects = gate::on_exchange(state, &exchange);
    effects.extend(versions::on_exchange(state, &exchange));
    effects.extend(server_document::on_exchange(state, &exchange));
    effects.extend(policy::on_exchange(state, &exchange));
    state.server.wire.traffic.record(exchange, state.server.policy.map(|policy| policy.preconditions));
    effects
}

/// Takes in an entry of the server's record: a request is held at the gate, or has ended.
///
/// On the stage, requests of clients that are not ours are recorded too.
pub(super) fn on_recorded(state: &mut State, exchange: &Exchange) -> Vec<Effect> {
    if state.is_room() {
        return room::on_recorded(state, exchange);
    }
    lesson_events::at_the_gate(state, exchange);
    let is_ours = state.server.wire.traffic.on_server_record(exchange);
    if state.is_shared() && !is_ours {
        let policy = state.server.policy.map(|policy| policy.preconditions);
        state.server.wire.traffic.record_other_client(exchange, policy);
    }
    versions::on_exchange(state, exchange)
}
