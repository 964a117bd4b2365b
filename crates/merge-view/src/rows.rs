//! The rows of a merge, computed after each step and not for each frame.
//!
//! The merge is a list of blocks, and each block has rows in two columns. In the column of the sides, a block is as
//! high as its highest side, so a region begins on the same row in each pane. The other column is the result. Text
//! without changes is folded to a few lines around the changes.

use std::ops::Range;

use editor::{ChangeId, DocumentMerge};
use merge::{RegionKind, Side};

use crate::resolution::{self, Resolution};

/// The rows of a change, or of a region without changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowBlock {
    /// The change or region.
    pub(crate) place: ChangeId,
    /// The kind of block.
    pub(crate) stretch: Stretch,
    /// The block's rows in the column of the sides.
    pub(crate) sides: Range<usize>,
    /// The block's rows in the column of the result.
    pub(crate) result: Range<usize>,
    fold: Fold,
}

/// The kind of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stretch {
    /// A region without changes.
    Equal,
    /// A change that settled by itself.
    Settled,
    /// A conflict with its number, counted from 1.
    Conflict(usize),
}

/// The fold of a block without changes: `hidden` lines after the first `head` are not shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Fold {
    head: usize,
    hidden: usize,
}

/// The content of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MergeRow {
    /// A heading: a description of the change, and its resolution.
    Heading,
    /// The line with this number within the block, counted from 0.
    Line(usize),
    /// A placeholder for this many equal lines.
    Folded(usize),
}

/// All blocks, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MergeRows {
    blocks: Vec<RowBlock>,
    conflicts: usize,
    proposed: bool,
}

impl MergeRows {
    /// Computes the rows for the visible `sides`, with `context` equal lines around each change.
    ///
    /// `proposed` is the change with a proposal, and the number of its lines: the result has rows for them.
    pub(crate) fn new(
        conflict: &DocumentMerge,
        sides: &[Side],
        context: usize,
        proposed: Option<(ChangeId, usize)>,
    ) -> Self {
        let mut rows = Self { proposed: proposed.is_some(), ..Self::default() };
        let more = |place| proposed.filter(|(at, _)| *at == place).map_or(0, |(_, lines)| lines);
        let changes = conflict.changes();
        for &place in changes.iter().filter(|place| !matches!(place, ChangeId::Region(_))) {
            rows.push_change(conflict, place, 1, 1 + more(place));
        }
        let regions = conflict.content().merge().regions();
        for (number, region) in regions.iter().enumerate() {
            let place = ChangeId::Region(number);
            if region.kind == RegionKind::Stable {
                let head = if number == 0 { 0 } else { context };
                let tail = if number + 1 == regions.len() { 0 } else { context };
                rows.push_equal(place, region.base.len(), head, tail);
            } else {
                let height = sides.iter().map(|&side| region.range(side).len()).max().unwrap_or(0);
                let result = Resolution::at(conflict, place).line_count(conflict, number);
                rows.push_change(conflict, place, height, result.max(1) + more(place));
            }
        }
        rows
    }

    /// Returns the most rows that the sides and the result can have.
    ///
    /// Nothing is folded, and every conflict has both texts. The numbers do not depend on the decisions, so a layout
    /// that is based on them stays in place.
    pub(crate) fn most(conflict: &DocumentMerge) -> (usize, usize) {
        let values = conflict.changes().iter().filter(|place| !matches!(place, ChangeId::Region(_))).count();
        let regions = conflict.content().merge().regions().iter();
        let rows = regions.map(|region| {
            let [base, mine, theirs] = [Side::Base, Side::Mine, Side::Theirs].map(|side| region.range(side).len());
            match region.kind {
                RegionKind::Stable => (base, base),
                RegionKind::Conflict(_) => (1 + base.max(mine).max(theirs).max(1), (mine + theirs).max(1)),
                RegionKind::Mine | RegionKind::Theirs | RegionKind::Agreed => {
                    (1 + base.max(mine).max(theirs).max(1), mine.max(theirs).max(1))
                }
            }
        });
        let of_values = (2 * values, values);
        rows.fold(of_values, |(sides, result), (more_sides, more)| (sides + more_sides, result + more))
    }

