//! The rooms that this user has joined, with the name and the token in each.
//!
//! The token of a participant is given out once, and the name is taken from then on. Without this file, a person whose
//! editor ended could not come back under their own name. A room forgets its participants when its server ends, so a
//! token here is often out of date; the server then refuses it, and the person joins anew.

use std::fs;
use std::io;
use std::path::PathBuf;

use contract::{Author, Token};
use files::{FileAccess, SeenContent, WriteError};
use serde::{Deserialize, Serialize};

use crate::paths::Paths;

/// The version of the file's format.
const FORMAT_VERSION: u32 = 1;

/// The most bytes of the file that are read.
const MAX_BYTES: u64 = 1 << 20;

/// The most memberships that are kept, the newest first.
const MAX_MEMBERSHIPS: usize = 64;

/// How often a change is made again because another program was faster.
const MAX_ATTEMPTS: usize = 100;

/// The file of the memberships.
pub(super) struct MembershipFile {
    path: PathBuf,
}

/// The name and the token that a room has given to this user.
pub(super) struct Membership {
    /// The room's URL.
    pub(super) server: String,
    pub(super) name: Author,
    pub(super) token: Token,
}

#[derive(Default, Serialize, Deserialize)]
struct StoredMemberships {
    version: u32,
    rooms: Vec<StoredMembership>,
}

#[derive(Serialize, Deserialize)]
struct StoredMembership {
    server: String,
    name: String,
    token: String,
}

impl MembershipFile {
    /// Returns the file of this user, which need not exist.
    pub(super) fn new(paths: &Paths) -> Self {
        Self { path: paths.rooms() }
    }

    /// Returns the memberships in a room, the newest first.
    ///
    /// A file that cannot be read has none: the user can always join anew.
    pub(super) fn in_room(&self, server: &str) -> Vec<Membership> {
        let Ok(seen) = SeenContent::of(&self.path, MAX_BYTES) else { return Vec::new() };
        let stored = stored_in(&seen).rooms.into_iter().filter(|stored| stored.server == server);
        stored
            .filter_map(|StoredMembership { server, name, token }| {
                Some(Membership { server, name: name.parse().ok()?, token: token.parse().ok()? })
            })
            .collect()
    }

    /// Keeps a membership, in place of an earlier one under the same name in the same room.
    ///
    /// Only the user can read the file.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written.
    pub(super) fn keep(&self, membership: &Membership) -> Result<(), WriteError> {
        let Membership { server, name, token } = membership;
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        for _ in 0..MAX_ATTEMPTS {
            let seen = SeenContent::of(&self.path, MAX_BYTES)?;
            let mut rooms = stored_in(&seen).rooms;
            rooms.retain(|stored| !(stored.server == *server && stored.name == name.as_str()));
            let kept = StoredMembership {
                server: server.clone(),
                name: name.as_str().to_owned(),
                token: token.expose().to_owned(),
            };
            rooms.insert(0, kept);
            rooms.truncate(MAX_MEMBERSHIPS);
            let content = serde_json::to_vec_pretty(&StoredMemberships { version: FORMAT_VERSION, rooms });
            let content = content.map_err(io::Error::from)?;
            let written = match seen {
                SeenContent::Absent => match files::create(&self.path, &content, FileAccess::Owner) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(WriteError::Changed),
                    created => created.map_err(WriteError::from),
                },
                seen => files::write(&self.path, &content, seen.expected(), None),
            };
            match written {
                Err(WriteError::Changed) => {}
                written => return written,
            }
        }
        Err(WriteError::Locked)
    }
}

/// Returns what a file has, or nothing if the content is damaged or of a newer version.
fn stored_in(seen: &SeenContent) -> StoredMemberships {
    let SeenContent::Content(content) = seen else { return StoredMemberships::default() };
    let stored: StoredMemberships = serde_json::from_slice(content).unwrap_or_default();
    if stored.version == FORMAT_VERSION { stored } else { StoredMemberships::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn membership(server: &str, name: &str, token: &str) -> Membership {
        Membership { server: server.to_owned(), name: name.parse().unwrap(), token: token.parse().unwrap() }
    }

    fn known(file: &MembershipFile, server: &str) -> Vec<(String, String)> {
        let rooms = file.in_room(server).into_iter();
        rooms.map(|known| (known.name.to_string(), known.token.expose().to_owned())).collect()
    }

    #[test]
    fn newest_membership_of_a_room_is_first_and_replaces_the_same_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = MembershipFile { path: folder.path().join("data/rooms.json") };
        assert_eq!(known(&file, "http://a"), []);
        for (server, name, token) in
            [("http://a", "Sam", "old-token"), ("http://a", "Kim", "kims-token"), ("http://b", "Sam", "other-room")]
        {
            file.keep(&membership(server, name, token)).unwrap();
        }
        file.keep(&membership("http://a", "Sam", "new-token")).unwrap();
        let pair = |name: &str, token: &str| (name.to_owned(), token.to_owned());
        assert_eq!(known(&file, "http://a"), [pair("Sam", "new-token"), pair("Kim", "kims-token")]);
        assert_eq!(known(&file, "http://b"), [pair("Sam", "other-room")]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_read_the_tokens() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let file = MembershipFile { path: folder.path().join("rooms.json") };
        for token in ["first-token", "second-token"] {
            file.keep(&membership("http://a", "Sam", token)).unwrap();
            assert_eq!(fs::metadata(&file.path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn damaged_file_is_replaced_and_the_list_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let file = MembershipFile { path: folder.path().join("rooms.json") };
        fs::write(&file.path, "{").unwrap();
        assert_eq!(known(&file, "http://a"), []);
        for number in 0..=MAX_MEMBERSHIPS {
            file.keep(&membership("http://a", &format!("p{number}"), "some-token")).unwrap();
        }
        let known = known(&file, "http://a");
        assert_eq!(known.len(), MAX_MEMBERSHIPS);
        assert_eq!(known[0].0, format!("p{MAX_MEMBERSHIPS}"));
    }
}
