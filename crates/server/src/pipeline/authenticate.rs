//! Who asks is found out before anything else, and refused later.
//!
//! The record shows who asked, and the gate holds nobody who will be refused, so both have to know before the routes
//! do. But the routes refuse: whether a token is asked for at all, only they know, and a path where nothing is, or a
//! method that is not there, is told to everybody in the same way.

use axum::http::header;

use crate::budget;
use crate::http::authentication::Authentication;
use crate::http::request_context::RequestContext;
use crate::problem::{RETRY_AFTER_SECONDS, Refusal};
use crate::state::SharedState;

/// Tells the connection whether its client is known, and refuses the request if its connection was kept for an admin.
pub(super) fn check_connection(app: &SharedState, context: &RequestContext) -> Result<(), Refusal> {
    let Some(client) = &context.client else { return Ok(()) };
    let trust = &client.connection.place;
    let is_served = match context.authentication {
        Some(Authentication::Granted { admin, .. }) => trust.mark_token_holder(admin),
        Some(Authentication::Denied(_)) | None => trust.is_open_to_strangers(),
    };
    if is_served {
        return Ok(());
    }
    let refusal = Refusal::budget_exhausted(&budget::CONNECTIONS, &app.options.budgets, Some(RETRY_AFTER_SECONDS));
    Err(refusal.with_header(header::CONNECTION, "close"))
}
