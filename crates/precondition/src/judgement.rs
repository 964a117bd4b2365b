//! The judgement of a request's preconditions.

use crate::condition::{Conditions, Field};
use crate::date::HttpDate;
use crate::evaluation::Evaluation;
use crate::failure::Failure;
use crate::guard::RequiredReason;
use crate::history::History;
use crate::policy::Policy;
use crate::tag::{EntityTag, SyntaxError};

/// What the request wants to do, as far as preconditions tell the methods apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET` and `HEAD`.
    Read,
    /// `PUT`: makes what is not there, replaces what is.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
}

/// What stands where the request points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// There has never been anything.
    Never,
    /// There was something, and it was deleted.
    Gone,
    /// There is something.
    Exists(Current),
}

/// The current version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// Its entity tag.
    pub etag: EntityTag,
    /// Its number: 1 for the first version, and one more with each write.
    pub version: u64,
    /// When it was written, to the second.
    pub last_modified: HttpDate,
    /// Whether an earlier version of the same document was written within that same second.
    pub shares_second: bool,
}

/// Whether the request's body has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Incoming {
    /// Not yet. What the history says about the state that the request sends is not known, so a `PUT` that may be a
    /// replay is not refused: [`Verdict::Undecided`].
    Unread,
    /// It has, and the [`History`] knows the state that it carries.
    Read,
}

/// What is judged: a request, as far as preconditions are concerned.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What it wants to do.
    pub method: Method,
    /// On which conditions.
    pub conditions: &'a Conditions,
    /// Whether its body has been read.
    pub incoming: Incoming,
}

/// What came of the judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What to do.
    pub verdict: Verdict,
    /// The conditions that were judged, in order.
    pub evaluation: Vec<Evaluation>,
    /// The tag that the writer named.
    pub based_on: Option<EntityTag>,
    /// Whether the write replaces a version that its writer has not shown to have seen.
    pub blind: bool,
}

/// What to do with the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Do what the method says.
    Proceed,
    /// `PUT` only: this very write was done before, and its answer was lost. Say so again: 200, the current tag, and
    /// no new version.
    AlreadyApplied,
    /// Only with [`Incoming::Unread`]: read the body and judge again.
    Undecided,
    /// 304.
    NotModified,
    /// 404.
    NotFound,
    /// 410.
    Gone,
    /// 400: the field cannot be read.
    Malformed {
        /// Which field.
        field: Field,
        /// Where and why.
        error: SyntaxError,
    },
    /// 412: a condition is false.
    Failed(Failure),
    /// 428: the write does not name the version that it replaces.
    Required(RequiredReason),
}

/// Judges a request's preconditions.
#[must_use]
pub fn judge(request: &Request<'_>, target: &Target, policy: &Policy, history: &dyn History) -> Judgement {
    let _ = (policy, history);
    let verdict = match (request.method, target) {
        (Method::Put, _) | (_, Target::Exists(_)) => Verdict::Proceed,
        (_, Target::Never) => Verdict::NotFound,
        (_, Target::Gone) => Verdict::Gone,
    };
    Judgement { verdict, evaluation: Vec::new(), based_on: None, blind: false }
}
