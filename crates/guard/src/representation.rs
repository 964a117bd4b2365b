//! A representation of a resource, as the server behind the guard has sent it.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header, response};
use precondition::{EntityTag, HttpDate};

use crate::buffered::{BufferBudget, Collected, Obstacle, collect};
use crate::fields;
use crate::fingerprint::Fingerprint;
use crate::options::GuardOptions;

/// The fields that say how to read a body. They are hashed with it.
const DESCRIPTIVE: [HeaderName; 3] = [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LANGUAGE];

/// A response with a representation that the guard can identify.
#[derive(Debug)]
pub(crate) struct Representation {
    pub(crate) parts: response::Parts,
    pub(crate) content: KeptContent,
    pub(crate) fingerprint: Fingerprint,
}

/// The body of a representation.
#[derive(Debug)]
pub(crate) enum KeptContent {
    /// All its bytes.
    Whole(Bytes),
    /// It is long, and streams.
    Streamed(Body),
}

/// The result of reading a response to a GET.
#[derive(Debug)]
pub(crate) enum ReadOutcome {
    /// A representation.
    Found(Representation),
    /// There is none: 404 or 410.
    Missing(Response<Body>),
    /// A response that has none, such as a redirect, or one that cannot be identified.
    Unidentified(Response<Body>, Unidentifiable),
    /// The body broke off.
    Broken,
}

/// Why a representation cannot be identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unidentifiable {
    /// The status of the response is not that of a representation.
    Status(StatusCode),
    /// The body is a stream of events, or was not complete in time.
    Endless,
    /// The body is too long to be hashed, and the server gives it no strong tag.
    TooLong,
    /// The budget for buffered bodies is used up.
    BudgetUsedUp,
}

impl Representation {
    /// Returns the server's own strong tag.
    pub(crate) fn server_tag(&self) -> Option<EntityTag> {
        fields::strong_tag(&self.parts.headers)
    }

    /// Returns the date that the server gives it.
    pub(crate) fn last_modified(&self) -> Option<HttpDate> {
        fields::last_modified(&self.parts.headers)
    }

    /// Returns the response with the guard's tag; for a HEAD without its body.
    pub(crate) fn into_response(self, tag: &EntityTag, is_head: bool) -> Response<Body> {
        let Self { mut parts, content, .. } = self;
        fields::insert_tag(&mut parts.headers, tag);
        parts.headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("none"));
        let body = match content {
            KeptContent::Whole(body) => {
                parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
                Body::from(body)
            }
            KeptContent::Streamed(body) => body,
        };
        Response::from_parts(parts, if is_head { Body::empty() } else { body })
    }
}

/// Reads the response to a GET, as far as that is needed to identify the representation.
pub(crate) async fn read(response: Response<Body>, options: &GuardOptions, budget: &BufferBudget) -> ReadOutcome {
    let status = response.status();
    match status {
        StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => {}
        StatusCode::NOT_FOUND | StatusCode::GONE => return ReadOutcome::Missing(response),
        _ => return ReadOutcome::Unidentified(response, Unidentifiable::Status(status)),
    }
    let server_tag = fields::strong_tag(response.headers());
    if is_event_stream(response.headers()) {
        return ReadOutcome::Unidentified(response, Unidentifiable::Endless);
    }
    let (parts, body) = response.into_parts();
    let known_too_long = declared_length(&parts.headers).is_some_and(|length| length > options.max_hashed_bytes);
    let collected = if known_too_long {
        Collected::Unfinished(body, Obstacle::TooLong)
    } else {
        collect(body, options.max_hashed_bytes, Some(options.max_hashing_time), budget).await
    };
    match collected {
        Collected::Whole(body) => {
            let fields = DESCRIPTIVE.map(|name| parts.headers.get(name).map_or(&[][..], HeaderValue::as_bytes));
            let fingerprint = Fingerprint::of_content(&fields, &body);
            ReadOutcome::Found(Representation { parts, content: KeptContent::Whole(body), fingerprint })
        }
        Collected::Unfinished(body, obstacle) => match (obstacle, server_tag) {
            (Obstacle::TooLong, Some(tag)) => {
                let fingerprint = Fingerprint::of_tag(&tag);
                ReadOutcome::Found(Representation { parts, content: KeptContent::Streamed(body), fingerprint })
            }
            (obstacle, _) => {
                let why = match obstacle {
                    Obstacle::TooLong => Unidentifiable::TooLong,
                    Obstacle::TooSlow => Unidentifiable::Endless,
                    Obstacle::BudgetUsedUp => Unidentifiable::BudgetUsedUp,
                };
                ReadOutcome::Unidentified(Response::from_parts(parts, body), why)
            }
        },
        Collected::Broken => ReadOutcome::Broken,
    }
}

fn is_event_stream(fields: &HeaderMap) -> bool {
    let kind = fields.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream")
}

/// Returns `Content-Length`, if it is a number.
pub(crate) fn declared_length(fields: &HeaderMap) -> Option<usize> {
    fields.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
