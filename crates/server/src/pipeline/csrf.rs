//! CSRF: a web page that the server was not told of changes nothing here.
//!
//! To keep responses from pages of other origins is not enough ([`cors`]): a browser lets any page *send*
//! some requests without asking first, and keeps only the response from it. A POST is the one among them that changes
//! something, so any page that is open in a browser could create documents on the server of that same machine, or
//! release what the gate holds. Browsers say of every POST which origin it comes from (`Origin`, in the Fetch
//! standard), and no page can leave that out. PUT, PATCH and DELETE need no such care: a browser asks first, and gets
//! no permission.
//!
//! Nor does a POST whose `Content-Type` no form could have, such as `application/json`: of that too the browser asks
//! first. Only a POST without a type, or with one of a form's, is checked here.
//!
//! Other clients than browsers send no `Origin`, and are not asked for one.

use axum::http::{HeaderMap, HeaderValue, Method, header};
use contract::Reason;

use super::cors;
use crate::fields::single_line;
use crate::http::request_context::RequestContext;
use crate::options::ServerOptions;
use crate::problem::details::access;
use crate::problem::{Refusal, types};

/// The types that a page may send without asking first: the CORS-safelisted ones (Fetch standard).
const FORM_MEDIA_TYPES: [&[u8]; 3] = [b"application/x-www-form-urlencoded", b"multipart/form-data", b"text/plain"];

/// Refuses a POST of a page from elsewhere.
pub(super) fn check(context: &RequestContext, options: &ServerOptions) -> Result<(), Refusal> {
    let headers = &context.headers;
    if context.method != Method::POST {
        return Ok(());
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    if is_preflighted(headers) || is_same_origin(origin, context) || cors::allowed_origin(options, headers).is_some() {
        return Ok(());
    }
    let refusal = Refusal::new(&types::FORBIDDEN, access::foreign_origin());
    Err(refusal.with_reason(Reason::ForeignOrigin).with_field("Origin"))
}

/// Returns whether a browser that sends this has asked first, and was allowed to.
fn is_preflighted(headers: &HeaderMap) -> bool {
    let of_form = |value: &HeaderValue| {
        let essence = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        essence.is_empty() || FORM_MEDIA_TYPES.iter().any(|form| essence.eq_ignore_ascii_case(form))
    };
    matches!(single_line(headers, header::CONTENT_TYPE), Ok(Some(media_type)) if !of_form(media_type))
}

/// Returns whether the page was served under the host that the request is meant for, by a proxy.
///
/// Its scheme is not compared, since it is the proxy that has the certificate.
fn is_same_origin(origin: &HeaderValue, context: &RequestContext) -> bool {
    let target = context.uri.authority().map(|authority| authority.as_str().as_bytes());
    let host = target.or_else(|| context.headers.get(header::HOST).map(HeaderValue::as_bytes));
    let end = b"://";
    let bytes = origin.as_bytes();
    let place = bytes.windows(end.len()).position(|window| window == end);
    place.is_some_and(|place| host.is_some_and(|host| host.eq_ignore_ascii_case(&bytes[place + end.len()..])))
}
