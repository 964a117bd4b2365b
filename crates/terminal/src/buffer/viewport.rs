//! What of a text is in sight.
//!
//! A frame decides it: the cursor stays in sight unless the wheel was turned, with what is around it after a jump, and no
//! more of what is below the last row is shown than must be.

use text::Text;

use super::layout::{RowAt, TextLayout};

/// The rows and columns in sight, and how many there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Viewport {
    /// The first row.
    pub(super) top: RowAt,
    /// The first column.
    pub(super) left: usize,
    /// How many rows there is room for: at least one.
    pub(super) height: usize,
    /// How many columns there is room for.
    pub(super) width: usize,
}

impl Default for Viewport {
    fn default() -> Self {
        Self { top: RowAt::default(), left: 0, height: 1, width: 1 }
    }
}

impl Viewport {
    /// Returns the nearest viewport to this one in which the cursor's row is in sight.
    ///
    /// If the cursor went more than half the height beyond an edge, as a search and an undo do, its row comes into the
    /// middle: at an edge, half of what is around it would be out of sight.
    pub(super) fn following_row(self, text: &Text, layout: &TextLayout, row: RowAt) -> Self {
        // Edits above can have removed the first row.
        let before = filled(text, layout, existing(text, layout, self.top), self.height);
        let lowest = layout.above(text, row, self.height - 1);
        let nearest = before.clamp(lowest, row);
        let half = self.height / 2;
        let is_near = (layout.above(text, before, half)..=layout.below(text, before, half).0).contains(&nearest);
        let top = if is_near { nearest } else { filled(text, layout, layout.above(text, row, half), self.height) };
        Self { top, ..self }
    }

    /// Returns the nearest viewport to this one in which the cursor's column is in sight; the cursor has a width.
    pub(super) fn following_column(self, column: usize, wide: usize) -> Self {
        // An ellipsis can be at either edge.
        let leftmost = (column + wide + 1).saturating_sub(self.width);
        let rightmost = column.saturating_sub(1);
        Self { left: self.left.max(leftmost).min(rightmost), ..self }
    }

    /// Returns the viewport so many rows below, or above if the number is negative.
    pub(super) fn scrolled(self, text: &Text, layout: &TextLayout, by: isize) -> Self {
        let top = existing(text, layout, self.top);
        let top = if by < 0 {
            layout.above(text, top, by.unsigned_abs())
        } else {
            layout.below(text, top, by.unsigned_abs()).0
        };
        Self { top: filled(text, layout, top, self.height), ..self }
    }
}

/// Returns the row, or the nearest one before it that exists.
pub(super) fn existing(text: &Text, layout: &TextLayout, row: RowAt) -> RowAt {
    let last = text.line_count() - 1;
    if row.line > last {
        layout.last_row(text, last)
    } else if layout.row(text, row).is_none() {
        layout.last_row(text, row.line)
    } else {
        row
    }
}

/// Returns the row, or the nearest one above it from which on there are enough rows to fill the room.
fn filled(text: &Text, layout: &TextLayout, row: RowAt, height: usize) -> RowAt {
    let (_, below) = layout.below(text, row, height - 1);
    layout.above(text, row, height - 1 - below)
}
