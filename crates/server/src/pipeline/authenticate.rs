//! Connections that are kept for admins, and the ones that have shown a token.
//!
//! A request is authenticated before anything else, and refused later: the log shows the author, and the gate does not
//! hold a request that will be refused, so both have to know it before the routes do. But the routes refuse: only they
//! know whether a token is required at all, and a missing path or method is answered in the same way to all clients.

use axum::http::header;

use crate::budget;
use crate::http::authentication::Authentication;
use crate::http::request_context::RequestContext;
use crate::problem::{RETRY_AFTER_SECONDS, Refusal};
use crate::state::SharedState;

/// Tells the connection whether its client is known.
///
/// # Errors
///
/// The connection was kept for an admin, and this is not an admin's request.
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
