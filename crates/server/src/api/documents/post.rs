//! `POST` to the collection: creates a document.
//!
//! The id is in the body, or the server chooses one.

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
use crate::options::ServerOptions;
use crate::problem::{Refusal, details};
use crate::state::ServerState;

/// A new document, with or without an id.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDocument {
    /// The id; if it is omitted, the server chooses one.
    id: Option<DocumentId>,
    /// The title, any text of at most 1,024 bytes of UTF-8.
    title: String,
    /// The text.
    content: String,
    /// The parent document.
    parent: Option<DocumentId>,
}

impl StrictObject for NewDocument {
    const EXPECTED: &'static str = "an object with title, content and, optionally, id and parent";
}

pub(crate) async fn post(
    app: &ServerState,
    context: &Arc<RequestContext>,
    body: Body,
) -> Result<AnnotatedResponse, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    // The condition would not be evaluated, and a client that sends one relies on its evaluation.
    context.refuse_conditions(details::condition_on_post)?;
    let (id, document) = body::read_as(app, body, new_document).await?;
    loop {
        let new = id.clone().unwrap_or_else(generate_id);
        let outcome = super::write(app, context, &new, DocumentChange::Create(document.clone())).await?;
        // If the server's choice is taken, it chooses again.
        let taken = matches!(outcome.effect, WriteEffect::Conflict(WriteConflict::Exists(_)));
        if !(taken && id.is_none()) {
            return write_response::write_response(app, context, new, outcome).await;
        }
    }
}

/// Parses a document with or without its id, and checks its limits.
fn new_document(bytes: &[u8], options: &ServerOptions) -> Result<(Option<DocumentId>, SerializedDocument), Refusal> {
    let NewDocument { id, title, content, parent } = body::parse_texts(bytes, options)?;
    let document = body::check_limits(Document { title, content, parent }, options)?;
    Ok((id, body::serialized(document)))
}

/// Returns a random id, which is unlikely to exist. The standard library seeds its hashers at random.
fn generate_id() -> DocumentId {
    let random = RandomState::new().hash_one(()) & 0xffff_ffff;
    format!("doc-{random:08x}").parse().expect("letters, a dash and hex digits are an id")
}
