//! Completes the response of the other server, or the problem in its place.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, Version, header};
use contract::fields;
use futures_util::stream;

use crate::fields::value::date_value;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::problem::Links;
use crate::state::SharedState;

/// Writes the body of a problem, and adds `Date` if the other server sent none.
///
/// RFC 9110 section 6.6.1 has a recipient with a clock do so.
pub(super) fn finalize(app: &SharedState, context: &RequestContext, response: &mut AnnotatedResponse) {
    let judged = response.judged.as_ref();
    if let Some(problem) = response.problem.take() {
        let json = problem.to_json(judged, Links { base: app.options.base_path(), instance: Some(context.uri.path()) });
        let headers = response.response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(fields::PROBLEM_JSON));
        headers.insert(header::CONTENT_LENGTH, json.len().into());
        *response.response.body_mut() = if context.method == Method::HEAD { Body::empty() } else { Body::from(json) };
    } else if context.method == Method::HEAD && !response.response.headers().contains_key(header::CONTENT_LENGTH) {
        *response.response.body_mut() = body_without_length();
    }
    response.is_streamed = true;
    let now = app.now().to_http_date();
    let date = || context.client.as_ref().map_or_else(|| date_value(now), |client| client.connection.date_header(now));
    response.response.headers_mut().entry(header::DATE).or_insert_with(date);
    if context.version == Version::HTTP_2 {
        // These fields are about a connection, and HTTP/2 forbids them (RFC 9113 section 8.2.2).
        response.response.headers_mut().remove(header::CONNECTION);
    }
}

/// Returns an empty body of unknown length: hyper would add a `Content-Length` of 0 for a known one.
fn body_without_length() -> Body {
    Body::from_stream(stream::empty::<Result<Bytes, Infallible>>())
}
