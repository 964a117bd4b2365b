//! `POST` to the collection: a new document, under an id that the body names or the server chooses.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use axum::body::Body;
use contract::{Document, DocumentId};
use schemars::JsonSchema;
use serde::Deserialize;
use store::{DocumentChange, SerializedDocument, WriteConflict, WriteEffect};

use super::write_response;
use crate::fields::content_type::Media;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::body::{self, StrictObject};
use crate::http::request_context::RequestContext;
use crate::problem::{Refusal, details};
use crate::state::ServerState;

/// A document with or without its id.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDocument {
    /// The id; if it is left out, the server chooses one.
    id: Option<DocumentId>,
    /// The title, any text of at most 1,024 bytes of UTF-8.
    title: String,
    /// The text.
    content: String,
    /// The document that it belongs under.
    parent: Option<DocumentId>,
}

impl StrictObject for NewDocument {
    const EXPECTED: &'static str = "a document, which is an object with title, content and perhaps id and parent";
}

pub(crate) async fn post(
    app: &ServerState,
    context: &Arc<RequestContext>,
    body: Body,
) -> Result<AnnotatedResponse, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    // A condition that is not judged must not seem to be: a client that sends one relies on it.
    context.refuse_conditions(details::condition_on_post)?;
    let NewDocument { id, title, content, parent } = body::read_as(app, body, body::parse_texts).await?;
    let document = SerializedDocument::from(body::check_limits(Document { title, content, parent }, &app.options)?);
    loop {
        let new = id.clone().unwrap_or_else(generate_id);
        let outcome = super::write(app, context, &new, DocumentChange::Create(document.clone())).await?;
        // An id that the server chose may be taken. Then it chooses another.
        let taken = matches!(outcome.effect, WriteEffect::Conflict(WriteConflict::Exists(_)));
        if !(taken && id.is_none()) {
            return write_response::write_response(app, context, new, outcome).await;
        }
    }
}

/// Returns an id that is unlikely to exist. The standard library's hashers are seeded at random.
fn generate_id() -> DocumentId {
    let random = RandomState::new().hash_one(()) & 0xffff_ffff;
    format!("doc-{random:08x}").parse().expect("letters, a dash and hex digits are an id")
}
