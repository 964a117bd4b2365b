//! Where the panes stand: side by side over the result, stacked, or one at a time.

use merge::Side;
use ratatui::layout::{Rect, Size};

/// From this width on, base, mine and theirs stand side by side.
const WIDE: u16 = 120;

/// Below this width or height there is one pane at a time.
const NARROW: u16 = 50;
const LOW: u16 = 12;

/// One of the four texts on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Pane {
    /// What both started from.
    Base,
    /// My text.
    #[default]
    Mine,
    /// The other's text.
    Theirs,
    /// What is to be saved.
    Result,
}

/// How the merge view shares the screen with my text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Share {
    /// It has the whole of the editor's room, and shows my text as one of its sides.
    #[default]
    Whole,
    /// My text has a pane of its own, where it is typed: theirs and the result take the space beside it.
    AroundText,
}

/// How the panes stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrangement {
    /// The sides next to each other, the result below.
    Wide,
    /// One above the other, the base only when it is wanted.
    Stacked,
    /// One at a time.
    Single,
}

/// The places of everything, within the area of the merge view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Screen {
    /// How the panes stand.
    pub(super) arrangement: Arrangement,
    /// The sentence that says where I stand.
    pub(super) head: Rect,
    /// The panes in sight; the first row of each is its name.
    pub(super) panes: Vec<(Pane, Rect)>,
}

impl Screen {
    /// Lays an area out. `front` is the pane that is wanted where there is no room for all; while something is written
    /// `by_hand`, that takes the place of the result and more room.
    pub(super) fn new(area: Rect, front: Pane, by_hand: bool, share: Share) -> Self {
        let arrangement = match share {
            Share::Whole => Arrangement::of(area.as_size()),
            Share::AroundText => Arrangement::Stacked,
        };
        let wanted = match (arrangement, area.height) {
            (_, ..5) => 1,
            (_, ..16) | (Arrangement::Wide, _) => 2,
            _ => 3,
        };
        let head = Rect { height: wanted.min(area.height), ..area };
        let body = Rect { y: head.bottom(), height: area.height - head.height, ..area };
        let panes = match arrangement {
            _ if share == Share::AroundText => around_text(body),
            Arrangement::Wide => wide(body, by_hand),
            Arrangement::Stacked => stacked(body, front, by_hand),
            Arrangement::Single => vec![(if by_hand { Pane::Result } else { front }, body)],
        };
        Self { arrangement, head, panes }
    }

    /// The sides in sight.
    pub(super) fn sides(&self) -> Vec<Side> {
        self.panes.iter().filter_map(|(pane, _)| pane.side()).collect()
    }

    /// How many rows of a side are in sight, its name aside. Where only the result is shown, as many as of that.
    pub(super) fn side_height(&self) -> usize {
        let side = self.panes.iter().find(|(pane, _)| *pane != Pane::Result);
        side.or(self.panes.first()).map_or(0, |(_, area)| usize::from(area.height.saturating_sub(1)))
    }

    /// How many equal lines are worth their room around a change.
    pub(super) fn context(&self) -> usize {
        if self.side_height() < 10 { 1 } else { 3 }
    }
}

impl Arrangement {
    /// How the panes stand in an area of that size.
    pub(super) const fn of(size: Size) -> Self {
        if size.width < NARROW || size.height < LOW {
            Self::Single
        } else if size.width < WIDE {
            Self::Stacked
        } else {
            Self::Wide
        }
    }
}

impl Pane {
    /// The side that it shows; none for the result.
    pub(super) const fn side(self) -> Option<Side> {
        match self {
            Self::Base => Some(Side::Base),
            Self::Mine => Some(Side::Mine),
            Self::Theirs => Some(Side::Theirs),
            Self::Result => None,
        }
    }

