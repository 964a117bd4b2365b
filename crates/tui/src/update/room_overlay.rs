//! The keys of a room's overlays.

use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::room_overlay::RoomOverlay;
use crate::room_request::RoomRequest;
use crate::state::State;

/// Answers yes to the question of the topmost overlay.
pub(super) fn confirm(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Room(overlay)) = state.overlays.last() else { return Vec::new() };
    match &**overlay {
        RoomOverlay::Remove(name) => {
            let name = name.clone();
            state.overlays.pop();
            vec![Effect::Room(RoomRequest::Remove(name))]
        }
        RoomOverlay::People(_) => Vec::new(),
    }
}
