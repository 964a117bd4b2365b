//! Sends the requests of a room's leader, and reports the responses as events.

use std::time::SystemTime;

use client::Client;

use super::session_saver::SessionSaver;
use crate::event::Event;
use crate::room_request::{PeopleReport, RoomReport, RoomRequest};

/// Sends a request of the leader, and returns the event that reports the result.
///
/// The leader's own requests are not shown on the wire; their effects are.
pub(super) async fn execute(client: Client, request: RoomRequest, saver: SessionSaver) -> Event {
    let client = client.without_recording();
    Event::Room(match request {
        RoomRequest::ListPeople => RoomReport::People(match client.participants().await {
            // A server behind a proxy may hide its metrics, which is not an error.
            Ok(list) => Ok(PeopleReport { list, guesses: client.token_guesses().await.ok() }),
            Err(error) => Err(error.to_string()),
        }),
        RoomRequest::Remove(name) => {
            let people = client.remove_participant(&name).await.map_err(|error| error.to_string());
            RoomReport::Removed { name, people }
        }
        RoomRequest::Readmit(name) => {
            let people = client.readmit_participant(&name).await.map_err(|error| error.to_string());
            RoomReport::Readmitted { name, people }
        }
        RoomRequest::SaveSession(record) => RoomReport::SessionSaved(saver.save(&client, *record).await),
        RoomRequest::TellTime { turn, after } => {
            tokio::time::sleep(after).await;
            RoomReport::Time { turn, now: SystemTime::now().into() }
        }
    })
}
