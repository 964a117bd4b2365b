//! Why an action of a room's leader is unavailable.

use traffic::room::Attendee;

use crate::action::{Action, Context, RoomAction, RoomVoteAction};
use crate::led_question::NO_RIGHT_CHOICE;
use crate::overlay::Overlay;
use crate::room_overlay::RoomOverlay;
use crate::state::State;

/// Returns why the action is unavailable, or `None` if it is available.
pub(super) fn why_unavailable(action: RoomAction, state: &State) -> Option<String> {
    if !state.is_room() {
        return Some("only while a room is observed".to_owned());
    }
    if is_for_documents(action) && state.room.forwards_to().is_some() {
        return Some("the proxy has neither documents nor questions of its own".to_owned());
    }
    let is_removed = || selected_person(state).map(Attendee::is_removed);
    let why = match (action, is_removed()) {
        (RoomAction::RemovePerson | RoomAction::ReadmitPerson, None) => "no one is selected",
        (RoomAction::ShowLeaderCode, _) if state.room.hosting.as_ref().is_none_or(|one| one.leader.is_empty()) => {
            "this screen has no such code"
        }
        (RoomAction::BeginRound, _) if state.document_in_view().is_none() => "no document is in use yet",
        (RoomAction::WithdrawQuestion, _) => return state.room.question.why_not_withdraw().map(str::to_owned),
        (RoomAction::OpenForAll, _)
            if state.room.proposed.is_none()
                && state.document_in_view().is_none()
                && state.room.settings.document().is_none() =>
        {
            "no document is in use yet"
        }
        (RoomAction::RemovePerson, Some(true)) => "this person is removed already",
        (RoomAction::ReadmitPerson, Some(false)) => "this person is not removed",
        _ => return None,
    };
    Some(why.to_owned())
}

/// Returns whether an action is about documents, the policy or questions, which a proxy does not have.
pub(super) const fn is_for_documents(action: RoomAction) -> bool {
    matches!(
        action,
        RoomAction::BeginRound
            | RoomAction::CopyNewest
            | RoomAction::OpenForAll
            | RoomAction::SwitchEtags
            | RoomAction::SwitchJudging
            | RoomAction::SwitchDates
            | RoomAction::LeadQuestion
            | RoomAction::WriteQuestion
    )
}

/// Returns why the leader's question cannot be changed in this way, with the next step if there is one.
pub(super) fn why_not_lead(action: RoomVoteAction, state: &State) -> Option<String> {
    let why = state.room.question.why_not(action)?;
    if why != NO_RIGHT_CHOICE {
        return Some(why.to_owned());
    }
    let other = state.hint_for(Action::Room(RoomAction::WriteQuestion), Context::LedQuestion);
    Some(format!("{why}: {other} asks another one, whose line 'right' has the number of one"))
}

/// Returns the selected person, or `None` if the people are not shown or there are none.
pub(crate) fn selected_person(state: &State) -> Option<&Attendee> {
    let view = state.overlays.iter().rev().filter_map(Overlay::room).find_map(RoomOverlay::people)?;
    let at = view.selected(&state.room)?;
    state.room.people().get(at).copied()
}
