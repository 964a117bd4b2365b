//! The accept loop: how connections begin, how long they may take, and how they end.
//!
//! It is an own one, since the one that comes with axum waits for ever for the head of a request, and cannot close a
//! connection without an answer, which is what [`faults`](crate::layers::faults) ask for. It knows nothing of what is
//! served.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use axum::response::Response;
use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::layers::faults::Lost;
use crate::until_set;

/// The most connections at one time. Whoever comes then waits until one of them ends.
const CONNECTIONS: usize = 10_000;

/// How long a client may take to send the head of a request, and how long a connection of HTTP/1.1 may be idle. In
/// HTTP/2 it is only the first request that is waited for no longer.
const HEAD: Duration = Duration::from_secs(30);

/// The most bytes that the head of a request may have. A larger one is a 431.
const HEADERS: u16 = 32 * 1024;

/// How long nothing is accepted when there is something that the system has no more of.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until the flag is set, and then waits for those that are open, no longer than `grace`.
///
/// What is under way is answered. Whatever is still open after that is closed.
pub(crate) async fn accept(listener: TcpListener, router: Router, stopped: watch::Receiver<bool>, grace: Duration) {
    let builder = builder();
    let mut open = JoinSet::new();
    let mut end = pin!(until_set(stopped.clone()));
    loop {
        tokio::select! {
            accepted = listener.accept(), if open.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    let service = TowerToHyperService::new(router.clone());
                    open.spawn(connection(builder.clone(), stream, service, stopped.clone()));
                }
                Err(error) => recover(&error).await,
            },
            Some(_) = open.join_next() => {}
            () = &mut end => break,
        }
    }
    // From here on, whoever connects is told by the system that nobody listens.
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    if timeout(grace, all).await.is_err() {
        tracing::warn!(?grace, open = open.len(), "some connections were still open at the end");
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEADERS.into());
    builder.http2().timer(TokioTimer::new()).max_header_list_size(HEADERS.into());
    builder
}

/// A connection that broke before it was accepted is nobody's business. But where the system is out of something, such
/// as file descriptors, to try again at once would only keep it busy.
async fn recover(error: &io::Error) {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be accepted");
        sleep(PAUSE).await;
    }
}

/// Serves one connection to its end.
async fn connection(
    builder: Builder<TokioExecutor>,
    stream: TcpStream,
    service: TowerToHyperService<Router>,
    stopped: watch::Receiver<bool>,
) {
    // An event is a few hundred bytes: without this, the system would wait for more of them before it sends any.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection stays with small packets delayed");
    }
    let begun = Arc::new(AtomicBool::new(false));
    let answering = {
        let begun = Arc::clone(&begun);
        service_fn(move |request| {
            begun.store(true, Ordering::Relaxed);
            answer(&service, request)
        })
    };
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), answering));
    let mut end = pin!(until_set(stopped).fuse());
    // The builder has no deadline for the first bytes, by which it tells HTTP/1.1 from HTTP/2.
    let mut late = pin!(sleep(HEAD).fuse());
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            () = &mut end => connection.as_mut().graceful_shutdown(),
            () = &mut late => if !begun.load(Ordering::Relaxed) {
                return;
            },
        }
    }
}

/// Answers a request. An error closes the connection in place of an answer (in HTTP/2: the stream).
fn answer(
    service: &TowerToHyperService<Router>,
    request: Request<Incoming>,
) -> impl Future<Output = Result<Response, Lost>> + use<> {
    service.call(request).map(|answered| {
        let response = answered.unwrap_or_else(|never| match never {});
        if response.extensions().get::<Lost>().is_some() { Err(Lost) } else { Ok(response) }
    })
}
