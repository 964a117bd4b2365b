//! Who asks is found out before anything else, and refused later.
//!
//! The record shows who asked, and the gate holds nobody who will be refused, so both have to know before the routes do.
//! But the routes refuse: whether a token is asked for at all, only they know, and a path where nothing is, or a method
//! that is not there, is told to everybody in the same way.

use axum::extract::Request;
use axum::http::header;

use crate::accept::client::Client;
use crate::access::Standing;
use crate::app::Shared;
use crate::budget;
use crate::refusal::Refusal;

/// How long a client is asked to wait if all connections are in use, in seconds.
const WAIT: u32 = 5;

/// Notes on the request how it stands. On a server without tokens nobody is asked, and nothing is noted.
pub(super) fn identify(app: &Shared, request: &mut Request) {
    if let Some(tokens) = &app.options.tokens {
        let standing = tokens.standing(request.headers());
        request.extensions_mut().insert(standing);
    }
}

/// Tells the connection whether its client is known, and refuses the request if its connection was kept for an admin.
pub(super) fn judge_connection(app: &Shared, request: &Request) -> Result<(), Refusal> {
    let Some(client) = request.extensions().get::<Client>() else { return Ok(()) };
    let is_served = match request.extensions().get() {
        Some(Standing::Admitted { admin, .. }) => client.place.show_token(*admin),
        _ => client.place.serves_strangers(),
    };
    if is_served {
        return Ok(());
    }
    let refusal = Refusal::used_up(&budget::CONNECTIONS, &app.options.budgets, Some(WAIT));
    Err(refusal.with(header::CONNECTION, "close"))
}
