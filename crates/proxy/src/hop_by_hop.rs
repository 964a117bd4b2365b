//! The fields that are about one connection only, and are not passed on (RFC 9110 section 7.6.1).
//!
//! These are the fields that `Connection` names, and those that older programs expect to be removed without being
//! named. `Trailer` is passed on, since the fields after a body are: without it, they would be dropped.

use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue};

/// The fields that are removed even if `Connection` does not name them.
const ALWAYS: [HeaderName; 7] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("http2-settings"),
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Fields that are never removed, even if `Connection` names them.
///
/// A client could otherwise have the proxy drop what the proxy itself sets, or what frames the message. The RFC forbids
/// naming a field that is meant for all recipients.
const NEVER: [HeaderName; 6] = [
    header::CONTENT_LENGTH,
    header::HOST,
    header::VIA,
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
];

/// The content of the removed fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ConnectionFields {
    /// The protocols that the sender offers or has switched to, if `Connection` names `Upgrade`.
    pub(crate) upgrade: Option<HeaderValue>,
    /// Whether the sender accepts fields after the body.
    pub(crate) accepts_trailers: bool,
}

/// Removes the fields that are about one connection, and returns what is needed of them.
///
/// A `Content-Length` beside a `Transfer-Encoding` is removed as well: it does not count, and another recipient might
/// believe it (RFC 9112 section 6.3).
pub(crate) fn remove_connection_fields(headers: &mut HeaderMap) -> ConnectionFields {
    let mut found = ConnectionFields::default();
    if headers.contains_key(header::TE) {
        found.accepts_trailers = members(headers, &header::TE).any(|member| {
            let coding = member.split(';').next().unwrap_or_default();
            coding.trim_ascii().eq_ignore_ascii_case("trailers")
        });
    }
    if headers.contains_key(header::TRANSFER_ENCODING) {
        headers.remove(header::CONTENT_LENGTH);
    }
    if headers.contains_key(header::CONNECTION) {
        let named: Vec<HeaderName> =
            members(headers, &header::CONNECTION).filter_map(|member| member.parse().ok()).collect();
        if named.contains(&header::UPGRADE) {
            found.upgrade = headers.get(header::UPGRADE).cloned();
        }
        for name in named.into_iter().filter(|name| !NEVER.contains(name)) {
            headers.remove(name);
        }
    }
    // Most messages have few fields and at most one of these. Comparing names is cheaper than seven look-ups.
    if headers.keys().any(|name| ALWAYS.contains(name)) {
        for name in ALWAYS {
            headers.remove(name);
        }
    }
    found
}

/// Returns the members of a list of tokens.
fn members<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim_ascii).filter(|member| !member.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        // The order of fields with different names means nothing (RFC 9110 section 5.3).
        let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn fields_of_one_connection_are_removed() {
        let mut passed = headers(&[
            ("connection", "keep-alive, X-One"),
            ("connection", "x-two"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("te", "gzip, trailers"),
            ("upgrade", "websocket"),
            ("x-one", "1"),
            ("x-one", "2"),
            ("x-two", ""),
            ("x-three", "3"),
            ("trailer", "x-sum"),
            ("if-match", "\"v1\""),
        ]);
        let found = remove_connection_fields(&mut passed);
        assert_eq!(names(&passed), ["if-match", "trailer", "x-three"]);
        assert_eq!(found, ConnectionFields { upgrade: None, accepts_trailers: true }, "Connection names no upgrade");
    }

    #[test]
    fn upgrade_counts_if_connection_names_it() {
        let mut passed = headers(&[("connection", "Upgrade"), ("upgrade", "websocket")]);
        assert_eq!(remove_connection_fields(&mut passed).upgrade, Some(HeaderValue::from_static("websocket")));
        assert!(passed.is_empty());
    }

    #[test]
    fn length_beside_a_transfer_coding_is_removed() {
        let mut passed = headers(&[("transfer-encoding", "chunked"), ("content-length", "5")]);
        remove_connection_fields(&mut passed);
        assert!(passed.is_empty());
        let mut alone = headers(&[("content-length", "5"), ("connection", "content-length, host"), ("host", "a")]);
        remove_connection_fields(&mut alone);
        assert_eq!(names(&alone), ["content-length", "host"], "Connection cannot remove what frames the message");
    }

    fn name() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z][a-z0-9-]{0,6}",
            prop::sample::select(vec!["te", "upgrade", "keep-alive", "host", "content-length", "etag"])
                .prop_map(str::to_owned),
        ]
    }

    proptest! {
        /// Fields stay if they are neither always removed nor named, in their order and with their values.
        #[test]
        fn other_fields_pass_unchanged(
            fields in prop::collection::vec((name(), "[ -~&&[^,]]{0,8}"), 0..12),
            named in prop::collection::vec(name(), 0..4),
        ) {
            let mut lines: Vec<(String, String)> =
                fields.into_iter().map(|(name, value)| (name, value.trim().to_owned())).collect();
            lines.push(("Connection".to_owned(), named.join(" , ")));
            let lines: Vec<(&str, &str)> = lines.iter().map(|(name, value)| (&**name, &**value)).collect();
            let before = headers(&lines);
            let mut passed = before.clone();
            remove_connection_fields(&mut passed);
            let is_removed = |name: &HeaderName| {
                ALWAYS.contains(name) || (!NEVER.contains(name) && named.iter().any(|named| named == name.as_str()))
            };
            let mut expected = before.clone();
            for name in before.keys().filter(|name| is_removed(name)) {
                expected.remove(name);
            }
            prop_assert_eq!(&passed, &expected);
            // Once removed, there is nothing left to remove.
            let mut again = passed.clone();
            prop_assert_eq!(remove_connection_fields(&mut again), ConnectionFields::default());
            prop_assert_eq!(again, passed);
        }
    }
}
