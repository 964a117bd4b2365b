//! Requests of an editor to the server, and their outcomes.
//!
//! There are no bytes and no sockets: the client turns a request into a message, and a message into an outcome.

use std::time::Duration;

use contract::{Deletion, Document, EntityTag, Problem, Reason, Snapshot, Timestamp};
use serde::{Deserialize, Serialize};

use crate::working_copy::WorkingCopy;

/// Identifies a request of an editor. Ids count from 1, separately for each editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestId(pub(crate) u64);

/// A request about the editor's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorRequest {
    /// GET; with a tag, `If-None-Match`, so that an unchanged document costs a 304.
    Read {
        /// The tag of the version that is already here.
        unless: Option<EntityTag>,
    },
    /// PUT.
    Write {
        /// The condition that names the version to replace.
        guard: Guard,
        /// The new text.
        document: WorkingCopy,
        /// Whether a 412 should carry the current document (`Prefer: return=representation`, RFC 8144).
        ///
        /// Such a 412 has no room for the reason, so a write that may already have been applied does without.
        want_current: bool,
    },
    /// DELETE.
    Delete {
        /// The condition that names the version to delete.
        guard: Guard,
    },
}

/// How a write names the version that it replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// `If-Match`: exactly that version.
    IfMatch(EntityTag),
    /// `If-None-Match: *`: there is nothing to replace.
    IfNoneMatchAny,
    /// No condition: an unconditional write, which overwrites whatever is there.
    Unconditional,
}

/// The outcome of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResponseOutcome {
    /// 200 to a GET.
    Read(Snapshot),
    /// 304: the version that is here is current.
    NotModified,
    /// 200, 201 or 204 to a PUT: written.
    Saved(Saved),
    /// 200 or 201 to a PUT whose response has a different text than was sent: the server has that text now.
    Altered(Saved, Box<Snapshot>),
    /// 204 to a DELETE.
    Deleted,
    /// 412: a condition was false, and nothing was written.
    Failed(Box<PreconditionFailure>),
    /// 428: the write named no version, and nothing was written.
    Required(Box<Problem>),
    /// 404: the document has never existed.
    Absent,
    /// 410: the document was deleted.
    Gone(Option<Deletion>),
    /// Any other refusal; nothing was written.
    Refused(Box<Problem>),
    /// The request was not sent: nothing can have changed.
    Unsent(String),
    /// 429 with `Retry-After`: the server did nothing, and the request may be sent again after a time.
    TooManyRequests {
        /// The server's reason, in words.
        why: String,
        /// How long to wait.
        retry_after: Duration,
    },
    /// There was no response, or one that does not tell the outcome (a 5xx).
    ///
    /// A write may or may not have been applied.
    Unanswered(String),
}

/// An acknowledged write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The tag of the version that is now current.
    pub etag: EntityTag,
    /// When it was written, to the second.
    pub at: Option<Timestamp>,
    /// Whether there was no version before (201).
    pub created: bool,
    /// Whether an earlier attempt had already been applied (`Ifmatch-Replayed`).
    pub replayed: bool,
    /// The version that was overwritten, unseen by its writer (`Ifmatch-Overwrote`).
    pub overwrote: Option<EntityTag>,
}

/// The content of a 412.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PreconditionFailure {
    /// The word for the reason, if the response had room for it.
    pub reason: Option<Reason>,
    /// The current document, if the response carried it.
    pub current: Option<Snapshot>,
    /// The current tag, if the response named one.
    pub etag: Option<EntityTag>,
    /// The deletion of the document, if that is the reason.
    pub deleted: Option<Deletion>,
    /// The version that this same write created the first time (`superseded`).
    pub applied: Option<EntityTag>,
    /// The version that `current` replaced, if it is not the one that the write named.
    ///
    /// In a merge of files, the file that is written and the file that is merged with it are different files.
    pub replaced: Option<Snapshot>,
    /// The present base, if it has changed: in a merge of files, the base is a file as well.
    pub base: Option<Document>,
}
