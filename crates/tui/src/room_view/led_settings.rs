//! The settings of a room on its leader's screen, and whether a change of them is under way.

use std::mem;

use client::Tagged;
use contract::{DocumentId, EntityTag, RoomSettings};

/// The settings of the room as they were seen last.
#[derive(Debug, Clone, Default)]
pub(crate) struct LedSettings {
    seen: Option<Tagged<RoomSettings>>,
    is_changing: bool,
}

impl LedSettings {
    /// Returns the settings, or `None` if they are not known.
    pub(crate) fn settings(&self) -> Option<&RoomSettings> {
        self.seen.as_ref().map(|seen| &seen.value)
    }

    /// Returns the document that is opened for all, if it is known.
    pub(crate) fn document(&self) -> Option<&DocumentId> {
        self.settings()?.open_for_all.as_ref()
    }

    /// Returns the tag of the settings, which the next change names.
    pub(crate) fn etag(&self) -> Option<&EntityTag> {
        self.seen.as_ref().map(|seen| &seen.etag)
    }

    pub(crate) fn set(&mut self, seen: Tagged<RoomSettings>) {
        self.seen = Some(seen);
    }

    /// Begins a change. Returns false if one is under way.
    pub(crate) const fn begin(&mut self) -> bool {
        !mem::replace(&mut self.is_changing, true)
    }

    /// Ends a change.
    pub(crate) const fn end(&mut self) {
        self.is_changing = false;
    }
}
