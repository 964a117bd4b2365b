//! Drafts of a document from other addresses of the same store, as the server confirms.
//!
//! The tag of a version is a link in a hash chain over the whole history of its document. So a server that has the
//! version that a draft is based on has the history that the draft continues, whatever the server's name and port.

use std::io;
use std::time::Duration;

use contract::{DocumentId, EntityTag};
use editor::Draft;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::{DraftError, DraftKey, DraftMatch, Drafts, FoundDraft, FoundDrafts};
use crate::client::Client;
use crate::error::ClientError;
use crate::server_url::ServerUrl;

/// How long to wait for the server to tell whether it has a version. Nothing can be opened meanwhile.
const PROOF_TIMEOUT: Duration = Duration::from_secs(2);

/// How many drafts from other addresses the server is asked about, newest first.
const MAX_DRAFTS_VERIFIED: usize = 20;

/// Finds the drafts that a client's editor of a document may continue.
///
/// They are its own drafts, those under another spelling of the server or the author, and those from another address of
/// the same store.
///
/// # Errors
///
/// [`DraftError`] if the folder of drafts cannot be read. If the server does not answer, drafts from other addresses
/// are left out.
pub async fn find_drafts(drafts: &Drafts, client: &Client, document: &DocumentId) -> Result<FoundDrafts, DraftError> {
    let key = DraftKey::of(client, document);
    let (found, folder) = (drafts.clone(), drafts.folder().to_owned());
    let found = spawn_blocking(move || found.find(&key)).await;
    let mut lookup = found.map_err(|error| DraftError::new(&folder, "read", io::Error::other(error)))??;
    let is_elsewhere = |found: &FoundDraft| found.matches == DraftMatch::OtherServer;
    let (asked, mut known): (Vec<_>, Vec<_>) = lookup.drafts.into_iter().partition(is_elsewhere);
    for found in asked.into_iter().take(MAX_DRAFTS_VERIFIED) {
        let proof = timeout(PROOF_TIMEOUT, is_here(client, document, &found));
        match proof.await {
            Ok(Ok(true)) => known.push(found),
            Ok(Ok(false)) => {}
            // If the server does not answer now, it will not answer the next request either.
            Ok(Err(_)) | Err(_) => break,
        }
    }
    known.sort_by_key(|found| (found.age, found.matches));
    lookup.drafts = known;
    Ok(lookup)
}

/// Returns whether the server has the version that a draft is based on.
///
/// A draft without a base matches if the document has never existed here and both addresses are on this machine.
async fn is_here(client: &Client, document: &DocumentId, found: &FoundDraft) -> Result<bool, ClientError> {
    let client = client.clone().without_recording().bypassing_gate();
    let mut tags = tags(&found.draft).peekable();
    if tags.peek().is_none() {
        let from: Option<ServerUrl> = found.other_server.as_ref().and_then(|server| server.parse().ok());
        let both_here = client.server().is_loopback() && from.is_some_and(|from| from.is_loopback());
        return Ok(both_here && client.latest_version(document).await?.is_none());
    }
    for tag in tags {
        if client.has_version(document, tag).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the tags of the versions that a draft refers to: its base, and theirs in its merge.
fn tags(draft: &Draft) -> impl Iterator<Item = &EntityTag> {
    let base = draft.base.iter().map(|base| &base.etag);
    base.chain(draft.merge.iter().map(|merge| &merge.theirs.etag))
}

impl DraftKey {
    /// Returns the key of the drafts of a client's editor of a document.
    #[must_use]
    pub fn of(client: &Client, document: &DocumentId) -> Self {
        Self::Document { server: client.server().clone(), document: document.clone(), author: client.author().clone() }
    }
}
