//! Delays the responses to wrong tokens from an address that has sent many of them.
//!
//! [`state::token_guesses`](crate::state::token_guesses) decides which responses are delayed.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use tokio::time::{Instant, sleep};

use crate::budget::{TOKEN_GUESSES, WAITING_GUESSES};
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::authentication::{AuthError, Authentication};
use crate::http::request_context::RequestContext;
use crate::problem::Refusal;
use crate::state::SharedState;
use crate::state::token_guesses::GuessPace;

/// How long the response to a wrong token is delayed.
const GUESS_DELAY: Duration = Duration::from_secs(1);

/// Returns whether a request has a token that the server does not know.
pub(super) fn is_guess(context: &RequestContext) -> bool {
    matches!(context.authentication, Some(Authentication::Denied(AuthError::UnknownToken)))
}

/// Delays the response to a guess if its address has made many.
///
/// If too many responses wait already, it becomes a 429. Only a 401 tells that a token is wrong, so no other response
/// is delayed.
pub(super) async fn delay_response(app: &SharedState, context: &RequestContext, response: &mut AnnotatedResponse) {
    let Some(client) = context.client.as_ref().filter(|_| response.status() == StatusCode::UNAUTHORIZED) else {
        return;
    };
    app.metrics.count_guess();
    match app.guesses.guess(client.connection.address(), Instant::now()) {
        GuessPace::AtOnce => {}
        GuessPace::Late(waiting) => {
            app.metrics.budgets.refused(&TOKEN_GUESSES);
            sleep(GUESS_DELAY).await;
            drop(waiting);
        }
        GuessPace::Never => {
            *response = Refusal::budget_exhausted(&WAITING_GUESSES, &app.options.budgets, Some(1)).into();
            if context.owns_connection() {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
        }
    }
}
