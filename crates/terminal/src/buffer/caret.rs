//! The cursor and the selection, as positions in the text.

use std::ops::Range;

/// The cursor, and where the selection began. Both are bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Caret {
    /// The cursor.
    pub(super) head: usize,
    /// The other end of the selection, if the user selects.
    pub(super) anchor: Option<usize>,
}

impl Caret {
    /// Returns a cursor without a selection.
    pub(super) const fn at(head: usize) -> Self {
        Self { head, anchor: None }
    }

    /// Returns what is selected, or `None` if nothing is.
    pub(super) fn selection(self) -> Option<Range<usize>> {
        let anchor = self.anchor.filter(|&anchor| anchor != self.head)?;
        Some(anchor.min(self.head)..anchor.max(self.head))
    }

    /// Returns what a typed character replaces: the selection, or nothing at the cursor.
    pub(super) fn replaced(self) -> Range<usize> {
        self.selection().unwrap_or(self.head..self.head)
    }

    /// Moves the cursor. With `select`, the text on its way is selected too; without, nothing is selected any more.
    pub(super) fn move_to(&mut self, head: usize, select: bool) {
        self.anchor = if select { self.anchor.or(Some(self.head)) } else { None };
        self.head = head;
    }
}
