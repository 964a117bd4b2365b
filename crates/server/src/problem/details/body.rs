//! The sentences about bodies that are not JSON, not a document, or too large.

use std::borrow::Cow;
use std::fmt::Display;

pub(crate) fn broken() -> String {
    "The body ended before it was complete, or its chunks are not as RFC 9112 wants them, or more than 100 lines or \
     32 KiB of trailer fields are behind them. Nothing was written. Send the request again, whole; the connection ends."
        .to_owned()
}

/// `form` says what there should be.
pub(crate) fn empty(form: &str) -> String {
    format!("The body is empty, and there should be {form}. Nothing was written. Send it in the body, as JSON.")
}

pub(crate) fn ends_early(error: &serde_json::Error) -> String {
    format!(
        "The body ends too early to be JSON. Nothing was written. Send it again, whole. (The parser says: {}.)",
        said(error)
    )
}

pub(crate) fn no_json(reason: &dyn Display) -> String {
    format!(
        "The body is no JSON, so nobody can tell what it says. Nothing was written. Send one JSON object, in UTF-8, with \
         names and texts in double quotes. (The parser says: {reason}.)"
    )
}

pub(crate) fn byte_order_mark() -> String {
    "it begins with a byte order mark (U+FEFF), and JSON has none (RFC 8259 section 8.1)".to_owned()
}

/// Returns the message of the parser, with the position.
///
/// The parser counts columns from 1, and says 0 for the end of the line before.
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
    format!("The body is JSON, and not what is wanted here: {}. Nothing was written.", bounded(reason))
}

/// Returns a message, cut in its middle if it repeats something long: its end names the position.
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
        "The title has {size} bytes, and a title may have {limit} (UTF-8). Nothing was written. Shorten the title, and \
         put the rest into the content."
    )
}

pub(crate) fn document_too_large(size: usize, limit: u64) -> String {
    format!(
        "Title and content have {size} bytes together, and a document may have {limit}. Nothing was written. Split the \
         document."
    )
}

pub(crate) fn too_large(limit: u64) -> String {
    format!("The body has more than {limit} bytes, which is more than any document needs. Nothing was written.")
}
