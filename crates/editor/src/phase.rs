//! The phase of an editor, in one word, and the last known state of the server.

use std::fmt;

use contract::{Author, Deletion, EntityTag, Snapshot, Timestamp};

use crate::known_version::KnownVersion;

/// The phase of an editor, always shown in words.
///
/// If several apply, it is the one that matters most for the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorPhase {
    /// The document was requested and has not arrived yet.
    Opening,
    /// The document was requested, but the response did not contain one.
    Unread,
    /// My text is the base, and the base is what the server has.
    Clean,
    /// My text differs from the base.
    Edited,
    /// A write is in flight.
    Saving,
    /// Another client saved after the base was read. The user can still type; a save would get a 412.
    Stale,
    /// A merge is open.
    Merging,
    /// The document was deleted; by this author, if known.
    DeletedBy(Option<Author>),
    /// The server does not have the document, although it was read before, and reports no delete.
    Missing,
    /// The last request did not reach a server.
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

/// The last known state of the server: that of the last response or event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastSeen {
    /// Nothing is known yet.
    Unknown,
    /// The document has never existed.
    Absent,
    /// The document has this version.
    Version {
        /// The version's tag.
        etag: EntityTag,
        /// The version's author, if known.
        author: Option<Author>,
        /// When it was written, if known.
        at: Option<Timestamp>,
    },
    /// The document was deleted.
    Deleted(Option<Deletion>),
}

impl LastSeen {
    /// Returns the tag of the version, if there is one.
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

impl From<&KnownVersion> for LastSeen {
    fn from(version: &KnownVersion) -> Self {
        Self::Version { etag: version.etag.clone(), author: version.author.clone(), at: version.at }
    }
}
