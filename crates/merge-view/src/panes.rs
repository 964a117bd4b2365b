//! The areas of the panes: side by side above the result, stacked, or one at a time.

use merge::Side;
use ratatui::layout::{Rect, Size};

/// The smallest width at which base, mine and theirs are side by side.
const WIDE_COLUMNS: u16 = 120;

/// The smallest width at which more than one pane is shown.
const NARROW_COLUMNS: u16 = 50;

/// The smallest height at which more than one pane is shown.
const LOW_ROWS: u16 = 12;

/// The most rows of the head.
const HEAD_ROWS: usize = 3;

/// One of the four texts on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum MergePane {
    /// The text that both sides started from.
    Base,
    /// My text.
    #[default]
    Mine,
    /// The other side's text.
    Theirs,
    /// The text that will be saved.
    Result,
}

/// The share of the editor's area that the merge view has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PaneShare {
    /// The whole area; my text is one of the panes.
    #[default]
    Whole,
    /// The area beside the editor's own pane with my text; theirs and the result are shown.
    AroundText,
}

/// The arrangement of the panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrangement {
    /// The sides next to each other, the result below.
    Wide,
    /// One pane above the other, the base only on demand.
    Stacked,
    /// One pane at a time.
    Single,
}

/// The areas of the head and the panes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MergeScreen {
    /// The arrangement of the panes.
    pub(crate) arrangement: Arrangement,
    /// The head: the selected conflict, and how many are open.
    pub(crate) head: Rect,
    /// The visible panes; the first row of each is its name.
    pub(crate) panes: Vec<(MergePane, Rect)>,
    /// The rows that a side could have, whatever it needs.
    share: usize,
}

impl MergeScreen {
    /// Divides an area.
    ///
    /// `front` is the pane to show if not all fit. While a text is written `by_hand`, it replaces the result, and its
    /// pane is larger. The sides have at most the `side_rows` that they need; the result has the others.
    pub(crate) fn new(area: Rect, front: MergePane, by_hand: bool, share: PaneShare, side_rows: usize) -> Self {
        let arrangement = match share {
            PaneShare::Whole => Arrangement::of(area.as_size()),
            PaneShare::AroundText => Arrangement::Stacked,
        };
        let wanted = match (arrangement, area.height) {
            (_, ..5) => 1,
            (_, ..16) | (Arrangement::Wide, _) => 2,
            _ => 3,
        };
        let head = Rect { height: wanted.min(area.height), ..area };
        let body = Rect { y: head.bottom(), height: area.height - head.height, ..area };
        let side_height = match arrangement {
            _ if share == PaneShare::AroundText => body.height / 2,
            Arrangement::Wide => {
                let result_height = if by_hand { body.height / 2 } else { (body.height * 2 / 5).max(4) };
                body.height.saturating_sub(result_height)
            }
            // The sides have the same height, so that they scroll in step.
            Arrangement::Stacked => {
                let parts = if front == MergePane::Base { 4 } else { 3 };
                body.height / (parts + u16::from(by_hand))
            }
            Arrangement::Single => body.height,
        };
        // A row of each pane is its name.
        let needs = u16::try_from(side_rows.max(1) + 1).unwrap_or(u16::MAX);
        let height = side_height.min(needs);
        let panes = match arrangement {
            _ if share == PaneShare::AroundText => around_text(body, height),
            Arrangement::Wide => wide(body, height),
            Arrangement::Stacked => stacked(body, front, height),
            Arrangement::Single => vec![(if by_hand { MergePane::Result } else { front }, body)],
        };
        Self { arrangement, head, panes, share: usize::from(side_height.saturating_sub(1)) }
    }

    /// Returns the rows in which every row of the sides and of the result is visible at once.
    ///
    /// The base is one of the sides only in the wide arrangement.
    pub(crate) fn full_height(width: u16, sides: usize, result: usize) -> usize {
        // A row of each pane is its name.
        let (sides, result) = (sides + 1, result + 1);
        if width < WIDE_COLUMNS {
            return HEAD_ROWS + 3 * sides.max(result);
        }
        // The result has two fifths of the body; see `wide`.
        let body = (sides * 5).div_ceil(3).max((result * 5).div_ceil(2));
        HEAD_ROWS + body
    }

