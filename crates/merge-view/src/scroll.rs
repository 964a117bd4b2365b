//! Scrolling in step: the layout of the rows, the visible part of them, and the selected change.
//!
//! Panes that are scrolled alone are in `scroll_alone`.

use std::ops::Range;

use editor::{ChangeId, DocumentMerge};
use merge::Side;
use terminal::edit::Motion;
use terminal::sanitize::clip;

use crate::line_rows::rows_of;
use crate::navigation::ChangeAnchor;
use crate::panes::MergePane;
use crate::result;
use crate::rows::{MergeRow, MergeRows, RowSpace};
use crate::side::{GUTTER_COLUMNS, text_columns};
use crate::text::{self, ALL_SIDES};
use crate::view::MergeView;

/// The columns of one horizontal scroll step.
const HORIZONTAL_STEP_COLUMNS: usize = 8;

impl MergeView {
    /// Computes the rows again, and keeps the scroll position within them.
    pub(crate) fn lay_out(&mut self, conflict: &DocumentMerge) {
        let proposed = self.place.and_then(|place| Some((place, self.proposals.at(conflict, place)?.lines.as_slice())));
        let space = self.row_space();
        self.rows = MergeRows::new(conflict, &space, proposed);
        // The number of conflicts decides how wide the gutter of the result is.
        let counted = self.row_space();
        if counted != space {
            self.rows = MergeRows::new(conflict, &counted, proposed);
        }
        self.top = self.top.min(self.last_top());
    }

    /// Returns the panes for which the rows are computed. It does not depend on the rows.
    fn row_space(&self) -> RowSpace {
        let screen = self.screen();
        let columns = |pane| screen.panes.iter().find(|(shown, _)| *shown == pane).map(|(_, area)| area.width);
        let sides = screen.panes.iter().filter_map(|(pane, area)| Some((pane.side()?, text_columns(area.width))));
        let mut sides: Vec<(Side, usize)> = sides.collect();
        if sides.is_empty() {
            // If only the result is visible, the rows are laid out for all sides.
            sides = ALL_SIDES.map(|side| (side, text_columns(self.size.width))).to_vec();
        }
        let width = columns(MergePane::Result).unwrap_or(self.size.width);
        let result = result::text_columns(width, self.rows.conflicts());
        RowSpace { sides, result, context: screen.context(), is_wrapped: self.is_wrapped }
    }

    /// Wraps the lines of all panes, or shows each line in one row.
    pub fn set_wrapped(&mut self, conflict: &DocumentMerge, is_wrapped: bool) {
        if self.is_wrapped != is_wrapped {
            self.is_wrapped = is_wrapped;
            self.left = 0;
            self.lay_out(conflict);
            self.visit(conflict, self.place);
        }
        for hand in self.hand.iter_mut().chain(&mut self.kept) {
            hand.buffer.set_wrapped(is_wrapped);
        }
    }

    /// Returns the largest scroll position: the last row of the sides that may be the first visible one.
    pub(crate) fn last_top(&self) -> usize {
        let rows = self.rows.side_rows();
        // The result can be longer than the sides; if it is alone, its last line must be reachable.
        let height = if self.screen().sides().is_empty() { 1 } else { self.screen().side_height() };
        rows.saturating_sub(height.max(1))
    }

    /// Selects a change, and scrolls to it unless it is visible already.
    pub(crate) fn go(&mut self, conflict: &DocumentMerge, place: Option<ChangeId>) {
        self.select(conflict, place);
        let Some(block) = place.and_then(|place| self.rows.block(place)) else { return };
        let height = self.screen().side_height();
        if block.sides.start >= self.top && block.sides.end <= self.top + height {
            return;
        }
        // Show a few rows of context above the change.
        let above = (height / 4).min(height.saturating_sub(block.sides.len()));
        self.top = block.sides.start.saturating_sub(above).min(self.last_top());
    }

