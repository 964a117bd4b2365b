//! Scrolling: the layout of the rows, the visible part of them, and the selected change.

use editor::{ChangeId, DocumentMerge};
use terminal::edit::Motion;
use terminal::sanitize::clip;

use crate::navigation::ChangeAnchor;
use crate::rows::{MergeRow, MergeRows};
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
        let top = match motion {
            Motion::Up => self.top.saturating_sub(1),
            Motion::Down => self.top + 1,
            Motion::PageUp => self.top.saturating_sub(page),
            Motion::PageDown => self.top + page,
            Motion::Top | Motion::LineStart => 0,
            Motion::Bottom | Motion::LineEnd => last,
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
