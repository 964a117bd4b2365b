//! Scrolling and selecting: how far something is scrolled, and where a selection is after it was moved.

/// How a key moves a selection, or scrolls.
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
    /// Returns by how many rows a selection moves, down if positive, if a page has `page` rows. To an end it is more
    /// rows than any list has.
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

/// How far something is scrolled: the line that is shown first.
///
/// Where the end is depends on the room there is, so a line beyond it is taken for the last one that can stand first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Scroll(usize);

impl Scroll {
    /// Scrolled to the end.
    pub(crate) const END: Self = Self(usize::MAX);

    /// The line that is shown first, where `last` is the last one that may be.
    pub(crate) fn first(self, last: usize) -> usize {
        self.0.min(last)
    }

    /// Scrolls by lines, towards the end where positive.
    pub(crate) fn by(&mut self, by: isize, last: usize) {
        self.0 = self.first(last).saturating_add_signed(by).min(last);
    }

    /// Scrolls by a movement, if `page` lines are seen at a time.
    pub(crate) fn turn(&mut self, movement: Movement, last: usize, page: usize) {
        let page = isize::try_from(page.max(1)).unwrap_or(isize::MAX);
        match movement {
            Movement::First => *self = Self::default(),
            Movement::Last => *self = Self::END,
            movement => self.by(movement.rows(page), last),
        }
    }
}

/// Returns where a selection in a list of `count` rows is after it was moved, down where `by` is positive. Without a
/// selection, it begins at the end of the list that the move comes from.
pub(crate) fn moved_selection(selected: Option<usize>, by: isize, count: usize) -> usize {
    let last = count.saturating_sub(1);
    match selected {
        Some(at) => at.saturating_add_signed(by).min(last),
        None if by == isize::MIN || (by > 0 && by != isize::MAX) => 0,
        None => last,
    }
}
