//! A response on its way through the pipeline, with notes for the later steps.

use std::mem;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use crate::budget::Budget;
use crate::budget::client_account::RequestSlot;
use crate::budget::memory_pool::PoolLoan;
use crate::fields::cache_control::NO_STORE;
use crate::problem::{Refusal, RefusalParts};
use crate::state::exchange_log::JudgementNote;

/// A response, and what the later steps of the pipeline need to know about it.
///
/// The notes are not extensions of the response: extensions are a map, whose first entry takes three allocations, and
/// nearly every response about a document has a judgement.
pub(crate) struct AnnotatedResponse {
    pub(crate) response: Response,
    /// The problem that becomes the body of the response, see [`finalize`](crate::pipeline::finalize).
    pub(crate) problem: Option<Box<RefusalParts>>,
    /// The judgement of the request, for the log and the metrics.
    pub(crate) judged: Option<JudgementNote>,
    /// The budget that the request exceeded, for the metrics.
    pub(crate) exceeded: Option<&'static Budget>,
    /// The part of the budget `send-bytes` that is reserved for the body.
    pub(crate) room: Option<PoolLoan>,
    /// Keeps the request under way until the response is sent.
    pub(crate) slot: Option<RequestSlot>,
    /// Whether the body of the request had a token or code that the server does not know.
    pub(crate) is_guess: bool,
    /// Whether the parts of the body are sent as they arrive from another server, and none is kept.
    pub(crate) is_streamed: bool,
    /// Whether the response is lost on purpose: the connection closes instead.
    pub(crate) is_lost: bool,
}

impl AnnotatedResponse {
    /// Adds the judgement of the request.
    pub(crate) fn with_judgement(mut self, judged: JudgementNote) -> Self {
        self.judged = Some(judged);
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(crate) fn headers_mut(&mut self) -> &mut HeaderMap {
        self.response.headers_mut()
    }
}

impl From<Response> for AnnotatedResponse {
    fn from(response: Response) -> Self {
        Self {
            response,
            problem: None,
            judged: None,
            exceeded: None,
            room: None,
            slot: None,
            is_guess: false,
            is_streamed: false,
            is_lost: false,
        }
    }
}

impl From<Refusal> for AnnotatedResponse {
    /// Converts a refusal.
    ///
    /// The response has no body yet: [`finalize`](crate::pipeline::finalize) writes the problem.
    fn from(refusal: Refusal) -> Self {
        let mut refused = refusal.into_parts();
        let (judged, exceeded) = (refused.judged.take(), refused.exceeded);
        let (response, problem) = if let Some(response) = refused.instead.take() {
            (response, None)
        } else {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = refused.kind.status;
            *response.headers_mut() = mem::take(&mut refused.headers);
            response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
            (response, Some(refused))
        };
        Self { problem, judged, exceeded, ..Self::from(response) }
    }
}
