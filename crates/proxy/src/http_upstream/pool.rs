//! The connections to the server behind the proxy that wait for a request.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::client::conn::{http1, http2};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use super::connection::UpstreamConnection;
use super::request_body::RequestBody;

/// The most connections that wait.
const MAX_IDLE: usize = 256;

/// How long a connection waits before it is closed.
///
/// Most servers close it after a minute or more, some after 5 s.
const IDLE_TIME: Duration = Duration::from_secs(30);

/// How long a connection may take to be ready again after a response.
const READY_TIME: Duration = Duration::from_secs(5);

/// The connections that wait for a request.
pub(super) struct ConnectionPool {
    idle: Mutex<IdleConnections>,
    permits: Arc<Semaphore>,
}

#[derive(Default)]
struct IdleConnections {
    /// The connections with HTTP/1.1. The last one was used last, and is used next.
    http1: Vec<IdleConnection>,
    /// The connection with HTTP/2, which all requests share.
    http2: Option<http2::SendRequest<RequestBody>>,
}

struct IdleConnection {
    sender: http1::SendRequest<RequestBody>,
    permit: OwnedSemaphorePermit,
    since: Instant,
}

impl ConnectionPool {
    /// Creates an empty pool of at most this many connections, used and waiting.
    pub(super) fn new(most: usize) -> Self {
        Self { idle: Mutex::default(), permits: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))) }
    }

    fn idle(&self) -> MutexGuard<'_, IdleConnections> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the permission to open a connection.
    pub(super) async fn permit(&self) -> OwnedSemaphorePermit {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return permit;
        }
        // Connections that wait are worth less than one that is needed.
        self.idle().http1.clear();
        Arc::clone(&self.permits).acquire_owned().await.expect("the semaphore is never closed")
    }

    /// Takes a connection that waits, if there is one.
    pub(super) fn take(&self, for_upgrade: bool) -> Option<(UpstreamConnection, Option<OwnedSemaphorePermit>)> {
        let mut idle = self.idle();
        if !for_upgrade && let Some(sender) = &idle.http2 {
            if !sender.is_closed() {
                return Some((UpstreamConnection::Http2(sender.clone()), None));
            }
            idle.http2 = None;
        }
        while let Some(IdleConnection { sender, permit, since }) = idle.http1.pop() {
            if sender.is_ready() && since.elapsed() < IDLE_TIME {
                return Some((UpstreamConnection::Http1(sender), Some(permit)));
            }
        }
        None
    }

    /// Lets other requests use a new connection, if its protocol allows that.
    pub(super) fn share(&self, connection: UpstreamConnection) -> UpstreamConnection {
        if let UpstreamConnection::Http2(sender) = &connection {
            self.idle().http2 = Some(sender.clone());
        }
        connection
    }

    fn put_back(&self, sender: http1::SendRequest<RequestBody>, permit: OwnedSemaphorePermit) {
        let now = Instant::now();
        let mut idle = self.idle();
        // The oldest are at the beginning.
        let is_old = |idle: &IdleConnection| now.duration_since(idle.since) >= IDLE_TIME;
        let old = idle.http1.iter().take_while(|idle| is_old(idle)).count();
        let too_many = (idle.http1.len() + 1).saturating_sub(MAX_IDLE);
        idle.http1.drain(..old.max(too_many));
        idle.http1.push(IdleConnection { sender, permit, since: now });
    }
}

/// A connection in use. Dropping it closes the connection, unless others use it.
pub(super) struct Lease {
    pool: Arc<ConnectionPool>,
    connection: Option<UpstreamConnection>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Lease {
    pub(super) fn new(
        pool: &Arc<ConnectionPool>,
        connection: UpstreamConnection,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self { pool: Arc::clone(pool), connection: Some(connection), permit }
    }

    /// Ends the use of a connection, whose response is complete.
    ///
    /// `is_sent` says that the request was sent to its end. If so, the connection waits for the next request.
    pub(super) fn end(mut self, is_sent: bool) {
        let (Some(UpstreamConnection::Http1(mut sender)), Some(permit)) = (self.connection.take(), self.permit.take())
        else {
            return;
        };
        if sender.is_ready() {
            self.pool.put_back(sender, permit);
            return;
        }
        if !is_sent || sender.is_closed() {
            return;
        }
        let pool = Arc::clone(&self.pool);
        tokio::spawn(async move {
            if let Ok(Ok(())) = timeout(READY_TIME, sender.ready()).await {
                pool.put_back(sender, permit);
            }
        });
    }
}

/// Ends the use of a connection that is still in a field.
pub(super) fn end_lease(lease: &mut Option<Lease>, is_sent: bool) {
    if let Some(lease) = mem::take(lease) {
        lease.end(is_sent);
    }
}
