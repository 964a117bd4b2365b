//! The server of a level: its gate and its policy, which the learner operates.
//!
//! The instructor performs the tasks, since it knows the version of the policy.

use lesson::player::InstructorTask;
use lesson::script::HoldPoint;
use precondition::policy::Preconditions;
use terminal::theme::Role;

use super::instructor::instruct;
use super::level_progress::{hold_of, touch};
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::state::State;

/// Sets the server's precondition policy, by way of the instructor.
pub(super) fn set_preconditions(state: &mut State, preconditions: Preconditions) -> Vec<Effect> {
    let Some(mut policy) = state.server.policy else { return Vec::new() };
    policy.preconditions = preconditions;
    touch(state);
    state.server.policy = Some(policy);
    instruct(state, InstructorTask::SetPolicy(policy))
}

/// Has the gate hold requests at this point.
pub(super) fn set_hold(state: &mut State, next: HoldPoint) -> Vec<Effect> {
    touch(state);
    let effects = instruct(state, InstructorTask::Hold(next));
    let key = |action| state.hint_for(action, Context::Wire);
    let (one, all) = (key(Action::Release), key(Action::ReleaseAll));
    state.server.gate.hold = Some(hold_of(next));
    let words = match next {
        HoldPoint::Writes => format!("the gate now holds every save: {one} releases one, {all} all"),
        HoldPoint::All => format!("the gate now holds saves and reads: {one} releases one, {all} all"),
        HoldPoint::Judged => format!("each save is now held after it was compared: {one} releases one, {all} all"),
        HoldPoint::Nowhere => "the gate is open for new requests".to_owned(),
    };
    state.say(Role::Info, words);
    effects
}