    /// Selects a change, scrolls to it, and has [`MergeView::fit`] scroll to its first changed word.
    ///
    /// Panes that were scrolled alone come back.
    pub(crate) fn visit(&mut self, conflict: &DocumentMerge, place: Option<ChangeId>) {
        self.lockstep.bring_back();
        self.go(conflict, place);
        self.reveals_word = place.is_some();
    }

    /// Scrolls to the first changed word of the selected change, unless the word is visible.
    ///
    /// If the change has no changed words, such as an added line, the beginning of its lines is shown. This waits until
    /// the marks are computed.
    pub(crate) fn reveal_word(&mut self, conflict: &DocumentMerge) {
        let Some(place) = self.place.filter(|&place| self.reveals_word && self.marks.has(place)) else { return };
        self.reveals_word = false;
        let screen = self.screen();
        let Some((_, pane)) = screen.panes.iter().find(|(pane, _)| pane.side().is_some()) else { return };
        let found = self.first_word(conflict, place);
        self.reveal_row(place, found.as_ref().map(|word| word.row));
        // The first and the last column may have an ellipsis.
        let width = usize::from(pane.width.saturating_sub(GUTTER_COLUMNS + 1));
        let word = found.map_or(0..1, |word| word.columns);
        let is_visible = (self.left == 0 || word.start > self.left) && word.end <= self.left + width;
        if !is_visible {
            let context = width / 4;
            self.left = if word.end <= width { 0 } else { word.start.saturating_sub(context) };
            self.left = self.left.min(self.last_left(conflict));
        }
    }

    /// Scrolls down to a row of the selected change: a wrapped line can be longer than the pane.
    fn reveal_row(&mut self, place: ChangeId, row: Option<usize>) {
        let height = self.screen().side_height();
        let Some((block, row)) = self.rows.block(place).zip(row) else { return };
        let row = block.sides.start + row;
        if row >= self.top + height {
            self.top = row.saturating_sub(height / 2).min(self.last_top());
        }
    }

    /// Returns the first changed word on the visible sides, or `None` if no word is marked.
    fn first_word(&self, conflict: &DocumentMerge, place: ChangeId) -> Option<MarkedWord> {
        let block = self.rows.block(place)?;
        let space = self.row_space();
        let found = |side, columns, number| {
            let word = self.marks.of(place, side, number)?.words.first()?;
            let line = text::line(conflict, place, side, number)?;
            let start = block.side_row_of(number);
            if self.is_wrapped {
                let rows = rows_of(&line, columns);
                if rows.len() > 1 {
                    let part = rows.partition_point(|row| row.end <= word.start);
                    return Some(MarkedWord { row: start + part, columns: 0..1 });
                }
            }
            let glyphs = clip::glyphs(&line, false).skip_while(|glyph| glyph.at < word.start);
            let glyphs = glyphs.take_while(|glyph| glyph.at < word.end).map(|glyph| (glyph.column, glyph.width));
            let columns = glyphs.fold(None, |columns: Option<Range<usize>>, (column, width)| {
                Some(columns.map_or(column, |columns| columns.start)..column + width)
            })?;
            Some(MarkedWord { row: start, columns })
        };
        (0..block.sides.len()).find_map(|number| {
            let words = space.sides.iter().filter_map(|&(side, columns)| found(side, columns, number));
            words.min_by_key(|word| (word.row, word.columns.start))
        })
    }

    /// Selects a change, and finds its proposal, which the result shows.
    fn select(&mut self, conflict: &DocumentMerge, place: Option<ChangeId>) {
        self.place = place;
        self.anchor = place.map(|place| ChangeAnchor::of(conflict, place));
        self.find_proposal(conflict);
    }

    /// Finds the proposal for the selected change, and lays the rows out again if a proposal came or went.
    pub(crate) fn find_proposal(&mut self, conflict: &DocumentMerge) {
        self.proposals.update(conflict, self.place);
        let proposed = self.place.and_then(|place| self.proposals.at(conflict, place)).map(|found| found.lines.len());
        if proposed.is_some() || self.rows.has_a_proposal() {
            self.lay_out(conflict);
        }
    }

