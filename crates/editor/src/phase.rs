//! Where an editor stands, in one word, and what it knows of the server.

use std::fmt;

use contract::{Author, Deletion, EntityTag, Snapshot, Timestamp};

/// Where an editor stands. Always shown in words; where several apply, the one that matters most for what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorPhase {
    /// The document was asked for and is not here yet.
    Opening,
    /// The document was asked for, and what came back was no document.
    Unread,
    /// My text is the base, and the base is what the server has.
    Clean,
    /// I have typed since the base.
    Edited,
    /// A write is under way.
    Saving,
    /// Somebody saved since my base. I can still type; a save would meet a 412.
    Stale,
    /// A merge is open.
    Merging,
    /// The document was deleted, by whom as far as known.
    DeletedBy(Option<Author>),
    /// The server has no such document, although one was read from it, and knows of no delete.
    Missing,
    /// The last request found no server.
    Offline,
}

impl fmt::Display for EditorPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opening => f.write_str("opening"),
            Self::Unread => f.write_str("not read"),
            Self::Clean => f.write_str("clean"),
            Self::Edited => f.write_str("edited"),
            Self::Saving => f.write_str("saving"),
            Self::Stale => f.write_str("stale"),
            Self::Merging => f.write_str("merging"),
            Self::DeletedBy(Some(author)) => write!(f, "deleted by {author}"),
            Self::DeletedBy(None) => f.write_str("deleted"),
            Self::Missing => f.write_str("not on the server"),
            Self::Offline => f.write_str("offline"),
        }
    }
}

/// What the server is known to have: the last that an answer or an event said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastSeen {
    /// Nothing has been said yet.
    Unknown,
    /// There has never been such a document.
    Absent,
    /// This version.
    Version {
        /// Its tag.
        etag: EntityTag,
        /// Who wrote it, as far as known.
        author: Option<Author>,
        /// When, as far as known.
        at: Option<Timestamp>,
    },
    /// There was one; it was deleted.
    Deleted(Option<Deletion>),
}

impl LastSeen {
    /// The tag of the version, where there is one.
    #[must_use]
    pub fn etag(&self) -> Option<&EntityTag> {
        match self {
            Self::Version { etag, .. } => Some(etag),
            Self::Unknown | Self::Absent | Self::Deleted(_) => None,
        }
    }
}

impl From<&Snapshot> for LastSeen {
    fn from(snapshot: &Snapshot) -> Self {
        Self::Version { etag: snapshot.etag.clone(), author: snapshot.author.clone(), at: snapshot.at }
    }
}
