//! Refusals of input that never became a request, as the bytes of a whole response.
//!
//! Like all other responses, they say which web pages may read them, and which deliberate mistakes are on. The path is
//! unknown, so all of these responses name the mistakes.

use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use contract::fields;

use crate::budget;
use crate::fields::digits::parse_digits;
use crate::fields::transfer_encoding;
use crate::fields::value::date_value;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::body;
use crate::pipeline::{cors, finalize};
use crate::problem::details::transport as words;
use crate::problem::{Links, Refusal, types};
use crate::state::SharedState;

/// Returns the response to input that hyper could not parse, by hyper's status and by the input.
pub(crate) fn response_by_status(app: &SharedState, status: StatusCode, input: &[u8]) -> (StatusCode, Vec<u8>) {
    let of_length = matches!(status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE | StatusCode::BAD_REQUEST);
    if of_length && is_endless(input) {
        return raw_response(app, body::too_large(app.options.max_body() as u64), input);
    }
    if status == StatusCode::REQUEST_TIMEOUT {
        app.metrics.budgets.refused(&budget::SEND_TIME);
        let detail = words::late_head(app.options.value_of(&budget::SEND_TIME));
        return raw_response(app, Refusal::new(&types::REQUEST_TIMEOUT, detail).with_budget(&budget::SEND_TIME), input);
    }
    let (kind, detail) = match status {
        StatusCode::URI_TOO_LONG => (&types::URI_TOO_LONG, words::long_target()),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => (&types::REQUEST_HEADER_FIELDS_TOO_LARGE, words::long_head()),
        // To hyper, a body whose end it cannot find is malformed.
        _ if is_coded(input) => (&types::NOT_IMPLEMENTED, words::transfer_coding()),
        _ => (&types::INVALID_REQUEST, words::unreadable()),
    };
    raw_response(app, Refusal::new(kind, detail), input)
}

/// Returns the response to plain HTTP on a TLS port.
pub(crate) fn not_encrypted(app: &SharedState, input: &[u8]) -> (StatusCode, Vec<u8>) {
    raw_response(app, Refusal::invalid_request(words::not_encrypted()), input)
}

/// Returns the response to all input while the system clock has a time that HTTP cannot write.
pub(crate) fn no_time(app: &SharedState, input: &[u8]) -> (StatusCode, Vec<u8>) {
    raw_response(app, Refusal::new(&types::INTERNAL_ERROR, words::no_time()), input)
}

/// Returns an HTTP/1.1 response that closes the connection.
fn raw_response(app: &SharedState, refusal: Refusal, input: &[u8]) -> (StatusCode, Vec<u8>) {
    let AnnotatedResponse { mut response, problem, .. } = refusal.into();
    let body = problem
        .map(|problem| problem.to_json(None, Links { base: app.options.base_path(), instance: None }))
        .unwrap_or_default();
    cors::expose(app, &origin_field(input), &mut response);
    if app.options.gateway.is_none() {
        finalize::add_unsafe_warning(&mut response, app.policy());
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(fields::PROBLEM_JSON));
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    headers.insert(header::DATE, date_value(app.now().to_http_date()));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let mut head = format!("HTTP/1.1 {}\r\n", response.status());
    for (name, value) in response.headers() {
        let value = value.to_str().unwrap_or_default();
        write!(head, "{name}: {value}\r\n").expect("a String takes all that is written");
    }
    head.push_str("\r\n");
    (response.status(), [head.into_bytes(), body].concat())
}

/// Returns whether an HTTP/1.1 request has a transfer coding other than a single `chunked`.
///
/// HTTP/1.0 has no transfer codings, so there the field is malformed.
fn is_coded(input: &[u8]) -> bool {
    let first = input.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let mut lines = values(input, "transfer-encoding").peekable();
    first.trim_ascii_end().ends_with(b" HTTP/1.1") && lines.peek().is_some() && !transfer_encoding::is_chunked(lines)
}

/// Returns whether the input declares a body that is longer than hyper can count.
///
/// hyper treats such a length like a header section that is too large or, if it does not fit into 64 bits, like a
/// malformed one. But a length may have any number of digits (RFC 9110 section 8.6).
fn is_endless(input: &[u8]) -> bool {
    const MOST: u64 = u64::MAX - 2;
    values(input, "content-length").filter_map(|value| str::from_utf8(value).ok()).any(|value| {
        match parse_digits(value) {
            Some(length) => length > MOST,
            None => !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()),
        }
    })
}

/// Returns the `Origin` in the input, if there is one.
fn origin_field(input: &[u8]) -> HeaderMap {
    let value = values(input, "origin").last().and_then(|value| HeaderValue::from_bytes(value).ok());
    value.map(|value| (header::ORIGIN, value)).into_iter().collect()
}

/// Returns the values of the lines that look like fields with this name. The input may be anything.
fn values<'a>(input: &'a [u8], name: &'static str) -> impl Iterator<Item = &'a [u8]> {
    input.split(|byte| *byte == b'\n').filter_map(move |line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        line[..colon].eq_ignore_ascii_case(name.as_bytes()).then(|| line[colon + 1..].trim_ascii())
    })
}