    /// Scrolls the panes in step, or the one that is scrolled alone.
    ///
    /// Motions by words and to a line number have no meaning here.
    pub(crate) fn scroll(&mut self, conflict: &DocumentMerge, motion: Motion) {
        if self.scroll_alone(motion) {
            return;
        }
        let page = self.screen().side_height().saturating_sub(1).max(1);
        let last = self.last_top();
        // Home brings the panes back to where they began, whatever was scrolled.
        if matches!(motion, Motion::Top | Motion::LineStart | Motion::RowStart) {
            self.left = 0;
        }
        let top = match motion {
            Motion::Up => self.top.saturating_sub(1),
            Motion::Down => self.top + 1,
            Motion::PageUp => self.top.saturating_sub(page),
            Motion::PageDown => self.top + page,
            Motion::Top | Motion::LineStart | Motion::RowStart => 0,
            Motion::Bottom | Motion::LineEnd | Motion::RowEnd => last,
            Motion::Left => {
                self.left = self.left.saturating_sub(HORIZONTAL_STEP_COLUMNS);
                return;
            }
            Motion::Right => {
                self.left = (self.left + HORIZONTAL_STEP_COLUMNS).min(self.last_left(conflict));
                return;
            }
            Motion::WordLeft | Motion::WordRight | Motion::Line(_) => return,
        };
        let down = top > self.top;
        self.top = top.min(last);
        self.select_visible(conflict, down);
    }

    /// Selects a visible change if the selected one was scrolled away, since keys must not decide unseen.
    fn select_visible(&mut self, conflict: &DocumentMerge, down: bool) {
        let blocks = self.rows.sides_in(self.top..self.top + self.screen().side_height().max(1));
        if blocks.iter().any(|block| Some(block.place) == self.place) {
            return;
        }
        let mut changes = blocks.iter().filter(|block| block.is_change()).map(|block| block.place);
        let nearest = if down { changes.next() } else { changes.next_back() };
        if nearest.is_some() {
            self.select(conflict, nearest);
        }
    }

    /// Returns the largest horizontal scroll position: the last column of the widest visible line.
    fn last_left(&self, conflict: &DocumentMerge) -> usize {
        let window = self.top..self.top + self.screen().side_height();
        let rows = self.rows.sides_in(window.clone()).iter().flat_map(|block| {
            let seen = block.sides.start.max(window.start)..block.sides.end.min(window.end);
            seen.map(move |row| (block.place, block.side_row(row - block.sides.start)))
        });
        let widest = rows.filter_map(|(place, row)| match row {
            MergeRow::Line(line, _) => {
                ALL_SIDES.iter().filter_map(|&side| text::line(conflict, place, side, line)).map(clip::width).max()
            }
            MergeRow::Heading | MergeRow::Folded(_) => None,
        });
        widest.max().unwrap_or(0).saturating_sub(1)
    }

    /// Returns the first visible row of the result if the panes are in step.
    ///
    /// It corresponds to the first visible row of the sides; the selected change is visible.
    pub(crate) fn result_top(&self, height: usize) -> usize {
        let (rows, top) = (&self.rows, self.top);
        let beside = rows.sides_in(top..top + 1).first().map_or(0, |block| {
            let into = (top - block.sides.start) * block.result.len() / block.sides.len().max(1);
            block.result.start + into
        });
        let here = self.place.and_then(|place| rows.block(place)).filter(|block| block.sides.end > top);
        let first =
            here.map_or(beside, |block| beside.max(block.result.start.min(block.result.end.saturating_sub(height))));
        first.min(rows.result_rows().saturating_sub(height))
    }
}

/// The place of a changed word: its row within its change, and its columns if its line is not wrapped.
struct MarkedWord {
    row: usize,
    columns: Range<usize>,
}
