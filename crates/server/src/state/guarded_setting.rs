//! A setting that is replaced under `If-Match`, as a document is.

use contract::EntityTag;
use precondition::{Conditions, HttpDate, Judgement};

use super::shared_cell::SharedCell;

/// A setting whose versions have entity tags.
///
/// So two leaders do not overwrite each other's change unseen.
pub(crate) trait GuardedSetting: SharedCell {
    /// The setting as it is in the bodies of requests and responses.
    type Value;

    /// The noun for the setting in the sentences of refusals.
    const NOUN: &'static str;

    /// Returns the setting and its tag.
    fn with_etag(&self) -> (Self::Value, EntityTag);

    /// Judges conditions without a write, and returns the current tag.
    ///
    /// The setting may change before the write.
    fn judge(&self, conditions: &Conditions, now: HttpDate) -> (Judgement, EntityTag);

    /// Judges conditions and replaces the setting under one lock, as the store does for documents.
    ///
    /// Returns the tag after that. A value that the setting has already makes no new version.
    fn replace(&self, conditions: &Conditions, now: HttpDate, new: &Self::Value) -> (Judgement, EntityTag);
}
