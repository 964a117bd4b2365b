//! The rows of a merge, computed after each step and not for each frame.
//!
//! The merge is a list of blocks, and each block has rows in two columns. In the column of the sides, a block is as
//! high as its highest side, so a region begins on the same row in each pane. The other column is the result. Text
//! without changes is folded to a few lines around the changes. A line that is wrapped has as many rows as the side
//! that needs most, so a line begins on the same row in each pane too.

use std::ops::Range;

use editor::{ChangeId, DocumentMerge};
use merge::{RegionKind, Side};

use crate::line_rows::{LineRows, row_count};
use crate::resolution::{self, Resolution};
use crate::text;

/// The panes for which rows are computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowSpace {
    /// The visible sides, and the columns that each has for its text.
    pub(crate) sides: Vec<(Side, usize)>,
    /// The columns that the result has for its text.
    pub(crate) result: usize,
    /// How many equal lines to show around each change.
    pub(crate) context: usize,
    /// Whether lines are wrapped; otherwise each has one row.
    pub(crate) is_wrapped: bool,
}

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
    side_lines: LineRows,
    result_lines: LineRows,
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
    /// The line with this number within the block, and a part of it.
    ///
    /// Both are counted from 0; a line that is not wrapped has one part.
    Line(usize, usize),
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
    /// Computes the rows for the visible panes.
    ///
    /// `proposed` is the change with a proposal, and the proposal's lines: the result has rows for them.
    pub(crate) fn new(conflict: &DocumentMerge, space: &RowSpace, proposed: Option<(ChangeId, &[String])>) -> Self {
        let mut rows = Self { proposed: proposed.is_some(), ..Self::default() };
        let proposal = |place| proposed.filter(|(at, _)| *at == place).map_or(&[][..], |(_, lines)| lines);
        let changes = conflict.changes().iter().copied();
        for place in changes.filter(|place| !matches!(place, ChangeId::Region(_))) {
            rows.push_change(conflict, space, place, proposal(place));
        }
        let regions = conflict.content().merge().regions();
        for (number, region) in regions.iter().enumerate() {
            let place = ChangeId::Region(number);
            if region.kind == RegionKind::Stable {
                let head = if number == 0 { 0 } else { space.context };
                let tail = if number + 1 == regions.len() { 0 } else { space.context };
                rows.push_equal(conflict, space, place, (head, tail));
            } else {
                rows.push_change(conflict, space, place, proposal(place));
            }
        }
        rows
    }

    /// Returns the most rows that the sides and the result can have.
    ///
    /// Nothing is folded or wrapped, and every conflict has both texts. The numbers do not depend on the decisions, so
    /// a layout that is based on them stays in place.
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
    fn push_change(&mut self, conflict: &DocumentMerge, space: &RowSpace, place: ChangeId, proposal: &[String]) {
        let stretch = if resolution::kind(conflict, place).is_conflict() {
            self.conflicts += 1;
            Stretch::Conflict(self.conflicts)
        } else {
            Stretch::Settled
        };
        let lines = space.sides.iter().map(|&(side, _)| text::line_count(conflict, place, side)).max().unwrap_or(0);
        let side_lines = LineRows::new((0..lines.max(1)).map(|number| {
            let lines = space.sides.iter().filter_map(|&(side, columns)| {
                text::line(conflict, place, side, number).map(|line| space.row_count(&line, columns))
            });
            lines.max().unwrap_or(1)
        }));
        let outcome = Resolution::at(conflict, place);
        let result_lines = match (outcome, place) {
            (Resolution::Open, _) => {
                let proposed = proposal.iter().map(|line| space.row_count(line, space.result));
                LineRows::new(std::iter::once(1).chain(proposed))
            }
            (_, ChangeId::Region(region)) => {
                let lines = outcome.lines(conflict, region).map(String::from_utf8_lossy);
                LineRows::new(lines.map(|line| space.row_count(&line, space.result))).or_one()
            }
            _ => {
                let line = text::chosen(conflict, place, outcome, 0).unwrap_or_default();
                LineRows::new([space.row_count(&line, space.result)].into_iter())
            }
        };
        self.push(place, stretch, side_lines, result_lines, Fold::default());
    }

    /// Adds a region without changes, of which `shown` lines are shown before and after a fold.
    fn push_equal(&mut self, conflict: &DocumentMerge, space: &RowSpace, place: ChangeId, shown: (usize, usize)) {
        let lines = text::line_count(conflict, place, Side::Base);
        let (head, tail) = shown;
        // A fold takes a row itself, so a single line is not folded.
        let hidden = Some(lines.saturating_sub(head + tail)).filter(|&hidden| hidden > 1).unwrap_or(0);
        let of = |columns| {
            let shown = (0..lines - hidden).map(|line| if line < head { line } else { line + hidden });
            LineRows::new(shown.map(|number| {
                let line = text::line(conflict, place, Side::Base, number).unwrap_or_default();
                space.row_count(&line, columns)
            }))
        };
        // All sides have the same line, so the narrowest pane needs most rows.
        let narrowest = space.sides.iter().map(|(_, columns)| *columns).min().unwrap_or(space.result);
        let (side_lines, result_lines) = (of(narrowest), of(space.result));
        self.push(place, Stretch::Equal, side_lines, result_lines, Fold { head, hidden });
    }

    fn push(&mut self, place: ChangeId, stretch: Stretch, side_lines: LineRows, result_lines: LineRows, fold: Fold) {
        let (top, result_top) = self.blocks.last().map_or((0, 0), |last| (last.sides.end, last.result.end));
        // A change has a heading in the sides.
        let [above, folded] = [stretch != Stretch::Equal, fold.hidden > 0].map(usize::from);
        self.blocks.push(RowBlock {
            place,
            stretch,
            sides: top..top + side_lines.rows() + above + folded,
            result: result_top..result_top + result_lines.rows() + folded,
            side_lines,
            result_lines,
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
            (false, row) => self.fold.row(&self.side_lines, row),
            (true, 0) => MergeRow::Heading,
            (true, row) => line_row(&self.side_lines, row - 1),
        }
    }

    /// Returns the row of the block in which the sides show a line of a change; 0 without changes.
    pub(crate) fn side_row_of(&self, line: usize) -> usize {
        if self.is_change() { 1 + self.side_lines.start_of(line) } else { 0 }
    }

    /// Returns what the result shows in a row of the block.
    pub(crate) fn result_row(&self, row: usize) -> MergeRow {
        if self.is_change() { line_row(&self.result_lines, row) } else { self.fold.row(&self.result_lines, row) }
    }
}

