//! The versions that are the user's own, also those that another part of the program wrote.

use std::collections::VecDeque;

use contract::{DocumentEvent, EntityTag};

/// The most versions that are remembered as the user's own.
const MAX_OWN_VERSIONS: usize = 64;

/// The user's own versions, and the writes that are under way elsewhere in the program.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnVersions {
    /// The newest is the last one.
    tags: VecDeque<EntityTag>,
    /// The number of writes under way.
    under_way: usize,
    /// The last event under the user's name since then.
    held: Option<DocumentEvent>,
}

impl OwnVersions {
    /// Remembers a version as the user's own.
    pub(crate) fn add(&mut self, etag: EntityTag) {
        if self.tags.contains(&etag) {
            return;
        }
        if self.tags.len() == MAX_OWN_VERSIONS {
            self.tags.pop_front();
        }
        self.tags.push_back(etag);
    }

    /// Returns whether a version under the user's name counts as the user's own.
    ///
    /// While a write is under way, the version may be the one that it makes.
    pub(crate) fn contains(&self, etag: &EntityTag) -> bool {
        self.under_way > 0 || self.tags.contains(etag)
    }

    /// Holds an event under the user's name back if a write is under way. Returns whether it did.
    pub(crate) fn hold(&mut self, event: &DocumentEvent) -> bool {
        let holds = self.under_way > 0;
        if holds {
            self.held = Some(event.clone());
        }
        holds
    }

    /// Records that a write begins elsewhere in the program.
    pub(crate) fn begin_other_write(&mut self) {
        self.under_way += 1;
    }

    /// Records the end of such a write.
    ///
    /// Returns the event that was held back, if no other such write is under way.
    pub(crate) fn end_other_write(&mut self) -> Option<DocumentEvent> {
        self.under_way = self.under_way.saturating_sub(1);
        self.held.take_if(|_| self.under_way == 0)
    }
}
