//! Access control: behind the route and the method, and before anything else of the request.
//!
//! | request | response | source |
//! | --- | --- | --- |
//! | no credentials, or of another scheme | 401, a challenge without an error | RFC 6750 section 3.1 |
//! | an `Authorization` that is malformed or repeated | 400, `invalid_request` | the same; RFC 9110 section 5.3 |
//! | a token that the server does not know | 401, `invalid_token` | the same section |
//! | a token that is not an admin's, if one is required | 403, `insufficient_scope` | the same section |
//! | a token of one person, and the name of another | 403 | the contract: the author is the token's name |
//!
//! Only methods that exist require a token: all others are refused in the same way to all clients.

use axum::http::header::WWW_AUTHENTICATE;
use contract::{Reason, fields};

use crate::api::resources::RequiredAccess;
use crate::http::authentication::{AuthError, Authentication};
use crate::http::request_context::RequestContext;
use crate::problem::details::access;
use crate::problem::{Refusal, types};

/// Lets a request pass that may.
///
/// Its path has been read: a client that asks for something that cannot exist is not asked for a token.
pub(super) fn check(context: &RequestContext, required: RequiredAccess) -> Result<(), Refusal> {
    // A server without tokens lets all clients in.
    let Some(authentication) = &context.authentication else { return Ok(()) };
    match (authentication, required) {
        (Authentication::Granted { admin: false, .. }, RequiredAccess::Admin) => Err(forbidden()),
        (Authentication::Granted { .. }, _) | (_, RequiredAccess::Nothing) => Ok(()),
        (Authentication::Denied(why), _) => Err(unauthorized(why)),
    }
}

fn unauthorized(why: &AuthError) -> Refusal {
    const CHALLENGE: &str = r#"Bearer realm="ifmatch""#;
    let unauthorized = |detail| Refusal::new(&types::UNAUTHORIZED, detail);
    match why {
        AuthError::NoCredentials => unauthorized(access::no_credentials())
            .with_reason(Reason::NoCredentials)
            .with_header(WWW_AUTHENTICATE, CHALLENGE),
        AuthError::OtherScheme => unauthorized(access::other_scheme())
            .with_reason(Reason::UnsupportedScheme)
            .with_header(WWW_AUTHENTICATE, CHALLENGE),
        AuthError::UnknownToken => unauthorized(access::unknown_token())
            .with_reason(Reason::InvalidToken)
            .with_header(WWW_AUTHENTICATE, r#"Bearer realm="ifmatch", error="invalid_token""#),
        AuthError::Malformed => Refusal::invalid_request(access::malformed())
            .with_field("Authorization")
            .with_header(WWW_AUTHENTICATE, r#"Bearer realm="ifmatch", error="invalid_request""#),
        AuthError::OtherName(name) => Refusal::new(&types::FORBIDDEN, access::other_name(name))
            .with_reason(Reason::OtherName)
            .with_field(fields::AUTHOR),
    }
}

fn forbidden() -> Refusal {
    Refusal::new(&types::FORBIDDEN, access::not_an_admin())
        .with_reason(Reason::InsufficientScope)
        .with_header(WWW_AUTHENTICATE, r#"Bearer realm="ifmatch", error="insufficient_scope", scope="admin""#)
}
