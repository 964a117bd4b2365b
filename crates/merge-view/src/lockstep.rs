//! The distances of panes that were scrolled alone from their places.
//!
//! Normally all panes scroll in step. What moves a pane, and what brings all of them back, is in `scroll_alone`.

use crate::panes::MergePane;

/// Which pane scrolls alone, and how far each pane is from its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lockstep {
    /// The pane that scrolls alone, or `None` if all scroll in step.
    pub(crate) alone: Option<MergePane>,
    /// The rows by which each pane is below its place, in the order of [`MergePane`].
    ///
    /// A negative number means above it.
    pub(crate) offsets: [isize; 4],
}

impl Lockstep {
    /// Brings all panes back to their places.
    pub(crate) fn bring_back(&mut self) {
        self.offsets = [0; 4];
    }

    /// Returns whether every pane is in its place.
    pub(crate) fn is_in_place(self) -> bool {
        self.offsets == [0; 4]
    }

    /// Returns whether a pane is the one that scrolls alone.
    pub(crate) fn is_alone(self, pane: MergePane) -> bool {
        self.alone == Some(pane)
    }
}
