//! Reserves room for the body of a response, until it is sent.
//!
//! The room is reserved as soon as there is a body, since several things can delay the response: the rest of the
//! request's body, an injected delay, a client that does not read. For event streams, room is reserved when an event is
//! [sent](crate::connection).

use axum::body::{Body, HttpBody};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use tokio::time::Instant;

use crate::budget;
use crate::connection::SMALL_RESPONSE_BYTES;
use crate::fields::PREFERENCE_APPLIED;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::problem::{RETRY_AFTER_SECONDS, Refusal};
use crate::state::SharedState;

/// Reserves room for the body of a response, and counts its bytes for the client.
///
/// If there is none, the response becomes a 503; to a write that was applied, it becomes one without a body, as if the
/// client had preferred that.
pub(super) fn reserve(app: &SharedState, context: &RequestContext, response: &mut AnnotatedResponse) {
    let size = response.response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
    if let (Some(accounts), Some(size)) = (&context.accounts, size) {
        accounts.charge_bytes(size, Instant::now());
    }
    let (Some(shares), Some(size)) = (context.shares(), size.filter(|size| *size > SMALL_RESPONSE_BYTES)) else {
        return;
    };
    if let Some(loan) = shares.sending.take(size) {
        response.room = Some(loan);
    } else if context.method.is_safe() || !response.status().is_success() {
        let seconds = Some(RETRY_AFTER_SECONDS);
        *response = Refusal::budget_exhausted(&budget::SEND_BYTES, &app.options.budgets, seconds).into();
    } else {
        shorten(&mut response.response);
        response.exceeded = Some(&budget::SEND_BYTES);
    }
}

/// Removes the representation from the response to a write.
fn shorten(response: &mut Response) {
    *response.body_mut() = Body::empty();
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    let headers = response.headers_mut();
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_LOCATION, header::ACCEPT_RANGES] {
        headers.remove(name);
    }
    if headers.contains_key(&PREFERENCE_APPLIED) {
        headers.insert(PREFERENCE_APPLIED, HeaderValue::from_static("return=minimal"));
    }
}
