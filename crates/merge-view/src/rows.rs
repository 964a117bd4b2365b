//! Which row shows what: the merge as a column of rows, worked out once after each step, not with each frame.
//!
//! There are two columns over the same blocks. In the first the sides are next to each other, so a block is as high
//! as its highest side, and a region begins on the same row everywhere. In the second is the result. Text that is
//! equal everywhere is folded to a few lines around the changes.

use std::ops::Range;

use editor::{ChangeId, DocumentMerge};
use merge::{RegionKind, Side};

use crate::resolution::{self, Resolution};

/// A stretch of rows about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowBlock {
    /// What it is about.
    pub(crate) place: ChangeId,
    /// What there is to decide.
    pub(crate) stretch: Stretch,
    /// Its rows in the column of the sides.
    pub(crate) sides: Range<usize>,
    /// Its rows in the column of the result.
    pub(crate) result: Range<usize>,
    fold: Fold,
}

/// What a stretch of rows has to be decided about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stretch {
    /// Nothing: it is the same everywhere.
    Equal,
    /// A change that settled by itself.
    Settled,
    /// A conflict, and its number, from 1.
    Conflict(usize),
}

/// Which lines of an equal stretch are shown: some at its head, some at its tail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Fold {
    head: usize,
    hidden: usize,
}

/// What one row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MergeRow {
    /// What the change is, and what was decided about it.
    Heading,
    /// The line with this number within the block, from 0.
    Line(usize),
    /// That so many equal lines are not shown.
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
    /// Lays a merge out, for the sides that are in sight and with that many equal lines around each change. For one
    /// place so many lines are `proposed`, which the result shows below what it says of that place.
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

    /// A change has a heading, and at least one row for what it has to say.
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
        // A fold takes a row itself: it is not worth it for one line.
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

    /// How many rows the sides have.
    pub(crate) fn side_rows(&self) -> usize {
        self.blocks.last().map_or(0, |last| last.sides.end)
    }

    /// How many rows the result has.
    pub(crate) fn result_rows(&self) -> usize {
        self.blocks.last().map_or(0, |last| last.result.end)
    }

    /// Whether the result shows what is proposed for a place.
    pub(crate) fn has_a_proposal(&self) -> bool {
        self.proposed
    }

    /// How many conflicts there are, open or not.
    pub(crate) fn conflicts(&self) -> usize {
        self.conflicts
    }

    /// The block about that place.
    pub(crate) fn block(&self, place: ChangeId) -> Option<&RowBlock> {
        // Title and parent come first, then the regions: the order of places is the order of blocks.
        let at = self.blocks.binary_search_by_key(&place, |block| block.place).ok()?;
        self.blocks.get(at)
    }

    /// The blocks that have rows among these of the sides.
    pub(crate) fn sides_in(&self, window: Range<usize>) -> &[RowBlock] {
        let first = self.blocks.partition_point(|block| block.sides.end <= window.start);
        let count = self.blocks[first..].partition_point(|block| block.sides.start < window.end);
        &self.blocks[first..first + count]
    }

    /// The blocks that have rows among these of the result.
    pub(crate) fn result_in(&self, window: Range<usize>) -> &[RowBlock] {
        let first = self.blocks.partition_point(|block| block.result.end <= window.start);
        let count = self.blocks[first..].partition_point(|block| block.result.start < window.end);
        &self.blocks[first..first + count]
    }
}

impl RowBlock {
    /// Whether the sides differ here.
    pub(crate) fn is_change(&self) -> bool {
        self.stretch != Stretch::Equal
    }

    /// Returns the number of the conflict, from 1, or `None` if the block is not a conflict.
    pub(crate) fn number(&self) -> Option<usize> {
        match self.stretch {
            Stretch::Conflict(number) => Some(number),
            Stretch::Equal | Stretch::Settled => None,
        }
    }

    /// What the sides show in that row of the block.
    pub(crate) fn side_row(&self, row: usize) -> MergeRow {
        match (self.is_change(), row) {
            (false, row) => self.fold.row(row),
            (true, 0) => MergeRow::Heading,
            (true, row) => MergeRow::Line(row - 1),
        }
    }

    /// What the result shows in that row of the block.
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
    fn a_region_is_as_high_as_its_highest_side_and_its_heading() {
        let conflict = conflict("a\nb\nc\n", "a\n1\n2\n3\nc\n", "a\nx\nc\n");
        let rows = MergeRows::new(&conflict, ALL, 2, None);
        assert_eq!(rows.blocks[1].sides, 1..5);
        assert_eq!(rows.blocks[1].result, 1..2, "open: one row says so");
        assert_eq!(rows.blocks[2].sides, 5..6);
        assert_eq!(
            MergeRows::new(&conflict, &[Side::Theirs], 2, None).blocks[1].sides,
            1..3,
            "only what is in sight counts"
        );
    }

    #[test]
    fn a_window_finds_its_blocks() {
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
