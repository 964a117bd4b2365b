//! Records exchanges: the request when it arrives, and the response when it is finalized.
//!
//! This step is the first to see a request and the last to see a response, so it records what is sent over the
//! connection, except for the values of [`secrets`](contract::secrets) and for bodies beyond [`MAX_RECORDED_BODY`]. The
//! log itself is in [`state::exchange_log`](crate::state::exchange_log).

use std::borrow::Cow;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Uri;
use axum::http::header;
use axum::response::Response;
use contract::Timestamp;
use contract::exchange::MAX_RECORDED_BODY;
use contract::secrets::{redact_body, redact_target};
use hyper::body::Frame;
use precondition::Evaluation;

use super::faults::DropConnection;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::authentication::Authentication;
use crate::http::gathered_bytes::GatheredBytes;
use crate::http::request_context::RequestContext;
use crate::lock::lock;
use crate::state::SharedState;
use crate::state::exchange_log::{Completion, ExchangeId, ExchangeLog, LogShare, LoggedResponse, RequestSummary};

/// Begins to record an exchange, if exchanges of its path are recorded.
///
/// `is_overload` says that the request is refused because its client sends too much.
pub(super) fn begin<'a>(
    app: &'a SharedState,
    context: &mut Arc<RequestContext>,
    body: &mut Body,
    is_overload: bool,
) -> Option<ExchangeGuard<'a>> {
    if !context.under_api {
        return None;
    }
    // An exchange with a valid token uses the large share of the log, whatever name it claims. All others use the small
    // one, as do those of clients that send too much.
    let has_no_token = context.authentication.as_ref().is_some_and(Authentication::has_no_token);
    let number = app.recorder.begin(&RequestSummary {
        share: if has_no_token || is_overload { LogShare::Refused } else { LogShare::Known },
        author: context.named_author(),
        client_address: context.client.as_ref().map(|client| client.connection.address()),
        received: app.now(),
        method: &context.method,
        target: &target(&context.uri),
        fields: &context.headers,
        shows_cookies: false,
    });
    // This is the only reference to the context so far, so nothing is cloned.
    Arc::make_mut(context).exchange = Some(ExchangeId(number));
    let mut guard = ExchangeGuard { recorder: &app.recorder, number, ended: false, body: None };
    if !body.is_end_stream() {
        share_body(body, Arc::clone(guard.body.insert(Arc::default())));
    }
    Some(guard)
}

/// An exchange without a response. If it is dropped in this state, the client has disconnected.
pub(super) struct ExchangeGuard<'a> {
    recorder: &'a ExchangeLog,
    number: u64,
    ended: bool,
    /// The part of the request's body that has arrived; `None` if there is no body.
    body: Option<Arc<Mutex<GatheredBytes>>>,
}

impl ExchangeGuard<'_> {
    /// Records the response.
    pub(super) async fn end(mut self, at: Timestamp, context: &RequestContext, answered: &mut AnnotatedResponse) {
        let AnnotatedResponse { response, judged, is_lost, .. } = answered;
        let body = buffered_body(response).await;
        let body = redact_body(context.uri.path(), &body);
        let logged = if *is_lost {
            LoggedResponse::Lost(DropConnection.to_string().into())
        } else {
            LoggedResponse::Sent {
                at,
                status: response.status(),
                fields: response.headers(),
                body: &body,
                is_cut: false,
            }
        };
        self.keep(judged.as_ref().map(|judged| (judged.at, &judged.evaluation[..])), logged);
    }

    fn keep(&mut self, judged: Option<(Timestamp, &[Evaluation])>, response: LoggedResponse<'_>) {
        if mem::replace(&mut self.ended, true) {
            return;
        }
        let come = self.body.take();
        let come = come.as_ref().map(|body| lock(body));
        let body = come.as_ref().map_or(&[][..], |body| body.as_slice());
        self.recorder.end(self.number, Completion { body, is_body_cut: false, judged, response, anomalies: &[] });
    }
}

impl Drop for ExchangeGuard<'_> {
    fn drop(&mut self) {
        self.keep(None, LoggedResponse::Lost("the client disconnected before there was a response".into()));
    }
}

/// Returns the target as it was sent, without secrets.
///
/// It is borrowed if it is only a path, as nearly always.
pub(super) fn target(uri: &Uri) -> Cow<'_, str> {
    match uri.path_and_query() {
        Some(path) if uri.authority().is_none() => redact_target(path.as_str()),
        _ => redact_target(&uri.to_string()).into_owned().into(),
    }
}

/// Returns a body that keeps the part of it that is recorded, until the exchange ends.
fn share_body(body: &mut Body, kept: Arc<Mutex<GatheredBytes>>) {
    *body = Body::new(RecordedBody { body: mem::take(body), kept });
}

/// The body of a request that is recorded while it is read.
struct RecordedBody {
    body: Body,
    kept: Arc<Mutex<GatheredBytes>>,
}

impl HttpBody for RecordedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(part) = frame.data_ref()
        {
            let mut kept = lock(&self.kept);
            // One more byte than the maximum shows that the body was longer.
            let room = (MAX_RECORDED_BODY + 1).saturating_sub(kept.len());
            kept.push(part.slice(..part.len().min(room)));
        }
        Poll::Ready(frame)
    }
}

/// Returns the body of a response, which keeps it.
///
/// A response without a length has no body, or is an event stream, which never ends. Of such a response, only the
/// header section is recorded.
async fn buffered_body(response: &mut Response) -> Bytes {
    if response.body().is_end_stream() || !response.headers().contains_key(header::CONTENT_LENGTH) {
        return Bytes::new();
    }
    // All other bodies are in memory already, in one piece, so this neither waits nor fails.
    let body = response.body_mut();
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
    let bytes = frame.and_then(Result::ok).and_then(|frame| frame.into_data().ok()).unwrap_or_default();
    *body = Body::from(bytes.clone());
    bytes
}
