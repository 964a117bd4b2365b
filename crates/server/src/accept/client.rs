//! The client of a request, as its connection knows it: an extension of the request, in every version of HTTP.

use std::net::IpAddr;

use super::register::Place;
use crate::app::Shared;
use crate::pool::Share;

/// The client of a request. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Client {
    address: IpAddr,
    /// The place of its connection among all.
    pub(crate) place: Place,
    /// What its connection has of the responses that wait to be sent.
    pub(crate) sending: Share,
    /// What it has of the bodies that are received.
    pub(super) receiving: Share,
}

impl Client {
    /// Creates the client at the other end of a connection.
    pub(super) fn new(address: IpAddr, place: Place, app: &Shared) -> Self {
        Self { address, place, sending: app.sending.share(), receiving: app.receiving.share() }
    }

    /// Returns the IP address of the other end of the connection: a proxy's, if there is one.
    pub(crate) fn address(&self) -> IpAddr {
        self.address
    }
}
