//! A new round: a fresh copy of a document, and the counters at zero.

use contract::DocumentId;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::open_for_all;
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::room_overlay::RoomOverlay;
use crate::room_request::{BegunRound, RoomRequest, RoundText};
use crate::state::State;

/// Asks with which text the round begins.
pub(super) fn ask(state: &mut State) -> Vec<Effect> {
    if let Some(document) = state.document_in_view() {
        state.overlays.push(RoomOverlay::NewRound(document).into());
    }
    Vec::new()
}

/// Begins the round that the topmost overlay asks about.
pub(super) fn begin(state: &mut State, text: RoundText) -> Vec<Effect> {
    let topmost = state.overlays.last().and_then(Overlay::room);
    let Some(RoomOverlay::NewRound(document)) = topmost else { return Vec::new() };
    let document = document.clone();
    state.overlays.pop();
    vec![Effect::Room(RoomRequest::BeginRound { document, text, over: state.room.settings.etag().cloned() })]
}

/// Sets the counters to zero if the document was copied, and says what people do now.
pub(super) fn on_begun(state: &mut State, document: &DocumentId, begun: Result<BegunRound, String>) -> Vec<Effect> {
    let BegunRound { document: copy, opened } = match begun {
        Ok(begun) => begun,
        Err(why) => {
            let words = format!("no new round: '{document}' was not copied: {}", sanitize(&why));
            return state.say(Role::Bad, words);
        }
    };
    state.room.room.begin_round();
    let (role, how) = match opened {
        Ok(seen) => {
            state.room.settings.set(seen);
            let key = state.hint_for(Action::OpenLeadersDocument, Context::Text);
            (Role::Good, format!("people get '{copy}' by itself, or with {key} from another document"))
        }
        Err(failure) => {
            let open = state.hint_for(Action::Documents, Context::Text);
            let why = open_for_all::on_failure(state, failure);
            (Role::Warning, format!("people open '{copy}' with {open} ({why})"))
        }
    };
    state.say(role, format!("a new round: {how}; '{document}' stays as it is; the counters start at zero"))
}

/// Sets the counters to zero.
pub(super) fn reset_counters(state: &mut State) -> Vec<Effect> {
    state.room.room.begin_round();
    state.say(Role::Info, "the counters start at zero; the room notices nothing".to_owned())
}
