//! One policy for the whole of an exchange: the one that is in force when its judgement begins.
//!
//! It is taken behind the gate. So whoever leads the session can hold two writes, change the policy, and see what the
//! same two writes come to under it.

use axum::extract::Request;
use contract::Policy;

use crate::state::SharedState;

/// Puts the request under the policy of this moment, and says which one that is.
pub(super) fn pin_policy(app: &SharedState, request: &mut Request) -> Policy {
    let policy = app.policy();
    request.extensions_mut().insert(policy);
    policy
}
