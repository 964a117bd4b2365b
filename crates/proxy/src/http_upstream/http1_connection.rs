//! A connection with HTTP/1.1, which runs on the task of its exchange.
//!
//! hyper separates the handle that sends requests from the connection that reads and writes, and expects the connection
//! to run on a task of its own. Then each request wakes that task, and each response wakes the task of the exchange,
//! often on another processor. Here, the exchange runs the connection while it waits for the head of the response, and
//! then while it reads the body. Between two exchanges, nothing runs it: [`is_open`](Http1Connection::is_open) finds
//! out whether the server has closed it.
//!
//! One case needs a task: if the response begins before the request has been sent to its end, both have to proceed
//! independently, see [`run_apart`](Http1Connection::run_apart).

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Waker};

use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::request_body::RequestBody;

/// The most bytes of a response's header section.
pub(super) const MAX_RESPONSE_HEAD_BYTES: u32 = 256 * 1024;

/// Reads and writes on a connection; is ready when the connection has ended.
type ConnectionIo = Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>;

/// A connection with HTTP/1.1.
pub(super) struct Http1Connection {
    sender: SendRequest<RequestBody>,
    /// `None` after the connection has ended, or if a task runs it.
    io: Option<ConnectionIo>,
}

impl Http1Connection {
    /// Begins to speak HTTP/1.1 on a stream.
    pub(super) async fn open(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Self, hyper::Error> {
        let mut http = Builder::new();
        // The limit of 100 field lines is hyper's default. Setting any limit would cost two allocations of 8 KiB per
        // response.
        http.max_buf_size(MAX_RESPONSE_HEAD_BYTES as usize);
        let (sender, connection) = http.handshake(TokioIo::new(stream)).await?;
        Ok(Self { sender, io: Some(Box::pin(connection.with_upgrades())) })
    }

    /// Returns whether the connection can take a request.
    ///
    /// It can once the previous exchange is complete, and until the server closes it.
    pub(super) fn is_open(&mut self) -> bool {
        self.run(&mut Context::from_waker(Waker::noop()));
        self.io.is_some() && self.sender.is_ready()
    }

    /// Sends a request, and waits for the header section of the response.
    pub(super) async fn send(
        &mut self,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, TrySendError<Request<RequestBody>>> {
        let mut sending = pin!(self.sender.try_send_request(request));
        poll_fn(|context| {
            run(&mut self.io, context);
            // Only the connection completes it, which ran just before. So it must not wake this task once more.
            sending.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        })
        .await
    }

    /// Reads and writes as far as possible.
    ///
    /// Returns whether this has to be done again when `context` is woken. That is `false` if a task runs the
    /// connection, or if it has ended.
    pub(super) fn run(&mut self, context: &mut Context<'_>) -> bool {
        run(&mut self.io, context);
        self.io.is_some()
    }

    /// Has a task run the connection. It does not take another request.
    pub(super) fn run_apart(&mut self) {
        if let Some(io) = self.io.take() {
            tokio::spawn(run_to_end(io));
        }
    }

    /// Runs the connection to its end: that of HTTP on it, if it switches protocols.
    pub(super) async fn into_end(self) {
        if let Some(io) = self.io {
            run_to_end(io).await;
        }
    }
}

fn run(io: &mut Option<ConnectionIo>, context: &mut Context<'_>) {
    if let Some(running) = io
        && let std::task::Poll::Ready(ended) = running.as_mut().poll(context)
    {
        // Dropping it tells the sender, and the reader of the response.
        *io = None;
        report(ended);
    }
}

async fn run_to_end(io: ConnectionIo) {
    report(io.await);
}

fn report(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection to the server behind the proxy ended early");
    }
}
