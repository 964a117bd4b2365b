//! The differences between the sides of a merge, which are listed once for each merge.

use std::sync::Arc;

use merge::{RegionKind, Session};

use super::{ChangeId, DocumentMerge, MergeState};

impl DocumentMerge {
    /// Returns all differences between the sides, settled or not, in the order in which they are shown.
    ///
    /// They depend on the texts and not on the decisions.
    #[must_use]
    pub fn changes(&self) -> &[ChangeId] {
        debug_assert_eq!(self.changes, self.now.changes(&self.content), "not updated after the texts have changed");
        &self.changes
    }
}

impl MergeState {
    /// Returns all differences between the sides.
    pub(super) fn changes(&self, content: &Session) -> Arc<[ChangeId]> {
        let title = (self.title.kind() != RegionKind::Stable).then_some(ChangeId::Title);
        let parent = (self.parent.kind() != RegionKind::Stable).then_some(ChangeId::Parent);
        let regions = content.changes().iter().copied().map(ChangeId::Region);
        title.into_iter().chain(parent).chain(regions).collect()
    }
}
