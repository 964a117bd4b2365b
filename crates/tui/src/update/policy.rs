//! The server's policy: reading it, switching it, and noticing that another client has changed it.
//!
//! A server that makes a mistake on purpose says so in each response. If a response contradicts the known policy,
//! another client may have changed the policy, and it is read again.

use contract::{Exchange, fields};
use precondition::Policy;
use precondition::policy::Preconditions;
use terminal::theme::Role;

use super::level_server;
use crate::content::controls::preconditions_notice;
use crate::effect::Effect;
use crate::state::{NoteLifetime, ProgramNote, State};

/// Switches to the next precondition policy: required, optional, ignored, in turn.
pub(super) fn switch(state: &mut State) -> Vec<Effect> {
    let Some(policy) = state.server.policy else { return vec![Effect::ReadPolicy] };
    let next = match state.server.wanted.unwrap_or(policy.preconditions) {
        Preconditions::Required => Preconditions::Optional,
        Preconditions::Optional => Preconditions::Ignored,
        Preconditions::Ignored => Preconditions::Required,
    };
    set_preconditions(state, next)
}

/// Sets the server's precondition policy.
pub(super) fn set_preconditions(state: &mut State, next: Preconditions) -> Vec<Effect> {
    if state.is_in_level() {
        return level_server::set_preconditions(state, next);
    }
    // One change at a time: each change names the policy that it replaces, so a second one in flight would fail.
    let under_way = state.server.wanted.replace(next).is_some();
    if under_way { Vec::new() } else { vec![Effect::SetPreconditions { seat: state.people.seat, preconditions: next }] }
}

/// Handles the policy that was requested, or why it is not known.
pub(super) fn on_read(state: &mut State, read: Result<Policy, String>) -> Vec<Effect> {
    state.server.doubted_policy = None;
    take_in(state, read);
    Vec::new()
}

/// Notes that the server tells its policy only to the leader.
pub(super) fn on_withheld(state: &mut State) -> Vec<Effect> {
    state.server.policy = None;
    state.server.doubted_policy = None;
    state.status.note.take_if(|note| note.about == NoteLifetime::Policy);
    Vec::new()
}

/// Handles the result of a change of the policy.
///
/// If another change was requested meanwhile, it is sent now.
pub(super) fn on_set(state: &mut State, set: Result<Policy, String>) -> Vec<Effect> {
    let reached = set.as_ref().ok().map(|policy| policy.preconditions);
    take_in(state, set);
    if let Some(reached) = reached.filter(|_| state.is_room()) {
        let role = if reached == Preconditions::Required { Role::Good } else { Role::Warning };
        state.say(role, format!("policy {}: {}", reached.as_str(), preconditions_notice(reached)));
    }
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

/// Compares a response with the known policy, and reads the policy again if they differ.
///
/// A lesson knows its policy by itself.
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
    // A response without the field may come from an intermediary; a response with the field comes from the server.
    if let Some(told) = (!mistakes.is_empty()).then(|| policy_with(&mistakes)).flatten() {
        state.server.policy = Some(told);
    }
    (state.server.doubted_policy.replace(known) != Some(known)).then_some(Effect::ReadPolicy)
}

/// Returns the policy with exactly these mistakes, or `None` if one of them is unknown.
fn policy_with(mistakes: &[(&str, &str)]) -> Option<Policy> {
    let mut policy = serde_json::to_value(Policy::default()).ok()?;
    for (member, word) in mistakes {
        policy[member] = (*word).into();
    }
    serde_json::from_value(policy).ok()
}
