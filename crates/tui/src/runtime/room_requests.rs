//! Sends the requests of a room's leader, and reports the responses as events.

use std::path::PathBuf;
use std::time::SystemTime;

use client::{Client, ClientError, Tagged};
use contract::{DocumentId, EntityTag, RoomSettings};
use editor::Guard;
use precondition::Policy;

use super::seed_files::list_folder;
use super::seeding::seed_from;
use super::session_saver::SessionSaver;
use crate::event::Event;
use crate::room_request::{BegunRound, Mistake, OpenForAllFailure, PeopleReport, RoomReport, RoomRequest, RoundText};

/// The most characters of a document's id.
const MAX_ID_CHARS: usize = 64;

/// The most rounds of one document.
const MAX_COPIES: u32 = 99;

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
        RoomRequest::ReadSettings => {
            RoomReport::Settings(client.room_settings().await.map_err(|error| error.to_string()))
        }
        RoomRequest::OpenForAll { document, over } => {
            RoomReport::OpenedForAll(open_for_all(&client, document, over).await)
        }
        RoomRequest::SaveSession(record) => RoomReport::SessionSaved(saver.save(&client, *record).await),
        RoomRequest::ReadFaults => RoomReport::Faults(client.faults().await.ok()),
        RoomRequest::SetMistake(mistake) => {
            let set = set_mistake(&client, mistake).await.map_err(|error| error.to_string());
            RoomReport::MistakeSet { mistake, set }
        }
        RoomRequest::BeginRound { document, text, over } => {
            // Its field tells the screen that this write is the leader's own, and the gate does not hold it.
            let copy = match copy_document(&client.clone().bypassing_gate(), &document, text).await {
                Ok(copy) => {
                    let opened = open_for_all(&client, Some(copy.clone()), over).await;
                    Ok(BegunRound { document: copy, opened })
                }
                Err(why) => Err(why),
            };
            RoomReport::RoundBegun { document, copy }
        }
        RoomRequest::Seed(source) => RoomReport::Seeded(seed_from(&client, source).await),
        RoomRequest::ListFolder(folder) => {
            let path = PathBuf::from(&folder);
            let listed = tokio::task::spawn_blocking(move || list_folder(&path)).await;
            let listed = listed.unwrap_or_else(|error| Err(error.to_string()));
            RoomReport::FolderListed { folder, listed }
        }
        RoomRequest::TellTime { turn, after } => {
            tokio::time::sleep(after).await;
            RoomReport::Time { turn, now: SystemTime::now().into() }
        }
    })
}

/// Changes a member of the policy.
///
/// The condition is that the policy is the one that was read just before.
async fn set_mistake(client: &Client, mistake: Mistake) -> Result<Policy, ClientError> {
    let now = client.policy().await?;
    Ok(client.set_policy(mistake.applied_to(now.value), &now.etag).await?.value)
}

/// Opens a document for all, or none.
///
/// This replaces the settings with the tag `over` or, without one, the present settings.
async fn open_for_all(
    client: &Client,
    document: Option<DocumentId>,
    over: Option<EntityTag>,
) -> Result<Tagged<RoomSettings>, OpenForAllFailure> {
    let failed = |error: ClientError| OpenForAllFailure::Failed(error.clause());
    let over = match over {
        Some(etag) => etag,
        None => client.room_settings().await.map_err(failed)?.etag,
    };
    match client.set_room_settings(&RoomSettings { open_for_all: document }, &over).await {
        Ok(set) => Ok(set),
        Err(ClientError::Refused(problem)) if problem.status == 412 => {
            let now = client.room_settings().await.map_err(failed)?;
            Err(OpenForAllFailure::Overtaken(now))
        }
        Err(error) => Err(failed(error)),
    }
}

/// Copies a text of a document into a new document, and returns its id.
async fn copy_document(client: &Client, document: &DocumentId, text: RoundText) -> Result<DocumentId, String> {
    let words = |error: ClientError| error.clause();
    let original = match text {
        RoundText::First => client.version(document, 1).await.map_err(words)?,
        RoundText::Newest => {
            let current = client.read_document(document, None).await.map_err(words)?;
            current.ok_or_else(|| "the server sent no text".to_owned())?
        }
    };
    let (stem, first) = round_of(document);
    for number in first..=MAX_COPIES {
        let Some(id) = id_of_round(stem, number) else { break };
        // A server that ignores conditions would overwrite a document of that name.
        if client.latest_version(&id).await.map_err(words)?.is_some() {
            continue;
        }
        match client.write_document(&id, original.document.clone().into(), Guard::IfNoneMatchAny).await {
            Ok(_) => return Ok(id),
            Err(ClientError::Refused(problem)) if problem.status == 412 => {}
            Err(error) => return Err(words(error)),
        }
    }
    Err(format!("it has {MAX_COPIES} copies already"))
}

/// Returns the name of a document without the number of its round, and the number of the next round.
fn round_of(document: &DocumentId) -> (&str, u32) {
    let id = document.as_str();
    let parts = id.rsplit_once('-').and_then(|(stem, number)| Some((stem, number.parse::<u32>().ok()?)));
    match parts.filter(|(stem, number)| !stem.is_empty() && (2..MAX_COPIES).contains(number)) {
        Some((stem, number)) => (stem, number + 1),
        None => (id, 2),
    }
}

/// Returns the name of a document's round, shortened if it would be too long.
fn id_of_round(stem: &str, number: u32) -> Option<DocumentId> {
    let end = format!("-{number}");
    // The characters of an id are ASCII.
    let stem = &stem[..stem.len().min(MAX_ID_CHARS - end.len())];
    format!("{stem}{end}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_has_the_next_number() {
        let next = |id: &str| {
            let id: DocumentId = id.parse().unwrap();
            let (stem, number) = round_of(&id);
            id_of_round(stem, number).unwrap().to_string()
        };
        assert_eq!(next("plan"), "plan-2");
        assert_eq!(next("plan-2"), "plan-3");
        assert_eq!(next("plan-98"), "plan-99");
        assert_eq!(next("rfc-9110"), "rfc-9110-2", "that is not the number of a round");
        assert_eq!(next("plan-1"), "plan-1-2");
        assert_eq!(next(&"x".repeat(64)), format!("{}-2", "x".repeat(62)));
    }
}
