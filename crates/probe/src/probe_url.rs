//! The address of a resource: typed by a user, and sent to the server as it was typed.

use std::fmt;
use std::str::FromStr;

use contract::HttpOrigin;
use hyper::Uri;
use hyper::http::uri::Authority;
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
    origin: HttpOrigin,
    target: String,
}

impl ProbeUrl {
    /// Returns the server that the URL names.
    #[must_use]
    pub fn origin(&self) -> &HttpOrigin {
        &self.origin
    }

    /// Returns path and query.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }
}

impl FromStr for ProbeUrl {
    type Err = ProbeUrlError;

    /// Parses a URL. The scheme may be left out, and is then http.
    fn from_str(given: &str) -> Result<Self, ProbeUrlError> {
        let wrong = |why: &str| ProbeUrlError { given: given.to_owned(), why: why.to_owned() };
        if given.contains('#') {
            return Err(wrong("it must not have a fragment"));
        }
        // The braces of `{{n}}` are replaced in each request, so they are never sent.
        let whole = if given.contains("://") { given.to_owned() } else { format!("http://{given}") };
        let uri: Uri = whole.replace("{{n}}", "%7B%7Bn%7D%7D").parse().map_err(|_| wrong("it cannot be parsed"))?;
        let origin = HttpOrigin::of(uri.scheme_str(), uri.authority().map(Authority::as_str))
            .map_err(|error| wrong(&error.to_string()))?;
        let target = uri.path_and_query().map_or("/", |target| target.as_str()).replace("%7B%7Bn%7D%7D", "{{n}}");
        Ok(Self { origin, target })
    }
}

impl fmt::Display for ProbeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.target)
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
            assert_eq!((url.to_string().as_str(), url.origin().host(), url.origin().port()), (given, host, port));
        }
    }

    #[test]
    fn scheme_may_be_left_out() {
        let url: ProbeUrl = "localhost:3000/api/posts/77".parse().unwrap();
        assert_eq!(url.to_string(), "http://localhost:3000/api/posts/77");
    }

    #[test]
    fn invalid_url_is_refused_with_its_reason() {
        for (given, why) in [
            ("", "cannot be parsed"),
            ("/api/posts/77", "cannot be parsed"),
            ("ftp://a/b", "only http and https"),
            ("http://alice:secret@a/b", "user name or password"),
            ("http://a/b#c", "fragment"),
            ("http://a/b c", "cannot be parsed"),
        ] {
            let error = given.parse::<ProbeUrl>().unwrap_err().to_string();
            assert!(error.contains(why), "{given}: {error}");
        }
    }
}
