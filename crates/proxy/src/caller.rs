//! The names under which clients are shown: from a header field, a cookie, or their address.
//!
//! A name is what the record, the gate and the roster call a client. It may come from a secret, such as a session
//! cookie. Then the name is `caller-` and a few digits of a hash, whose key is drawn when the program starts: the same
//! secret always gets the same name, and no one can test guesses against the name.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use contract::Author;
use contract::secrets::is_secret;
use percent_encoding::percent_decode;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The field of [`contract::fields::AUTHOR`].
const AUTHOR: HeaderName = HeaderName::from_static("ifmatch-author");

/// The source of a client's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallerSource {
    /// The value of this header field.
    Header(HeaderName),
    /// The cookie of this name, or all cookies together.
    Cookie(Option<String>),
    /// The IP address.
    Address,
}

/// The error that a text does not name a source of names.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a source of names; use header:NAME, cookie, cookie:NAME or address")]
pub struct CallerSourceError(String);

impl FromStr for CallerSource {
    type Err = CallerSourceError;

    /// Parses `header`, `header:NAME`, `cookie`, `cookie:NAME` or `address`.
    ///
    /// `header` alone is that of `Authorization`.
    fn from_str(text: &str) -> Result<Self, CallerSourceError> {
        let wrong = || CallerSourceError(text.to_owned());
        match text.split_once(':') {
            None if text == "header" => Ok(Self::Header(header::AUTHORIZATION)),
            None if text == "cookie" => Ok(Self::Cookie(None)),
            None if text == "address" => Ok(Self::Address),
            Some(("header", name)) => name.parse().map(Self::Header).map_err(|_| wrong()),
            Some(("cookie", name)) if !name.is_empty() => Ok(Self::Cookie(Some(name.to_owned()))),
            _ => Err(wrong()),
        }
    }
}

impl CallerSource {
    /// Returns the sources that are used unless others are named: `Ifmatch-Author`, and then the address.
    #[must_use]
    pub fn default_list() -> Vec<Self> {
        vec![Self::Header(AUTHOR), Self::Address]
    }
}

/// Names clients by the first source that has a name.
pub(crate) struct CallerNames {
    sources: Vec<CallerSource>,
    key: [u8; 16],
}

impl CallerNames {
    /// Creates the names of a proxy, with a random key.
    pub(crate) fn new(sources: Vec<CallerSource>) -> Self {
        let mut key = [0; 16];
        // Without random numbers, the names are as stable, and guesses can be tested.
        let _ = getrandom::fill(&mut key);
        Self { sources, key }
    }

    /// Returns the name of a client.
    pub(crate) fn of(&self, request: &Parts, address: Option<IpAddr>) -> Option<Author> {
        self.sources.iter().find_map(|source| match source {
            CallerSource::Header(name) => self.of_field(&request.headers, name),
            CallerSource::Cookie(name) => self.of_cookie(&request.headers, name.as_deref()),
            CallerSource::Address => address.map(Author::from),
        })
    }

    fn of_field(&self, headers: &HeaderMap, name: &HeaderName) -> Option<Author> {
        let value = headers.get(name).map(header::HeaderValue::as_bytes).filter(|value| !value.is_empty())?;
        if *name == AUTHOR {
            return Author::from_field(value).ok();
        }
        if is_secret(name.as_str()) {
            return self.hashed(value);
        }
        Some(Author::from_repaired(&percent_decode(value).decode_utf8_lossy()))
    }

    fn of_cookie(&self, headers: &HeaderMap, name: Option<&str>) -> Option<Author> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| str::from_utf8(line.as_bytes()).ok());
        let mut cookies = lines.flat_map(|line| line.split(';')).map(str::trim_ascii).filter(|pair| !pair.is_empty());
        if let Some(name) = name {
            let value = cookies.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
            return self.hashed(value.as_bytes());
        }
        let all: Vec<&str> = cookies.collect();
        if all.is_empty() { None } else { self.hashed(all.join(";").as_bytes()) }
    }

    /// Returns the name for a secret.
    fn hashed(&self, secret: &[u8]) -> Option<Author> {
        let digest = Sha256::new().chain_update(self.key).chain_update(secret).finalize();
        let [first, second, third, ..] = digest[..] else { return None };
        format!("caller-{first:02x}{second:02x}{third:02x}").parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::Request;

    use super::*;

    fn request(lines: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().uri("/");
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        request.body(axum::body::Body::empty()).unwrap().into_parts().0
    }

    fn names(sources: &[&str]) -> CallerNames {
        CallerNames::new(sources.iter().map(|source| source.parse().unwrap()).collect())
    }

    #[test]
    fn first_source_with_a_name_counts() {
        let names = names(&["header:X-User", "cookie:sid", "address"]);
        let address = Some("192.0.2.7".parse().unwrap());
        let name = |lines: &[(&str, &str)]| names.of(&request(lines), address).unwrap().to_string();
        assert_eq!(name(&[("x-user", "Zo%C3%AB"), ("cookie", "sid=1")]), "Zo\u{eb}");
        assert!(name(&[("cookie", "a=1; sid=7")]).starts_with("caller-"));
        assert_eq!(name(&[("cookie", "xsid=7")]), "192.0.2.7");
        assert_eq!(names.of(&request(&[]), None), None);
    }

    #[test]
    fn secret_has_a_stable_name_that_does_not_show_it() {
        let (one, other) = (names(&["header"]), names(&["header"]));
        let name = |names: &CallerNames, value: &str| names.of(&request(&[("authorization", value)]), None).unwrap();
        assert_eq!(name(&one, "Bearer a"), name(&one, "Bearer a"));
        assert_ne!(name(&one, "Bearer a"), name(&one, "Bearer b"));
        assert_ne!(name(&one, "Bearer a"), name(&other, "Bearer a"), "the key is another at each start");
        assert!(!name(&one, "Bearer a").as_str().contains("Bearer"));
    }

    #[test]
    fn foreign_name_cannot_steer_the_terminal() {
        let name = names(&["header:x-user"]).of(&request(&[("x-user", "a%1b[2Jb")]), None).unwrap();
        assert!(!name.as_str().contains('\u{1b}'), "{name:?}");
    }

    #[test]
    fn source_is_parsed_as_users_type_it() {
        for wrong in ["", "header:", "header:a b", "cookie:", "ip", "address:x"] {
            assert!(wrong.parse::<CallerSource>().is_err(), "{wrong}");
        }
        assert_eq!("cookie".parse(), Ok(CallerSource::Cookie(None)));
    }
}
