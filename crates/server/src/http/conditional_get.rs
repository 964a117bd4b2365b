//! Conditional GET (RFC 9110 section 13) of resources that are not documents: lists and settings.

use std::fmt::Write;

use axum::body::Bytes;
use axum::http::header;
use axum::response::Response;
use contract::EntityTag;
use precondition::{BodyState, JudgedRequest, Method, NoHistory, Policy, Verdict, judge};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::annotated_response::AnnotatedResponse;
use super::representation::{from_bytes, not_modified, to_bytes};
use super::request_context::RequestContext;
use crate::fields::cache_control::NO_CACHE;
use crate::fields::value::tag_value;
use crate::problem::{self, ProblemSubject, Refusal, RequestIntent};
use crate::state::SharedState;
use crate::state::exchange_log::JudgementNote;
use crate::state::tag_history::undated_target;

/// A representation with a tag, and without a date.
pub(crate) struct EtaggedBody {
    /// The noun for the resource in a sentence.
    pub(crate) noun: &'static str,
    pub(crate) etag: EntityTag,
}

/// Judges the conditions of a read. The body is made only if it is sent.
pub(crate) fn conditional_get(
    app: &SharedState,
    context: &RequestContext,
    what: &EtaggedBody,
    body: impl FnOnce() -> Response,
) -> Result<AnnotatedResponse, Refusal> {
    let conditions = context.conditions.without_dates();
    let now = app.now().to_http_date();
    let request = JudgedRequest { method: Method::Read, conditions: &conditions, body: BodyState::Read, now };
    let mut judgement = judge(&request, &undated_target(what.etag.clone(), 1), &Policy::default(), &NoHistory);
    let judged = JudgementNote::new(app.now(), &mut judgement);
    let mut response = match judgement.verdict {
        Verdict::Proceed => body(),
        Verdict::NotModified => not_modified(&what.etag, NO_CACHE),
        _ => {
            return Err(problem::from_judgement(
                judged,
                judgement,
                &ProblemSubject::other(what.noun, what.etag.clone(), RequestIntent::Read),
            ));
        }
    };
    response.headers_mut().insert(header::ETAG, tag_value(&what.etag));
    Ok(AnnotatedResponse::from(response).with_judgement(judged))
}

/// Returns a list. `size` is the estimated size of its JSON.
///
/// A list has no versions: its tag is a hash of its bytes.
pub(crate) async fn list_response<T: Serialize>(
    app: &SharedState,
    context: &RequestContext,
    bytes: usize,
    list: impl FnOnce() -> T + Send + 'static,
) -> Result<AnnotatedResponse, Refusal> {
    let list = app.offload.run(bytes, move || HashedBody::of(&list())).await;
    list.hashed_response(app, context, "list")
}

/// JSON without versions, and the hash that is its tag.
#[derive(Clone)]
pub(crate) struct HashedBody {
    bytes: Bytes,
    etag: EntityTag,
}

impl HashedBody {
    pub(crate) fn of(value: &impl Serialize) -> Self {
        let bytes = to_bytes(value);
        Self { etag: content_etag(&bytes), bytes: bytes.into() }
    }

    pub(crate) fn hashed_response(
        self,
        app: &SharedState,
        context: &RequestContext,
        noun: &'static str,
    ) -> Result<AnnotatedResponse, Refusal> {
        let Self { bytes, etag } = self;
        conditional_get(app, context, &EtaggedBody { noun, etag }, || from_bytes(bytes, NO_CACHE))
    }
}

fn content_etag(bytes: &[u8]) -> EntityTag {
    let mut opaque = "h-".to_owned();
    for byte in &Sha256::digest(bytes)[..8] {
        // Writing to a String never fails.
        let _ = write!(opaque, "{byte:02x}");
    }
    EntityTag::strong(opaque).expect("a letter, a dash and hex digits are legal in a tag")
}
