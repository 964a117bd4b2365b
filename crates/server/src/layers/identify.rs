//! Who asks is found out before anything else, and refused later.
//!
//! The record shows who asked, and the gate holds nobody who will be refused, so both have to know before the routes do.
//! But the routes refuse: whether a token is asked for at all, only they know, and a path where nothing is, or a method
//! that is not there, is told to everybody in the same way.

use axum::extract::Request;

use crate::app::Shared;

/// Notes on the request how it stands. On a server without tokens nobody is asked, and nothing is noted.
pub(super) fn identify(app: &Shared, request: &mut Request) {
    if let Some(tokens) = &app.options.tokens {
        let standing = tokens.standing(request.headers());
        request.extensions_mut().insert(standing);
    }
}
