//! What the judgement may ask about a document's past.

use crate::tag::EntityTag;

/// What the judgement may ask about a document's past. It asks only where a condition is false.
pub trait History {
    /// The number of the version that this tag was issued for, if it ever was for this document.
    fn version_of(&self, tag: &EntityTag) -> Option<u64>;

    /// The tag of the version directly after `parent`, where its state is the one that this request sends.
    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag>;
}

/// A past about which nothing is told: for simple servers, and for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Untold;

impl History for Untold {
    fn version_of(&self, _: &EntityTag) -> Option<u64> {
        None
    }

    fn applied_on(&self, _: &EntityTag) -> Option<EntityTag> {
        None
    }
}
