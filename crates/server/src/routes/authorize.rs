//! Access control: after the route and the method, and before everything else about the request.
//!
//! | request | response | source |
//! | --- | --- | --- |
//! | no credentials, or another scheme | 401, a challenge without an error | RFC 6750 section 3.1 |
//! | a malformed or repeated `Authorization` | 400, `invalid_request` | the same; RFC 9110 section 5.3 |
//! | a token that the server does not know | 401, `invalid_token` | the same section |
//! | a token that is not an admin's, if one is required | 403, `insufficient_scope` | the same section |
//! | one person's token with another person's name | 403 | the contract: the author is the token's name |
//! | a name that the leader has removed | 403, `removed` | the contract; an admin is never refused for this |
//! | a participant's name without the participant's token | 403, `name_taken` | the contract |
//!
//! The last two hold on a server without tokens, too.

use axum::http::header::WWW_AUTHENTICATE;
use contract::{Reason, fields};

use crate::api::resources::{RequiredAccess, Resource};
use crate::http::authentication::{AuthError, Authentication};
use crate::http::removal::removed;
use crate::http::request_context::RequestContext;
use crate::problem::details::{access, room};
use crate::problem::{Refusal, types};
use crate::state::SharedState;
use crate::state::participants::NameStanding;

/// Refuses a request that is not authorized.
///
/// The path has already been parsed: a request for a path that cannot exist gets a 404 without a token.
pub(super) fn check(app: &SharedState, context: &RequestContext, resource: Resource) -> Result<(), Refusal> {
    let required = resource.required_access(&context.method);
    match (&context.authentication, required) {
        (_, RequiredAccess::Nothing) => return Ok(()),
        (Some(Authentication::Denied(why)), _) => return Err(unauthorized(why)),
        (Some(Authentication::Granted { admin: false, .. }), RequiredAccess::Admin) => return Err(forbidden()),
        // A server without tokens accepts all clients.
        (None | Some(Authentication::Granted { .. }), _) => {}
    }
    if resource.is_for_leaders()
        && let Some(client) = context.identity()
    {
        app.participants.led(&client);
    }
    match context.name_standing(app) {
        // To join under a taken name is a conflict, and the response names a free one.
        NameStanding::Taken if resource != Resource::Participants => {
            let refusal = Refusal::new(&types::FORBIDDEN, room::name_of_another(&context.author()));
            Err(refusal.with_reason(Reason::NameTaken).with_field(fields::AUTHOR))
        }
        NameStanding::Removed => Err(removed(&context.author())),
        NameStanding::Welcome | NameStanding::Taken => Ok(()),
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
