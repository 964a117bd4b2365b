//! The client's end of an HTTP/1 connection, for requests that take long.
//!
//! Such a request has to know whether the client has closed its half, and whether the client is still connected. The
//! two look alike: TCP sends the same FIN when a client closes its sending half, and when it closes everything or is
//! killed. Only something that the server sends can tell them apart, since a client that is gone answers with a reset.
//! So in HTTP/1.1, an event stream sends a comment, and a request that is held at the gate has the connection send a
//! 100 (Continue), which every HTTP/1.1 client skips (RFC 9110 section 15.2). HTTP/1.0 has no interim responses, so the
//! system probes: a client that is gone does not acknowledge TCP keep-alive probes (RFC 9293 section 3.8.4).

use std::sync::Arc;
use std::task::Waker;

use super::activity::ConnectionActivity;
use super::socket::Socket;

/// The client's end of an HTTP/1 connection. In HTTP/2, the connection itself probes the client.
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

    /// Notes that the reader waits for more of the client's input.
    ///
    /// `waker` wakes it if there will be none.
    pub(crate) fn await_input(&self, waker: &Waker) {
        self.0.activity.await_body(waker);
    }

    /// Has the connection probe the client until the guard is dropped.
    ///
    /// If the client is gone, its request is dropped.
    pub(crate) fn probe(&self) -> ProbeGuard {
        self.0.activity.probe(true);
        ProbeGuard(self.0.activity.clone())
    }

    /// Has the system probe the client. If the client is gone, its request is dropped.
    ///
    /// That takes half a minute. The system of a client that has closed everything may respond for a further minute.
    pub(crate) fn keep_alive(&self) {
        self.0.socket.keep_alive();
    }
}

/// A request to probe the client; dropping this withdraws it.
pub(crate) struct ProbeGuard(ConnectionActivity);

impl Drop for ProbeGuard {
    fn drop(&mut self) {
        self.0.probe(false);
    }
}
