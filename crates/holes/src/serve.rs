//! Connections and their limits.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::note_server::NoteServer;

/// The most connections of a server: those of a probe's largest race, and a few more.
const MAX_CONNECTIONS: usize = 100;

/// The longest time for the head of a request, and the longest time that a connection is idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The pause after a connection that could not be accepted, for example since too many files are open.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

/// Serves HTTP/1.1 until the future is dropped, which closes all connections.
pub async fn serve_notes(listener: TcpListener, server: Arc<NoteServer>) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            (stream, slot) = accept(&listener, &slots) => {
                connections.spawn(serve_connection(stream, Arc::clone(&server), slot));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Accepts a connection as soon as there is a slot for it.
///
/// Until then, clients wait in the backlog of the kernel.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, slot),
            Err(_) => sleep(ACCEPT_RETRY_DELAY).await,
        }
    }
}

async fn serve_connection(stream: TcpStream, server: Arc<NoteServer>, slot: Option<OwnedSemaphorePermit>) {
    let service = service_fn(|request| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(server.respond(request).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    // An error ends this connection only, which its client notices.
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
    drop(slot);
}
