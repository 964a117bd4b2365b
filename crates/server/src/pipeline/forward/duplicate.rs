//! A request that is sent twice, like a message that a network duplicates.
//!
//! The client gets the response to the first one. The second one is an exchange of its own in the record, whose request
//! has the field `Ifmatch-Duplicate` with the number of the first one. The other server does not get that field.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderName, HeaderValue};

use super::super::gate::PrefetchedBody;
use super::finalize::finalize;
use super::record::ForwardRecord;
use super::send::send;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::body::body_error;
use crate::http::request_context::RequestContext;
use crate::options::gateway::Gateway;
use crate::problem::Refusal;
use crate::state::ServerState;

/// Names the exchange that this one repeats, in the record only.
const DUPLICATE: HeaderName = HeaderName::from_static("ifmatch-duplicate");

/// Reads a body to its end, and returns a copy of it.
///
/// Returns `None` if the body is so long, or still so incomplete, that it cannot be kept.
///
/// # Errors
///
/// The body broke off.
pub(super) async fn copy_of(app: &ServerState, body: &mut Body) -> Result<Option<Bytes>, Refusal> {
    let limit = app.options.max_body() as u64;
    if body.size_hint().exact().is_none_or(|size| size > limit) {
        tracing::warn!("a request is not sent twice, since its body is too long to be kept");
        return Ok(None);
    }
    let (mut bytes, mut trailers) = (Vec::new(), None);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
        match frame.map_err(|error| body_error(&error, &app.options))?.into_data() {
            Ok(part) => bytes.extend_from_slice(&part),
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    let bytes = Bytes::from(bytes);
    *body = Body::new(PrefetchedBody::whole(bytes.clone(), trailers));
    Ok(Some(bytes))
}

/// Sends a request a second time, and records its response.
pub(super) fn send_again(app: &ServerState, gateway: &Arc<dyn Gateway>, first: &Arc<RequestContext>, body: Bytes) {
    let (app, gateway, first) = (ServerState::clone(app), Arc::clone(gateway), Arc::clone(first));
    tokio::spawn(async move {
        let mut context = RequestContext::clone(&first);
        if let Some(number) = first.exchange {
            context.headers.insert(DUPLICATE, HeaderValue::from(number.0));
        }
        let mut context = Arc::new(context);
        let (record, body) = ForwardRecord::begin(&app, &gateway, &mut context, Body::from(body), true);
        let answer = send(&app, &*gateway, &first, &record, body).await;
        let mut response = answer.unwrap_or_else(AnnotatedResponse::from);
        finalize(&app, &context, &mut response);
        record.respond(&context, &mut response);
        let mut body = response.response.into_body();
        // Read to its end, so that the record has it.
        while let Some(Ok(_)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {}
    });
}
