//! The requests of an examination.

/// A request of an examination. The order is that in which they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExamStep {
    /// `GET /api/documents?limit=1`: is this an ifmatch server?
    List,
    /// `GET /control/policy`: which refusals are to be expected?
    Policy,
    /// A GET of the scratch document before it exists.
    ReadMissing,
    /// `PUT` with `If-None-Match: *`: the first version.
    Create,
    /// A GET that accepts no content coding.
    Read,
    /// A GET that accepts gzip, br, zstd and deflate.
    ReadCoded,
    /// A GET with the tag that [`ExamStep::Read`] brought, in `If-None-Match`.
    Revalidate,
    /// A GET with an old or unknown tag in `If-Match`.
    ReadIfMatch,
    /// `PUT` with the current tag: the second version.
    Update,
    /// A GET after that.
    ReadUpdated,
    /// `PUT` with the tag of the first version.
    StaleWrite,
    /// [`ExamStep::StaleWrite`] with `Prefer: return=representation`.
    StaleWritePreferring,
    /// A `PUT` with an unknown tag, `Expect: 100-continue`, and a body that is late.
    StaleWriteExpecting,
    /// A `PUT` of 2 MB with an unknown tag.
    LongWrite,
    /// `PUT` without a condition.
    UnguardedWrite,
    /// `PATCH` with the current tag.
    Patch,
    /// `POST` of a document whose id is taken.
    Post,
    /// `PUT` with the current tag, while an event stream is open.
    AnnouncedWrite,
    /// `DELETE` with the current tag.
    Delete,
    /// A GET after that.
    ReadDeleted,
}
