//! A merge of my text with a newer version, and the text that it is about.

use contract::{Document, EntityTag};

use crate::document_merge::DocumentMerge;

/// A merge of my text with a newer version.
#[derive(Debug, Clone)]
pub(crate) struct OpenMerge {
    pub(crate) merge: DocumentMerge,
    /// The text of mine that the merge is about. If my text differs, the merge must be made again.
    ///
    /// See [`Editor::catch_up`]. It is the merge's own side of mine or, once the result was sent, that result: see
    /// [`OpenMerge::was_sent`].
    pub(crate) merged_text: Document,
    /// The tag of the version that both sides started from; `None` if there was no document.
    pub(crate) base: Option<EntityTag>,
}

impl OpenMerge {
    /// Returns whether the result was sent, and is my text now.
    ///
    /// Further typing starts from the version that the result was merged with, not from the older base. Merged over the
    /// older base, all of theirs would be news a second time.
    pub(crate) fn was_sent(&self) -> bool {
        self.merged_text != *self.merge.mine()
    }
}
