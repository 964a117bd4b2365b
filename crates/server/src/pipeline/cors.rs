//! CORS: which web pages of other origins may read the responses (the Fetch standard).
//!
//! None, unless the server was started with an [`Origin`]. A page of that origin may then do what all clients may do,
//! and may read the header fields that the protocol depends on: a script that cannot read `ETag` cannot write. So these
//! fields are exposed on every status, above all on refusals.
//!
//! There are two steps. [`expose`] is an outer step, for every response. [`preflight`] comes after the check of the
//! host and before the gate, so that preflight requests are not held. The server does not accept the browser's
//! credentials (cookies, its own logins): a page sends the token, and must know it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::request_context::RequestContext;
use crate::options::ServerOptions;
use crate::options::origin::Origin;
use crate::state::SharedState;

/// The methods that a page may use, in addition to those that every page may.
const ALLOWED_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const ALLOWED_FIELDS: &str = "Authorization, Content-Type, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, \
                      Ifmatch-Author, Ifmatch-Editing, Ifmatch-Gate, Last-Event-ID, Prefer";
/// The response fields that a page may read, in addition to those that every page may.
const EXPOSED_FIELDS: &str = "ETag, Location, Content-Location, Preference-Applied, Accept-Patch, Allow, WWW-Authenticate, \
                       Ifmatch-Author, Ifmatch-Overwrote, Ifmatch-Replayed, Ifmatch-Unsafe";
/// How many seconds a browser may cache the response to a preflight request.
///
/// That is long enough for one preflight request per resource at the beginning of a session, and short enough to notice
/// soon that the server was restarted with other origins.
const MAX_AGE_SECONDS: &str = "600";

/// Adds to a response which pages may read it, if any page may.
///
/// `request` has the header fields of the request.
pub(crate) fn expose(app: &SharedState, request: &HeaderMap, response: &mut Response) {
    if app.options.cors_origins.is_empty() {
        return;
    }
    let headers = response.headers_mut();
    // Caches must know that another page would have got another response. Existing values stay.
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(Origin(origin)) = allowed_origin(&app.options, request) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_FIELDS));
    }
}

/// Responds to a browser's preflight request.
///
/// Returns `None` for an OPTIONS that is not a preflight request, and for one from another origin.
pub(super) fn preflight(options: &ServerOptions, context: &RequestContext) -> Option<Response> {
    let asks = context.method == Method::OPTIONS
        && context.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        && allowed_origin(options, &context.headers).is_some();
    if !asks {
        return None;
    }
    let fields: [(HeaderName, &'static str); 4] = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_FIELDS),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Some((StatusCode::NO_CONTENT, fields).into_response())
}

/// Returns the origin of the request, if it is allowed.
pub(super) fn allowed_origin<'a>(options: &'a ServerOptions, headers: &HeaderMap) -> Option<&'a Origin> {
    let origin = headers.get(header::ORIGIN)?;
    options.cors_origins.iter().find(|allowed| allowed.0 == origin)
}
