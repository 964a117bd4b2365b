//! The parameters of a path.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use contract::DocumentId;

use crate::problem::{Refusal, details, types};
use crate::state::ServerState;

/// The id of the document that the path names.
pub(crate) struct DocumentPath(pub(crate) DocumentId);

impl FromRequestParts<ServerState> for DocumentPath {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &ServerState) -> Result<Self, Refusal> {
        let id = path_param(parts, app, "id").await;
        id.and_then(|text| DocumentId::try_from(text).ok()).map(Self).ok_or_else(|| {
            // No document can have this id, whatever the method: the response is that of a missing route.
            Refusal::new(&types::NOT_FOUND, details::no_such_id())
        })
    }
}

/// Returns a parameter of the path, decoded, or `None` if it is not valid UTF-8.
pub(crate) async fn path_param(parts: &mut Parts, app: &ServerState, wanted: &str) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, app).await.ok()?;
    params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
}
