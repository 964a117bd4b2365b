//! What of a text is in sight.
//!
//! A frame decides it: the cursor stays in sight, and no more of what is below the last line is shown than must be.

/// The lines and columns in sight, and how many there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Viewport {
    /// The first line.
    pub(super) top: usize,
    /// The first column.
    pub(super) left: usize,
    /// How many lines there is room for: at least one.
    pub(super) height: usize,
    /// How many columns there is room for.
    pub(super) width: usize,
}

impl Default for Viewport {
    fn default() -> Self {
        Self { top: 0, left: 0, height: 1, width: 1 }
    }
}

impl Viewport {
    /// The nearest to this one that shows the cursor, which takes `wide` columns.
    pub(super) fn following(self, lines: usize, row: usize, column: usize, wide: usize) -> Self {
        let lowest = (row + 1).saturating_sub(self.height);
        let top = self.top.min(self.last_top(lines)).clamp(lowest, row);
        // At either edge may stand the sign that there is more.
        let leftmost = (column + wide + 1).saturating_sub(self.width);
        let rightmost = column.saturating_sub(1);
        let left = self.left.max(leftmost).min(rightmost);
        Self { top, left, ..self }
    }

    /// So many lines further down, or up where negative.
    pub(super) fn scrolled(self, lines: usize, by: isize) -> Self {
        Self { top: self.top.saturating_add_signed(by).min(self.last_top(lines)), ..self }
    }

    /// The line that may stand first at most: with it, the last one stands last.
    fn last_top(self, lines: usize) -> usize {
        lines.saturating_sub(self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stays_in_sight_and_nothing_moves_without_need() {
        let sight = Viewport { top: 10, left: 0, height: 5, width: 20 };
        assert_eq!(sight.following(100, 12, 3, 1), sight);
        assert_eq!(sight.following(100, 15, 0, 1).top, 11);
        assert_eq!(sight.following(100, 3, 0, 1).top, 3);
        assert_eq!(sight.following(100, 12, 18, 1).left, 0);
        assert_eq!(sight.following(100, 12, 19, 1).left, 1, "the last column is for the sign");
        let right = Viewport { left: 30, ..sight };
        assert_eq!(right.following(100, 12, 30, 1).left, 29, "so is the first");
    }

    #[test]
    fn viewport_has_no_room_below_while_lines_can_fill_it() {
        let sight = Viewport { top: 0, left: 0, height: 5, width: 20 };
        assert_eq!(sight.scrolled(12, 100).top, 7);
        assert_eq!(sight.scrolled(3, 100).top, 0);
        assert_eq!(Viewport { top: 9, ..sight }.following(10, 9, 0, 1).top, 5, "lines were deleted");
        assert_eq!(Viewport { top: 4, ..sight }.scrolled(12, -9).top, 0);
    }
}