impl RowSpace {
    fn row_count(&self, line: &str, columns: usize) -> usize {
        if self.is_wrapped { row_count(line, columns) } else { 1 }
    }
}

impl Fold {
    fn row(self, lines: &LineRows, row: usize) -> MergeRow {
        let above = lines.start_of(self.head);
        if self.hidden == 0 || row < above {
            return line_row(lines, row);
        }
        if row == above {
            return MergeRow::Folded(self.hidden);
        }
        let (line, part) = lines.at(row - 1);
        MergeRow::Line(line + self.hidden, part)
    }
}

fn line_row(lines: &LineRows, row: usize) -> MergeRow {
    let (line, part) = lines.at(row);
    MergeRow::Line(line, part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::conflict;

    /// Returns the space of all sides, with this many columns each.
    fn all(columns: usize, context: usize) -> RowSpace {
        let sides = text::ALL_SIDES.map(|side| (side, columns)).to_vec();
        RowSpace { sides, result: columns, context, is_wrapped: true }
    }

    fn numbered(lines: Range<usize>) -> String {
        lines.map(|line| line.to_string() + "\n").collect()
    }

    #[test]
    fn equal_lines_fold_around_a_change() {
        let base = numbered(0..20);
        let conflict = conflict(&base, &base.replace("10\n", "ten\n"), &base.replace("10\n", "zehn\n"));
        let rows = MergeRows::new(&conflict, &all(40, 2), None);
        let first = &rows.blocks[0];
        let shown: Vec<_> = first.sides.clone().map(|row| first.side_row(row)).collect();
        assert_eq!(shown, [MergeRow::Folded(8), MergeRow::Line(8, 0), MergeRow::Line(9, 0)]);
        let last = &rows.blocks[2];
        let shown: Vec<_> = (0..last.sides.len()).map(|row| last.side_row(row)).collect();
        assert_eq!(shown, [MergeRow::Line(0, 0), MergeRow::Line(1, 0), MergeRow::Folded(7)]);
    }

    #[test]
    fn block_is_as_high_as_heading_and_highest_side() {
        let conflict = conflict("a\nb\nc\n", "a\n1\n2\n3\nc\n", "a\nx\nc\n");
        let rows = MergeRows::new(&conflict, &all(40, 2), None);
        assert_eq!(rows.blocks[1].sides, 1..5);
        assert_eq!(rows.blocks[1].result, 1..2, "an open conflict has one row in the result");
        assert_eq!(rows.blocks[2].sides, 5..6);
        assert_eq!(
            MergeRows::new(&conflict, &RowSpace { sides: vec![(Side::Theirs, 40)], ..all(40, 2) }, None).blocks[1]
                .sides,
            1..3,
            "only visible sides count"
        );
    }

    #[test]
    fn wrapped_line_begins_on_the_same_row_in_each_pane() {
        let conflict = conflict("a\nb\nc\nd\n", "a\none two\nx\nd\n", "a\ny\nz\nd\n");
        let rows = |space: &RowSpace| {
            let rows = MergeRows::new(&conflict, space, None);
            let block = rows.block(ChangeId::Region(1)).unwrap();
            (0..block.sides.len()).map(|row| block.side_row(row)).collect::<Vec<_>>()
        };
        let [heading, first, rest, second] =
            [MergeRow::Heading, MergeRow::Line(0, 0), MergeRow::Line(0, 1), MergeRow::Line(1, 0)];
        assert_eq!(rows(&all(5, 2)), [heading, first, rest, second]);
        assert_eq!(rows(&RowSpace { is_wrapped: false, ..all(5, 2) }), [heading, first, second]);
    }

    #[test]
    fn fold_is_between_wrapped_lines() {
        let base = "one two\n".repeat(9) + "b\n";
        let conflict = conflict(&base, &base.replace('b', "B"), &base);
        let rows = MergeRows::new(&conflict, &all(5, 1), None);
        let shown: Vec<_> = rows.blocks[0].sides.clone().map(|row| rows.blocks[0].side_row(row)).collect();
        assert_eq!(shown, [MergeRow::Folded(8), MergeRow::Line(8, 0), MergeRow::Line(8, 1)]);
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
            let rows = MergeRows::new(&conflict, &all(40, usize::MAX / 2), None);
            assert!(rows.side_rows() <= sides && rows.result_rows() <= result, "{sides} {result} {rows:?}");
        }
        assert_eq!(MergeRows::most(&conflict("a\n", "b\n", "c\n")), (2, 2), "a heading; both texts");
    }

    #[test]
    fn window_contains_the_blocks_with_rows_in_it() {
        let conflict = conflict("a\nb\nc\n", "a\n1\n2\n3\nc\n", "a\nx\nc\n");
        let rows = MergeRows::new(&conflict, &all(40, 2), None);
        let places = |window| rows.sides_in(window).iter().map(|block| block.place).collect::<Vec<_>>();
        assert_eq!(places(0..1), [ChangeId::Region(0)]);
        assert_eq!(places(1..6), [ChangeId::Region(1), ChangeId::Region(2)]);
        assert!(places(6..9).is_empty());
        assert_eq!(rows.block(ChangeId::Region(1)).and_then(RowBlock::number), Some(1));
        assert_eq!(rows.block(ChangeId::Title), None);
    }
}
