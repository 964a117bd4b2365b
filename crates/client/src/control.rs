//! The server's policy: read, and replaced under the same guard as any document.

use contract::{ApiPath, EntityTag, Policy};
use reqwest::Method;
use reqwest::header::IF_MATCH;

use crate::client::Client;
use crate::error::ClientError;
use crate::request::{OutgoingRequest, tag_value, to_json};
use crate::response::ReceivedResponse;

/// The policy and its tag, which a client needs to replace the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardedPolicy {
    /// The tag of this state of the policy.
    pub etag: EntityTag,
    /// The policy itself.
    pub policy: Policy,
}

impl Client {
    /// Returns the server's current policy on preconditions.
    ///
    /// # Errors
    ///
    /// [`ClientError`] if no response arrives, if the server refuses, or if the response does not come from a document
    /// server.
    pub async fn policy(&self) -> Result<GuardedPolicy, ClientError> {
        let answer = self.ask(OutgoingRequest::get(&ApiPath::Policy, "")).await?;
        self.parse_policy(&answer)
    }

    /// Replaces the policy if `etag` still names it.
    ///
    /// So two leaders cannot silently undo each other's change.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 412 if the policy has changed since `etag` was read. Nothing is retried:
    /// read the policy again, then decide again. Otherwise as for [`Client::policy`].
    pub async fn set_policy(&self, policy: Policy, etag: &EntityTag) -> Result<GuardedPolicy, ClientError> {
        let mut call = OutgoingRequest::get(&ApiPath::Policy, "").with_field(IF_MATCH, tag_value(etag));
        call.method = Method::PUT;
        call.body = Some(to_json(&policy));
        let answer = self.ask(call).await?;
        self.parse_policy(&answer)
    }

    fn parse_policy(&self, answer: &ReceivedResponse) -> Result<GuardedPolicy, ClientError> {
        let etag = self.tag_of(answer, "its policy")?;
        let policy = answer.json().map_err(|why| self.not_ifmatch_error(why))?;
        Ok(GuardedPolicy { etag, policy })
    }
}
