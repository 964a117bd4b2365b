//! The record of a forwarded exchange, from its first field to the end of its last body.
//!
//! [`ForwardedState::complete`] sees the complete exchange, whatever its end: the body of the response has ended or
//! broken off, the client has left, or the response was lost on purpose. It calls the gateway's
//! [`completed`](Gateway::completed), and then the exchange log.
//!
//! A stream of events and a connection that has switched protocols may last for hours. The log gets them as soon as
//! their header sections are there, without a body; the gateway, at their end.

use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use contract::secrets::redact_body;
use contract::{Anomaly, Timestamp};
use hyper::body::{Frame, SizeHint};

use super::super::exchange_log::target;
use super::super::faults::DropConnection;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::lock::lock;
use crate::options::gateway::{CopiedMessage, ForwardedExchange, ForwardedMoments, ForwardedResponse, Gateway};
use crate::state::ServerState;
use crate::state::exchange_log::{
    BodyCopy, Completion, ExchangeId, JudgementNote, LogShare, LoggedResponse, RequestSummary,
};

/// Why a request has no response, if the client left before it.
const CLIENT_LEFT: &str = "the client disconnected before there was a response";

/// The record of an exchange without a response.
///
/// If it is dropped in this state, the client has disconnected.
pub(super) struct ForwardRecord {
    state: Option<Box<ForwardedState>>,
    request_body: Option<SharedCopy>,
}

/// The copy of a request's body, which the body shares with the record.
type SharedCopy = Arc<Mutex<RequestCopy>>;

/// The part of a request's body that has arrived.
struct RequestCopy {
    body: BodyCopy,
    /// The error with which the body broke off.
    error: Option<axum::Error>,
}

/// An exchange under way.
struct ForwardedState {
    app: ServerState,
    gateway: Arc<dyn Gateway>,
    context: Arc<RequestContext>,
    number: u64,
    received: Timestamp,
    moments: Moments,
    request_body: Option<SharedCopy>,
    /// Whether the exchange log has the exchange.
    is_logged: bool,
    is_duplicate: bool,
    judged: Option<JudgementNote>,
    response: Option<ForwardedHead>,
}

/// The moments of an exchange so far; 0 for one that has not come.
struct Moments {
    arrived: u64,
    forwarded: AtomicU64,
    answered: AtomicU64,
}

/// The header section of a response.
struct ForwardedHead {
    at: Timestamp,
    status: StatusCode,
    fields: HeaderMap,
}

impl ForwardRecord {
    /// Begins to record a request, and returns its body, which is copied while it is read.
    ///
    /// `is_duplicate` says that no client gets the response.
    pub(super) fn begin(
        app: &ServerState,
        gateway: &Arc<dyn Gateway>,
        context: &mut Arc<RequestContext>,
        body: Body,
        is_duplicate: bool,
    ) -> (Self, Body) {
        let received = app.now();
        let number = app.recorder.begin(&RequestSummary {
            share: LogShare::Known,
            author: context.named_author(),
            client_address: context.client.as_ref().map(|client| client.connection.address()),
            received,
            method: &context.method,
            target: &target(&context.uri),
            fields: &context.headers,
            shows_cookies: gateway.shows_cookies(),
        });
        // This is the only reference to the context so far, so nothing is cloned.
        Arc::make_mut(context).exchange = Some(ExchangeId(number));
        let mut request_body = None;
        let body = if is_empty(&body) {
            body
        } else {
            let copy = RequestCopy { body: BodyCopy::new(app.recorder.copies()), error: None };
            let copy = request_body.insert(Arc::new(Mutex::new(copy)));
            Body::new(CopiedRequestBody { body, copy: Arc::clone(copy) })
        };
        let state = ForwardedState {
            app: ServerState::clone(app),
            gateway: Arc::clone(gateway),
            context: Arc::clone(context),
            number,
            received,
            moments: Moments {
                arrived: app.recorder.next_moment(),
                forwarded: AtomicU64::default(),
                answered: AtomicU64::default(),
            },
            request_body: request_body.clone(),
            is_logged: false,
            is_duplicate,
            judged: None,
            response: None,
        };
        (Self { state: Some(Box::new(state)), request_body }, body)
    }

    /// Returns the error with which the request's body broke off, if it did.
    pub(super) fn take_body_error(&self) -> Option<axum::Error> {
        self.request_body.as_ref().and_then(|copy| lock(copy).error.take())
    }