    /// Adds a change. Its block has a heading, and at least one row for its text.
    fn push_change(&mut self, conflict: &DocumentMerge, place: ChangeId, sides: usize, result: usize) {
        let stretch = if resolution::kind(conflict, place).is_conflict() {
            self.conflicts += 1;
            Stretch::Conflict(self.conflicts)
        } else {
            Stretch::Settled
        };
        self.push(place, stretch, 1 + sides.max(1), result.max(1), Fold::default());
    }

    fn push_equal(&mut self, place: ChangeId, lines: usize, head: usize, tail: usize) {
        // A fold takes a row itself, so a single line is not folded.
        let hidden = Some(lines.saturating_sub(head + tail)).filter(|&hidden| hidden > 1).unwrap_or(0);
        let height = lines - hidden + usize::from(hidden > 0);
        self.push(place, Stretch::Equal, height, height, Fold { head, hidden });
    }

    fn push(&mut self, place: ChangeId, stretch: Stretch, sides: usize, result: usize, fold: Fold) {
        let (top, result_top) = self.blocks.last().map_or((0, 0), |last| (last.sides.end, last.result.end));
        self.blocks.push(RowBlock {
            place,
            stretch,
            sides: top..top + sides,
            result: result_top..result_top + result,
            fold,
        });
    }

    /// Returns the number of rows in the column of the sides.
    pub(crate) fn side_rows(&self) -> usize {
        self.blocks.last().map_or(0, |last| last.sides.end)
    }

    /// Returns the number of rows in the column of the result.
    pub(crate) fn result_rows(&self) -> usize {
        self.blocks.last().map_or(0, |last| last.result.end)
    }

    /// Returns whether the result has rows for a proposal.
    pub(crate) fn has_a_proposal(&self) -> bool {
        self.proposed
    }

    /// Returns the number of conflicts, open or not.
    pub(crate) fn conflicts(&self) -> usize {
        self.conflicts
    }

    /// Returns the block of a change or region, or `None` if there is none.
    pub(crate) fn block(&self, place: ChangeId) -> Option<&RowBlock> {
        // Title and parent come first, then the regions: blocks are sorted by place.
        let at = self.blocks.binary_search_by_key(&place, |block| block.place).ok()?;
        self.blocks.get(at)
    }

    /// Returns the blocks that have rows in a window of the column of the sides.
    pub(crate) fn sides_in(&self, window: Range<usize>) -> &[RowBlock] {
        let first = self.blocks.partition_point(|block| block.sides.end <= window.start);
        let count = self.blocks[first..].partition_point(|block| block.sides.start < window.end);
        &self.blocks[first..first + count]
    }

    /// Returns the blocks that have rows in a window of the column of the result.
    pub(crate) fn result_in(&self, window: Range<usize>) -> &[RowBlock] {
        let first = self.blocks.partition_point(|block| block.result.end <= window.start);
        let count = self.blocks[first..].partition_point(|block| block.result.start < window.end);
        &self.blocks[first..first + count]
    }
}

impl RowBlock {
    /// Returns whether the block is a change.
    pub(crate) fn is_change(&self) -> bool {
        self.stretch != Stretch::Equal
    }

    /// Returns the number of the conflict, counted from 1, or `None` if the block is not a conflict.
    pub(crate) fn number(&self) -> Option<usize> {
        match self.stretch {
            Stretch::Conflict(number) => Some(number),
            Stretch::Equal | Stretch::Settled => None,
        }
    }

    /// Returns what the sides show in a row of the block.
    pub(crate) fn side_row(&self, row: usize) -> MergeRow {
        match (self.is_change(), row) {
            (false, row) => self.fold.row(row),
            (true, 0) => MergeRow::Heading,
            (true, row) => MergeRow::Line(row - 1),
        }
    }

