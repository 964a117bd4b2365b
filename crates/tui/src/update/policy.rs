//! The server's policy: what is known of it, and how it is switched from here.
//!
//! A server that makes a mistake on purpose says so in each response. If that is not what is known here, another client
//! may have changed the policy, and it is read again.

use contract::{Exchange, fields};
use precondition::Policy;
use precondition::policy::Preconditions;
use terminal::theme::Role;

use crate::effect::Effect;
use crate::state::{NoteLifetime, ProgramNote, State};

/// Switches on: required, optional, ignored, and around.
pub(super) fn switch(state: &mut State) -> Vec<Effect> {
    let Some(policy) = state.server.policy else { return vec![Effect::ReadPolicy] };
    let next = match state.server.wanted.unwrap_or(policy.preconditions) {
        Preconditions::Required => Preconditions::Optional,
        Preconditions::Optional => Preconditions::Ignored,
        Preconditions::Ignored => Preconditions::Required,
    };
    set_preconditions(state, next)
}

/// Has the server insist on that.
pub(super) fn set_preconditions(state: &mut State, next: Preconditions) -> Vec<Effect> {
    // One change at a time: each names the policy that it replaces, and the second would meet the first.
    let under_way = state.server.wanted.replace(next).is_some();
    if under_way { Vec::new() } else { vec![Effect::SetPreconditions { seat: state.people.seat, preconditions: next }] }
}

/// The policy that was asked for is known, or it is known why not.
pub(super) fn on_read(state: &mut State, read: Result<Policy, String>) -> Vec<Effect> {
    state.server.doubted_policy = None;
    take_in(state, read);
    Vec::new()
}

/// The server tells its policy to the leader only.
pub(super) fn on_withheld(state: &mut State) -> Vec<Effect> {
    state.server.policy = None;
    state.server.doubted_policy = None;
    state.status.note.take_if(|note| note.about == NoteLifetime::Policy);
    Vec::new()
}

/// A change of the policy came to its end. If more was wanted meanwhile, the next one begins.
pub(super) fn on_set(state: &mut State, set: Result<Policy, String>) -> Vec<Effect> {
    let reached = set.as_ref().ok().map(|policy| policy.preconditions);
    take_in(state, set);
    state.server.wanted.take_if(|wanted| reached.is_none_or(|reached| reached == *wanted));
    let next =
        state.server.wanted.map(|preconditions| Effect::SetPreconditions { seat: state.people.seat, preconditions });
    next.into_iter().collect()
}

fn take_in(state: &mut State, told: Result<Policy, String>) {
    match told {
        Ok(policy) => {
            state.server.policy = Some(policy);
            state.status.note.take_if(|note| note.about == NoteLifetime::Policy);
        }
        Err(why) => {
            let words = format!("the policy is not known: {why}");
            state.status.note = Some(ProgramNote { about: NoteLifetime::Policy, role: Role::Bad, words });
        }
    }
}

/// Compares what a response says with the policy that is shown. A lesson knows its policy itself.
pub(super) fn on_exchange(state: &mut State, exchange: &Exchange) -> Option<Effect> {
    let known = state.server.policy.filter(|_| state.lesson.course.is_none() && state.server.wanted.is_none())?;
    let response = exchange.response.as_ref().filter(|_| exchange.target.contains("/api/"))?;
    let told = response.field(fields::UNSAFE);
    let mut mistakes: Vec<_> =
        told.unwrap_or_default().split(',').filter_map(|said| said.trim().split_once('=')).collect();
    let mut expected: Vec<_> = known.mistakes().collect();
    mistakes.sort_unstable();
    expected.sort_unstable();
    if mistakes == expected {
        return None;
    }
    // A response without the field may be of an intermediary; one with it is the server's own word.
    if let Some(told) = (!mistakes.is_empty()).then(|| policy_with(&mistakes)).flatten() {
        state.server.policy = Some(told);
    }
    (state.server.doubted_policy.replace(known) != Some(known)).then_some(Effect::ReadPolicy)
}

/// Returns the policy with these mistakes and no others, or `None` if one of them is not known here.
fn policy_with(mistakes: &[(&str, &str)]) -> Option<Policy> {
    let mut policy = serde_json::to_value(Policy::default()).ok()?;
    for (member, word) in mistakes {
        policy[member] = (*word).into();
    }
    serde_json::from_value(policy).ok()
}
