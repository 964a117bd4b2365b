//! Scrolling: the layout of the rows, the visible part of them, and the selected change.

use std::ops::Range;

use editor::{ChangeId, DocumentMerge};
use merge::Side;
use terminal::edit::Motion;
use terminal::sanitize::clip;

use crate::navigation::ChangeAnchor;
use crate::rows::{MergeRow, MergeRows};
use crate::side::GUTTER_COLUMNS;
use crate::text::{self, ALL_SIDES};
use crate::view::MergeView;

/// The columns of one horizontal scroll step.
const HORIZONTAL_STEP_COLUMNS: usize = 8;

impl MergeView {
    /// Computes the rows again, and keeps the scroll position within them.
    pub(crate) fn lay_out(&mut self, conflict: &DocumentMerge) {
        let screen = self.screen();
        let shown = screen.sides();
        // If only the result is visible, the rows are laid out for all sides.
        let sides = if shown.is_empty() { &ALL_SIDES } else { shown.as_slice() };
        let proposed = self.place.and_then(|place| Some((place, self.proposals.at(conflict, place)?.lines.len())));
        self.rows = MergeRows::new(conflict, sides, screen.context(), proposed);
        self.top = self.top.min(self.last_top());
    }

    /// Returns the largest scroll position: the last row of the sides that may be the first visible one.
    fn last_top(&self) -> usize {
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
    pub(crate) fn visit(&mut self, conflict: &DocumentMerge, place: Option<ChangeId>) {
        self.go(conflict, place);
        self.reveals_word = place.is_some();
    }

    /// Scrolls sideways to the first changed word of the selected change, unless the word is visible.
    ///
    /// If the change has no changed words, such as an added line, the beginning of its lines is shown. This waits until
    /// the marks are computed.
    pub(crate) fn reveal_word(&mut self, conflict: &DocumentMerge) {
        let Some(place) = self.place.filter(|&place| self.reveals_word && self.marks.has(place)) else { return };
        self.reveals_word = false;
        let screen = self.screen();
        let Some((_, pane)) = screen.panes.iter().find(|(pane, _)| pane.side().is_some()) else { return };
        // The first and the last column may have an ellipsis.
        let width = usize::from(pane.width.saturating_sub(GUTTER_COLUMNS + 1));
        let word = self.first_word(conflict, place, &screen.sides()).unwrap_or(0..1);
        let is_visible = (self.left == 0 || word.start > self.left) && word.end <= self.left + width;
        if !is_visible {
            let context = width / 4;
            self.left = if word.end <= width { 0 } else { word.start.saturating_sub(context) };
            self.left = self.left.min(self.last_left(conflict));
        }
    }

    /// Returns the columns of the first changed word on these sides, or `None` if no word is marked.
    fn first_word(&self, conflict: &DocumentMerge, place: ChangeId, sides: &[Side]) -> Option<Range<usize>> {
        let lines = self.rows.block(place)?.sides.len();
        let columns = |side, number| {
            let word = self.marks.of(place, side, number)?.words.first()?;
            let line = text::line(conflict, place, side, number)?;
            let glyphs = clip::glyphs(&line, false).skip_while(|glyph| glyph.at < word.start);
            let glyphs = glyphs.take_while(|glyph| glyph.at < word.end).map(|glyph| (glyph.column, glyph.width));
            glyphs.fold(None, |columns: Option<Range<usize>>, (column, width)| {
                Some(columns.map_or(column, |columns| columns.start)..column + width)
            })
        };
        (0..lines).find_map(|number| {
            let words = sides.iter().filter_map(|&side| columns(side, number));
            words.min_by_key(|columns| columns.start)
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

    /// Scrolls the panes. Motions by words and to a line number have no meaning here.
    pub(crate) fn scroll(&mut self, conflict: &DocumentMerge, motion: Motion) {
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
            MergeRow::Line(line) => {
                ALL_SIDES.iter().filter_map(|&side| text::line(conflict, place, side, line)).map(clip::width).max()
            }
            MergeRow::Heading | MergeRow::Folded(_) => None,
        });
        widest.max().unwrap_or(0).saturating_sub(1)
    }
}
