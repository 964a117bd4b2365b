//! Saves a session in a room: reads what the screen does not know, and writes a new folder.

use std::io;
use std::path::{self, Path, PathBuf};
use std::time::SystemTime;

use client::{Client, ClientError, plain_cause};
use files::create_folder;
use traffic::room_session::{RoomSession, SessionFiles, session_folder_name, unite_exchanges};

use crate::room_request::{SavedSession, ScreenRecord};

/// How many sessions can be saved in the same second.
const MAX_NUMBER: u32 = 100;

/// The folder for sessions, and what must not be in them.
#[derive(Clone, Default)]
pub struct SessionSaver {
    /// The folder in which each session gets a folder of its own.
    pub folder: PathBuf,
    /// The tokens and codes of this program.
    pub secrets: Vec<String>,
}

impl std::fmt::Debug for SessionSaver {
    /// Hides the secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionSaver").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl SessionSaver {
    /// Saves a session in a new folder, as a page and an HTTP Archive that only the user may read.
    ///
    /// The exchanges that the server still has on record are added to those of the screen. If the server does not
    /// answer, the session is saved without what only the server knows.
    ///
    /// # Errors
    ///
    /// Why nothing was saved, in words.
    pub async fn save(&self, client: &Client, record: ScreenRecord) -> Result<SavedSession, String> {
        // A gate that holds everything must not hold this, and the panel need not show it.
        let client = client.clone().without_recording().bypassing_gate();
        let ScreenRecord { room, exchanges, questions } = record;
        let recorded = client.all_recorded_exchanges().await;
        let trouble = recorded.as_ref().err().map(ClientError::clause);
        let exchanges = unite_exchanges(exchanges, recorded.unwrap_or_default());
        let mut server_facts = client.server_facts(&exchanges).await;
        server_facts.gaps.extend(trouble.map(|why| format!("exchanges that the screen had not seen: {why}")));
        let session = RoomSession {
            server: client.server().to_string(),
            saved_at: SystemTime::now().into(),
            room,
            exchanges,
            questions,
            server_facts,
            secrets: self.secrets.clone(),
        };
        let folder = self.folder.clone();
        let written = tokio::task::spawn_blocking(move || write(&folder, session)).await;
        written.map_err(|error| error.to_string())?
    }
}

/// Writes the files of a session into a new folder.
fn write(folder: &Path, session: RoomSession) -> Result<SavedSession, String> {
    let name = session_folder_name(session.saved_at);
    let (exchanges, gaps) = (session.exchanges.len() as u64, session.server_facts.gaps.len() as u64);
    let (missed, newest) = (session.missed(), session.counted());
    let files = SessionFiles::of(session);
    let contents = [(SessionFiles::PAGE, files.page.as_bytes()), (SessionFiles::ARCHIVE, files.archive.as_bytes())];
    let failed = |error: &io::Error| format!("{}: {}", folder.display(), plain_cause(error));
    let around = path::absolute(folder).map_err(|error| failed(&error))?;
    for number in 1..=MAX_NUMBER {
        let path = around.join(if number == 1 { name.clone() } else { format!("{name}-{number}") });
        match create_folder(&path, &contents) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(&error)),
            Ok(()) => return Ok(SavedSession { folder: path, exchanges, missed, newest, gaps }),
        }
    }
    Err(failed(&io::ErrorKind::AlreadyExists.into()))
}

#[cfg(test)]
mod tests {
    use contract::Timestamp;
    use traffic::room::Room;
    use traffic::room_session::ServerFacts;

    use super::*;

    fn session() -> RoomSession {
        RoomSession {
            server: "http://127.0.0.1:4280".to_owned(),
            saved_at: Timestamp::from_millis(1_795_323_611_123),
            room: Room::default(),
            exchanges: Vec::new(),
            questions: Vec::new(),
            server_facts: ServerFacts::default(),
            secrets: Vec::new(),
        }
    }

    #[test]
    fn second_session_of_a_second_gets_a_folder_of_its_own() {
        let around = tempfile::tempdir().unwrap();
        let saved = [(); 2].map(|()| write(around.path(), session()).unwrap().folder);
        assert_eq!(saved[0], around.path().join("ifmatch-session-2026-11-22-050011"));
        assert_eq!(saved[1], around.path().join("ifmatch-session-2026-11-22-050011-2"));
        for folder in saved {
            let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name()).collect();
            names.sort();
            assert_eq!(names, ["session.har", "session.md"]);
        }
    }

    #[test]
    fn folder_that_cannot_be_written_is_named_with_the_reason() {
        let around = tempfile::tempdir().unwrap();
        let nowhere = around.path().join("nowhere");
        let why = write(&nowhere, session()).unwrap_err();
        assert_eq!(why, format!("{}: its folder does not exist", nowhere.display()));
    }
}
