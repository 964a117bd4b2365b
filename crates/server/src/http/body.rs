//! Bodies of requests: the checks of their header fields, reading, and parsing.

mod json_faults;
mod strict_object;

use std::error::Error;
use std::iter;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use contract::Document;
use contract::document::MAX_TITLE_BYTES;
use contract::fields::MERGE_PATCH;
use futures_util::StreamExt;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use store::SerializedDocument;

use crate::budget;
use crate::connection::body_timeout::BodyTimedOut;
use crate::connection::receive_budget::ReceiveBudgetExhausted;
use crate::fields::ACCEPT_PATCH;
use crate::fields::content_encoding::has_content_coding;
use crate::fields::content_length::declared_length;
use crate::fields::content_type::{Media, check_type};
use crate::http::gathered_bytes::GatheredBytes;
use crate::http::removal::{ClientRemoved, removed};
use crate::options::ServerOptions;
use crate::problem::details::{self, body};
use crate::problem::{RETRY_AFTER_SECONDS, Refusal, types};
use crate::state::ServerState;
use crate::state::offload::is_large;
use json_faults::JsonFaultKind;
use strict_object::Strict;

pub(crate) use strict_object::StrictObject;

/// The most bytes of a form: a name, a token and a few numbers, with all their escapes.
const MAX_FORM_BYTES: usize = 16 * 1024;

/// Checks the header fields about the body, in the order of the contract: size, media type, range.
pub(crate) fn check_headers(headers: &HeaderMap, media: Media, options: &ServerOptions) -> Result<(), Refusal> {
    let limit = options.max_body() as u64;
    if declared_length(headers).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    if has_content_coding(headers) {
        // Only here: a 415 for any other reason must not have this field (RFC 9110 section 12.5.3).
        return Err(unsupported(media, details::coding()).with_header(header::ACCEPT_ENCODING, "identity"));
    }
    if let Err(error) = check_type(headers, media) {
        return Err(unsupported(media, details::media_type(media, error)));
    }
    if headers.contains_key(header::CONTENT_RANGE) {
        let refusal = Refusal::invalid_request(details::content_range());
        return Err(refusal.with_field("Content-Range"));
    }
    Ok(())
}

fn unsupported(media: Media, why: String) -> Refusal {
    let refusal = Refusal::new(&types::UNSUPPORTED_MEDIA_TYPE, why);
    match media {
        Media::Json | Media::Form => refusal,
        Media::MergePatch => refusal.with_header(ACCEPT_PATCH, MERGE_PATCH),
    }
}

/// Reads a body, up to the limit. Reading sends the 100 (Continue) to a client that waits for it.
async fn read(body: Body, options: &ServerOptions) -> Result<Bytes, Refusal> {
    read_up_to(body, options, options.max_body()).await
}

/// Reads the body of a form, which is short.
pub(crate) async fn read_form(body: Body, options: &ServerOptions) -> Result<Bytes, Refusal> {
    read_up_to(body, options, MAX_FORM_BYTES).await
}

async fn read_up_to(body: Body, options: &ServerOptions, limit: usize) -> Result<Bytes, Refusal> {
    let mut stream = body.into_data_stream();
    let mut read = GatheredBytes::default();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|error| body_error(&error, options))?;
        if read.len() + part.len() > limit {
            return Err(too_large(limit as u64));
        }
        read.push(part);
    }
    Ok(read.into_bytes())
}

/// Reads and parses a body. A large one is parsed on another thread, to keep the worker free.
pub(crate) async fn read_as<T: Send + 'static>(
    app: &ServerState,
    body: Body,
    parse: fn(&[u8], &ServerOptions) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let bytes = read(body, &app.options).await?;
    if !is_large(bytes.len()) {
        return parse(&bytes, &app.options);
    }
    let shared = ServerState::clone(app);
    app.offload.run(bytes.len(), move || parse(&bytes, &shared.options)).await
}

/// Returns the refusal for a body that did not arrive completely.
///
/// hyper sees the state of the connection; after a 408, it closes the connection.
pub(crate) fn body_error(error: &axum::Error, options: &ServerOptions) -> Refusal {
    if is_caused_by::<BodyTimedOut>(error) {
        let detail = details::transport::late(options.value_of(&budget::SEND_TIME));
        let refusal = Refusal::new(&types::REQUEST_TIMEOUT, detail).with_budget(&budget::SEND_TIME);
        return refusal.with_header(header::CONNECTION, "close");
    }
    if let Some(ClientRemoved(name)) = find_cause(error) {
        return removed(name).with_header(header::CONNECTION, "close");
    }
    if is_caused_by::<ReceiveBudgetExhausted>(error) {
        let refusal = Refusal::budget_exhausted(&budget::RECEIVE_BYTES, &options.budgets, Some(RETRY_AFTER_SECONDS));
        return refusal.with_header(header::CONNECTION, "close");
    }
    // hyper cannot find the beginning of the next request, so it closes the connection.
    Refusal::invalid_request(body::broken()).with_header(header::CONNECTION, "close")
}

/// Returns whether an error, or one of its sources, is an `E`.
fn is_caused_by<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    find_cause::<E>(error).is_some()
}

/// Returns the first of an error and its sources that is an `E`.
fn find_cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    iter::successors(Some(error), |&error| error.source()).find_map(<dyn Error>::downcast_ref)
}