    /// Records that the request is about to be forwarded.
    pub(super) fn forwarding(&self) {
        let Some(state) = &self.state else { return };
        let moment = state.app.recorder.next_moment();
        state.moments.forwarded.store(moment, Ordering::Relaxed);
        state.gateway.forwarding(state.number, &state.context.method, state.target(), moment);
    }

    /// Records that the header section of the other server's response is there.
    pub(super) fn answered(&self) {
        if let Some(state) = &self.state {
            state.moments.answered.store(state.app.recorder.next_moment(), Ordering::Relaxed);
        }
    }

    /// Records the header section of a response, and has its body recorded while it is sent.
    pub(super) fn respond(mut self, context: &RequestContext, answered: &mut AnnotatedResponse) {
        let Some(mut state) = self.state.take() else { return };
        let AnnotatedResponse { response, judged, is_lost, .. } = answered;
        state.judged.clone_from(judged);
        let head = ForwardedHead { at: state.app.now(), status: response.status(), fields: response.headers().clone() };
        let head = state.response.insert(head);
        if *is_lost {
            let body = BodyCopy::new(state.app.recorder.copies());
            let anomalies = state.pass_on(&body, false);
            state.log(LoggedResponse::Lost(DropConnection.to_string().into()), &anomalies);
            return;
        }
        let is_endless = is_event_stream(response);
        if head.status == StatusCode::SWITCHING_PROTOCOLS || is_endless {
            state.log_without_body();
        }
        let body = mem::take(response.body_mut());
        let length = if context.method == Method::HEAD { None } else { body.size_hint().exact() };
        let copy = BodyCopy::new(state.app.recorder.copies());
        if is_empty(&body) && length == Some(0) {
            // The body will not be polled.
            state.complete(&copy, true);
            *response.body_mut() = body;
            return;
        }
        let peer = context.peer().filter(|_| is_endless).cloned();
        let half_closed = peer.map(|peer| -> PeerWatch {
            Box::pin(async move {
                peer.until_half_closed().await;
                peer.keep_alive();
            })
        });
        let state = Some(state);
        let is_announced = false;
        *response.body_mut() =
            Body::new(CopiedResponseBody { body, copy, state, is_announced, has_failed: false, half_closed });
    }
}

impl Drop for ForwardRecord {
    fn drop(&mut self) {
        let Some(mut state) = self.state.take() else { return };
        let body = BodyCopy::new(state.app.recorder.copies());
        let anomalies = state.pass_on(&body, false);
        state.log(LoggedResponse::Lost(CLIENT_LEFT.into()), &anomalies);
    }
}

impl Moments {
    /// Returns the moments that have come.
    fn observed(&self) -> ForwardedMoments {
        let if_any = |moment: &AtomicU64| Some(moment.load(Ordering::Relaxed)).filter(|moment| *moment > 0);
        ForwardedMoments { arrived: self.arrived, forwarded: if_any(&self.forwarded), answered: if_any(&self.answered) }
    }

    /// Returns the last moment that has come.
    fn latest(&self) -> u64 {
        let ForwardedMoments { arrived, forwarded, answered } = self.observed();
        answered.or(forwarded).unwrap_or(arrived)
    }
}

impl ForwardedState {
    /// Returns the target of the request, path and query.
    fn target(&self) -> &str {
        let uri = &self.context.uri;
        uri.path_and_query().map_or_else(|| uri.path(), |target| target.as_str())
    }

    /// Passes the exchange to the log, unless the log has it.
    fn log(&mut self, response: LoggedResponse<'_>, anomalies: &[Anomaly]) {
        if mem::replace(&mut self.is_logged, true) {
            return;
        }
        let copy = self.request_body.as_ref().map(|copy| lock(copy));
        let body = copy.as_ref().map_or(&[][..], |copy| copy.body.bytes());
        let judged = self.judged.as_ref().map(|judged| (judged.at, &judged.evaluation[..]));
        let is_body_cut = copy.as_ref().is_some_and(|copy| copy.body.is_cut());
        self.app.recorder.end(self.number, Completion { body, is_body_cut, judged, response, anomalies });
    }

    fn log_without_body(&mut self) {
        let Some(ForwardedHead { at, status, fields }) = self.response.take() else { return };
        self.log(LoggedResponse::Sent { at, status, fields: &fields, body: &[], is_cut: false }, &[]);
        self.response = Some(ForwardedHead { at, status, fields });
    }

