//! The place of a version in an API: in which it is read, and in which a write names it.

use std::str::FromStr;

use serde_json::Value;
use thiserror::Error;

use crate::message::ProbeResponse;

/// The place in which the version is read, and the one in which a write sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum VersionSource {
    /// Read in `ETag`, sent in `If-Match`.
    #[default]
    EntityTag,
    /// Read at a JSON pointer (RFC 6901) of the body, sent in a field.
    Field {
        /// The name of the field.
        name: String,
        /// The pointer.
        pointer: String,
    },
    /// Read at a JSON pointer of the body, sent at the same place of the body.
    Body {
        /// The pointer.
        pointer: String,
    },
}

/// The error of parsing `NAME=POINTER`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "'{0}' is not a place of a version; write body=/version if a write names the version in its body, or \
     If-Match=/_etag if it names it in that field"
)]
pub struct VersionSourceError(String);

impl FromStr for VersionSource {
    type Err = VersionSourceError;

    fn from_str(text: &str) -> Result<Self, VersionSourceError> {
        let wrong = || VersionSourceError(text.to_owned());
        let (name, pointer) = text.split_once('=').ok_or_else(wrong)?;
        let is_token =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_token || !pointer.starts_with('/') || pointer.len() < 2 {
            return Err(wrong());
        }
        let pointer = pointer.to_owned();
        Ok(if name == "body" { Self::Body { pointer } } else { Self::Field { name: name.to_owned(), pointer } })
    }
}

impl VersionSource {
    /// Returns the field in which a write names the version, or `None` if it names it in its body.
    pub(crate) fn field(&self) -> Option<&str> {
        match self {
            Self::EntityTag => Some("If-Match"),
            Self::Field { name, .. } => Some(name),
            Self::Body { .. } => None,
        }
    }

    /// Returns the pointer to the version in the body, if it is there.
    pub(crate) fn pointer(&self) -> Option<&str> {
        match self {
            Self::EntityTag => None,
            Self::Field { pointer, .. } | Self::Body { pointer } => Some(pointer),
        }
    }

    /// Returns the version of a representation as a field value or, for [`VersionSource::Body`], as JSON.
    pub(crate) fn version_of(&self, response: &ProbeResponse) -> Option<Vec<u8>> {
        let Some(pointer) = self.pointer() else { return response.field("ETag").map(<[u8]>::to_vec) };
        let body: Value = serde_json::from_slice(&response.body).ok()?;
        let version = body.pointer(pointer)?;
        Some(match (self, version) {
            (Self::Body { .. }, version) => version.to_string().into_bytes(),
            (_, Value::String(text)) => in_quotes(self.field()?, text),
            (_, Value::Null) => return None,
            (_, other) => in_quotes(self.field()?, &other.to_string()),
        })
    }

    /// Writes a version into a body, or removes the one that is there.
    ///
    /// Returns `None` if the body is not JSON, or has no place for the version.
    pub(crate) fn write_version(&self, body: &[u8], version: Option<&[u8]>) -> Option<Vec<u8>> {
        let Self::Body { pointer } = self else { return Some(body.to_vec()) };
        let mut value: Value = serde_json::from_slice(body).ok()?;
        let (parent, key) = pointer.rsplit_once('/')?;
        let key = key.replace("~1", "/").replace("~0", "~");
        let object = value.pointer_mut(parent)?.as_object_mut()?;
        match version {
            Some(version) => {
                object.insert(key, serde_json::from_slice(version).ok()?);
            }
            None => {
                object.remove(&key);
            }
        }
        Some(value.to_string().into_bytes())
    }
}

/// Puts a version between quotes if the field takes entity tags, unless it has them already.
fn in_quotes(field: &str, version: &str) -> Vec<u8> {
    let is_tag = version.starts_with('"') || version.starts_with("W/\"");
    let takes_tags = field.eq_ignore_ascii_case("If-Match");
    if takes_tags && !is_tag { format!("\"{version}\"").into_bytes() } else { version.as_bytes().to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn representation(body: &str) -> ProbeResponse {
        ProbeResponse { status: 200, fields: Vec::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn version_in_the_body_is_read_and_written_back() {
        let source: VersionSource = "body=/meta/version".parse().unwrap();
        let read = source.version_of(&representation(r#"{"meta":{"version":7},"text":"a"}"#)).unwrap();
        assert_eq!(read, b"7");
        let written = source.write_version(br#"{"meta":{"version":6},"text":"b"}"#, Some(&read)).unwrap();
        assert_eq!(written, br#"{"meta":{"version":7},"text":"b"}"#);
        let removed = source.write_version(br#"{"meta":{"version":6},"text":"b"}"#, None).unwrap();
        assert_eq!(removed, br#"{"meta":{},"text":"b"}"#);
    }

    #[test]
    fn version_in_the_body_becomes_a_tag_in_if_match() {
        let source: VersionSource = "If-Match=/_etag".parse().unwrap();
        assert_eq!(source.version_of(&representation(r#"{"_etag":"a1"}"#)).unwrap(), b"\"a1\"");
        assert_eq!(source.version_of(&representation(r#"{"_etag":"\"a1\""}"#)).unwrap(), b"\"a1\"");
        assert_eq!(source.version_of(&representation(r#"{"_etag":7}"#)).unwrap(), b"\"7\"");
        assert_eq!(source.version_of(&representation("[]")), None);
        let source: VersionSource = "X-Version=/v".parse().unwrap();
        assert_eq!(source.version_of(&representation(r#"{"v":7}"#)).unwrap(), b"7");
    }

    #[test]
    fn other_texts_are_refused_with_an_example() {
        for text in ["version", "body=version", "=/a", "a b=/c", "body=/"] {
            let error = text.parse::<VersionSource>().unwrap_err().to_string();
            assert!(error.contains("body=/version"), "{text}: {error}");
        }
    }
}
