//! The body of a request on its way to the server behind the proxy.
//!
//! If the client waits for a 100 (Continue), the body waits for that of the server: reading it would make this program
//! send its own. A server that knows no expectations gets the body after [`CONTINUE_TIMEOUT`], as from a client (RFC
//! 9110 section 10.1.1). If the final response comes first, the body is never read.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use hyper::body::{Frame, SizeHint};
use thiserror::Error;
use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep};

/// How long a body waits for the 100 (Continue) of the server.
const CONTINUE_TIMEOUT: Duration = Duration::from_secs(1);

/// The body of a request that is sent.
pub(super) struct RequestBody {
    body: Body,
    monitor: Option<BodyMonitor>,
    wait: Option<ContinueWait>,
}

/// The progress of a body that is being sent. Clones share it.
#[derive(Clone)]
pub(super) struct BodyMonitor(Arc<MonitorState>);

struct MonitorState {
    passed: AtomicU64,
    has_ended: AtomicBool,
    /// Sends whether the body is to be sent; dropped without that if the response is complete.
    go: Mutex<Option<oneshot::Sender<()>>>,
}

/// The wait for a 100 (Continue).
struct ContinueWait {
    go: oneshot::Receiver<()>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// The error that a body was not sent, since the response was complete before.
#[derive(Debug, Error)]
#[error("the response came before the body was wanted")]
struct NotWanted;

impl RequestBody {
    /// Returns a body without content.
    pub(super) fn empty() -> Self {
        Self { body: Body::empty(), monitor: None, wait: None }
    }

    /// Wraps the body of a request. Without content there is nothing to monitor.
    pub(super) fn wrap(request: Request) -> (Option<BodyMonitor>, Request<Self>) {
        if request.body().is_end_stream() {
            return (None, request.map(|_| Self::empty()));
        }
        let expects = request.headers().get(header::EXPECT);
        let expects = expects.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
        let (go, gone) = oneshot::channel();
        let state = MonitorState {
            passed: AtomicU64::new(0),
            has_ended: AtomicBool::new(false),
            go: Mutex::new(expects.then_some(go)),
        };
        let monitor = BodyMonitor(Arc::new(state));
        let wait = expects.then(|| ContinueWait { go: gone, timer: None });
        let mut request = request.map(|body| Self { body, monitor: Some(monitor.clone()), wait });
        if expects {
            let monitor = monitor.clone();
            hyper::ext::on_informational(&mut request, move |response| {
                if response.status() == StatusCode::CONTINUE {
                    monitor.send_body();
                }
            });
        }
        (Some(monitor), request)
    }
}

impl BodyMonitor {
    /// Returns how many bytes have been passed on.
    pub(super) fn passed(&self) -> u64 {
        self.0.passed.load(Ordering::Relaxed)
    }

    /// Returns whether the body has been passed on to its end.
    pub(super) fn has_ended(&self) -> bool {
        self.0.has_ended.load(Ordering::Acquire)
    }

    /// Lets a body that waits be sent.
    fn send_body(&self) {
        if let Some(go) = self.take_go() {
            // An error means that the body is gone.
            let _ = go.send(());
        }
    }

    /// Has a body that still waits fail: the response is complete, so no one wants it.
    pub(super) fn abandon(&self) {
        drop(self.take_go());
    }

    fn take_go(&self) -> Option<oneshot::Sender<()>> {
        self.0.go.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Some(wait) = &mut this.wait {
            match Pin::new(&mut wait.go).poll(context) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return Poll::Ready(Some(Err(axum::Error::new(NotWanted)))),
                Poll::Pending => {
                    let timer = wait.timer.get_or_insert_with(|| Box::pin(sleep(CONTINUE_TIMEOUT)));
                    ready!(timer.as_mut().poll(context));
                }
            }
            this.wait = None;
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        if let Some(BodyMonitor(state)) = &this.monitor {
            match &frame {
                Some(Ok(frame)) => {
                    let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
                    state.passed.fetch_add(bytes, Ordering::Relaxed);
                    if this.body.is_end_stream() {
                        state.has_ended.store(true, Ordering::Release);
                    }
                }
                Some(Err(_)) => {}
                None => state.has_ended.store(true, Ordering::Release),
            }
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
