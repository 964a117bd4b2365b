//! The resolution of a change: the text that the result has for it, by origin.
//!
//! Regions, title and parent keep their decisions in different types; [`Resolution`] is the same for all.

use editor::{ChangeId, DocumentMerge};
use merge::{Choice, Decision, RegionKind, Side};

/// The text in the result for a change, by its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolution {
    /// No text yet: an undecided conflict.
    Open,
    /// Only one side changed it, or both alike, so it settled by itself.
    Settled(SettledAs),
    /// Mine was taken.
    Mine,
    /// Theirs was taken.
    Theirs,
    /// Both were taken, mine first.
    MineTheirs,
    /// Both were taken, theirs first.
    TheirsMine,
    /// Neither was taken.
    Base,
    /// A suggestion was taken.
    ///
    /// For the merge this is a text written by hand, so only the view distinguishes the two.
    Suggested,
    /// The text was written by hand.
    Edited,
}

/// The side that made a change that settled by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SettledAs {
    /// Mine.
    Mine,
    /// Theirs.
    Theirs,
    /// Both sides made the same change.
    Both,
    /// Neither side: nothing changed.
    Unchanged,
}

impl Resolution {
    /// Returns the resolution of a change.
    pub(crate) fn at(conflict: &DocumentMerge, place: ChangeId) -> Self {
        match place {
            ChangeId::Title => Self::of_choice(conflict.title().choice(), conflict.title().kind()),
            ChangeId::Parent => Self::of_choice(conflict.parent().choice(), conflict.parent().kind()),
            ChangeId::Region(_) if conflict.full_override().is_some() => Self::Edited,
            ChangeId::Region(region) => match conflict.content().decision(region) {
                Decision::Undecided => Self::undecided(conflict.content().merge().regions()[region].kind),
                Decision::Mine => Self::Mine,
                Decision::Theirs => Self::Theirs,
                Decision::MineTheirs => Self::MineTheirs,
                Decision::TheirsMine => Self::TheirsMine,
                Decision::Base => Self::Base,
                Decision::Edited(_) => Self::Edited,
            },
        }
    }

    fn of_choice<T>(choice: &Choice<T>, kind: RegionKind) -> Self {
        match choice {
            Choice::Undecided => Self::undecided(kind),
            Choice::Mine => Self::Mine,
            Choice::Theirs => Self::Theirs,
            Choice::Base => Self::Base,
            Choice::Edited(_) => Self::Edited,
        }
    }

    const fn undecided(kind: RegionKind) -> Self {
        match kind {
            RegionKind::Stable => Self::Settled(SettledAs::Unchanged),
            RegionKind::Mine => Self::Settled(SettledAs::Mine),
            RegionKind::Theirs => Self::Settled(SettledAs::Theirs),
            RegionKind::Agreed => Self::Settled(SettledAs::Both),
            RegionKind::Conflict(_) => Self::Open,
        }
    }

    /// Returns the sides whose lines are in the result, in order, or `None` for other lines.
    pub(crate) const fn sides(self) -> Option<&'static [Side]> {
        match self {
            Self::Open | Self::Suggested | Self::Edited => None,
            Self::Mine | Self::Settled(SettledAs::Mine | SettledAs::Both) => Some(&[Side::Mine]),
            Self::Theirs | Self::Settled(SettledAs::Theirs) => Some(&[Side::Theirs]),
            Self::MineTheirs => Some(&[Side::Mine, Side::Theirs]),
            Self::TheirsMine => Some(&[Side::Theirs, Side::Mine]),
            Self::Base | Self::Settled(SettledAs::Unchanged) => Some(&[Side::Base]),
        }
    }

    /// Returns the lines of the result for a region, without their endings.
    pub(crate) fn lines(self, conflict: &DocumentMerge, region: usize) -> impl Iterator<Item = &[u8]> {
        let merge = conflict.content().merge();
        let of_sides = self.sides().unwrap_or(&[]).iter().flat_map(move |&side| {
            merge.text(side).lines(merge.regions()[region].range(side)).map(|line| line.content)
        });
        let edited = match (self.sides(), conflict.content().decision(region)) {
            (None, Decision::Edited(text)) => Some(lines_of(text)),
            _ => None,
        };
        of_sides.chain(edited.into_iter().flatten())
    }

    /// Returns a line of the result without its ending, by its number within the region, counted from 0.
    pub(crate) fn line(self, conflict: &DocumentMerge, region: usize, number: usize) -> Option<&[u8]> {
        let merge = conflict.content().merge();
        let mut left = number;
        for &side in self.sides().unwrap_or(&[]) {
            let range = merge.regions()[region].range(side);
            if left < range.len() {
                return Some(merge.text(side).line(range.start + left).content);
            }
            left -= range.len();
        }
        match conflict.content().decision(region) {
            Decision::Edited(text) => lines_of(text).nth(number),
            _ => None,
        }
    }
}

/// Returns the lines of a text, without their endings.
fn lines_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let lines = (!text.is_empty()).then(|| body.split(|byte| *byte == b'\n'));
    lines.into_iter().flatten().map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Returns the kind of a change: who changed the base, and whether that is a conflict.
pub(crate) fn kind(conflict: &DocumentMerge, place: ChangeId) -> RegionKind {
    match place {
        ChangeId::Title => conflict.title().kind(),
        ChangeId::Parent => conflict.parent().kind(),
        ChangeId::Region(region) => conflict.content().merge().regions()[region].kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_text_by_hand_have_no_endings() {
        let lines = |text: &'static str| lines_of(text.as_bytes()).collect::<Vec<_>>();
        assert!(lines("").is_empty());
        assert_eq!(lines("a"), [b"a"]);
        assert_eq!(lines("a\r\n\nb\n"), [&b"a"[..], b"", b"b"]);
        assert_eq!(lines("\n"), [b""]);
    }
}