    /// Returns the visible sides.
    pub(crate) fn sides(&self) -> Vec<Side> {
        self.panes.iter().filter_map(|(pane, _)| pane.side()).collect()
    }

    /// Returns the number of rows of a side without its name, or of the result if only that is visible.
    pub(crate) fn side_height(&self) -> usize {
        let side = self.panes.iter().find(|(pane, _)| *pane != MergePane::Result);
        side.or(self.panes.first()).map_or(0, |(_, area)| usize::from(area.height.saturating_sub(1)))
    }

    /// Returns how many equal lines to show around a change.
    pub(crate) fn context(&self) -> usize {
        // The rows that the sides need depend on this number, so it must not depend on them.
        if self.share < 10 { 1 } else { 3 }
    }
}

impl Arrangement {
    /// Returns the arrangement for an area of a size.
    pub(crate) const fn of(size: Size) -> Self {
        if size.width < NARROW_COLUMNS || size.height < LOW_ROWS {
            Self::Single
        } else if size.width < WIDE_COLUMNS {
            Self::Stacked
        } else {
            Self::Wide
        }
    }
}

impl MergePane {
    /// Returns the pane that shows a side.
    pub(crate) const fn of(side: Side) -> Self {
        match side {
            Side::Base => Self::Base,
            Side::Mine => Self::Mine,
            Side::Theirs => Self::Theirs,
        }
    }

    /// Returns the side that the pane shows, or `None` for the result.
    pub(crate) const fn side(self) -> Option<Side> {
        match self {
            Self::Base => Some(Side::Base),
            Self::Mine => Some(Side::Mine),
            Self::Theirs => Some(Side::Theirs),
            Self::Result => None,
        }
    }

    /// Returns the pane to show next; the same pane if all of them fit.
    pub(crate) const fn next(self, arrangement: Arrangement) -> Self {
        match (arrangement, self) {
            (Arrangement::Wide, pane) => pane,
            (Arrangement::Stacked, Self::Base) | (Arrangement::Single, Self::Result) => Self::Mine,
            (Arrangement::Stacked, _) | (Arrangement::Single, Self::Theirs) => Self::Base,
            (Arrangement::Single, Self::Mine) => Self::Theirs,
            (Arrangement::Single, Self::Base) => Self::Result,
        }
    }
}

fn around_text(body: Rect, height: u16) -> Vec<(MergePane, Rect)> {
    let theirs = Rect { height, ..body };
    let result = Rect { y: theirs.bottom(), height: body.height - theirs.height, ..body };
    vec![(MergePane::Theirs, theirs), (MergePane::Result, result)]
}

fn wide(body: Rect, height: u16) -> Vec<(MergePane, Rect)> {
    let sides = Rect { height, ..body };
    let result = Rect { y: sides.bottom(), height: body.height - sides.height, ..body };
    // There is a line between two panes.
    let width = (body.width - 2) / 3;
    let left = Rect { width, ..sides };
    let middle = Rect { x: left.right() + 1, width, ..sides };
    let right = Rect { x: middle.right() + 1, width: body.right() - middle.right() - 1, ..sides };
    vec![(MergePane::Base, left), (MergePane::Mine, middle), (MergePane::Theirs, right), (MergePane::Result, result)]
}

