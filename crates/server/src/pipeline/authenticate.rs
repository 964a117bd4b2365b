//! The effect of authentication on the connection.
//!
//! The connection becomes trusted, or ends if its place is for an admin.
//!
//! A request is authenticated before anything else, but refused later. The log needs the author, and the gate must not
//! hold a request that will be refused, so both need the result before the routes do. But the routes refuse: only they
//! know whether the request requires a token, and the response to a missing path or method is the same for all clients.

use axum::http::header;

use crate::budget;
use crate::connection::admission::ConnectionOwner;
use crate::http::authentication::Authentication;
use crate::http::request_context::RequestContext;
use crate::problem::{RETRY_AFTER_SECONDS, Refusal};
use crate::state::SharedState;
use crate::state::participants::ClientIdentity;
use crate::state::token_guesses::network_of;

/// Tells the register of connections whether the client has sent a valid token.
///
/// # Errors
///
/// A [`Refusal`] if the connection has a place for admins, and the request is not an admin's.
pub(super) fn check_connection(app: &SharedState, context: &RequestContext) -> Result<(), Refusal> {
    let Some(client) = &context.client else { return Ok(()) };
    let trust = &client.connection.place;
    let is_served = match context.authentication {
        Some(Authentication::Granted { admin, .. }) => trust.mark_token_holder(admin, || owner(context)),
        Some(Authentication::Denied(_)) | None => trust.is_open_to_strangers(),
    };
    if is_served {
        return Ok(());
    }
    let refusal = Refusal::budget_exhausted(&budget::CONNECTIONS, &app.options.budgets, Some(RETRY_AFTER_SECONDS));
    Err(refusal.with_header(header::CONNECTION, "close"))
}

/// Returns the client to which the connection of a request with a valid token belongs.
fn owner(context: &RequestContext) -> ConnectionOwner {
    match context.identity() {
        Some(client) if client.admin => ConnectionOwner::Admin,
        Some(ClientIdentity { name, joined: true, .. }) => ConnectionOwner::Participant(name),
        Some(ClientIdentity { address: Some(address), .. }) => ConnectionOwner::Network(network_of(address)),
        // Not a request with a valid token over a connection.
        Some(_) | None => ConnectionOwner::Admin,
    }
}
