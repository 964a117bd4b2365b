//! What is in sight: the rows that are laid out, how far they are scrolled, and the change at hand among them.

use editor::{ChangeId, DocumentMerge};
use terminal::edit::Motion;
use terminal::sanitize::clip;

use crate::navigation::ChangeAnchor;
use crate::rows::{MergeRow, MergeRows};
use crate::text::{self, ALL_SIDES};
use crate::view::MergeView;

/// How many columns one step to the side is.
const HORIZONTAL_STEP_COLUMNS: usize = 8;

impl MergeView {
    pub(crate) fn lay_out(&mut self, conflict: &DocumentMerge) {
        let screen = self.screen();
        let shown = screen.sides();
        // If only the result is in sight, its rows go with those of all sides.
        let sides = if shown.is_empty() { &ALL_SIDES } else { shown.as_slice() };
        let proposed = self.place.and_then(|place| Some((place, self.proposals.at(conflict, place)?.lines.len())));
        self.rows = MergeRows::new(conflict, sides, screen.context(), proposed);
        self.top = self.top.min(self.last_top());
    }

    /// Returns the last row of the sides that may be first in sight.
    fn last_top(&self) -> usize {
        let rows = self.rows.side_rows();
        // The result can be longer than the sides; if it is alone, its last line must be within reach.
        let height = if self.screen().sides().is_empty() { 1 } else { self.screen().side_height() };
        rows.saturating_sub(height.max(1))
    }

    /// Goes to a change, and brings it in sight; if it is in sight already, nothing moves.
    pub(crate) fn go(&mut self, conflict: &DocumentMerge, place: Option<ChangeId>) {
        self.take_up(conflict, place);
        let Some(block) = place.and_then(|place| self.rows.block(place)) else { return };
        let height = self.screen().side_height();
        if block.sides.start >= self.top && block.sides.end <= self.top + height {
            return;
        }
        // A few rows of what comes before help to see where it is.
        let above = (height / 4).min(height.saturating_sub(block.sides.len()));
        self.top = block.sides.start.saturating_sub(above).min(self.last_top());
    }

    /// Makes a change the one that the keys decide. What is proposed for it is looked for, and shown in the result.
    fn take_up(&mut self, conflict: &DocumentMerge, place: Option<ChangeId>) {
        self.place = place;
        self.anchor = place.map(|place| ChangeAnchor::of(conflict, place));
        self.look_for_a_proposal(conflict);
    }

    /// Works out what is proposed for the change at hand. The result needs room for it, and no more for the one before.
    pub(crate) fn look_for_a_proposal(&mut self, conflict: &DocumentMerge) {
        self.proposals.update(conflict, self.place);
        let proposed = self.place.and_then(|place| self.proposals.at(conflict, place)).map(|found| found.lines.len());
        if proposed.is_some() || self.rows.has_a_proposal() {
            self.lay_out(conflict);
        }
    }

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
        self.take_what_is_in_sight(conflict, down);
    }

    /// Selects a change in sight if the selected one was scrolled away: keys decide only what the user can see.
    fn take_what_is_in_sight(&mut self, conflict: &DocumentMerge, down: bool) {
        let blocks = self.rows.sides_in(self.top..self.top + self.screen().side_height().max(1));
        if blocks.iter().any(|block| Some(block.place) == self.place) {
            return;
        }
        let mut changes = blocks.iter().filter(|block| block.is_change()).map(|block| block.place);
        let nearest = if down { changes.next() } else { changes.next_back() };
        if nearest.is_some() {
            self.take_up(conflict, nearest);
        }
    }

    /// How far to the side there is something to see.
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