fn stacked(body: Rect, front: MergePane, height: u16) -> Vec<(MergePane, Rect)> {
    let sides: &[MergePane] = if front == MergePane::Base {
        &[MergePane::Base, MergePane::Mine, MergePane::Theirs]
    } else {
        &[MergePane::Mine, MergePane::Theirs]
    };
    let mut below = body;
    let mut panes = Vec::with_capacity(sides.len() + 1);
    for &side in sides {
        panes.push((side, Rect { height, ..below }));
        below = Rect { y: below.y + height, height: below.height - height, ..below };
    }
    panes.push((MergePane::Result, below));
    panes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(width: u16, height: u16, front: MergePane) -> MergeScreen {
        MergeScreen::new(Rect::new(3, 2, width, height), front, false, PaneShare::Whole, usize::MAX / 2)
    }

    fn panes(screen: &MergeScreen) -> Vec<MergePane> {
        screen.panes.iter().map(|(pane, _)| *pane).collect()
    }

    #[test]
    fn size_decides_the_arrangement() {
        let all = [MergePane::Base, MergePane::Mine, MergePane::Theirs, MergePane::Result];
        assert_eq!(panes(&screen(160, 40, MergePane::Mine)), all);
        assert_eq!(panes(&screen(119, 40, MergePane::Mine)), all[1..]);
        assert_eq!(panes(&screen(119, 40, MergePane::Base)), all);
        assert_eq!(panes(&screen(40, 40, MergePane::Theirs)), [MergePane::Theirs]);
        assert_eq!(panes(&screen(160, 8, MergePane::Result)), [MergePane::Result], "one pane, because the area is low");
    }

    #[test]
    fn all_rows_are_visible_in_the_full_height() {
        for (width, sides, result) in [(120, 6, 5), (120, 2, 9), (160, 30, 3), (80, 6, 5), (60, 1, 8)] {
            let height = MergeScreen::full_height(width, sides, result);
            let screen = screen(width, u16::try_from(height).unwrap(), MergePane::Mine);
            for (pane, area) in &screen.panes {
                let needs = if *pane == MergePane::Result { result } else { sides };
                assert!(usize::from(area.height) > needs, "{pane:?} of {width} columns: {area:?}, {needs} rows");
            }
        }
    }

    #[test]
    fn result_has_the_rows_that_the_sides_do_not_need() {
        for (width, height, front, share) in [
            (160, 40, MergePane::Mine, PaneShare::Whole),
            (80, 40, MergePane::Mine, PaneShare::Whole),
            (80, 40, MergePane::Base, PaneShare::Whole),
            (80, 24, MergePane::Mine, PaneShare::AroundText),
        ] {
            let area = Rect::new(0, 0, width, height);
            let with = |rows| MergeScreen::new(area, front, false, share, rows);
            let (few, many) = (with(3), with(500));
            let heights = |screen: &MergeScreen, result: bool| -> Vec<u16> {
                let panes = screen.panes.iter().filter(|(pane, _)| (*pane == MergePane::Result) == result);
                panes.map(|(_, area)| area.height).collect()
            };
            assert!(heights(&few, false).iter().all(|&height| height == 4), "a name and three rows: {few:?}");
            assert!(heights(&many, false)[0] > 4 && heights(&many, true)[0] < heights(&few, true)[0]);
            let stacked = few.arrangement == Arrangement::Stacked;
            let sides: u16 = if stacked { heights(&few, false).iter().sum() } else { 4 };
            assert_eq!(few.head.height + sides + heights(&few, true)[0], height, "no row is lost");
            assert_eq!(few.context(), many.context(), "otherwise the rows would depend on themselves");
        }
    }

    #[test]
    fn panes_stay_in_the_area_and_never_overlap() {
        for (width, height) in [(160, 40), (121, 13), (80, 24), (80, 13), (40, 12), (9, 3), (1, 1), (130, 0)] {
            for front in [MergePane::Mine, MergePane::Base] {
                let screen = screen(width, height, front);
                let area = Rect::new(3, 2, width, height);
                let places: Vec<Rect> = screen.panes.iter().map(|(_, place)| *place).chain([screen.head]).collect();
                for (at, place) in places.iter().enumerate() {
                    assert_eq!(area.intersection(*place), *place, "{width}x{height}");
                    assert!(places[at + 1..].iter().all(|other| !place.intersects(*other)), "{width}x{height}");
                }
            }
        }
    }

    #[test]
    fn next_pane_cycles_back_to_the_first() {
        let round = |arrangement, steps| (0..steps).fold(MergePane::Mine, |pane: MergePane, _| pane.next(arrangement));
        assert_eq!(round(Arrangement::Single, 4), MergePane::Mine);
        assert_eq!(round(Arrangement::Stacked, 2), MergePane::Mine);
        assert_eq!(round(Arrangement::Stacked, 1), MergePane::Base);
    }
}
