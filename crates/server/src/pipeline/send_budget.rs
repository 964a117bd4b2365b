//! Room for the body of a response, until it is sent.
//!
//! It is taken as soon as there is a body, since much can keep a response from being sent: the rest of the request's
//! body that comes first, an injected delay, a client that does not read. What a stream of events sends has its room
//! taken when it is [sent](crate::connection).

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, HttpBody};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::RequestInfo;
use crate::budget;
use crate::budget::memory_pool::PoolLoan;
use crate::connection::peer_client::ConnectedClient;
use crate::problem::{ExhaustedBudget, Refusal};
use crate::state::SharedState;

/// Up to so many bytes, a body is sent without being counted, as a refusal has to be.
pub(crate) const SMALL_RESPONSE_BYTES: usize = 1024;

/// How long a client is asked to wait if there is no room, in seconds.
pub(super) const RETRY_AFTER_SECONDS: u32 = 5;

/// The room that was taken for the body of a response: an extension of it.
#[derive(Clone)]
pub(crate) struct ReservedBytes(Arc<Mutex<Option<PoolLoan>>>);

impl ReservedBytes {
    /// Returns the room, once.
    pub(crate) fn into_loan(self) -> Option<PoolLoan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Takes room for the body of a response. If there is none, the response becomes a 503; to a write that was applied, it
/// becomes one without a body, as if the client had preferred that.
pub(super) fn reserve(
    app: &SharedState,
    came: &RequestInfo,
    client: Option<&ConnectedClient>,
    response: &mut Response,
) {
    let size = response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
    let (Some(client), Some(size)) = (client, size.filter(|size| *size > SMALL_RESPONSE_BYTES)) else { return };
    if let Some(loan) = client.sending.take(size) {
        response.extensions_mut().insert(ReservedBytes(Arc::new(Mutex::new(Some(loan)))));
    } else if came.method.is_safe() || !response.status().is_success() {
        *response = Refusal::budget_exhausted(&budget::SEND_BYTES, &app.options.budgets, Some(RETRY_AFTER_SECONDS))
            .into_response();
    } else {
        shorten(response);
        response.extensions_mut().insert(ExhaustedBudget(&budget::SEND_BYTES));
    }
}

/// Takes the representation away from the response to a write.
fn shorten(response: &mut Response) {
    *response.body_mut() = Body::empty();
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    let headers = response.headers_mut();
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_LOCATION, header::ACCEPT_RANGES] {
        headers.remove(name);
    }
    if headers.contains_key("preference-applied") {
        headers.insert("preference-applied", HeaderValue::from_static("return=minimal"));
    }
}
