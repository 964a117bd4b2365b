//! What an editor asks of the server, and what it is told. No bytes and no sockets: the client turns the one into a
//! message and a message into the other.

use contract::{Deletion, Document, EntityTag, Problem, Reason, Snapshot, Timestamp};

/// Tells an editor's requests apart. Counts up from 1, for each editor by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(crate) u64);

/// Something to ask of the server about the editor's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorRequest {
    /// GET; with a tag, `If-None-Match`, so that an unchanged document costs a 304.
    Read {
        /// The version that is here already.
        unless: Option<EntityTag>,
    },
    /// PUT.
    Write {
        /// What names the version that it replaces.
        guard: Guard,
        /// The new text.
        document: Document,
        /// Whether a 412 shall carry the current document (`Prefer: return=representation`, RFC 8144). It then has no
        /// room for the reason, so a write that may have been applied already goes without.
        want_current: bool,
    },
    /// DELETE.
    Delete {
        /// What names the version that it deletes.
        guard: Guard,
    },
}

/// How a write names the version that it replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// `If-Match`: that version and no other.
    IfMatch(EntityTag),
    /// `If-None-Match: *`: there is nothing to replace.
    IfNoneMatchAny,
    /// Not at all: the careless write, that takes whatever is there and buries it.
    Unconditional,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseOutcome {
    /// 200 to a GET.
    Read(Snapshot),
    /// 304: what is here is current.
    NotModified,
    /// 200, 201 or 204 to a PUT: written.
    Saved(Saved),
    /// 200 or 201 to a PUT whose body shows another text than the one that was sent: that is what the server has now.
    Altered(Saved, Box<Snapshot>),
    /// 204 to a DELETE.
    Deleted,
    /// 412: a condition was false, and nothing was written.
    Failed(Box<PreconditionFailure>),
    /// 428: the write named no version, and nothing was written.
    Required(Box<Problem>),
    /// 404: there has never been such a document.
    Absent,
    /// 410: there was one.
    Gone(Option<Deletion>),
    /// Any other refusal; nothing was written.
    Refused(Box<Problem>),
    /// The request never left: nothing can have changed.
    Unsent(String),
    /// No answer came, or one that does not say what happened (a 5xx). A write may or may not have been applied.
    Unanswered(String),
}

/// A write that was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The tag of the version that now stands.
    pub etag: EntityTag,
    /// When it was written, to the second.
    pub at: Option<Timestamp>,
    /// Whether there was none before (201).
    pub created: bool,
    /// Whether it had been applied already, by an earlier try (`Ifmatch-Replayed`).
    pub replayed: bool,
    /// The version that it buried, unseen by its writer (`Ifmatch-Overwrote`).
    pub overwrote: Option<EntityTag>,
}

/// What a 412 told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PreconditionFailure {
    /// The stable word for the reason, where the answer had room for it.
    pub reason: Option<Reason>,
    /// The current document, where the answer carried it.
    pub current: Option<Snapshot>,
    /// The current tag, where the answer named one.
    pub etag: Option<EntityTag>,
    /// Who deleted the document, where that is the reason.
    pub deleted: Option<Deletion>,
    /// The version that this very write had made when it came the first time (`superseded`).
    pub applied: Option<EntityTag>,
    /// The version that `current` came in the place of, if it is not the one that the write named. In a merge of files,
    /// the file that is written and the file that is merged with it are two.
    pub replaced: Option<Snapshot>,
    /// The base as it is now, if it has changed: in a merge of files, it is a file as well.
    pub base: Option<Document>,
}
