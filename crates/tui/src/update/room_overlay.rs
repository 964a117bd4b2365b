//! The keys of a room's overlays.

use super::{led_question, room_session, round};
use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::room_overlay::{JoinView, RoomOverlay};
use crate::room_request::{RoomRequest, RoundText};
use crate::state::{SessionEnd, State};

/// Answers yes to the question of the topmost overlay.
pub(super) fn confirm(state: &mut State) -> Vec<Effect> {
    let Some(overlay) = state.overlays.last().and_then(Overlay::room) else { return Vec::new() };
    match overlay {
        RoomOverlay::Remove(name) => {
            let name = name.clone();
            state.overlays.pop();
            vec![Effect::Room(RoomRequest::Remove(name))]
        }
        RoomOverlay::EndServer => {
            if state.room.saving.delays_leaving() {
                return room_session::warn_of_save(state);
            }
            state.leaving.ended = Some(SessionEnd::Quit);
            Vec::new()
        }
        RoomOverlay::AskQuestion => led_question::confirm(state),
        RoomOverlay::WithdrawQuestion => led_question::withdraw(state),
        RoomOverlay::NewRound(_) => round::begin(state, RoundText::First),
        RoomOverlay::People(_)
        | RoomOverlay::Join(_)
        | RoomOverlay::Controls(_)
        | RoomOverlay::Seeds(_)
        | RoomOverlay::LedQuestion(_) => Vec::new(),
    }
}

/// Shows how people join.
pub(super) fn show_join(state: &mut State) -> Vec<Effect> {
    state.overlays.push(RoomOverlay::Join(JoinView::default()).into());
    Vec::new()
}

/// Shows the leader's own code, or hides it.
pub(super) fn toggle_leader_code(state: &mut State) -> Vec<Effect> {
    if let Some(RoomOverlay::Join(view)) = state.overlays.last_mut().and_then(Overlay::room_mut) {
        view.shows_leader = !view.shows_leader;
    }
    Vec::new()
}

/// Asks before the server ends with this screen, if people are connected or the session is not saved.
///
/// Returns whether it asks.
pub(super) fn asks_to_end(state: &mut State) -> bool {
    if state.room.hosting.is_none() || (state.room.connected() == 0 && !state.room.is_unsaved()) {
        return false;
    }
    let is_asking = |screen: &Overlay| matches!(screen.room(), Some(RoomOverlay::EndServer));
    if !state.overlays.iter().any(is_asking) {
        state.overlays.push(RoomOverlay::EndServer.into());
    }
    true
}