    /// Returns what the result shows in a row of the block.
    pub(crate) fn result_row(&self, row: usize) -> MergeRow {
        if self.is_change() { MergeRow::Line(row) } else { self.fold.row(row) }
    }
}

impl Fold {
    fn row(self, row: usize) -> MergeRow {
        match row.checked_sub(self.head) {
            Some(0) if self.hidden > 0 => MergeRow::Folded(self.hidden),
            Some(_) if self.hidden > 0 => MergeRow::Line(row - 1 + self.hidden),
            _ => MergeRow::Line(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::conflict;

    const ALL: &[Side] = &[Side::Base, Side::Mine, Side::Theirs];

    fn numbered(lines: Range<usize>) -> String {
        lines.map(|line| line.to_string() + "\n").collect()
    }

    #[test]
    fn equal_lines_fold_around_a_change() {
        let base = numbered(0..20);
        let conflict = conflict(&base, &base.replace("10\n", "ten\n"), &base.replace("10\n", "zehn\n"));
        let rows = MergeRows::new(&conflict, ALL, 2, None);
        let first = &rows.blocks[0];
        let shown: Vec<_> = first.sides.clone().map(|row| first.side_row(row)).collect();
        assert_eq!(shown, [MergeRow::Folded(8), MergeRow::Line(8), MergeRow::Line(9)]);
        let last = &rows.blocks[2];
        let shown: Vec<_> = (0..last.sides.len()).map(|row| last.side_row(row)).collect();
        assert_eq!(shown, [MergeRow::Line(0), MergeRow::Line(1), MergeRow::Folded(7)]);
    }

    #[test]
    fn block_is_as_high_as_heading_and_highest_side() {
        let conflict = conflict("a\nb\nc\n", "a\n1\n2\n3\nc\n", "a\nx\nc\n");
        let rows = MergeRows::new(&conflict, ALL, 2, None);
        assert_eq!(rows.blocks[1].sides, 1..5);
        assert_eq!(rows.blocks[1].result, 1..2, "an open conflict has one row in the result");
        assert_eq!(rows.blocks[2].sides, 5..6);
        assert_eq!(
            MergeRows::new(&conflict, &[Side::Theirs], 2, None).blocks[1].sides,
            1..3,
            "only visible sides count"
        );
    }

    #[test]
    fn most_rows_are_enough_for_every_decision() {
        for (base, mine, theirs) in [
            ("a\nb\nc\n", "a\n1\n2\n3\nc\n", "a\nx\nc\n"),
            ("a\nb\n", "A\nb\n", "a\nb\nc\n"),
            ("a\nc\n", "a\n1\nc\n", "a\n2\nc\n"),
        ] {
            let conflict = conflict(base, mine, theirs);
            let (sides, result) = MergeRows::most(&conflict);
            let rows = MergeRows::new(&conflict, ALL, usize::MAX / 2, None);
            assert!(rows.side_rows() <= sides && rows.result_rows() <= result, "{sides} {result} {rows:?}");
        }
        assert_eq!(MergeRows::most(&conflict("a\n", "b\n", "c\n")), (2, 2), "a heading; both texts");
    }

    #[test]
    fn window_contains_the_blocks_with_rows_in_it() {
        let conflict = conflict("a\nb\nc\n", "a\n1\n2\n3\nc\n", "a\nx\nc\n");
        let rows = MergeRows::new(&conflict, ALL, 2, None);
        let places = |window| rows.sides_in(window).iter().map(|block| block.place).collect::<Vec<_>>();
        assert_eq!(places(0..1), [ChangeId::Region(0)]);
        assert_eq!(places(1..6), [ChangeId::Region(1), ChangeId::Region(2)]);
        assert!(places(6..9).is_empty());
        assert_eq!(rows.block(ChangeId::Region(1)).and_then(RowBlock::number), Some(1));
        assert_eq!(rows.block(ChangeId::Title), None);
    }
}
