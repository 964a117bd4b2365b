//! A client's end of a connection of HTTP/1, for requests that take long.
//!
//! Such a request asks whether the client has closed its half, and whether it is still there. The two look the same.
//! TCP says 'nothing more will come' (FIN) when a client closes its sending half, and when it closes everything or is
//! killed. Only something that is sent tells them apart: a client that is gone answers with a reset. So in HTTP/1.1 a
//! stream of events sends a comment, and a request that waits at the gate has the connection send a 100 (Continue),
//! which every client of HTTP/1.1 skips (RFC 9110 section 15.2). HTTP/1.0 has no interim responses, so there the system
//! asks: a client that is gone does not acknowledge its keep-alive probes (RFC 9293 section 3.8.4).

use std::sync::Arc;

use super::activity::ConnectionActivity;
use super::socket::Socket;

/// A client's end of a connection of HTTP/1. Clones are the same end.
///
/// In HTTP/2, the connection itself probes the client.
#[derive(Clone)]
pub(crate) struct Peer(Arc<PeerEnd>);

struct PeerEnd {
    activity: ConnectionActivity,
    socket: Socket,
}

impl Peer {
    pub(crate) fn of(activity: &ConnectionActivity, socket: &Socket) -> Self {
        Self(Arc::new(PeerEnd { activity: activity.clone(), socket: socket.clone() }))
    }

    /// Returns the socket of the connection.
    pub(crate) fn socket(&self) -> &Socket {
        &self.0.socket
    }

    /// Waits until the client has closed its half.
    pub(crate) async fn until_half_closed(&self) {
        self.0.activity.until_half_closed().await;
    }

    /// Probes the client until the guard is dropped. If it gives no sign of life, the request is dropped.
    pub(crate) fn probe(&self) -> ProbeGuard {
        self.0.activity.probe(true);
        ProbeGuard(self.0.activity.clone())
    }

    /// Has the system probe the client. If it gives no sign of life, the request is dropped.
    ///
    /// That takes half a minute; the system of a client that has closed everything may answer for a minute more.
    pub(crate) fn keep_alive(&self) {
        self.0.socket.keep_alive();
    }
}

/// A sign of life is wanted.
pub(crate) struct ProbeGuard(ConnectionActivity);

impl Drop for ProbeGuard {
    fn drop(&mut self) {
        self.0.probe(false);
    }
}
