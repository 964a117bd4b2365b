//! The origin of a URL: its scheme, host and port.

use std::fmt;

use thiserror::Error;

/// The reason why a scheme and an authority are not the origin of an HTTP server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HttpOriginError {
    /// The scheme is missing, or it is another one.
    #[error("only http and https are supported")]
    Scheme,
    /// There is no host.
    #[error("it names no host")]
    NoHost,
    /// A program would send these in `Authorization` although the user did not ask for that.
    #[error("it must not contain a user name or password")]
    UserInfo,
    /// The port is not a number up to 65535.
    #[error("its port is not a number up to 65535")]
    Port,
}

/// The origin of a URL: scheme, host and port (RFC 9110 section 4.3.1).
///
/// The host and the port are kept as they were typed, since `Host` names them in that form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpOrigin {
    is_encrypted: bool,
    host: String,
    port: u16,
    authority: String,
}

impl HttpOrigin {
    /// Returns the origin of a URL with this scheme and authority, `None` for a part that is missing.
    ///
    /// The caller has checked which characters the authority has, as every parser of URLs does.
    ///
    /// # Errors
    ///
    /// [`HttpOriginError`] if the URL is not one of http or https, names no host, or contains a password.
    pub fn of(scheme: Option<&str>, authority: Option<&str>) -> Result<Self, HttpOriginError> {
        let is_encrypted = match scheme.map(str::to_ascii_lowercase).as_deref() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(HttpOriginError::Scheme),
        };
        let authority = authority.ok_or(HttpOriginError::NoHost)?;
        if authority.contains('@') {
            return Err(HttpOriginError::UserInfo);
        }
        // The colons of an IPv6 address are between brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (authority, ""),
        };
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if host.is_empty() {
            return Err(HttpOriginError::NoHost);
        }
        let port = match port {
            // A colon without a number is the default port, too (RFC 3986 section 3.2.3).
            "" if is_encrypted => 443,
            "" => 80,
            // A number may begin with a plus sign in Rust, but not in a URL.
            port if port.bytes().all(|byte| byte.is_ascii_digit()) => {
                port.parse().map_err(|_| HttpOriginError::Port)?
            }
            _ => return Err(HttpOriginError::Port),
        };
        Ok(Self { is_encrypted, host: host.to_owned(), port, authority: authority.to_owned() })
    }

    /// Returns whether the scheme is https.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// Returns the name or address of the host, an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port: that of the URL, or 80 for http and 443 for https.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the value of `Host` (RFC 9110 section 7.2), as the user typed it.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Returns whether both are the same origin, whatever their spelling.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.is_encrypted == other.is_encrypted
            && self.host.eq_ignore_ascii_case(&other.host)
            && self.port == other.port
    }
}

impl fmt::Display for HttpOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.is_encrypted { "https" } else { "http" }, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn origin(scheme: &str, authority: &str) -> Result<HttpOrigin, HttpOriginError> {
        HttpOrigin::of(Some(scheme), Some(authority))
    }

    #[test]
    fn host_and_port_are_those_of_the_url() {
        for (scheme, authority, host, port) in [
            ("http", "localhost:3000", "localhost", 3000),
            ("http", "class.example", "class.example", 80),
            ("https", "class.example", "class.example", 443),
            ("HTTPS", "class.example:", "class.example", 443),
            ("http", "[::1]", "::1", 80),
            ("http", "[::1]:81", "::1", 81),
        ] {
            let origin = origin(scheme, authority).unwrap();
            assert_eq!((origin.host(), origin.port(), origin.authority()), (host, port, authority));
            assert_eq!(origin.is_encrypted(), scheme.eq_ignore_ascii_case("https"), "{origin}");
        }
    }

    #[test]
    fn invalid_origin_is_refused_with_its_reason() {
        for (scheme, authority, why) in [
            (Some("ftp"), Some("a"), HttpOriginError::Scheme),
            (None, Some("a"), HttpOriginError::Scheme),
            (Some("http"), None, HttpOriginError::NoHost),
            (Some("http"), Some(""), HttpOriginError::NoHost),
            (Some("http"), Some(":80"), HttpOriginError::NoHost),
            (Some("http"), Some("[]:80"), HttpOriginError::NoHost),
            (Some("http"), Some("alice:secret@a"), HttpOriginError::UserInfo),
            (Some("http"), Some("a:65536"), HttpOriginError::Port),
            (Some("http"), Some("a:+80"), HttpOriginError::Port),
        ] {
            assert_eq!(HttpOrigin::of(scheme, authority), Err(why), "{scheme:?} {authority:?}");
        }
    }

    #[test]
    fn spelling_does_not_change_an_origin() {
        let plain = origin("http", "class.example").unwrap();
        assert!(plain.is_same_as(&origin("http", "Class.Example:80").unwrap()));
        for other in [("https", "class.example"), ("http", "class.example:81"), ("http", "other.example")] {
            assert!(!plain.is_same_as(&origin(other.0, other.1).unwrap()), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn parts_of_any_authority_are_found(host in "[a-z][a-z0-9.-]{0,12}", port in any::<u16>(), encrypted: bool) {
            let scheme = if encrypted { "https" } else { "http" };
            let origin = origin(scheme, &format!("{host}:{port}")).unwrap();
            prop_assert_eq!((origin.host(), origin.port()), (&*host, port));
            prop_assert_eq!(origin.to_string(), format!("{scheme}://{host}:{port}"));
        }

        #[test]
        fn any_text_is_refused_or_has_a_host(authority in "\\PC{0,20}") {
            if let Ok(origin) = origin("http", &authority) {
                prop_assert!(!origin.host().is_empty());
                prop_assert_eq!(origin.authority(), authority);
            }
        }
    }
}
