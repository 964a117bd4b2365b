//! CORS: which web pages of other origins may read the responses (the Fetch standard).
//!
//! None, unless the server was told of an [`Origin`]. Then a page of that origin may do what all clients
//! may do, and read the fields on which the whole protocol depends: a script that cannot see `ETag` cannot write. So
//! these fields are exposed on every status, above all on refusals.
//!
//! There are two steps here. [`expose`] is an outer one, for every response; [`preflight`] comes after the check of the
//! host and before the gate, and answers the question that the browser asks first: questions are not held. No
//! credentials of the browser are accepted (cookies, its own logins): a token is sent by the page, which has to know
//! it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::request_context::RequestContext;
use crate::options::ServerOptions;
use crate::options::origin::Origin;
use crate::state::SharedState;

/// The methods and fields of requests that a page may use, beyond what any page may.
const ALLOWED_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const ALLOWED_FIELDS: &str = "Authorization, Content-Type, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, \
                      Ifmatch-Author, Ifmatch-Editing, Ifmatch-Gate, Last-Event-ID, Prefer";
/// The fields of responses that a page may read, beyond what any page may.
const EXPOSED_FIELDS: &str = "ETag, Location, Content-Location, Preference-Applied, Accept-Patch, Allow, WWW-Authenticate, \
                       Ifmatch-Author, Ifmatch-Overwrote, Ifmatch-Replayed, Ifmatch-Unsafe";
/// For how many seconds a browser need not ask again.
///
/// A session's beginning is not slowed down by more than one question a resource, and a server that was started with
/// other origins is found out soon.
const MAX_AGE_SECONDS: &str = "600";

/// Says on every response which pages may read it, if any page may.
///
/// `request` has the fields of the request.
pub(crate) fn expose(app: &SharedState, request: &HeaderMap, response: &mut Response) {
    if app.options.cors_origins.is_empty() {
        return;
    }
    let headers = response.headers_mut();
    // Caches have to know that another page would have got another response. Values that are there already stay.
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(Origin(origin)) = allowed_origin(&app.options, request) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_FIELDS));
    }
}

/// Answers the preflight request of a browser.
///
/// An OPTIONS without a question goes on, and so does one of another origin.
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

/// Returns the origin that the request comes from, if that one is allowed.
pub(super) fn allowed_origin<'a>(options: &'a ServerOptions, headers: &HeaderMap) -> Option<&'a Origin> {
    let origin = headers.get(header::ORIGIN)?;
    options.cors_origins.iter().find(|allowed| allowed.0 == origin)
}