/// Parses JSON.
///
/// # Errors
///
/// 400 if the body is not valid JSON, 422 if it is not the expected object.
pub(crate) fn parse<T: StrictObject>(bytes: &[u8]) -> Result<T, Refusal> {
    let malformed = |detail| Refusal::new(&types::MALFORMED_BODY, detail);
    let text = str::from_utf8(bytes).map_err(|error| malformed(body::no_json(&error)))?;
    if text.starts_with(BYTE_ORDER_MARK) {
        return Err(malformed(body::no_json(&body::byte_order_mark())));
    }
    if text.trim_ascii().is_empty() {
        return Err(malformed(body::empty(T::EXPECTED)));
    }
    serde_json::from_str(text).map(|Strict(object)| object).map_err(|error| {
        // The first error may be before the position of the syntax error.
        match serde_json::from_str::<IgnoredAny>(text) {
            Err(error) if error.is_eof() => malformed(body::ends_early(&error)),
            Err(error) => malformed(body::no_json(&body::said(&error))),
            Ok(_) => unprocessable(&describe_json_error(text, &error)),
        }
    })
}

/// Returns why well-formed JSON is refused. `error` is the parser's first error.
fn describe_json_error(text: &str, error: &serde_json::Error) -> String {
    let said = body::said(error);
    match json_faults::find_first(text) {
        // The parser stopped at a value that JSON allows and parsers may refuse, before it could find a wrong type.
        Some(fault) if error.is_syntax() => fault.to_string(),
        Some(fault) if fault.kind == JsonFaultKind::TooDeep => format!("{said}; and {fault}"),
        _ => said,
    }
}

/// The byte order mark, which some programs put before a text to mark it as UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Parses a document and checks its limits.
pub(crate) fn document(bytes: &[u8], options: &ServerOptions) -> Result<SerializedDocument, Refusal> {
    Ok(serialized(check_limits(parse_texts(bytes, options)?, options)?))
}

/// Returns the document for the store.
///
/// A large body is parsed on another thread, so its document is serialized and hashed there, too.
pub(crate) fn serialized(document: Document) -> SerializedDocument {
    let document = SerializedDocument::from(document);
    if is_large(document.text_bytes()) {
        document.hash();
    }
    document
}

/// Parses a merge patch, and refuses what would be wrong for any document.
pub(crate) fn patch(bytes: &[u8], options: &ServerOptions) -> Result<Value, Refusal> {
    let patch: Map<String, Value> = parse_texts(bytes, options)?;
    let text = |name| patch.get(name).and_then(Value::as_str);
    // The unpatched parts of the document can only add to this size.
    let size = [text("title"), text("content")].into_iter().flatten().map(str::len).sum();
    if size > options.max_document {
        return Err(document_too_large(size, options));
    }
    text("title").map_or(Ok(()), check_title)?;
    Ok(Value::Object(patch))
}

/// Parses a body with the texts of a document.
///
/// If the texts are too large, this error takes precedence: after any other error was corrected, it would follow
/// anyway.
pub(crate) fn parse_texts<T: StrictObject>(bytes: &[u8], options: &ServerOptions) -> Result<T, Refusal> {
    parse(bytes).map_err(|wrong| match strict_object::size_of_texts(bytes) {
        Some(size) if size > options.max_document => document_too_large(size, options),
        _ => wrong,
    })
}

/// Checks the limits of a document.
pub(crate) fn check_limits(document: Document, options: &ServerOptions) -> Result<Document, Refusal> {
    let size = document.title.len() + document.content.len();
    if size > options.max_document {
        return Err(document_too_large(size, options));
    }
    check_title(&document.title)?;
    Ok(document)
}

/// Refuses a title that is too long.
fn check_title(title: &str) -> Result<(), Refusal> {
    if title.len() <= MAX_TITLE_BYTES {
        return Ok(());
    }
    let refusal = Refusal::new(&types::UNPROCESSABLE_CONTENT, body::long_title(title.len(), MAX_TITLE_BYTES));
    Err(refusal.with_budget(&budget::TITLE_BYTES).map_problem(|problem| problem.limit = Some(MAX_TITLE_BYTES as u64)))
}

/// Returns the refusal for valid JSON that is not the expected object.
pub(crate) fn unprocessable(reason: &str) -> Refusal {
    Refusal::new(&types::UNPROCESSABLE_CONTENT, body::no_document(reason))
}

/// Returns the refusal for a document that is too large.
pub(crate) fn document_too_large(size: usize, options: &ServerOptions) -> Refusal {
    let limit = options.max_document as u64;
    let refusal = Refusal::new(&types::CONTENT_TOO_LARGE, body::document_too_large(size, limit))
        .with_budget(&budget::DOCUMENT_BYTES);
    refusal.map_problem(|problem| problem.limit = Some(limit))
}

pub(crate) fn too_large(limit: u64) -> Refusal {
    let refusal = Refusal::new(&types::CONTENT_TOO_LARGE, body::too_large(limit)).with_budget(&budget::DOCUMENT_BYTES);
    refusal.map_problem(|problem| problem.limit = Some(limit))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    #[test]
    fn invalid_utf_8_is_not_json() {
        let status =
            |bytes: &[u8]| document(bytes, &ServerOptions::default()).err().map(|no| no.into_parts().kind.status);
        assert_eq!(status(br#"{"title":"","content":""}"#), None);
        assert_eq!(status(b"{\"title\":\"\xff\",\"content\":\"\"}"), Some(StatusCode::BAD_REQUEST));
        // JSON's grammar allows half of a surrogate pair, but a document cannot contain one.
        assert_eq!(status(br#"{"title":"\ud800","content":""}"#), Some(StatusCode::UNPROCESSABLE_ENTITY));
    }
}
