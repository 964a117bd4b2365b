//! The palette: opening it, moving its selection, and taking the user's choice.

use crate::action::Action;
use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::palette::{Palette, listing};
use crate::scroll::Movement;
use crate::state::State;

/// The number of actions that a page key moves by.
const PAGE_ROWS: isize = 10;

/// Opens the palette, or closes it. It replaces the help, which is about the same view.
pub(super) fn toggle(state: &mut State) -> Vec<Effect> {
    if state.palette().is_some() {
        state.overlays.pop();
        return Vec::new();
    }
    if matches!(state.overlays.last(), Some(Overlay::Help(_))) {
        state.overlays.pop();
        return toggle(state);
    }
    state.overlays.push(Overlay::Palette(Box::new(Palette::new())));
    Vec::new()
}

/// Moves the selection.
pub(super) fn select(state: &mut State, movement: Movement) -> Vec<Effect> {
    select_by(state, movement.rows(PAGE_ROWS));
    Vec::new()
}

/// Moves the selection by a number of rows, positive if down.
pub(super) fn select_by(state: &mut State, by: isize) {
    let Some(rows) = state.palette().map(|palette| listing::rows(palette, state)) else { return };
    if let Some(Overlay::Palette(palette)) = state.overlays.last_mut() {
        listing::select_by(palette, &rows, by);
    }
}

/// Returns the chosen action, and closes the palette.
///
/// If the action is off, this says why, and the palette stays open.
pub(super) fn take_choice(state: &mut State) -> Option<Action> {
    let palette = state.palette()?;
    let rows = listing::rows(palette, state);
    let row = rows.get(listing::selected(palette, &rows))?;
    if let Some(why) = &row.off {
        state.say_unavailable(why);
        return None;
    }
    state.overlays.pop();
    Some(row.action)
}
