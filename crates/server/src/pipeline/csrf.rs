//! CSRF: a web page of an origin that the server was not started with cannot change anything.
//!
//! To keep responses from such a page is not enough ([`cors`]): a browser lets any page *send* some requests without a
//! preflight, and only hides the response. POST is the only one of them that changes something. So any page that is
//! open in a browser could create documents on a server on the same machine, or release held requests. Browsers name
//! the page's origin on every POST (`Origin`, in the Fetch standard), and no page can prevent that. PUT, PATCH and
//! DELETE need no check here: the browser sends a preflight request first, and gets no permission.
//!
//! The same holds for a POST with a `Content-Type` that a form cannot have, such as `application/json`. So this step
//! checks only a POST without a type, or with a type of forms.
//!
//! Clients other than browsers send no `Origin`, and need none.

use axum::http::{HeaderMap, HeaderValue, Method, header};
use contract::Reason;

use super::cors;
use crate::fields::single_line;
use crate::http::request_context::RequestContext;
use crate::options::ServerOptions;
use crate::problem::details::access;
use crate::problem::{Refusal, types};

/// The media types that a page may send without a preflight: the CORS-safelisted ones (Fetch standard).
const FORM_MEDIA_TYPES: [&[u8]; 3] = [b"application/x-www-form-urlencoded", b"multipart/form-data", b"text/plain"];

/// Refuses a POST from a page of an origin that is not allowed.
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

/// Returns whether a browser sends such a request only after a successful preflight.
fn is_preflighted(headers: &HeaderMap) -> bool {
    let of_form = |value: &HeaderValue| {
        let essence = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        essence.is_empty() || FORM_MEDIA_TYPES.iter().any(|form| essence.eq_ignore_ascii_case(form))
    };
    matches!(single_line(headers, header::CONTENT_TYPE), Ok(Some(media_type)) if !of_form(media_type))
}

/// Returns whether the page has the same host as the request, as behind a proxy.
///
/// The scheme is not compared, since a proxy may have the certificate.
fn is_same_origin(origin: &HeaderValue, context: &RequestContext) -> bool {
    let target = context.uri.authority().map(|authority| authority.as_str().as_bytes());
    let host = target.or_else(|| context.headers.get(header::HOST).map(HeaderValue::as_bytes));
    let end = b"://";
    let bytes = origin.as_bytes();
    let place = bytes.windows(end.len()).position(|window| window == end);
    place.is_some_and(|place| host.is_some_and(|host| host.eq_ignore_ascii_case(&bytes[place + end.len()..])))
}
