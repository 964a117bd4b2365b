//! What responses say of the server's policy: it may have been changed by another client.
//!
//! A server that makes a mistake on purpose says so in each response. If that is not what we know, the policy is read
//! again. Changes that are made here are not its subject.

use contract::{Exchange, fields};
use precondition::Policy;

use super::on_policy;
use crate::effect::Effect;
use crate::state::State;

/// The policy that was asked for is known, or it is known why not.
pub(super) fn read(state: &mut State, told: Result<Policy, String>) -> Vec<Effect> {
    state.doubted_policy = None;
    on_policy(state, told);
    Vec::new()
}

/// Compares what a response says with the policy that is shown. A lesson knows its policy itself.
pub(super) fn exchanged(state: &mut State, exchange: &Exchange) -> Option<Effect> {
    let known = state.policy.filter(|_| state.course.is_none() && state.wanted.is_none())?;
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
        state.policy = Some(told);
    }
    (state.doubted_policy.replace(known) != Some(known)).then_some(Effect::ReadPolicy)
}

/// Returns the policy with these mistakes and no others; `None` if one of them is not known here.
fn policy_with(mistakes: &[(&str, &str)]) -> Option<Policy> {
    let mut policy = serde_json::to_value(Policy::default()).ok()?;
    for (member, word) in mistakes {
        policy[member] = (*word).into();
    }
    serde_json::from_value(policy).ok()
}
