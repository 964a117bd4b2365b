//! `Content-Type`: whether a body has the media type that its resource takes (RFC 9110 section 8.3).

use axum::http::{HeaderMap, header};
use contract::fields::{JSON, MERGE_PATCH};
use contract::parameters::media_type;

use super::{RepeatedField, single_line};

/// The media type that a body has to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    /// A document, or a setting.
    Json,
    /// A merge patch.
    MergePatch,
}

/// Why the media type of a body is not the one that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeError {
    /// None was sent, and it has to be.
    Missing,
    /// It cannot be read, or is sent more than once.
    Malformed,
    /// It is another one.
    Other,
    /// It is the one that is wanted, in another charset than UTF-8.
    Charset,
}

/// Checks that a body has the media type that its resource takes, in UTF-8.
///
/// # Errors
///
/// It has another one, or none.
pub(crate) fn check_type(headers: &HeaderMap, media: Media) -> Result<(), TypeError> {
    // Of two types together none counts, whichever of them a recipient on the way has believed.
    let line = single_line(headers, header::CONTENT_TYPE).map_err(|RepeatedField| TypeError::Malformed)?;
    let Some(line) = line else {
        // A body without a type may be taken for what it looks like (RFC 9110 section 8.3). A patch looks like a
        // document and means something else, so it has to say what it is.
        return if media == Media::Json { Ok(()) } else { Err(TypeError::Missing) };
    };
    let wanted = match media {
        Media::Json => JSON,
        Media::MergePatch => MERGE_PATCH,
    };
    // As nearly all clients write it: nothing has to be parsed.
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
