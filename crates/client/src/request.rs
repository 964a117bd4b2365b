//! An editor's request as an HTTP request. Pure: nothing is sent here.
//!
//! This is the client's whole part in optimistic concurrency: the field that names the version to be replaced.

use contract::{ApiPath, DocumentId, EntityTag, fields};
use editor::{EditorRequest, Guard, WorkingCopy};
use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use serde::Serialize;

/// `Prefer` (RFC 7240), for which the HTTP library has no constant.
pub(crate) const PREFER: HeaderName = HeaderName::from_static("prefer");

/// A request before it is addressed to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutgoingRequest {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    /// The media type for `Accept`.
    pub(crate) accept: &'static str,
    /// The fields of this request that not every request has.
    pub(crate) fields: Vec<(HeaderName, HeaderValue)>,
    /// A JSON body, if there is one.
    pub(crate) body: Option<Vec<u8>>,
}

impl OutgoingRequest {
    /// Returns a request without conditions and without a body.
    pub(crate) fn new(method: Method, target: &ApiPath) -> Self {
        Self { method, target: target.path(), accept: fields::JSON, fields: Vec::new(), body: None }
    }

    /// Returns a GET without conditions.
    pub(crate) fn get(target: &ApiPath) -> Self {
        Self::new(Method::GET, target)
    }

    /// Returns a PUT of a value as JSON, without conditions.
    pub(crate) fn put(target: &ApiPath, value: &impl Serialize) -> Self {
        Self { body: Some(to_json(value)), ..Self::new(Method::PUT, target) }
    }

    /// Returns the request that carries out `ask` on a document.
    pub(crate) fn of_editor(id: &DocumentId, ask: &EditorRequest) -> Self {
        let mut call = Self::get(&ApiPath::Document(id.clone()));
        match ask {
            EditorRequest::Read { unless } => {
                call.fields.extend(unless.iter().map(|etag| (IF_NONE_MATCH, tag_value(etag))));
            }
            EditorRequest::Write { guard, document, want_current } => {
                call.method = Method::PUT;
                call.fields.extend(guard_field(guard));
                if *want_current {
                    call.fields.push((PREFER, HeaderValue::from_static("return=representation")));
                }
                call.body = Some(document_json(document));
            }
            EditorRequest::Delete { guard } => {
                call.method = Method::DELETE;
                call.fields.extend(guard_field(guard));
            }
        }
        call
    }

    /// Returns this request with a subpath or a query behind its path.
    pub(crate) fn with_suffix(mut self, suffix: &str) -> Self {
        self.target.push_str(suffix);
        self
    }

    /// Returns this request with the condition that the current version has this tag.
    pub(crate) fn with_if_match(self, etag: &EntityTag) -> Self {
        self.with_field(IF_MATCH, tag_value(etag))
    }

    /// Returns this request with one more field.
    pub(crate) fn with_field(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.fields.push((name, value));
        self
    }
}

/// Returns the field that names the version to be replaced, or `None` for an unconditional write.
fn guard_field(guard: &Guard) -> Option<(HeaderName, HeaderValue)> {
    match guard {
        Guard::IfMatch(etag) => Some((IF_MATCH, tag_value(etag))),
        Guard::IfNoneMatchAny => Some((IF_NONE_MATCH, HeaderValue::from_static("*"))),
        Guard::Unconditional => None,
    }
}

/// Returns a value as a JSON body.
pub(crate) fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("JSON can represent any text")
}

/// Returns a document as a JSON body, built at once: a buffer that grows would be copied on the way.
fn document_json(document: &WorkingCopy) -> Vec<u8> {
    let WorkingCopy { title, content, .. } = document;
    // The capacity suffices unless a text has unusually many escapes.
    let mut json = Vec::with_capacity(title.len() + content.len() + content.len() / 32 + 256);
    serde_json::to_writer(&mut json, document).expect("JSON can represent any text");
    json
}

/// Returns a tag exactly as it was received, byte by byte: any change makes it another tag.
fn tag_value(etag: &EntityTag) -> HeaderValue {
    HeaderValue::from_bytes(&etag.to_bytes()).expect("an entity tag has no control characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_of(ask: &EditorRequest) -> Vec<(String, String)> {
        let call = OutgoingRequest::of_editor(&"welcome".parse().unwrap(), ask);
        assert_eq!(call.target, "/api/documents/welcome");
        call.fields.iter().map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned())).collect()
    }

    fn field(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    fn tag() -> EntityTag {
        "\"v5-d4f8c2a1\"".parse().unwrap()
    }

    #[test]
    fn a_read_is_conditional_if_a_tag_is_known() {
        assert_eq!(fields_of(&EditorRequest::Read { unless: Some(tag()) }), field("if-none-match", "\"v5-d4f8c2a1\""));
        assert_eq!(fields_of(&EditorRequest::Read { unless: None }), []);
    }

    #[test]
    fn a_write_names_the_version_it_replaces() {
        let write =
            |guard, want_current| EditorRequest::Write { guard, document: WorkingCopy::default(), want_current };
        assert_eq!(fields_of(&write(Guard::IfMatch(tag()), false)), field("if-match", "\"v5-d4f8c2a1\""));
        assert_eq!(fields_of(&write(Guard::IfNoneMatchAny, false)), field("if-none-match", "*"));
        assert_eq!(fields_of(&write(Guard::Unconditional, false)), []);
        assert_eq!(fields_of(&write(Guard::Unconditional, true)), field("prefer", "return=representation"));
    }

    #[test]
    fn a_delete_names_what_it_deletes_and_has_no_body() {
        let ask = EditorRequest::Delete { guard: Guard::IfMatch(tag()) };
        assert_eq!(fields_of(&ask), field("if-match", "\"v5-d4f8c2a1\""));
        let call = OutgoingRequest::of_editor(&"welcome".parse().unwrap(), &ask);
        assert_eq!((call.method, call.body), (Method::DELETE, None));
    }

    #[test]
    fn a_non_ascii_tag_is_sent_back_byte_by_byte() {
        let etag = EntityTag::strong(b"caf\xe9").unwrap();
        assert_eq!(tag_value(&etag).as_bytes(), b"\"caf\xe9\"");
    }
}
