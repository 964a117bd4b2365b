//! The server's policy: read, and replaced under the same guard as any document.

use contract::{EntityTag, Policy};
use reqwest::Method;
use reqwest::header::IF_MATCH;

use crate::client::Client;
use crate::error::ClientError;
use crate::request::{OutgoingRequest, tag_value, to_json};
use crate::response::ReceivedResponse;
use crate::target::ApiPath;

/// The policy together with its tag, without which it cannot be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardedPolicy {
    /// Names this state of the policy.
    pub etag: EntityTag,
    /// What the server does.
    pub policy: Policy,
}

impl Client {
    /// What the server does about preconditions now.
    pub async fn policy(&self) -> Result<GuardedPolicy, ClientError> {
        let answer = self.ask(OutgoingRequest::get(&ApiPath::Policy, "")).await?;
        self.parse_policy(&answer)
    }

    /// Replaces the policy, if `etag` still names it: two leaders who switch at once do not undo each other unseen.
    ///
    /// A policy that has changed meanwhile is [`ClientError::Refused`] with status 412. It is not tried again here;
    /// read it anew, and decide again.
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
