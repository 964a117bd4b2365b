//! The questions that the judgement may ask about a document's old versions.
//!
//! Conditions alone need no history: the current version decides them. The history improves the response. How many
//! versions is the writer behind? Was this write perhaps already applied?

use crate::tag::EntityTag;

/// The old versions of the document that the request is for.
///
/// The judgement asks only if a condition is false, and only about the strong tags of `If-Match`. A store can look them
/// up beforehand: [`Conditions::sent_tags`](crate::Conditions::sent_tags) lists them.
pub trait History {
    /// Returns the number of the version that has this tag, or `None` if the tag was never issued.
    ///
    /// Tags that were issued for other documents do not count.
    fn version_of(&self, tag: &EntityTag) -> Option<u64>;

    /// Returns the tag of the version directly after `parent`, if its state is the one that was sent.
    ///
    /// `None` if there is no such version, or if its state differs from the state that this request sends.
    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag>;

    /// Returns whether the author of this request wrote the version directly after `parent`.
    ///
    /// The judgement asks this before the body is read: if so, the request may repeat that write.
    fn author_wrote_after(&self, parent: &EntityTag) -> bool;
}

/// A history that knows nothing: for servers that keep no old versions, and for tests.
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
