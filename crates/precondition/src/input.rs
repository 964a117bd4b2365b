//! The input of a judgement: the request, as far as preconditions are concerned, and the stored state.

use crate::conditions::Conditions;
use crate::date::HttpDate;
use crate::tag::EntityTag;

/// The kind of method, as far as preconditions distinguish methods.
///
/// Some methods are missing because they are not judged: `OPTIONS` and similar methods ignore conditions (RFC 9110
/// section 13.2.1), and a `POST` that creates a new document has nothing to replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET` and `HEAD`.
    Read,
    /// `PUT`: replaces the document, or creates it.
    Put,
    /// `PATCH`: changes an existing document.
    Patch,
    /// `DELETE`: removes an existing document.
    Delete,
}

impl Method {
    /// Returns whether the method changes the document.
    #[must_use]
    pub const fn writes(self) -> bool {
        !matches!(self, Self::Read)
    }
}

/// The state of the document that the request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The document has never existed.
    NeverExisted,
    /// The document was deleted.
    Deleted,
    /// The document exists; this is its current version.
    Exists(Current),
}

impl Target {
    /// Returns the current version, if there is one.
    #[must_use]
    pub const fn current(&self) -> Option<&Current> {
        match self {
            Self::Exists(current) => Some(current),
            Self::NeverExisted | Self::Deleted => None,
        }
    }
}

/// The current version, which conditions are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// The version's entity tag.
    pub etag: EntityTag,
    /// The version's number: 1 for a document's first version, increased by one with each write.
    pub version: u64,
    /// When the version was written, to the second.
    pub last_modified: HttpDate,
    /// Whether an earlier version of the same document was written within the same second.
    ///
    /// If so, the date identifies neither of them: it is a *weak* validator (RFC 9110 section 8.8.2.2).
    pub shares_second: bool,
}

/// Whether the request's body has been read.
///
/// Conditions can be evaluated before the body is read, so that a client that waits for `100 Continue` need not send a
/// megabyte in vain. But only the body shows whether a `PUT` repeats one that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BodyState {
    /// The body has not been read.
    ///
    /// A `PUT` that may repeat a write of the same author is not refused yet:
    /// [`Verdict::Undecided`](crate::Verdict::Undecided).
    Unread,
    /// The request has no body, or it has been read and the [`History`](crate::History) knows its state.
    Read,
}

/// A request, as far as preconditions are concerned, and the time of its judgement.
#[derive(Debug, Clone, Copy)]
pub struct JudgedRequest<'a> {
    /// The kind of method.
    pub method: Method,
    /// The conditions that the request carries.
    pub conditions: &'a Conditions,
    /// Whether the body has been read.
    pub body: BodyState,
    /// The time of the judgement, by a clock that is not behind `Last-Modified`.
    ///
    /// No client can have read a version at a later time. If several servers share a store, this is the store's clock.
    pub now: HttpDate,
}
