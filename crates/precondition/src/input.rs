//! What is judged: a request, as far as preconditions are concerned, and what stands where it points to.

use crate::conditions::Conditions;
use crate::date::HttpDate;
use crate::tag::EntityTag;

/// What a request wants to do, as far as preconditions tell the methods apart.
///
/// There are methods that are not here, because nothing of theirs is judged: `OPTIONS` and its kind ignore conditions
/// (RFC 9110 section 13.2.1), and a `POST` that creates something new has nothing to replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET` and `HEAD`.
    Read,
    /// `PUT`: replaces what is there, and makes what is not.
    Put,
    /// `PATCH`: changes what is there.
    Patch,
    /// `DELETE`: removes what is there.
    Delete,
}

impl Method {
    /// Whether the method changes something.
    #[must_use]
    pub const fn writes(self) -> bool {
        !matches!(self, Self::Read)
    }
}

/// What stands where the request points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Nothing, and there has never been anything.
    NeverExisted,
    /// Nothing any more: it was deleted.
    Deleted,
    /// A document, whose current version this is.
    Exists(Current),
}

impl Target {
    /// The current version, if there is one.
    #[must_use]
    pub const fn current(&self) -> Option<&Current> {
        match self {
            Self::Exists(current) => Some(current),
            Self::NeverExisted | Self::Deleted => None,
        }
    }
}

/// The current version: what conditions are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// Its entity tag.
    pub etag: EntityTag,
    /// Its number: 1 for a document's first version, and one more with each write.
    pub version: u64,
    /// When it was written, to the second.
    pub last_modified: HttpDate,
    /// Whether an earlier version of the same document was written within that same second. If so, the date is no name
    /// for either of them: it is a *weak* validator (RFC 9110 section 8.8.2.2).
    pub shares_second: bool,
}

/// Whether the request's body has been read.
///
/// A condition can be judged before, so that a client that waits for `100 Continue` need not send a megabyte in vain.
/// But whether a `PUT` is the repetition of one that succeeded is written in its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BodyState {
    /// Not yet. A `PUT` that may turn out to repeat a write of the same author is not refused:
    /// [`Verdict::Undecided`](crate::Verdict::Undecided).
    Unread,
    /// It has, and the [`History`](crate::History) knows the state that it carries. For a request without a body, too.
    Read,
}

/// A request, as far as preconditions are concerned, and when it is judged.
#[derive(Debug, Clone, Copy)]
pub struct JudgedRequest<'a> {
    /// What it wants to do.
    pub method: Method,
    /// On which conditions.
    pub conditions: &'a Conditions,
    /// Whether its body has been read.
    pub body: BodyState,
    /// The time of judging, by the clock that writes `Date` and `Last-Modified`. A later date cannot be when a client
    /// read something.
    pub now: HttpDate,
}
