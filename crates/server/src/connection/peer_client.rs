//! The client of a request, as its connection knows it.

use std::net::IpAddr;
use std::sync::Arc;

use super::admission::ConnectionTrust;
use super::peer::Peer;
use super::receive_budget::ReceivedBytes;
use crate::budget::memory_pool::PoolShare;

/// The client of one request.
#[derive(Clone)]
pub(crate) struct RequestClient {
    /// The client at the other end of the connection, the same for all its requests.
    pub(crate) connection: Arc<ConnectedClient>,
    /// How much of the request has come; `None` if it has no body.
    pub(crate) received: Option<ReceivedBytes>,
    /// The client's end of the connection; `None` in HTTP/2, whose connection looks after that itself.
    pub(crate) peer: Option<Peer>,
}

impl RequestClient {
    /// Returns the count of what has come of the request, which begins now if the request has no body.
    pub(crate) fn received(&self) -> ReceivedBytes {
        self.received.clone().unwrap_or_else(|| self.connection.received())
    }
}

/// The client at the other end of a connection.
pub(crate) struct ConnectedClient {
    address: IpAddr,
    /// The place of its connection among all.
    pub(crate) place: ConnectionTrust,
    pub(crate) shares: ClientShares,
}

/// The shares of a connection in the budgets that all connections share.
pub(crate) struct ClientShares {
    /// Of the responses that wait to be sent.
    pub(crate) sending: PoolShare,
    /// Of the requests that are received.
    pub(crate) receiving: PoolShare,
    /// Of the requests that are held at the gate.
    pub(crate) held: PoolShare,
}

impl ConnectedClient {
    /// Creates the client at the other end of a connection.
    pub(crate) fn new(address: IpAddr, place: ConnectionTrust, shares: ClientShares) -> Self {
        Self { address, place, shares }
    }

    /// Returns a count of a request that it sends, of which nothing has come.
    pub(crate) fn received(&self) -> ReceivedBytes {
        ReceivedBytes::nothing(&self.shares.receiving)
    }

    /// Returns the IP address of the other end of the connection: a proxy's, if there is one.
    pub(crate) fn address(&self) -> IpAddr {
        self.address
    }
}
