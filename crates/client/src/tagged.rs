//! A value that is replaced under `If-Match`, with the tag that the next change names.

use contract::EntityTag;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::error::ClientError;
use crate::request::OutgoingRequest;

/// A value and the entity tag of this version of it.
///
/// The server's settings have this form: the policy, the settings of a room, and the leader's question. A change names
/// the tag, so two leaders do not undo each other's change unseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagged<T> {
    /// The tag, which the next change names in `If-Match`.
    pub etag: EntityTag,
    /// The value.
    pub value: T,
}

impl Client {
    /// Sends a request, and returns the value in the response with its tag. `noun` names it in an error.
    pub(crate) async fn ask_tagged<T: DeserializeOwned>(
        &self,
        call: OutgoingRequest,
        noun: &str,
    ) -> Result<Tagged<T>, ClientError> {
        let answer = self.ask(call).await?;
        let etag = self.tag_of(&answer, noun)?;
        Ok(Tagged { etag, value: self.parse(&answer)? })
    }
}
