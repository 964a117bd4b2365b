//! The server's policy: read, and replaced under the same guard as any document.

use contract::{ApiPath, EntityTag, Policy};

use crate::client::Client;
use crate::error::ClientError;
use crate::request::OutgoingRequest;
use crate::tagged::Tagged;

/// The noun for the policy in an error.
const NOUN: &str = "its policy";

impl Client {
    /// Returns the server's current policy on preconditions.
    ///
    /// # Errors
    ///
    /// [`ClientError`] if no response arrives, if the server refuses, or if the response does not come from a document
    /// server.
    pub async fn policy(&self) -> Result<Tagged<Policy>, ClientError> {
        self.ask_tagged(OutgoingRequest::get(&ApiPath::Policy), NOUN).await
    }

    /// Replaces the policy if `etag` still names it.
    ///
    /// So two leaders cannot silently undo each other's change.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 412 if the policy has changed since `etag` was read. Nothing is retried:
    /// read the policy again, then decide again. Otherwise as for [`Client::policy`].
    pub async fn set_policy(&self, policy: Policy, etag: &EntityTag) -> Result<Tagged<Policy>, ClientError> {
        self.ask_tagged(OutgoingRequest::put(&ApiPath::Policy, &policy).with_if_match(etag), NOUN).await
    }
}
