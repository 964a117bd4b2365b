//! The client of a request, as its connection knows it: an extension of the request, in every version of HTTP.

use std::net::IpAddr;

use super::admission::ConnectionTrust;
use super::receive_budget::ReceivedBytes;
use crate::budget::memory_pool::PoolShare;

/// The client of a request. Clones are the same one.
#[derive(Clone)]
pub(crate) struct ConnectedClient {
    address: IpAddr,
    /// The place of its connection among all.
    pub(crate) place: ConnectionTrust,
    pub(crate) shares: ClientShares,
}

/// What a connection has of the budgets that all connections share.
#[derive(Clone)]
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
