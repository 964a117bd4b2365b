//! What a request of HTTP/1 can know of its client while it takes long: whether it has closed its half of the connection,
//! and whether it is still there.
//!
//! The two look the same. TCP says 'nothing more will come' (FIN) when a client closes its sending half, and when it
//! closes everything or is killed. Only something that is sent tells them apart: a client that is gone answers with a
//! reset. So in HTTP/1.1 a stream of events sends a comment, and a request that waits at the gate has the connection send a 100
//! (Continue), which every client of HTTP/1.1 reads over (RFC 9110 section 15.2).

use super::calls::Calls;

/// The client of a request: an extension of it. In HTTP/2 there is none: there the connection itself asks at once.
#[derive(Clone)]
pub(crate) struct Peer(Calls);

impl Peer {
    pub(super) fn of(calls: &Calls) -> Self {
        Self(calls.clone())
    }

    /// Waits until the client has closed its half.
    pub(crate) async fn half_closed(&self) {
        self.0.half_closed().await;
    }

    /// Asks the client for a sign of life, as long as what this returns is kept. If there is none, the request is dropped.
    pub(crate) fn probe(&self) -> Probe {
        self.0.probe(true);
        Probe(self.0.clone())
    }

    /// Takes the client for gone. The request is dropped.
    pub(crate) fn let_go(&self) {
        self.0.let_go();
    }
}

/// A sign of life is wanted.
pub(crate) struct Probe(Calls);

impl Drop for Probe {
    fn drop(&mut self) {
        self.0.probe(false);
    }
}
