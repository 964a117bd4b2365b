//! A look at a document as the server has it, for the stage's pane of the server.
//!
//! The texts are read by the numbers of their versions, so that they belong to the list of versions, whatever is
//! written meanwhile.

use client::{Client, ClientError};
use contract::{Document, DocumentId, Reason, Version};

use crate::event::DocumentLook;
use crate::server_document::MAX_STRIP_VERSIONS;

/// Reads the newest versions of a document, the text of the newest, and the text that it replaced.
pub(super) async fn look(client: &Client, id: &DocumentId) -> Result<DocumentLook, ClientError> {
    let versions = match client.versions(id, MAX_STRIP_VERSIONS).await {
        // The document has never existed, which is not an error.
        Err(ClientError::Refused(problem)) if problem.status == 404 => Vec::new(),
        versions => versions?,
    };
    let text = text_of(client, id, versions.first()).await?;
    let replaced = text_of(client, id, versions.get(1)).await?;
    Ok(DocumentLook { versions, text, replaced })
}

/// Returns the text of a version, or `None` if it has none.
///
/// A delete has no text, and the server removes old texts to save space.
async fn text_of(client: &Client, id: &DocumentId, version: Option<&Version>) -> Result<Option<Document>, ClientError> {
    let Some(version) = version.filter(|version| !version.deleted) else { return Ok(None) };
    match client.version(id, version.version).await {
        Ok(snapshot) => Ok(Some(snapshot.document)),
        Err(ClientError::Refused(problem)) if problem.reason == Some(Reason::TextRemoved) => Ok(None),
        Err(error) => Err(error),
    }
}
