//! Who asks is found out before anything else, and refused later.
//!
//! The record shows who asked, and the gate holds nobody who will be refused, so both have to know before the routes
//! do. But the routes refuse: whether a token is asked for at all, only they know, and a path where nothing is, or a
//! method that is not there, is told to everybody in the same way.

use axum::extract::Request;
use axum::http::header;

use crate::budget;
use crate::connection::peer_client::ConnectedClient;
use crate::http::authentication::Authentication;
use crate::problem::{RETRY_AFTER_SECONDS, Refusal};
use crate::state::SharedState;

/// Notes on the request how it stands. On a server without tokens nobody is asked, and nothing is noted.
pub(super) fn authenticate(app: &SharedState, request: &mut Request) {
    if let Some(tokens) = &app.options.tokens {
        let standing = Authentication::of(tokens, request.headers());
        request.extensions_mut().insert(standing);
    }
}

/// Tells the connection whether its client is known, and refuses the request if its connection was kept for an admin.
pub(super) fn check_connection(app: &SharedState, request: &Request) -> Result<(), Refusal> {
    let Some(client) = request.extensions().get::<ConnectedClient>() else { return Ok(()) };
    let is_served = match request.extensions().get() {
        Some(Authentication::Granted { admin, .. }) => client.place.mark_token_holder(*admin),
        _ => client.place.is_open_to_strangers(),
    };
    if is_served {
        return Ok(());
    }
    let refusal = Refusal::budget_exhausted(&budget::CONNECTIONS, &app.options.budgets, Some(RETRY_AFTER_SECONDS));
    Err(refusal.with_header(header::CONNECTION, "close"))
}
