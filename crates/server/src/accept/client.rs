//! The client of a request, as its connection knows it: an extension of the request, in every version of HTTP.

use std::net::IpAddr;

/// The client of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client {
    address: IpAddr,
}

impl Client {
    /// Creates the client at the other end of a connection.
    pub(super) fn at(address: IpAddr) -> Self {
        // An IPv4 client of a listener on `[::]` is the same client as one of a listener on `0.0.0.0`.
        Self { address: address.to_canonical() }
    }

    /// Returns the IP address of the other end of the connection: a proxy's, if there is one.
    #[expect(dead_code, reason = "limits per address are its first callers")]
    pub(crate) fn address(self) -> IpAddr {
        self.address
    }
}
