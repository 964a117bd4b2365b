//! The leader's settings of a room: read, and replaced under the same guard as any document.

use contract::{ApiPath, EntityTag, RoomSettings};
use reqwest::Method;
use reqwest::header::IF_MATCH;

use crate::client::Client;
use crate::error::ClientError;
use crate::request::{OutgoingRequest, tag_value, to_json};
use crate::response::ReceivedResponse;

/// The settings of a room and their tag, which a leader needs to replace them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardedRoomSettings {
    /// The tag of this state of the settings.
    pub etag: EntityTag,
    /// The settings themselves.
    pub settings: RoomSettings,
}

impl Client {
    /// Returns the settings of the room.
    ///
    /// # Errors
    ///
    /// [`ClientError`] if no response arrives, if the server refuses, or if the response does not come from a document
    /// server that has such settings.
    pub async fn room_settings(&self) -> Result<GuardedRoomSettings, ClientError> {
        let answer = self.ask(OutgoingRequest::get(&ApiPath::Room, "")).await?;
        self.parse_room(&answer)
    }

    /// Replaces the settings of the room if `etag` still names them.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 412 if the settings have changed since `etag` was read, and 403 if the
    /// client may not lead. Otherwise as for [`Client::room_settings`].
    pub async fn set_room_settings(
        &self,
        settings: &RoomSettings,
        etag: &EntityTag,
    ) -> Result<GuardedRoomSettings, ClientError> {
        let mut call = OutgoingRequest::get(&ApiPath::Room, "").with_field(IF_MATCH, tag_value(etag));
        call.method = Method::PUT;
        call.body = Some(to_json(settings));
        let answer = self.ask(call).await?;
        self.parse_room(&answer)
    }

    fn parse_room(&self, answer: &ReceivedResponse) -> Result<GuardedRoomSettings, ClientError> {
        let etag = self.tag_of(answer, "its room")?;
        let settings = answer.json().map_err(|why| self.not_ifmatch_error(why))?;
        Ok(GuardedRoomSettings { etag, settings })
    }
}
