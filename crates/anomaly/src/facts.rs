//! The parts of an exchange that matter here, read once.

use precondition::{Conditions, EntityTag, Field};

use crate::body::BodyRef;
use crate::observed::{ObservedExchange, ObservedMessage};

/// The kind of a request, by what it does to its resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestKind {
    /// A safe method that shows the representation: `GET`.
    Get,
    /// Another safe method (RFC 9110 section 9.2.1): its response shows no representation of the resource.
    Safe,
    /// `PUT`: replaces the state.
    Replace,
    /// `PATCH`: changes parts of the state.
    Patch,
    /// `DELETE`.
    Delete,
    /// `POST` and all other methods: their effect is not known.
    Other,
}

/// Whether a write changed the state of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    Yes,
    /// The server did not say.
    Maybe,
    No,
}

/// The version that a write names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NamedVersion {
    /// None: there is no condition.
    Nothing,
    /// None: `If-Match: *` holds for any version, and `If-None-Match` with tags only excludes some.
    AnyExisting,
    /// None, but the resource must not exist: `If-None-Match: *`.
    Absent,
    /// One of these (`If-Match`).
    Tags(Vec<EntityTag>),
    /// The version of a date (`If-Unmodified-Since`).
    Date,
    /// The request has the field `If` of `WebDAV` (RFC 4918 section 10.4), which is not read here.
    WebDav,
}

/// The facts about an exchange.
#[derive(Debug)]
pub(crate) struct ExchangeFacts<'a> {
    pub(crate) observed: &'a ObservedExchange<'a>,
    pub(crate) kind: RequestKind,
    pub(crate) applied: Applied,
    pub(crate) named: NamedVersion,
    /// The tag in the response.
    pub(crate) tag: Option<EntityTag>,
    pub(crate) request_body: BodyRef,
}

impl<'a> ExchangeFacts<'a> {
    pub(crate) fn read(observed: &'a ObservedExchange<'a>, request_body: BodyRef) -> Self {
        let kind = kind_of(observed.method);
        let tag = observed.response.as_ref().and_then(|response| response.message.field("ETag"));
        Self {
            observed,
            kind,
            applied: applied(observed),
            // The conditions of a read say nothing about what it replaces.
            named: if matches!(kind, RequestKind::Get | RequestKind::Safe) {
                NamedVersion::Nothing
            } else {
                named_version(&observed.request)
            },
            tag: tag.and_then(|tag| EntityTag::parse(tag.trim_ascii()).ok()),
            request_body,
        }
    }

    pub(crate) fn status(&self) -> Option<u16> {
        self.observed.response.as_ref().map(|response| response.status)
    }

    /// Returns whether the request is a write whose effect is known: `PUT`, `PATCH` or `DELETE`.
    pub(crate) fn is_known_write(&self) -> bool {
        matches!(self.kind, RequestKind::Replace | RequestKind::Patch | RequestKind::Delete)
    }

    /// Returns whether the response is a whole representation of the resource.
    pub(crate) fn shows_representation(&self) -> bool {
        let whole = self.observed.response.as_ref().is_some_and(|response| response.is_delivered);
        // 203: an intermediary changed it. 206 is a part of it.
        self.kind == RequestKind::Get && whole && matches!(self.status(), Some(200 | 203))
    }
}

/// Returns the kind of a request with this method.
pub(crate) fn kind_of(method: &str) -> RequestKind {
    match method {
        "GET" => RequestKind::Get,
        "HEAD" | "OPTIONS" | "TRACE" | "QUERY" | "PROPFIND" | "REPORT" | "SEARCH" => RequestKind::Safe,
        "PUT" => RequestKind::Replace,
        "PATCH" => RequestKind::Patch,
        "DELETE" => RequestKind::Delete,
        _ => RequestKind::Other,
    }
}

/// Returns whether the request was applied, according to its response (RFC 9110 section 15).
fn applied(observed: &ObservedExchange<'_>) -> Applied {
    if observed.order.forwarded.is_none() {
        return Applied::No;
    }
    match observed.response.as_ref().map(|response| response.status) {
        // 202: it may be carried out later. 207: parts of it may have failed.
        Some(202 | 207 | 408 | 500..=599) | None => Applied::Maybe,
        Some(200..=299) => Applied::Yes,
        Some(_) => Applied::No,
    }
}

/// Returns the version that a request names.
///
/// `If-Unmodified-Since` counts only without `If-Match` (RFC 9110 section 13.1.4). A malformed `If-Match` names
/// nothing.
fn named_version(request: &ObservedMessage<'_>) -> NamedVersion {
    let conditions = Conditions::from_fields(request.fields.iter().copied());
    if let Some(value) = conditions.value(Field::IfMatch) {
        let tags: Vec<_> = conditions.sent_tags().cloned().collect();
        let names_none = tags.is_empty() && value == b"*";
        return if names_none { NamedVersion::AnyExisting } else { NamedVersion::Tags(tags) };
    }
    if request.field("If").is_some() {
        return NamedVersion::WebDav;
    }
    if conditions.value(Field::IfUnmodifiedSince).is_some() {
        return NamedVersion::Date;
    }
    match conditions.value(Field::IfNoneMatch) {
        Some(b"*") => NamedVersion::Absent,
        Some(_) => NamedVersion::AnyExisting,
        None => NamedVersion::Nothing,
    }
}

/// Returns the path of a response's `Location`, if it is on the same server.
///
/// A whole URL is taken for one of the same server, since proxies and servers often disagree about their name.
pub(crate) fn location<'a>(response: &ObservedMessage<'a>) -> Option<&'a str> {
    let value = response.text_field("Location")?;
    let path = match value.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None => value,
    };
    path.starts_with('/').then(|| path.split('#').next().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_version_is_read_from_the_conditions() {
        let named = |fields: &[(&'static str, &'static str)]| {
            let fields = fields.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
            named_version(&ObservedMessage { fields, body: b"", length: 0 })
        };
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(named(&[]), NamedVersion::Nothing);
        assert_eq!(named(&[("if-match", "*")]), NamedVersion::AnyExisting);
        assert_eq!(named(&[("If-None-Match", "*")]), NamedVersion::Absent);
        assert_eq!(named(&[("If-None-Match", "\"a\"")]), NamedVersion::AnyExisting);
        assert_eq!(named(&[("If-Unmodified-Since", date)]), NamedVersion::Date);
        let tags = named(&[("If-Match", "\"a\""), ("If-Unmodified-Since", date)]);
        assert_eq!(tags, NamedVersion::Tags(vec!["\"a\"".parse().unwrap()]));
        assert_eq!(named(&[("If-Match", "a")]), NamedVersion::Tags(Vec::new()), "malformed, but a condition");
        assert_eq!(named(&[("If", "(<urn:uuid:1>)")]), NamedVersion::WebDav);
    }

    #[test]
    fn location_is_a_path() {
        let of = |value: &'static str| {
            location(&ObservedMessage { fields: vec![("Location", value.as_bytes())], body: b"", length: 0 })
        };
        assert_eq!(of("/notes/1#top"), Some("/notes/1"));
        assert_eq!(of("http://localhost:3000/notes/1"), Some("/notes/1"));
        assert_eq!(of("http://localhost:3000"), None);
        assert_eq!(of("1"), None, "relative to the target, which is rare");
    }
}
