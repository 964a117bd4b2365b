//! One policy for the whole of an exchange: the one that is in force when its judgement begins.
//!
//! It is taken behind the gate. So whoever leads the session can hold two writes, change the policy, and see what the
//! same two writes come to under it.

use axum::extract::{Request, State};
use axum::response::Response;

use super::next::Next;
use crate::app::App;

/// Runs the request under the policy of this moment, and says on the response which one it was.
pub(crate) async fn choose(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let policy = app.policy();
    request.extensions_mut().insert(policy);
    let mut response = next.run(request).await;
    response.extensions_mut().insert(policy);
    response
}
