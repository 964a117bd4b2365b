//! Web pages of other origins: whom the browser lets read the answers (CORS, as the Fetch standard has it).
//!
//! Nobody, unless the server was told of an [`Origin`]. Then a page of that origin may do what everybody else may do,
//! and read of the answer what the whole protocol hangs on: a script that cannot see `ETag` cannot write. So these
//! fields are exposed on every status, the refusals above all.
//!
//! There are two steps here. [`expose`] is an outer one, for every response; [`preflight`] stands behind the check of
//! the host and before the gate, and answers the question that the browser asks first: nobody is to release a question.
//! No credentials of the browser are let in (cookies, its own logins): a token is sent by the page, which has to know
//! it.

use std::fmt;
use std::str::FromStr;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use thiserror::Error;

use crate::options::ServerOptions;
use crate::state::SharedState;

/// What a page may send, beyond what any page may.
const ALLOWED_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const ALLOWED_FIELDS: &str = "Authorization, Content-Type, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, \
                      Ifmatch-Author, Ifmatch-Editing, Ifmatch-Gate, Last-Event-ID, Prefer";
/// What a page may read, beyond what any page may.
const EXPOSED_FIELDS: &str = "ETag, Location, Content-Location, Preference-Applied, Accept-Patch, Allow, WWW-Authenticate, \
                       Ifmatch-Author, Ifmatch-Overwrote, Ifmatch-Replayed, Ifmatch-Unsafe";
/// For how many seconds a browser need not ask again: a session's beginning is not slowed down by more than one
/// question a resource, and a server that was started with other origins is found out soon.
const MAX_AGE_SECONDS: &str = "600";

/// The origin of web pages: scheme, host and port, as browsers write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(HeaderValue);

/// Why a text is no origin.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OriginError {
    /// It names all of them.
    #[error(
        "* would let every web page that is open in somebody's browser read and write here; name the origin of the page, \
         such as http://localhost:5173"
    )]
    Any,
    /// It is what browsers write for a page that has none.
    #[error(
        "null is the origin of pages that hide theirs, so it names none; serve the page from an address, and name that"
    )]
    Null,
    /// It is something else.
    #[error(
        "{0:?} is no origin: it is a scheme, a host and perhaps a port, with nothing behind, such as http://localhost:5173"
    )]
    Malformed(String),
}

impl FromStr for Origin {
    type Err = OriginError;

    /// Reads an origin, and writes it as browsers do: in lower case, and without the port that its scheme has anyway.
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

/// An address in brackets, or what a name is made of; and a port, where there is one.
fn is_host_and_port(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_address = |host: &str| {
        let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        inner.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok())
    };
    let is_name = |host: &str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok() && port.bytes().all(|byte| byte.is_ascii_digit());
    port.is_none_or(is_port) && (is_address(host) || is_name(host))
}

/// Says on every response who may read it, where there are pages that may; `page` is the one that asked.
pub(crate) fn expose(app: &SharedState, page: Option<Origin>, response: &mut Response) {
    if app.options.cors_origins.is_empty() {
        return;
    }
    let headers = response.headers_mut();
    // Whoever keeps answers has to know that another page would have got another one. What is there already stays.
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(Origin(origin)) = page {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_FIELDS));
    }
}

/// Answers a browser that asks before it sends. An OPTIONS that asks nothing goes on, and so does one of another
/// origin.
pub(super) fn preflight(options: &ServerOptions, request: &Request) -> Option<Response> {
    let asks = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        && allowed_origin(options, request.headers()).is_some();
    if !asks {
        return None;
    }
    let fields: [(HeaderName, &'static str); 4] = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_FIELDS),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Some((StatusCode::NO_CONTENT, fields).into_response())
}

/// The origin that the request comes from, where that is one of those that may.
pub(crate) fn allowed_origin<'a>(options: &'a ServerOptions, headers: &HeaderMap) -> Option<&'a Origin> {
    let origin = headers.get(header::ORIGIN)?;
    options.cors_origins.iter().find(|allowed| allowed.0 == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
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
    fn what_is_no_origin_is_refused_with_the_next_step() {
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
