//! The address of a server: typed by a user, checked once.
//!
//! Nothing is looked up or connected to here.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;
use thiserror::Error;

use crate::tls_trust;

/// The error of parsing a text that is not a valid server address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{given:?} is not a valid server address: {why}; an address looks like http://127.0.0.1:4280")]
pub struct ServerUrlError {
    given: String,
    why: String,
}

/// The address of a server: `http://host:port` or `https://host:port`.
///
/// A path before `/api` follows if a proxy adds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl(Url);

impl ServerUrl {
    /// Returns the URL of a target (path and query) on this server.
    pub(crate) fn at(&self, target: &str) -> Url {
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.prefix()));
        url.set_query(query);
        url
    }

    /// Returns the value of the `Host` field (RFC 9110 section 7.2), without a default port.
    ///
    /// The default is 80 for http and 443 for https.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Returns scheme and host: everything before the path.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.0.scheme(), self.host())
    }

    /// Returns whether the server is on this machine. Such a server is never contacted through a proxy.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        address.map_or_else(|_| host == "localhost" || host.ends_with(".localhost"), |address| address.is_loopback())
    }

    /// Returns whether two addresses are the same but for the spelling.
    ///
    /// Different spellings are the names of this machine, and a default port that is left out.
    #[must_use]
    pub(crate) fn is_respelling_of(&self, other: &Self) -> bool {
        let same_host = self.0.host_str() == other.0.host_str() || (self.is_loopback() && other.is_loopback());
        self.0.scheme() == other.0.scheme()
            && same_host
            && self.0.port_or_known_default() == other.0.port_or_known_default()
            && self.prefix() == other.prefix()
    }

    /// Returns whether requests to the server are encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    fn prefix(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }
}

impl FromStr for ServerUrl {
    type Err = ServerUrlError;

    /// Parses an address. The scheme may be left out.
    fn from_str(given: &str) -> Result<Self, ServerUrlError> {
        let wrong = |why: &str| ServerUrlError { given: given.to_owned(), why: why.to_owned() };
        let text = given.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&whole).map_err(|error| wrong(&error.to_string()))?;
        match url.scheme() {
            "http" => {}
            "https" if tls_trust::HAS_TLS => {}
            "https" => return Err(wrong(tls_trust::NO_TLS_MESSAGE)),
            _ => return Err(wrong("only http and https are supported")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            // They would be sent in `Authorization` although the user did not ask for that.
            return Err(wrong("it must not contain a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it must not have a query or a fragment"));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.prefix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_users_type_it() {
        for (given, shown) in [
            ("http://127.0.0.1:4280", "http://127.0.0.1:4280"),
            ("http://127.0.0.1:4280/", "http://127.0.0.1:4280"),
            ("  localhost:4280 ", "http://localhost:4280"),
            ("class.example", "http://class.example"),
            ("http://class.example:80", "http://class.example"),
            ("http://[::1]:4280", "http://[::1]:4280"),
            ("http://class.example/room/7/", "http://class.example/room/7"),
            ("HTTP://Class.Example", "http://class.example"),
        ] {
            assert_eq!(given.parse::<ServerUrl>().unwrap().to_string(), shown, "{given}");
        }
    }

    #[cfg(feature = "tls")]
    #[test]
    fn an_https_server_has_its_own_default_port() {
        for (given, shown, host) in [
            ("https://class.example", "https://class.example", "class.example"),
            ("https://class.example:443/", "https://class.example", "class.example"),
            ("https://class.example:80", "https://class.example:80", "class.example:80"),
        ] {
            let server: ServerUrl = given.parse().unwrap();
            assert_eq!((server.to_string().as_str(), server.host().as_str()), (shown, host), "{given}");
            assert!(server.is_encrypted());
        }
        assert!(!"class.example:443".parse::<ServerUrl>().unwrap().is_encrypted(), "the address does not say https");
    }

    #[test]
    fn an_invalid_address_is_refused_with_its_reason() {
        for (given, why) in [
            ("", "empty host"),
            ("ftp://class.example", "only http and https"),
            ("http://alice:secret@class.example", "user name or password"),
            ("http://class.example/?q", "a query or a fragment"),
            ("http://class.example/#top", "a query or a fragment"),
            ("http://a b", "invalid"),
        ] {
            let error = given.parse::<ServerUrl>().unwrap_err().to_string();
            assert!(error.contains(why), "{given}: {error}");
        }
    }

    #[test]
    fn targets_follow_the_prefix() {
        let server: ServerUrl = "class.example:81/room/".parse().unwrap();
        assert_eq!(server.at("/api/documents?limit=2").as_str(), "http://class.example:81/room/api/documents?limit=2");
        assert_eq!(server.at("/api/events").as_str(), "http://class.example:81/room/api/events");
        assert_eq!(server.host(), "class.example:81");
    }

    #[test]
    fn an_address_is_recognized_in_another_spelling() {
        let is_same = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|given| given.parse::<ServerUrl>().unwrap());
            assert_eq!(one.is_respelling_of(&other), other.is_respelling_of(&one));
            one.is_respelling_of(&other)
        };
        for (one, other) in [
            ("127.0.0.1:4280", "localhost:4280"),
            ("[::1]:4280", "http://127.0.0.1:4280/"),
            ("class.example", "http://CLASS.example:80/"),
            ("class.example/room", "class.example/room/"),
        ] {
            assert!(is_same(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("127.0.0.1:4280", "localhost:4281"),
            ("127.0.0.1:4280", "192.0.2.7:4280"),
            ("class.example/room", "class.example"),
        ] {
            assert!(!is_same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn loopback_is_recognized_by_its_addresses_and_names() {
        for (given, loopback) in [
            ("127.0.0.1:1", true),
            ("127.8.8.8", true),
            ("[::1]:1", true),
            ("localhost", true),
            ("a.localhost", true),
            ("10.0.0.1", false),
            ("localhost.example", false),
        ] {
            assert_eq!(given.parse::<ServerUrl>().unwrap().is_loopback(), loopback, "{given}");
        }
    }
}
