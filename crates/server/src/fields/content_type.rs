//! `Content-Type`: whether a body has the media type that the resource expects (RFC 9110 section 8.3).

use axum::http::{HeaderMap, header};
use contract::fields::{JSON, MERGE_PATCH};
use contract::parameters::media_type;

use super::{RepeatedField, single_line};

/// The media type of HTML forms.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The media type that a resource expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    /// A document, or a setting.
    Json,
    /// A merge patch.
    MergePatch,
    /// The form of the page at `/`.
    Form,
}

/// The error when a body does not have the expected media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeError {
    /// The request has no media type, but must have one.
    Missing,
    /// The field is malformed or repeated.
    Malformed,
    /// The media type is another one.
    Other,
    /// The media type is the expected one, but its charset is not UTF-8.
    Charset,
}

/// Checks that a body has the expected media type, in UTF-8.
///
/// # Errors
///
/// The body has another media type, or none.
pub(crate) fn check_type(headers: &HeaderMap, media: Media) -> Result<(), TypeError> {
    // If a field has two lines, neither counts, whichever an intermediary may have used.
    let line = single_line(headers, header::CONTENT_TYPE).map_err(|RepeatedField| TypeError::Malformed)?;
    let Some(line) = line else {
        // A body without a type may be taken for what it looks like (RFC 9110 section 8.3). A patch looks like a
        // document, but means something else, so it must name its type.
        return if media == Media::Json { Ok(()) } else { Err(TypeError::Missing) };
    };
    let wanted = match media {
        Media::Json => JSON,
        Media::MergePatch => MERGE_PATCH,
        Media::Form => FORM,
    };
    // Nearly all clients write it like this, and then nothing has to be parsed.
    if line == wanted {
        return Ok(());
    }
    let declared = media_type(line.as_bytes()).ok_or(TypeError::Malformed)?;
    if declared.name != wanted {
        return Err(TypeError::Other);
    }
    let utf_8 = declared.parameters_called("charset").all(|charset| charset.eq_ignore_ascii_case("utf-8"));
    if utf_8 { Ok(()) } else { Err(TypeError::Charset) }
}
