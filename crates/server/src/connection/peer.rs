//! What a request of HTTP/1 can know of its client while it takes long: whether it has closed its half of the
//! connection, and whether it is still there.
//!
//! The two look the same. TCP says 'nothing more will come' (FIN) when a client closes its sending half, and when it
//! closes everything or is killed. Only something that is sent tells them apart: a client that is gone answers with a
//! reset. So in HTTP/1.1 a stream of events sends a comment, and a request that waits at the gate has the connection
//! send a 100 (Continue), which every client of HTTP/1.1 reads over (RFC 9110 section 15.2). HTTP/1.0 has no interim
//! responses, so there the system asks: a client that is gone does not acknowledge its keep-alive probes (RFC 9293
//! section 3.8.4).

use super::activity::ConnectionActivity;
use super::socket::Socket;

/// A client's end of a connection of HTTP/1. In HTTP/2 there is none: there the connection itself asks at once.
#[derive(Clone)]
pub(crate) struct Peer {
    calls: ConnectionActivity,
    socket: Socket,
}

impl Peer {
    pub(crate) fn of(calls: &ConnectionActivity, socket: &Socket) -> Self {
        Self { calls: calls.clone(), socket: socket.clone() }
    }

    /// Returns the socket of the connection.
    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Waits until the client has closed its half.
    pub(crate) async fn until_half_closed(&self) {
        self.calls.until_half_closed().await;
    }

    /// Asks the client for a sign of life, as long as what this returns is kept. If there is none, the request is
    /// dropped.
    pub(crate) fn probe(&self) -> ProbeGuard {
        self.calls.probe(true);
        ProbeGuard(self.calls.clone())
    }

    /// Has the system ask the client for signs of life, and the request is dropped if there are none. That takes half a
    /// minute; the system of a client that has closed everything may answer for a minute more.
    pub(crate) fn keep_alive(&self) {
        self.socket.keep_alive();
    }
}

/// A sign of life is wanted.
pub(crate) struct ProbeGuard(ConnectionActivity);

impl Drop for ProbeGuard {
    fn drop(&mut self) {
        self.0.probe(false);
    }
}
