//! Scrolling a view and moving the selection of a list.

/// The way in which a key scrolls a view or moves a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Movement {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

impl Movement {
    /// Returns the number of rows that a selection moves, positive if down, with pages of `page` rows.
    ///
    /// For a move to either end, the number exceeds the length of any list.
    pub(crate) const fn rows(self, page: isize) -> isize {
        match self {
            Self::Up => -1,
            Self::Down => 1,
            Self::PageUp => -page,
            Self::PageDown => page,
            Self::First => isize::MIN,
            Self::Last => isize::MAX,
        }
    }
}

/// The scroll position of a view: the index of its first visible line.
///
/// The largest position depends on the height of the view, so each use caps the index at that position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Scroll(usize);

impl Scroll {
    /// The position at the end.
    pub(crate) const END: Self = Self(usize::MAX);

    /// Returns the position at which this line is the first visible one.
    pub(crate) const fn to(line: usize) -> Self {
        Self(line)
    }

    /// Returns the index of the first visible line, at most `last`.
    pub(crate) fn first(self, last: usize) -> usize {
        self.0.min(last)
    }

    /// Scrolls by a number of lines, towards the end if positive.
    pub(crate) fn by(&mut self, by: isize, last: usize) {
        self.0 = self.first(last).saturating_add_signed(by).min(last);
    }

    /// Scrolls by a movement, with pages of `page` lines.
    pub(crate) fn turn(&mut self, movement: Movement, last: usize, page: usize) {
        let page = isize::try_from(page.max(1)).unwrap_or(isize::MAX);
        match movement {
            Movement::First => *self = Self::default(),
            Movement::Last => *self = Self::END,
            movement => self.by(movement.rows(page), last),
        }
    }
}

/// Returns the selected row among `count` rows after a move by `by` rows, positive if down.
///
/// Without a selection, a move down selects the first row, a move up the last, and a move to an end the row there.
pub(crate) fn moved_selection(selected: Option<usize>, by: isize, count: usize) -> usize {
    let last = count.saturating_sub(1);
    match selected {
        Some(at) => at.saturating_add_signed(by).min(last),
        None if by == isize::MIN || (by > 0 && by != isize::MAX) => 0,
        None => last,
    }
}
