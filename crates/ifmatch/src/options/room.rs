//! The room that the questions of lessons are put to: an option of the stage.

use std::path::PathBuf;

use clap::Args;
use client::{Client, ClientError, ClientLimits};
use contract::Author;

use super::connection::{self, ConnectionError, UncheckedToken, user_name};
use crate::placeholders::ExamplePlaceholder;

/// The name of a leader whose name is not known.
const LEADER: &str = "leader";

/// The room that the questions of lessons are put to.
#[derive(Debug, Args)]
pub(crate) struct RoomOptions {
    /// Put the questions of lessons to the people at this server, who answer on their own screens.
    #[arg(long, value_name = "URL", env = "IFMATCH_ROOM")]
    room: Option<String>,

    /// The leader's code or token at that server.
    ///
    /// Other users can see command-line arguments in the process list; prefer the environment variable.
    #[arg(long, value_name = "TOKEN", env = "IFMATCH_ROOM_TOKEN", hide_env_values = true)]
    room_token: Option<UncheckedToken>,

    /// Trust these certificates (PEM) instead of the system's, for a room with an https URL.
    #[arg(long, value_name = "FILE", requires = "room")]
    room_ca: Option<PathBuf>,
}

impl RoomOptions {
    /// Returns a client of the room, or `None` if there is no room. Nothing is sent.
    pub(crate) fn client(&self) -> Result<Option<Result<Client, ClientError>>, ConnectionError> {
        let Some(server) = &self.room else { return Ok(None) };
        ExamplePlaceholder::refuse_host(server)?;
        self.room_token.as_ref().map_or(Ok(()), UncheckedToken::refuse_placeholder)?;
        let trust = connection::read_trust(self.room_ca.as_deref())?;
        let token = self.room_token.as_ref().map(UncheckedToken::token).transpose()?;
        let leader: Option<Author> = user_name().or_else(|| LEADER.parse().ok());
        let client =
            Client::with_trust(&trust, server, leader.ok_or(ConnectionError::NoName)?, ClientLimits::default());
        Ok(Some(client.map(|client| client.with_token(token.as_ref()))))
    }
}