    /// The pane to show next, where not all of them have room.
    pub(super) const fn next(self, arrangement: Arrangement) -> Self {
        match (arrangement, self) {
            (Arrangement::Wide, pane) => pane,
            (Arrangement::Stacked, Self::Base) | (Arrangement::Single, Self::Result) => Self::Mine,
            (Arrangement::Stacked, _) | (Arrangement::Single, Self::Theirs) => Self::Base,
            (Arrangement::Single, Self::Mine) => Self::Theirs,
            (Arrangement::Single, Self::Base) => Self::Result,
        }
    }
}

fn around_text(body: Rect) -> Vec<(Pane, Rect)> {
    let theirs = Rect { height: body.height / 2, ..body };
    let result = Rect { y: theirs.bottom(), height: body.height - theirs.height, ..body };
    vec![(Pane::Theirs, theirs), (Pane::Result, result)]
}

fn wide(body: Rect, by_hand: bool) -> Vec<(Pane, Rect)> {
    let result_height = if by_hand { body.height / 2 } else { (body.height * 2 / 5).max(4) };
    let sides = Rect { height: body.height.saturating_sub(result_height), ..body };
    let result = Rect { y: sides.bottom(), height: body.height - sides.height, ..body };
    // A line stands between two panes.
    let width = (body.width - 2) / 3;
    let left = Rect { width, ..sides };
    let middle = Rect { x: left.right() + 1, width, ..sides };
    let right = Rect { x: middle.right() + 1, width: body.right() - middle.right() - 1, ..sides };
    vec![(Pane::Base, left), (Pane::Mine, middle), (Pane::Theirs, right), (Pane::Result, result)]
}

fn stacked(body: Rect, front: Pane, by_hand: bool) -> Vec<(Pane, Rect)> {
    let sides: &[Pane] =
        if front == Pane::Base { &[Pane::Base, Pane::Mine, Pane::Theirs] } else { &[Pane::Mine, Pane::Theirs] };
    // The sides are of one height, so that they scroll in step; the result takes what is left over.
    let parts = if front == Pane::Base { 4 } else { 3 };
    let height = body.height / (parts + u16::from(by_hand));
    let mut below = body;
    let mut panes = Vec::with_capacity(sides.len() + 1);
    for &side in sides {
        panes.push((side, Rect { height, ..below }));
        below = Rect { y: below.y + height, height: below.height - height, ..below };
    }
    panes.push((Pane::Result, below));
    panes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(width: u16, height: u16, front: Pane) -> Screen {
        Screen::new(Rect::new(3, 2, width, height), front, false, Share::Whole)
    }

    fn panes(screen: &Screen) -> Vec<Pane> {
        screen.panes.iter().map(|(pane, _)| *pane).collect()
    }

    #[test]
    fn the_width_says_how_the_panes_stand() {
        let all = [Pane::Base, Pane::Mine, Pane::Theirs, Pane::Result];
        assert_eq!(panes(&screen(160, 40, Pane::Mine)), all);
        assert_eq!(panes(&screen(119, 40, Pane::Mine)), all[1..]);
        assert_eq!(panes(&screen(119, 40, Pane::Base)), all);
        assert_eq!(panes(&screen(40, 40, Pane::Theirs)), [Pane::Theirs]);
        assert_eq!(panes(&screen(160, 8, Pane::Result)), [Pane::Result], "a low screen is a narrow one");
    }

    #[test]
    fn panes_fill_the_area_and_never_overlap() {
        for (width, height) in [(160, 40), (121, 13), (80, 24), (80, 13), (40, 12), (9, 3), (1, 1), (130, 0)] {
            for front in [Pane::Mine, Pane::Base] {
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
    fn the_next_pane_comes_round_again() {
        let round = |arrangement, steps| (0..steps).fold(Pane::Mine, |pane: Pane, _| pane.next(arrangement));
        assert_eq!(round(Arrangement::Single, 4), Pane::Mine);
        assert_eq!(round(Arrangement::Stacked, 2), Pane::Mine);
        assert_eq!(round(Arrangement::Stacked, 1), Pane::Base);
    }
}
