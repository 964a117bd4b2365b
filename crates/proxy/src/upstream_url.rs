//! The address of the server behind the proxy.

use std::fmt;
use std::str::FromStr;

use axum::http::uri::Authority;
use axum::http::{HeaderValue, Uri};
use contract::{HttpOrigin, HttpOriginError};
use thiserror::Error;

/// The error of parsing a text that is not the address of a server.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{given:?} is not the address of a server: {why}; an address looks like http://localhost:3000")]
pub struct UpstreamUrlError {
    given: String,
    why: String,
}

/// The address of the server behind the proxy.
///
/// It has an origin, and a path that precedes all targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamUrl {
    origin: HttpOrigin,
    /// The authority of the origin as the value of `Host` (RFC 9110 section 7.2).
    authority: HeaderValue,
    /// The path without its last slash, which may be empty.
    prefix: String,
}

impl UpstreamUrl {
    /// Returns scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &HttpOrigin {
        &self.origin
    }

    /// Returns the value of `Host` (RFC 9110 section 7.2), as the user gave it.
    pub(crate) fn authority(&self) -> &HeaderValue {
        &self.authority
    }

    /// Returns the path that precedes all targets: empty, or without a slash at its end.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns the target in origin form of a request for this target.
    ///
    /// The asterisk form stays as it is (RFC 9112 section 3.2.4).
    pub(crate) fn target(&self, requested: &Uri) -> Uri {
        let target = requested.path_and_query().map_or("/", |target| target.as_str());
        let target = if target.is_empty() { "/" } else { target };
        if requested.authority().is_none() && (self.prefix.is_empty() || target == "*") {
            return requested.clone();
        }
        // Both are valid, and so is one after the other.
        format!("{}{target}", self.prefix).parse().unwrap_or_else(|_| requested.clone())
    }
}

impl FromStr for UpstreamUrl {
    type Err = UpstreamUrlError;

    /// Parses an address. The scheme may be left out, and is then http.
    fn from_str(given: &str) -> Result<Self, UpstreamUrlError> {
        let wrong = |why: &str| UpstreamUrlError { given: given.to_owned(), why: why.to_owned() };
        let text = given.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = whole.parse().map_err(|error: axum::http::uri::InvalidUri| wrong(&error.to_string()))?;
        let origin = HttpOrigin::of(uri.scheme_str(), uri.authority().map(Authority::as_str)).map_err(|error| {
            wrong(&match error {
                HttpOriginError::UserInfo => format!("{error}; clients send their own"),
                _ => error.to_string(),
            })
        })?;
        if origin.is_encrypted() && !cfg!(feature = "tls") {
            return Err(wrong("this build of the program has no TLS"));
        }
        if uri.query().is_some() || text.contains('#') {
            return Err(wrong("it must not have a query or a fragment"));
        }
        Ok(Self {
            authority: HeaderValue::from_str(origin.authority()).map_err(|error| wrong(&error.to_string()))?,
            origin,
            prefix: uri.path().trim_end_matches('/').to_owned(),
        })
    }
}

impl fmt::Display for UpstreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_is_read_as_users_type_it() {
        for (given, shown, host, port) in [
            ("localhost:3000", "http://localhost:3000", "localhost", 3000),
            ("http://localhost:3000/", "http://localhost:3000", "localhost", 3000),
            ("http://[::1]:3000/api/", "http://[::1]:3000/api", "::1", 3000),
            (" http://class.example ", "http://class.example", "class.example", 80),
        ] {
            let url: UpstreamUrl = given.parse().unwrap();
            assert_eq!(
                (url.to_string().as_str(), url.origin().host(), url.origin().port()),
                (shown, host, port),
                "{given}"
            );
        }
    }

    #[cfg(feature = "tls")]
    #[test]
    fn https_has_its_own_default_port() {
        let url: UpstreamUrl = "https://class.example".parse().unwrap();
        assert_eq!((url.origin().is_encrypted(), url.origin().port()), (true, 443));
    }

    #[test]
    fn invalid_address_is_refused_with_its_reason() {
        for (given, why) in [
            ("", "empty"),
            ("ftp://a", "only http and https"),
            ("http://u:p@a", "user name or password"),
            ("http://a/?q", "a query or a fragment"),
            ("http://a/#f", "a query or a fragment"),
        ] {
            let error = given.parse::<UpstreamUrl>().unwrap_err().to_string();
            assert!(error.contains(why), "{given}: {error}");
        }
    }

    #[test]
    fn targets_follow_the_path_of_the_address() {
        let plain: UpstreamUrl = "http://a:1".parse().unwrap();
        let below: UpstreamUrl = "http://a:1/base/".parse().unwrap();
        for (requested, at_root, with_prefix) in [
            ("/", "/", "/base/"),
            ("/x?y=/z", "/x?y=/z", "/base/x?y=/z"),
            ("/x//%2F?", "/x//%2F?", "/base/x//%2F?"),
            ("*", "*", "*"),
            ("http://other:7/x?y", "/x?y", "/base/x?y"),
            ("http://other:7", "/", "/base/"),
        ] {
            let requested: Uri = requested.parse().unwrap();
            assert_eq!(plain.target(&requested).to_string(), at_root, "{requested}");
            assert_eq!(below.target(&requested).to_string(), with_prefix, "{requested}");
        }
    }
}
