//! The client of a request, as far as the connection knows it.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use axum::http::HeaderValue;
use precondition::HttpDate;

use super::admission::ConnectionTrust;
use super::peer::Peer;
use super::receive_budget::ReceivedBytes;
use super::tunnel::{Tunnel, TunnelSlot};
use crate::budget::client_account::ClientShares;
use crate::fields::value::date_value;
use crate::lock::lock;

/// The client of one request.
#[derive(Clone)]
pub(crate) struct RequestClient {
    /// The client at the other end of the connection, shared by all its requests.
    pub(crate) connection: Arc<ConnectedClient>,
    /// Counts the received bytes of the request; `None` if it has no body.
    pub(crate) received: Option<ReceivedBytes>,
    /// The client's end of the connection; `None` in HTTP/2, since the connection itself probes the client.
    pub(crate) peer: Option<Peer>,
}

impl RequestClient {
    /// Returns the count of the request's received bytes. If the request has no body, the count begins now.
    pub(crate) fn received(&self) -> ReceivedBytes {
        self.received.clone().unwrap_or_else(|| self.connection.received())
    }
}

/// The client at the other end of a connection.
pub(crate) struct ConnectedClient {
    address: IpAddr,
    /// The standing of the connection in the register of connections.
    pub(crate) place: ConnectionTrust,
    /// The shares of the connection, for requests whose client has no account.
    pub(crate) shares: ClientShares,
    /// The last `Date` that was sent to it.
    date: Mutex<Option<(HttpDate, HeaderValue)>>,
    /// The tunnel, if the connection switches protocols.
    tunnel: TunnelSlot,
}

impl ConnectedClient {
    /// Creates the client at the other end of a connection.
    pub(crate) fn new(address: IpAddr, place: ConnectionTrust, shares: ClientShares) -> Self {
        Self { address, place, shares, date: Mutex::default(), tunnel: TunnelSlot::default() }
    }

    /// Has the connection run a tunnel after it has switched protocols.
    pub(crate) fn set_tunnel(&self, tunnel: Tunnel) {
        self.tunnel.set(tunnel);
    }

    /// Returns the tunnel, if the connection has switched protocols.
    pub(crate) fn take_tunnel(&self) -> Option<Tunnel> {
        self.tunnel.take()
    }

    /// Creates the count of the received bytes of a new request.
    pub(crate) fn received(&self) -> ReceivedBytes {
        ReceivedBytes::nothing(&self.shares.receiving)
    }

    /// Returns the value of `Date` at a time, which is made once a second.
    ///
    /// Each connection has its own, so that no response waits for that of another connection.
    pub(crate) fn date_header(&self, now: HttpDate) -> HeaderValue {
        let mut last = lock(&self.date);
        match &*last {
            Some((second, value)) if *second == now => value.clone(),
            _ => last.insert((now, date_value(now))).1.clone(),
        }
    }

    /// Returns the IP address of the other end of the connection, which may be a proxy.
    pub(crate) fn address(&self) -> IpAddr {
        self.address
    }
}
