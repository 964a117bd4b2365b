//! The leader's settings of a room: read, and replaced under the same guard as any document.

use contract::{ApiPath, EntityTag, RoomSettings};

use crate::client::Client;
use crate::error::ClientError;
use crate::request::OutgoingRequest;
use crate::tagged::Tagged;

/// The noun for the settings in an error.
const NOUN: &str = "its room";

impl Client {
    /// Returns the settings of the room.
    ///
    /// # Errors
    ///
    /// [`ClientError`] if no response arrives, if the server refuses, or if the response does not come from a document
    /// server that has such settings.
    pub async fn room_settings(&self) -> Result<Tagged<RoomSettings>, ClientError> {
        self.ask_tagged(OutgoingRequest::get(&ApiPath::Room), NOUN).await
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
    ) -> Result<Tagged<RoomSettings>, ClientError> {
        self.ask_tagged(OutgoingRequest::put(&ApiPath::Room, settings).with_if_match(etag), NOUN).await
    }
}
