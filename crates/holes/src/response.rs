//! Responses and refusals.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use precondition::{Current, Verdict};

use crate::notes::Note;

/// Returns the response with a note.
pub(crate) fn note(status: StatusCode, note: &Note) -> Response<Body> {
    with_validators(status, &note.current, Body::from(note.body.clone()))
}

/// Returns a response without a body.
pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    plain(status, Body::empty())
}

/// Returns the refusal of a request whose conditions do not let it pass; `None` if they do.
///
/// `wants_note` if the client asked for the current note in a refusal (`Prefer: return=representation`).
pub(crate) fn refusal(verdict: &Verdict, current: Option<&Note>, wants_note: bool) -> Option<Response<Body>> {
    Some(match (verdict, current) {
        (Verdict::Proceed | Verdict::AlreadyApplied, _) => return None,
        (Verdict::NotModified, current) => not_modified(current),
        (Verdict::NotFound | Verdict::Gone, _) => missing(),
        (Verdict::Malformed { field, .. }, _) => {
            problem(StatusCode::BAD_REQUEST, &format!("The value of {field} is malformed."))
        }
        (Verdict::Required(_), _) => {
            problem(StatusCode::PRECONDITION_REQUIRED, "Name the version that you replace, in If-Match.")
        }
        (Verdict::Failed(_) | Verdict::Undecided, Some(note)) if wants_note => {
            uncached(with_validators(StatusCode::PRECONDITION_FAILED, &note.current, Body::from(note.body.clone())))
        }
        (Verdict::Failed(_) | Verdict::Undecided, current) => {
            let mut refused = problem(StatusCode::PRECONDITION_FAILED, "The condition is false: read the note again.");
            if let Some(note) = current {
                refused.headers_mut().insert(header::ETAG, value(&note.current.etag.to_bytes()));
            }
            refused
        }
    })
}

/// Returns the response about a note that does not exist.
pub(crate) fn missing() -> Response<Body> {
    problem(StatusCode::NOT_FOUND, "There is no such note.")
}

/// Returns the response to a method that a note does not have.
pub(crate) fn not_allowed() -> Response<Body> {
    let mut refused = problem(StatusCode::METHOD_NOT_ALLOWED, "A note has GET, HEAD, PUT and DELETE.");
    refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, PUT, DELETE"));
    refused
}

/// Returns a refusal with an explanation: a sentence. No cache may store it.
pub(crate) fn problem(status: StatusCode, detail: &str) -> Response<Body> {
    let problem = serde_json::json!({ "status": status.as_u16(), "detail": detail }).to_string();
    let mut refused = plain(status, Body::from(problem));
    refused.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    uncached(refused)
}

/// Returns a 304 with the fields of the 200 that caches need (RFC 9110 section 15.4.5).
fn not_modified(current: Option<&Note>) -> Response<Body> {
    let mut response = empty(StatusCode::NOT_MODIFIED);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Some(note) = current {
        response.headers_mut().insert(header::ETAG, value(&note.current.etag.to_bytes()));
    }
    response
}

fn uncached(mut refused: Response<Body>) -> Response<Body> {
    refused.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    refused
}

fn with_validators(status: StatusCode, current: &Current, body: Body) -> Response<Body> {
    let mut response = plain(status, body);
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    fields.insert(header::ETAG, value(&current.etag.to_bytes()));
    fields.insert(header::LAST_MODIFIED, value(&current.last_modified.to_bytes()));
    response
}

fn value(bytes: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(bytes).expect("tags and dates consist of bytes that a field may have")
}

fn plain(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}
