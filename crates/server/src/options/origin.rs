//! The origin of web pages: scheme, host and port, as in `Origin` (RFC 6454 section 6.2).

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use axum::http::HeaderValue;
use thiserror::Error;

/// The origin of web pages: scheme, host and port, in the form that browsers send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(pub(crate) HeaderValue);

/// The error of parsing a text that is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OriginError {
    /// The text is `*`, which means all origins.
    #[error(
        "* would let every web page that is open in a browser read and write here; name the origin of your page, such \
         as http://localhost:5173"
    )]
    Any,
    /// The text is `null`, which browsers send for pages without an origin of their own.
    #[error(
        "null is the origin of all pages that hide their own; serve the page from an address, and name that origin"
    )]
    Null,
    /// The text is something else.
    #[error(
        "{0:?} is not an origin; use a scheme, a host and, optionally, a port, with nothing after, such as \
         http://localhost:5173"
    )]
    Malformed(String),
}

impl FromStr for Origin {
    type Err = OriginError;

    /// Parses an origin, and normalizes it as browsers do: lower case, and no default port.
    fn from_str(text: &str) -> Result<Self, OriginError> {
        match text {
            "*" => return Err(OriginError::Any),
            "null" => return Err(OriginError::Null),
            _ => {}
        }
        let malformed = || OriginError::Malformed(text.to_owned());
        let lower = text.to_ascii_lowercase();
        let (scheme, host) = lower.split_once("://").ok_or_else(malformed)?;
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if !is_scheme || !is_host_and_port(host) {
            return Err(malformed());
        }
        let usual = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => "",
        };
        let host = if usual.is_empty() { host } else { host.strip_suffix(usual).unwrap_or(host) };
        HeaderValue::try_from(format!("{scheme}://{host}")).map(Self).map_err(|_| malformed())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.0.as_bytes()))
    }
}

/// Returns whether a text is a name or an address in brackets, with or without a port.
fn is_host_and_port(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_address = |host: &str| {
        let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        inner.is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok())
    };
    let is_name = |host: &str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok() && port.bytes().all(|byte| byte.is_ascii_digit());
    port.is_none_or(is_port) && (is_address(host) || is_name(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_is_normalized_as_browsers_do() {
        for (text, written) in [
            ("http://localhost:5173", "http://localhost:5173"),
            ("HTTPS://Class.Example:443", "https://class.example"),
            ("http://class.example:80", "http://class.example"),
            ("http://class.example:443", "http://class.example:443"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("http://[::1]", "http://[::1]"),
            ("moz-extension://0f3a", "moz-extension://0f3a"),
        ] {
            assert_eq!(text.parse::<Origin>().map(|origin| origin.to_string()).as_deref(), Ok(written), "{text}");
        }
    }

    #[test]
    fn invalid_origin_is_refused_with_the_next_step() {
        for wrong in [
            "",
            "localhost",
            "localhost:5173",
            "http://",
            "http://a/",
            "http://a/b",
            "http://a b",
            "http://a:b",
            "http://a:65536",
            "http://a:+80",
            "http://u@a",
            "://a",
            "http://a?b",
            "http://[::1",
            "http://a\r\nx",
        ] {
            let error = wrong.parse::<Origin>().unwrap_err();
            assert_eq!(error, OriginError::Malformed(wrong.to_owned()), "{wrong:?}");
            assert!(error.to_string().contains("http://localhost:5173"), "{error}");
        }
        assert_eq!("*".parse::<Origin>(), Err(OriginError::Any));
        assert_eq!("null".parse::<Origin>(), Err(OriginError::Null));
    }
}
