//! Reduces conflicts to the lines in which mine and theirs differ, for readers of markers.
//!
//! Regions follow the places at which both sides leave the base, since only these can be decided. Between markers there
//! are just two texts to compare, and common lines need not be read twice. So the sides of a conflict are compared with
//! each other, and equal lines are written once, outside the markers. Conflicts with little between them are joined
//! again: a marker every other line helps no reader. All this is git's way, with git's thresholds.

use crate::diff::{diff, diff_stretch};
use crate::engine::Merge;
use crate::hunk::Hunk;
use crate::region::{Region, RegionKind, Side};
use crate::style::Style;
use std::ops::Range;
use std::time::Instant;

/// Up to this many common lines between two conflicts are included in them.
const MAX_COMMON_LINES_BETWEEN: usize = 3;

/// A part of the merge as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RenderPart {
    /// Lines that are equal in mine and theirs.
    Common(ConflictPiece),
    /// Settled lines of one side.
    Taken(Side, Range<usize>),
    /// A conflict. The base is that of the whole region, since part of a conflict has no base of its own.
    Open(ConflictPiece, Range<usize>),
}

/// A range of mine beside a range of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConflictPiece {
    pub(crate) mine: Range<usize>,
    pub(crate) theirs: Range<usize>,
}

impl ConflictPiece {
    fn is_empty(&self) -> bool {
        self.mine.is_empty() && self.theirs.is_empty()
    }
}

impl Merge {
    /// Returns the parts of the whole merge, in order.
    ///
    /// Conflicts are as short as the style and the deadline allow.
    pub(crate) fn parts(&self, style: Style, deadline: Option<Instant>) -> Vec<RenderPart> {
        let mut parts = Vec::new();
        for region in self.regions() {
            let whole = ConflictPiece { mine: region.mine.clone(), theirs: region.theirs.clone() };
            match (region.kind, style) {
                (RegionKind::Stable | RegionKind::Agreed, _) => parts.push(RenderPart::Common(whole)),
                (RegionKind::Mine, _) => parts.push(RenderPart::Taken(Side::Mine, whole.mine)),
                (RegionKind::Theirs, _) => parts.push(RenderPart::Taken(Side::Theirs, whole.theirs)),
                (RegionKind::Conflict(_), Style::Diff3) => parts.push(RenderPart::Open(whole, region.base.clone())),
                (RegionKind::Conflict(_), Style::Zdiff3) => split_region(region, &[self.core(region)], &mut parts),
                (RegionKind::Conflict(_), Style::Merge) => {
                    split_region(region, &self.pieces(region, deadline), &mut parts);
                }
            }
        }
        if style == Style::Merge { self.join_close_parts(parts) } else { parts }
    }

    /// Returns the differences between the two sides of a conflict.
    fn pieces(&self, region: &Region, deadline: Option<Instant>) -> Vec<ConflictPiece> {
        if region.mine.is_empty() || region.theirs.is_empty() {
            return vec![ConflictPiece { mine: region.mine.clone(), theirs: region.theirs.clone() }];
        }
        let [mine, theirs] = self.numbers_of_sides(region);
        let moved = |range: &Range<usize>, by: usize| range.start + by..range.end + by;
        // A conflict over most of the text is compared in the same way as the whole text.
        let long = (mine.len() + theirs.len()) * 8 > self.numbers().mine.len() + self.numbers().theirs.len();
        let hunks = (if long { diff } else { diff_stretch })(mine, theirs, deadline).hunks;
        let piece = |hunk: &Hunk| ConflictPiece {
            mine: moved(&hunk.base, region.mine.start),
            theirs: moved(&hunk.side, region.theirs.start),
        };
        hunks.iter().map(piece).collect()
    }

    /// Returns a conflict without the common lines at its start and end.
    fn core(&self, region: &Region) -> ConflictPiece {
        let [mine, theirs] = self.numbers_of_sides(region);
        let before = mine.iter().zip(theirs).take_while(|(one, other)| one == other).count();
        let rest = mine[before..].iter().rev().zip(theirs[before..].iter().rev());
        let after = rest.take_while(|(one, other)| one == other).count();
        ConflictPiece {
            mine: region.mine.start + before..region.mine.end - after,
            theirs: region.theirs.start + before..region.theirs.end - after,
        }
    }

    fn numbers_of_sides(&self, region: &Region) -> [&[u32]; 2] {
        let numbers = self.numbers();
        [&numbers.mine[region.mine.clone()], &numbers.theirs[region.theirs.clone()]]
    }

    /// Joins conflicts that have only a few lines between them, or none with a letter or digit.
    fn join_close_parts(&self, parts: Vec<RenderPart>) -> Vec<RenderPart> {
        let mut gathered: Vec<RenderPart> = Vec::with_capacity(parts.len());
        for part in parts {
            let RenderPart::Open(next, base) = part else {
                gathered.push(part);
                continue;
            };
            let common = gathered.iter().rev().take_while(|part| matches!(part, RenderPart::Common(_))).count();
            let before = gathered.len() - common;
            match gathered[..before].last_mut() {
                Some(RenderPart::Open(last, of_base)) if self.is_little(last.mine.end..next.mine.start) => {
                    (last.mine.end, last.theirs.end, of_base.end) = (next.mine.end, next.theirs.end, base.end);
                    gathered.truncate(before);
                }
                _ => gathered.push(RenderPart::Open(next, base)),
            }
        }
        gathered
    }

    fn is_little(&self, between: Range<usize>) -> bool {
        let text = self.text(Side::Mine);
        between.len() <= MAX_COMMON_LINES_BETWEEN || !text.slice(between).iter().any(u8::is_ascii_alphanumeric)
    }
}

/// Splits a conflict into open pieces and the common lines between them.
fn split_region(region: &Region, pieces: &[ConflictPiece], parts: &mut Vec<RenderPart>) {
    let (mut mine, mut theirs) = (region.mine.start, region.theirs.start);
    let common = |mine: Range<usize>, theirs: Range<usize>| {
        let piece = ConflictPiece { mine, theirs };
        (!piece.is_empty()).then_some(RenderPart::Common(piece))
    };
    for piece in pieces {
        parts.extend(common(mine..piece.mine.start, theirs..piece.theirs.start));
        (mine, theirs) = (piece.mine.end, piece.theirs.end);
        parts.push(RenderPart::Open(piece.clone(), region.base.clone()));
    }
    parts.extend(common(mine..region.mine.end, theirs..region.theirs.end));
}
