//! The syntax of header fields: parsers for those that the server reads, and the values that it writes.
//!
//! What is *not* here: the meaning of a field for a request, and the refusal of a malformed field.

pub(crate) mod accept;
pub(crate) mod author;
pub(crate) mod cache_control;
pub(crate) mod content_encoding;
pub(crate) mod content_length;
pub(crate) mod content_type;
pub(crate) mod digits;
pub(crate) mod expect;
pub(crate) mod prefer;
pub(crate) mod transfer_encoding;
pub(crate) mod validators;
pub(crate) mod value;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The patch formats that a resource supports (RFC 5789 section 3.1).
pub(crate) const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");
/// The author of a request, or of a version.
pub(crate) const AUTHOR: HeaderName = HeaderName::from_static("ifmatch-author");
/// The preferences of a client (RFC 7240 section 2).
pub(crate) const PREFER: HeaderName = HeaderName::from_static("prefer");
/// The preferences that the server applied (RFC 7240 section 3).
pub(crate) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The error that a field that is not a list has several lines.
///
/// Its value is then unknown (RFC 9110 section 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RepeatedField;

/// Returns the only line of a field that is not a list, or `None` if there is no such field.
///
/// # Errors
///
/// The field has more than one line.
pub(crate) fn single_line(headers: &HeaderMap, name: HeaderName) -> Result<Option<&HeaderValue>, RepeatedField> {
    let mut lines = headers.get_all(name).iter();
    let first = lines.next();
    if lines.next().is_some() { Err(RepeatedField) } else { Ok(first) }
}

#[cfg(test)]
mod tests {
    use contract::fields;

    use super::*;

    #[test]
    fn author_field_has_the_name_of_the_contract() {
        assert!(AUTHOR.as_str().eq_ignore_ascii_case(fields::AUTHOR));
    }
}
