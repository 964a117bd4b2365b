//! The host of a request: a request for another host is refused.
//!
//! Web pages that are open on a user's machine cannot reach a server on the same machine, except by DNS rebinding: a
//! page of `evil.example` has that name resolve to 127.0.0.1, and then has the same origin as the server. But the
//! browser still sends the name, in `Host`. So the server refuses a name that it was not started with by a 421 (RFC
//! 9110 section 15.5.20). An address is not a name, and `localhost` cannot be made to resolve to another machine, so
//! the server answers to both.
//!
//! This step comes after the limits of the connection, which are independent of fields, and before routing: a client
//! with a foreign name does not even learn which paths exist. A request that names no host, or two, is a 400 (RFC 9112
//! section 3.2).

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::{HeaderValue, Version, header};

use crate::fields::{RepeatedField, single_line};
use crate::http::request_context::RequestContext;
use crate::options::ServerOptions;
use crate::options::host_name::without_last_dot;
use crate::problem::details::access;
use crate::problem::{Refusal, types};

/// Checks that a request is meant for this server.
pub(super) fn check(
    context: &RequestContext,
    ServerOptions { host_names: names, .. }: &ServerOptions,
) -> Result<(), Refusal> {
    let Some(authority) = authority(context)? else { return Ok(()) };
    let malformed = || bad_request(access::no_such_host());
    let text = str::from_utf8(authority).map_err(|_| malformed())?;
    match Host::read(text).ok_or_else(malformed)? {
        Host::Address => Ok(()),
        Host::Name(name) if name.eq_ignore_ascii_case("localhost") => Ok(()),
        Host::Name(name) if names.iter().any(|known| known.0.eq_ignore_ascii_case(name)) => Ok(()),
        Host::Name(name) => Err(Refusal::new(&types::MISDIRECTED_REQUEST, access::misdirected(name))),
    }
}

fn bad_request(detail: String) -> Refusal {
    Refusal::invalid_request(detail).with_field("Host")
}

/// Returns host and port as the request names them; `None` if it need not name them.
///
/// The target takes precedence over the field: `:authority` in HTTP/2, the absolute form in HTTP/1.1 (RFC 9112 section
/// 3.2.2). In HTTP/2 the request may have the field too, which must then have the same value (RFC 9113 section 8.3.1).
pub(super) fn authority(context: &RequestContext) -> Result<Option<&[u8]>, Refusal> {
    let line = single_line(&context.headers, header::HOST);
    let line = line.map_err(|RepeatedField| bad_request(access::two_hosts()))?.map(HeaderValue::as_bytes);
    let target = context.uri.authority().map(|authority| authority.as_str().as_bytes());
    match (context.version, target, line) {
        (Version::HTTP_09 | Version::HTTP_10, target, line) => Ok(target.or(line)),
        (Version::HTTP_11, _, None) | (_, None, None) => Err(bad_request(access::no_host())),
        (Version::HTTP_11, target, line) => Ok(target.or(line)),
        (_, Some(target), Some(line)) if !target.eq_ignore_ascii_case(line) => Err(bad_request(access::two_hosts())),
        (_, target, line) => Ok(target.or(line)),
    }
}

/// A host without its port.
#[derive(Debug, PartialEq, Eq)]
enum Host<'a> {
    /// An IPv4 address, or an IPv6 address in brackets.
    Address,
    /// A name, without its final dot. It may be empty.
    Name(&'a str),
}

impl<'a> Host<'a> {
    /// Parses `uri-host [ ":" port ]` (RFC 9110 section 7.2); returns `None` if it is malformed.
    fn read(authority: &'a str) -> Option<Self> {
        if let Some(rest) = authority.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            let _: Ipv6Addr = address.parse().ok()?;
            return (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(Self::Address);
        }
        let colon = authority.bytes().position(|byte| byte == b':');
        let (host, port) = colon.map_or((authority, ""), |colon| (&authority[..colon], &authority[colon + 1..]));
        if !is_port(port) || !host.bytes().all(is_name_byte) {
            return None;
        }
        Some(if host.parse::<Ipv4Addr>().is_ok() { Self::Address } else { Self::Name(without_last_dot(host)) })
    }
}

/// Returns whether the text is a port, which may be empty (RFC 3986 section 3.2.3).
fn is_port(text: &str) -> bool {
    text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether `reg-name` (RFC 3986 section 3.2.2) may contain this byte.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_is_parsed_without_its_port() {
        for address in
            ["127.0.0.1", "192.0.2.7:4280", "0.0.0.0:", "[::1]", "[::1]:4280", "[2001:db8::7]:", "[::ffff:1.2.3.4]"]
        {
            assert_eq!(Host::read(address), Some(Host::Address), "{address}");
        }
        for (text, name) in [
            ("localhost:4280", "localhost"),
            ("Class.Example.", "Class.Example"),
            ("", ""),
            ("a..", "a."),
            ("127.1:80", "127.1"),
        ] {
            assert_eq!(Host::read(text), Some(Host::Name(name)), "{text}");
        }
        for wrong in [
            "a b",
            "a/",
            "http://a",
            "u@a",
            "a:b",
            "a:1:2",
            "::1",
            "[::1",
            "[::1]x",
            "[]",
            "[a]",
            "[fe80::1%eth0]",
            "a:123456",
        ] {
            assert_eq!(Host::read(wrong), None, "{wrong}");
        }
    }
}
