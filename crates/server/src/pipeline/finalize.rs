//! The last step: adds the body of a problem, the warning of deliberate mistakes, date and length.

use std::borrow::Cow;
use std::convert::Infallible;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use contract::{Policy, Timestamp, fields};
use futures_util::stream;
use precondition::HttpDate;

use crate::fields::value::{ascii, date_value};
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::problem::Links;
use crate::state::SharedState;
use crate::state::policy::mistakes;

/// Finalizes a response.
pub(super) fn finalize(app: &SharedState, context: &RequestContext, now: Timestamp, response: &mut AnnotatedResponse) {
    let AnnotatedResponse { response, problem, judged, .. } = response;
    let problem = problem.take();
    // `remove_body` has kept the length of all other responses to HEAD.
    let has_body = context.method != Method::HEAD || problem.is_some();
    if let Some(problem) = problem {
        let base = app.options.base_path();
        let path =
            if base.is_empty() { context.uri.path().into() } else { Cow::from(base.to_owned() + context.uri.path()) };
        write_problem(response, problem.to_json(judged.as_ref(), Links { base, instance: Some(&path) }));
    }
    if context.under_api {
        // A request that was refused before its policy was set gets the warning of the current policy.
        add_unsafe_warning(response, context.pinned_policy().unwrap_or_else(|| app.policy()));
    }
    // Set here and not by the connection, so that it is from the same clock as everything else, and is recorded.
    let now = now.to_http_date();
    let date = clamp_last_modified(response.headers(), now).unwrap_or_else(|| match &context.client {
        Some(client) => client.connection.date_header(now),
        None => date_value(now),
    });
    response.headers_mut().insert(header::DATE, date);
    if has_body {
        set_content_length(response);
    }
    if context.method == Method::HEAD {
        *response.body_mut() = no_body_for(response.headers());
    }
}

/// Removes the body of a response to HEAD, and keeps its length.
pub(super) fn remove_body(response: &mut Response) {
    set_content_length(response);
    *response.body_mut() = no_body_for(response.headers());
}

/// Returns `Last-Modified` if it is later than `now`, because the clock was set back.
///
/// `Last-Modified` must not be later than `Date` (RFC 9110 section 8.8.2.1). But it must not go back for a document
/// either, since a client may send it as `If-Unmodified-Since`. So `Date` is moved to `Last-Modified` instead.
fn clamp_last_modified(headers: &HeaderMap, now: HttpDate) -> Option<HeaderValue> {
    let written = headers.get(header::LAST_MODIFIED)?;
    HttpDate::parse(written.as_bytes()).filter(|written| *written > now).map(|_| written.clone())
}

fn write_problem(response: &mut Response, json: Vec<u8>) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(fields::PROBLEM_JSON));
    *response.body_mut() = Body::from(json);
}

/// Sets `Content-Length`, if the response may have one (RFC 9110 section 8.6) and its length is known.
fn set_content_length(response: &mut Response) {
    if matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        return;
    }
    if let Some(length) = response.body().size_hint().exact() {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
}

/// Returns the body of a response to HEAD.
///
/// If GET has no length, because its body is a stream or there is none, HEAD must have none either, and least of all 0
/// (RFC 9110 section 8.6). The router would add that to a body that it knows to be empty.
fn no_body_for(headers: &HeaderMap) -> Body {
    let measured = headers.contains_key(header::CONTENT_LENGTH);
    if measured { Body::empty() } else { Body::from_stream(stream::empty::<Result<Bytes, Infallible>>()) }
}

/// Adds the warning of the deliberate mistakes that are on.
pub(crate) fn add_unsafe_warning(response: &mut Response, policy: Policy) {
    if let Some(mistakes) = mistakes(policy) {
        response.headers_mut().insert(fields::UNSAFE, ascii(&mistakes));
    }
}
