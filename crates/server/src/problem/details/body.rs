//! The sentences about bodies that are not JSON, not a document, or too large.

use std::borrow::Cow;
use std::fmt::Display;

pub(crate) fn broken() -> String {
    "The body is incomplete, its chunks are malformed (RFC 9112 section 7.1), or its trailer section has more than 100 \
     lines or 32 KiB. Nothing was written. The server closes the connection; send the whole request again."
        .to_owned()
}

/// Returns the sentence about an empty body. `form` says what the body should be.
pub(crate) fn empty(form: &str) -> String {
    format!("The body is empty. Nothing was written. Send {form}, as JSON.")
}

pub(crate) fn ends_early(error: &serde_json::Error) -> String {
    format!(
        "The JSON in the body ends too early. Nothing was written. Send the whole body again. (The parser says: {}.)",
        said(error)
    )
}

pub(crate) fn no_json(reason: &dyn Display) -> String {
    format!(
        "The body is not valid JSON. Nothing was written. Send one JSON object in UTF-8, with names and strings in \
         double quotes. (The parser says: {reason}.)"
    )
}

pub(crate) fn byte_order_mark() -> String {
    "the body begins with a byte order mark (U+FEFF), which RFC 8259 section 8.1 forbids".to_owned()
}

/// Returns the parser's message, with the position of the error.
///
/// The parser counts columns from 1, and reports the end of the previous line as column 0.
pub(crate) fn said(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = bounded(&said);
    match (error.line(), error.column()) {
        (line, 0) => {
            let what = said.strip_suffix(&format!(" at line {line} column 0")).unwrap_or(&said);
            if line > 1 { format!("{what} at the beginning of line {line}") } else { what.to_owned() }
        }
        _ => said.into_owned(),
    }
}

pub(crate) fn no_document(reason: &str) -> String {
    format!("The body is JSON, but not the expected object: {}. Nothing was written.", bounded(reason))
}

/// Returns a message, with its middle cut out if it quotes a long text. Its end names the position.
fn bounded(said: &str) -> Cow<'_, str> {
    const BEGIN: usize = 200;
    const END: usize = 200;
    if said.len() <= BEGIN + END {
        return said.into();
    }
    let is_boundary = |place: &usize| said.is_char_boundary(*place);
    let begin = (0..=BEGIN).rev().find(is_boundary).unwrap_or_default();
    let end = (said.len() - END..said.len()).find(is_boundary).unwrap_or(said.len());
    format!("{} … {}", &said[..begin], &said[end..]).into()
}

pub(crate) fn long_title(size: usize, limit: usize) -> String {
    format!(
        "The title has {size} bytes in UTF-8, and the limit is {limit}. Nothing was written. Shorten the title, and \
         put the rest into the content."
    )
}

pub(crate) fn document_too_large(size: usize, limit: u64) -> String {
    format!(
        "Title and content together have {size} bytes, and the limit is {limit}. Nothing was written. Split the \
         document."
    )
}

pub(crate) fn too_large(limit: u64) -> String {
    format!(
        "The body has more than {limit} bytes, and no document needs so many. Nothing was written. Send a smaller body."
    )
}