    /// Passes the complete exchange to the gateway, and then to the log.
    fn complete(&mut self, body: &BodyCopy, is_delivered: bool) {
        let anomalies = self.pass_on(body, is_delivered);
        if let Some(ForwardedHead { at, status, fields }) = self.response.take() {
            let shown = redact_body(self.context.uri.path(), body.bytes());
            let response = LoggedResponse::Sent { at, status, fields: &fields, body: &shown, is_cut: body.is_cut() };
            self.log(response, &anomalies);
        }
    }

    /// Passes the complete exchange to the gateway, and returns the anomalies that it completes.
    fn pass_on(&self, body: &BodyCopy, is_delivered: bool) -> Vec<Anomaly> {
        let copy = self.request_body.as_ref().map(|copy| lock(copy));
        let request = CopiedMessage {
            fields: &self.context.headers,
            body: copy.as_ref().map_or(&[][..], |copy| copy.body.bytes()),
            length: copy.as_ref().map_or(0, |copy| copy.body.length()),
        };
        self.gateway.completed(&ForwardedExchange {
            number: self.number,
            caller: self.context.named_author(),
            received: self.received,
            moments: self.moments.observed(),
            method: &self.context.method,
            target: self.target(),
            request,
            response: self.response.as_ref().map(|head| ForwardedResponse {
                at: head.at,
                status: head.status,
                message: CopiedMessage { fields: &head.fields, body: body.bytes(), length: body.length() },
                is_delivered: is_delivered && !self.is_duplicate,
            }),
        })
    }
}

/// The body of a request, which is copied while it is read.
struct CopiedRequestBody {
    body: Body,
    copy: SharedCopy,
}

impl HttpBody for CopiedRequestBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        Poll::Ready(match frame {
            Some(Ok(frame)) => {
                if let Some(part) = frame.data_ref() {
                    lock(&self.copy).body.push(part);
                }
                Some(Ok(frame))
            }
            Some(Err(error)) => {
                // The record keeps the cause, since the client of the other server hides it.
                lock(&self.copy).error = Some(error);
                Some(Err(axum::Error::new(BodyBroken)))
            }
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The error that the body of a request broke off.
#[derive(Debug, thiserror::Error)]
#[error("the body of the request broke off")]
struct BodyBroken;

/// The body of a response, which is copied while it is sent.
///
/// Dropping it completes the exchange.
struct CopiedResponseBody {
    body: Body,
    copy: BodyCopy,
    state: Option<Box<ForwardedState>>,
    /// Whether the gateway knows that the response has begun.
    is_announced: bool,
    has_failed: bool,
    /// Has the system probe a client that has closed its half; `None` unless the body may never end.
    half_closed: Option<PeerWatch>,
}

/// A future that is ready when the system probes the client.
type PeerWatch = Pin<Box<dyn Future<Output = ()> + Send>>;

impl HttpBody for CopiedResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
            self.announce();
            if self.half_closed.as_mut().is_some_and(|watch| watch.as_mut().poll(context).is_ready()) {
                self.half_closed = None;
            }
            return Poll::Pending;
        };
        match &frame {
            Some(Ok(frame)) => {
                if let Some(part) = frame.data_ref() {
                    self.copy.push(part);
                }
                // Before the client gets the part. Most bodies are complete with their first part.
                if self.body.is_end_stream() {
                    self.complete(true);
                } else {
                    self.announce();
                }
            }
            Some(Err(_)) => self.has_failed = true,
            None => self.complete(true),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl CopiedResponseBody {
    /// Tells the gateway that the client may be sent a part of the body before the exchange is complete.
    fn announce(&mut self) {
        if let Some(state) = self.state.as_ref().filter(|_| !self.is_announced) {
            self.is_announced = true;
            state.gateway.responding(state.number, state.context.named_author(), state.moments.latest());
        }
    }

    fn complete(&mut self, is_delivered: bool) {
        if let Some(mut state) = self.state.take() {
            state.complete(&self.copy, is_delivered);
        }
    }
}

impl Drop for CopiedResponseBody {
    fn drop(&mut self) {
        // hyper does not read on when a body of known length is complete.
        let is_delivered = !self.has_failed && self.body.is_end_stream();
        self.complete(is_delivered);
    }
}

/// Returns whether a response is a stream of events, which never ends (the HTML standard, section 9.2).
fn is_event_stream(response: &Response) -> bool {
    let media = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let name = media.split(|byte| *byte == b';').next().unwrap_or_default();
    name.trim_ascii().eq_ignore_ascii_case(b"text/event-stream")
}

/// Returns whether nothing of a body will ever arrive.
fn is_empty(body: &Body) -> bool {
    body.is_end_stream()
}
