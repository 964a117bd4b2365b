//! Drafts of a document that may be at another address of the same store: the server says whether it is the same.
//!
//! The tag of a version is a link in a chain of hashes over the whole history of its document. So a server that has the
//! version that a draft is based on has the history that the draft continues, whatever it is called and whichever port
//! it listens on.

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

/// How long a server is waited for that is to say whether it has a version. Nothing can be opened meanwhile.
const PROOF_TIMEOUT: Duration = Duration::from_secs(2);

/// The most drafts of other addresses that the server is asked about, the newest first.
const MAX_DRAFTS_VERIFIED: usize = 20;

/// Looks for the drafts that a client's editor of a document may go on with: its own, those under another spelling of
/// the address or the name, and those from another address of the same store.
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
            // A server that does not answer now will not do so for the next one.
            Ok(Err(_)) | Err(_) => break,
        }
    }
    known.sort_by_key(|found| (found.age, found.matches));
    lookup.drafts = known;
    Ok(lookup)
}

/// Whether the server has what a draft is based on. A draft that is based on nothing fits if there is nothing: the
/// document has never been, and both addresses are this machine's.
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

/// The versions that a draft has met.
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
