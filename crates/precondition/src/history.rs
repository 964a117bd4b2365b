//! What the judgement may ask about a document's past.
//!
//! Conditions alone need no past: the current version decides them. The past is for what comes after, and makes the
//! difference between 'no' and an answer. How far behind is the writer? And was this write perhaps done already?

use crate::tag::EntityTag;

/// What the judgement may ask about the past of the document that the request is for.
///
/// It is asked only where a condition is false, and only about the strong tags of `If-Match`; they can be had
/// beforehand from [`Conditions::sent_tags`](crate::Conditions::sent_tags).
pub trait History {
    /// The number of the version that this tag was issued for, if it ever was for this document.
    fn version_of(&self, tag: &EntityTag) -> Option<u64>;

    /// The tag of the version directly after the one with the tag `parent`, if its state equals the state that this
    /// request sends.
    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag>;

    /// Whether the author of this request wrote the version directly after the one with the tag `parent`. It is asked
    /// before the body is read: if so, the request may repeat that write.
    fn author_wrote_after(&self, parent: &EntityTag) -> bool;
}

/// A past of which nothing is told: for servers that keep none, and for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoHistory;

impl History for NoHistory {
    fn version_of(&self, _: &EntityTag) -> Option<u64> {
        None
    }

    fn applied_on(&self, _: &EntityTag) -> Option<EntityTag> {
        None
    }

    fn author_wrote_after(&self, _: &EntityTag) -> bool {
        false
    }
}
