//! The connections to the server behind the proxy that wait for a request.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Context;
use std::time::Duration;

use hyper::client::conn::http2;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};

use super::connection::UpstreamConnection;
use super::http1_connection::Http1Connection;
use super::request_body::RequestBody;

/// The most connections that wait.
const MAX_IDLE: usize = 256;

/// How long a connection waits before it is closed.
///
/// Most servers close it after a minute or more, some after 5 s.
const IDLE_TIME: Duration = Duration::from_secs(30);

/// How often the waiting connections are checked.
///
/// Those that the server has closed are closed here, too.
const CHECK_INTERVAL: Duration = Duration::from_secs(5);

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
    /// Whether a task checks the connections.
    is_checked: bool,
}

struct IdleConnection {
    connection: Http1Connection,
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
        loop {
            let IdleConnection { mut connection, permit, since } = idle.http1.pop()?;
            // Others need not wait while this one is checked.
            drop(idle);
            if since.elapsed() < IDLE_TIME && connection.is_open() {
                return Some((UpstreamConnection::Http1(connection), Some(permit)));
            }
            idle = self.idle();
        }
    }

    /// Lets other requests use a new connection, if its protocol allows that.
    pub(super) fn share(&self, connection: UpstreamConnection) -> UpstreamConnection {
        if let UpstreamConnection::Http2(sender) = &connection {
            self.idle().http2 = Some(sender.clone());
        }
        connection
    }

    fn put_back(self: &Arc<Self>, connection: Http1Connection, permit: OwnedSemaphorePermit) {
        let mut idle = self.idle();
        // The oldest are at the beginning.
        let too_many = (idle.http1.len() + 1).saturating_sub(MAX_IDLE);
        idle.http1.drain(..too_many);
        idle.http1.push(IdleConnection { connection, permit, since: Instant::now() });
        if !mem::replace(&mut idle.is_checked, true) {
            tokio::spawn(check_until_empty(Arc::downgrade(self)));
        }
    }

    /// Closes the waiting connections that are old, or that the server has closed.
    ///
    /// Returns whether any is left.
    fn check(&self) -> bool {
        let mut idle = self.idle();
        idle.http1.retain_mut(|idle| idle.since.elapsed() < IDLE_TIME && idle.connection.is_open());
        idle.is_checked = !idle.http1.is_empty();
        idle.is_checked
    }
}

async fn check_until_empty(pool: Weak<ConnectionPool>) {
    loop {
        sleep(CHECK_INTERVAL).await;
        if !pool.upgrade().is_some_and(|pool| pool.check()) {
            return;
        }
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

    /// Runs the connection, if it has no task of its own.
    ///
    /// Returns whether this has to be done again when `context` is woken.
    pub(super) fn run(&mut self, context: &mut Context<'_>) -> bool {
        match &mut self.connection {
            Some(UpstreamConnection::Http1(connection)) => connection.run(context),
            Some(UpstreamConnection::Http2(_)) | None => false,
        }
    }

    /// Runs the connection until it has switched protocols.
    pub(super) async fn until_switched(mut self) {
        if let Some(UpstreamConnection::Http1(connection)) = self.connection.take() {
            connection.into_end().await;
        }
    }

    /// Ends the use of a connection, whose response is complete.
    ///
    /// `is_sent` says that the request was sent to its end. If so, the connection waits for the next request.
    pub(super) fn end(mut self, is_sent: bool) {
        let (Some(UpstreamConnection::Http1(mut connection)), Some(permit)) =
            (self.connection.take(), self.permit.take())
        else {
            return;
        };
        if is_sent && connection.is_open() {
            self.pool.put_back(connection, permit);
        }
    }
}

/// Ends the use of a connection that is still in a field.
pub(super) fn end_lease(lease: &mut Option<Lease>, is_sent: bool) {
    if let Some(lease) = mem::take(lease) {
        lease.end(is_sent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_connection_that_the_server_closes_is_dropped() {
        let pool = Arc::new(ConnectionPool::new(2));
        let mut servers = Vec::new();
        for _ in 0..2 {
            let (stream, server) = tokio::io::duplex(100);
            let connection = Http1Connection::open(stream).await.unwrap();
            let lease = Lease::new(&pool, UpstreamConnection::Http1(connection), Some(pool.permit().await));
            lease.end(true);
            servers.push(server);
        }
        assert!(pool.check());
        assert_eq!(pool.idle().http1.len(), 2);
        servers.pop();
        assert!(pool.check(), "one is left");
        assert_eq!(pool.idle().http1.len(), 1);
        servers.pop();
        assert!(!pool.check());
        assert_eq!(pool.permits.available_permits(), 2);
    }
}
