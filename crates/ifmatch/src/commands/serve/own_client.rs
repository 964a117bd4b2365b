//! The client with which a server reads its own record: for its screen, and for its log.
//!
//! The screen is the one of `ifmatch observe`, so it knows what any leader can know, and nothing else.
//!
//! Over TLS, the server's own certificate is pinned: it is for the address that people use, which need not be the one
//! at which this machine reaches itself.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use client::TrustRoots;
use server::Tokens;

use super::access::add_admin_code;
use crate::options::ServerAccess;

/// The name under which the server's own requests are sent.
const OWN_NAME: &str = "leader";

/// Returns how a server at this address reaches itself.
///
/// If the server requires tokens, one is added to those that it accepts.
pub(crate) fn own_access(
    address: SocketAddr,
    certificate: Option<&Path>,
    tokens: &mut Option<Tokens>,
) -> Result<ServerAccess, getrandom::Error> {
    let scheme = if certificate.is_some() { "https" } else { "http" };
    // If the file was readable for the server, it is here, too; without it, the system's authorities count.
    let pem = certificate.and_then(|path| std::fs::read(path).ok());
    Ok(ServerAccess {
        server: format!("{scheme}://{}", reachable(address)),
        trust: pem.and_then(|pem| TrustRoots::pinned(&pem).ok()).unwrap_or_default(),
        me: OWN_NAME.parse().expect("it is a name"),
        token: tokens.as_mut().map(add_admin_code).transpose()?,
    })
}

/// Returns an address at which this machine reaches a server that listens on another one of its own.
pub(crate) const fn reachable(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_on_all_addresses_is_reached_on_loopback() {
        let at = |address: &str| reachable(address.parse().unwrap()).to_string();
        assert_eq!(at("0.0.0.0:4280"), "127.0.0.1:4280");
        assert_eq!(at("[::]:4280"), "[::1]:4280");
        assert_eq!(at("192.0.2.7:80"), "192.0.2.7:80");
    }

    #[test]
    fn own_token_is_added_only_if_tokens_are_required() {
        let address = "127.0.0.1:4280".parse().unwrap();
        assert!(own_access(address, None, &mut None).unwrap().token.is_none());
        let mut tokens = Some(Tokens::default());
        assert!(own_access(address, None, &mut tokens).unwrap().token.is_some());
    }
}
