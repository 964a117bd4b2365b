//! Whoever may not is refused: behind the route and the method, and before anything that the request says is looked at.
//!
//! | what | answer | where it says so |
//! | --- | --- | --- |
//! | no credentials, or of another scheme | 401, a challenge without an error | RFC 6750 section 3.1: whoever did not know that a token is wanted has made no mistake |
//! | an `Authorization` that cannot be read, or two of them | 400, `invalid_request` | the same section; RFC 9110 section 5.3 |
//! | a token that nobody holds | 401, `invalid_token` | the same section |
//! | a token of no admin, where one is wanted | 403, `insufficient_scope` | the same section |
//! | a token of one person, and the name of another | 403 | the contract: the author is the token's name |
//!
//! This layer is put on the methods that ask for a token, and only on a server that has tokens.

use axum::extract::Request;
use axum::http::header::WWW_AUTHENTICATE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::{Reason, fields};

use crate::access::{Standing, Turned};
use crate::refusal::words::who;
use crate::refusal::{Refusal, kinds};
use crate::resources::Asks;

/// Lets a request pass that may. Its path has been read, since whoever asks for what cannot be is not asked who it is.
pub(crate) async fn admit<Path>(asks: Asks, _: Path, request: Request, next: Next) -> Response {
    let refusal = match (request.extensions().get::<Standing>(), asks) {
        (Some(Standing::Admitted { admin: false, .. }), Asks::Admin) => Some(not_an_admin()),
        (Some(Standing::Admitted { .. }), _) | (_, Asks::Nothing) => None,
        (Some(Standing::Turned(why)), _) => Some(turned(why)),
        // Whom nobody has asked has shown nothing.
        (None, _) => Some(turned(&Turned::NoCredentials)),
    };
    match refusal {
        None => next.run(request).await,
        Some(refusal) => refusal.into_response(),
    }
}

fn turned(why: &Turned) -> Refusal {
    const CHALLENGE: &str = r#"Bearer realm="ifmatch""#;
    let unauthorized = |detail| Refusal::new(&kinds::UNAUTHORIZED, detail);
    match why {
        Turned::NoCredentials => {
            unauthorized(who::no_credentials()).because(Reason::NoCredentials).with(WWW_AUTHENTICATE, CHALLENGE)
        }
        Turned::OtherScheme => {
            unauthorized(who::other_scheme()).because(Reason::UnsupportedScheme).with(WWW_AUTHENTICATE, CHALLENGE)
        }
        Turned::UnknownToken => unauthorized(who::unknown_token())
            .because(Reason::InvalidToken)
            .with(WWW_AUTHENTICATE, r#"Bearer realm="ifmatch", error="invalid_token""#),
        Turned::Malformed => Refusal::new(&kinds::INVALID_REQUEST, who::malformed())
            .about_field("Authorization")
            .with(WWW_AUTHENTICATE, r#"Bearer realm="ifmatch", error="invalid_request""#),
        Turned::OtherName(name) => Refusal::new(&kinds::FORBIDDEN, who::other_name(name))
            .because(Reason::OtherName)
            .about_field(fields::AUTHOR),
    }
}

fn not_an_admin() -> Refusal {
    Refusal::new(&kinds::FORBIDDEN, who::not_an_admin())
        .because(Reason::InsufficientScope)
        .with(WWW_AUTHENTICATE, r#"Bearer realm="ifmatch", error="insufficient_scope", scope="admin""#)
}
