//! What whoever leads the session can see and change. It is no part of the documents, so it is not under `/api`.

pub(crate) mod exchanges;
pub(crate) mod faults;
pub(crate) mod gate;
pub(crate) mod policy;
mod wanted;

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use precondition::Field;
use serde::Serialize;

use crate::app::App;
use crate::asked::Asked;
use crate::body::{self, Media, Object};
use crate::refusal::{Refusal, kinds, words};
use crate::representation::{self, NEVER};

/// Reads a setting that has no versions: what is sent is what shall be.
///
/// Only the policy decides what becomes of other people's words, so only the policy is guarded. The gate and the faults
/// change with every request that comes: a tag of theirs would be stale before it could be sent back. A condition on
/// them is refused, since whoever sends one relies on it.
async fn setting<T: Object + Send + 'static>(app: &App, asked: &Asked, body: Body) -> Result<T, Refusal> {
    body::declared(&asked.headers, Media::Json, &app.options)?;
    no_condition(asked, words::condition_on_setting)?;
    body::read_as(app, body, |bytes, _| body::parse(bytes)).await
}

/// Refuses a condition on what has no versions, in words that say why there is none that it could be about.
pub(crate) fn no_condition(asked: &Asked, detail: fn() -> String) -> Result<(), Refusal> {
    let on_state = [Field::IfMatch, Field::IfNoneMatch, Field::IfUnmodifiedSince];
    match on_state.into_iter().find(|field| asked.conditions.value(*field).is_some()) {
        Some(field) => Err(Refusal::new(&kinds::INVALID_REQUEST, detail()).about_field(field.as_str())),
        None => Ok(()),
    }
}

/// Shows what changes by itself.
fn show(setting: &impl Serialize) -> Response {
    let mut response = representation::json(setting);
    response.headers_mut().insert(header::CACHE_CONTROL, NEVER);
    response
}
