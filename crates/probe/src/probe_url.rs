//! The address of a resource: typed by a user, and sent to the server as it was typed.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;
use thiserror::Error;

/// The error of parsing a text that is not a valid URL of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{given:?} is not a valid URL: {why}; a URL looks like http://localhost:3000/api/posts/77")]
pub struct ProbeUrlError {
    given: String,
    why: String,
}

/// The URL of a resource, with scheme http or https.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeUrl {
    is_encrypted: bool,
    host: String,
    port: u16,
    authority: String,
    target: String,
}

impl ProbeUrl {
    /// Returns whether the scheme is https.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// Returns the host, without the brackets of an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port: that of the URL, or 80 for http and 443 for https.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the value of the field `Host` (RFC 9110 section 7.2).
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Returns path and query.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Returns scheme and authority.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.is_encrypted { "https" } else { "http" }, self.authority)
    }

    /// Returns whether two URLs have the same scheme, host and port (RFC 9110 section 4.3.1).
    #[must_use]
    pub fn has_origin_of(&self, other: &Self) -> bool {
        self.is_encrypted == other.is_encrypted
            && self.host.eq_ignore_ascii_case(&other.host)
            && self.port == other.port
    }
}

impl FromStr for ProbeUrl {
    type Err = ProbeUrlError;

    fn from_str(given: &str) -> Result<Self, ProbeUrlError> {
        let wrong = |why: &str| ProbeUrlError { given: given.to_owned(), why: why.to_owned() };
        if given.contains('#') {
            return Err(wrong("it must not have a fragment"));
        }
        // The braces of `{{n}}` are replaced in each request, so they are never sent.
        let uri: Uri = given.replace("{{n}}", "%7B%7Bn%7D%7D").parse().map_err(|_| wrong("it cannot be parsed"))?;
        let is_encrypted = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong("it must begin with http:// or https://")),
        };
        let authority = uri.authority().ok_or_else(|| wrong("it has no host"))?;
        if authority.as_str().contains('@') {
            // They would be sent in `Authorization` although the user did not ask for that.
            return Err(wrong("it must not contain a user name or password"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = authority.port_u16().unwrap_or(if is_encrypted { 443 } else { 80 });
        let target = uri.path_and_query().map_or("/", |target| target.as_str()).replace("%7B%7Bn%7D%7D", "{{n}}");
        Ok(Self { is_encrypted, host, port, authority: authority.to_string(), target })
    }
}

impl fmt::Display for ProbeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_is_kept_as_it_was_typed() {
        for (given, host, port) in [
            ("http://localhost:3000/api/posts/77?draft=1", "localhost", 3000),
            ("https://api.example/a%2Fb", "api.example", 443),
            ("http://[::1]:80/x-{{n}}", "::1", 80),
        ] {
            let url: ProbeUrl = given.parse().unwrap();
            assert_eq!((url.to_string().as_str(), url.host(), url.port()), (given, host, port));
        }
    }

    #[test]
    fn invalid_url_is_refused_with_its_reason() {
        for (given, why) in [
            ("localhost:3000/a", "http://"),
            ("ftp://a/b", "http://"),
            ("http://alice:secret@a/b", "user name or password"),
            ("http://a/b#c", "fragment"),
            ("http://a/b c", "cannot be parsed"),
        ] {
            let error = given.parse::<ProbeUrl>().unwrap_err().to_string();
            assert!(error.contains(why), "{given}: {error}");
        }
    }
}
