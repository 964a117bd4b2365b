//! Scrolling alone: a pane that is moved away from the others, and how all of them come back.
//!
//! Normally all panes scroll in step (`scroll`). When one is scrolled alone, its distance from its place is kept, and
//! the others stay. A jump to a change brings all panes back, and so does Home.

use editor::{ChangeId, DocumentMerge};
use ratatui::layout::Position;
use terminal::edit::Motion;

use crate::lockstep::Lockstep;
use crate::panes::{Arrangement, MergePane};
use crate::status::MergeNote;
use crate::view::MergeView;

impl MergeView {
    /// Scrolls the pane at a position, for a mouse's wheel. The position is counted from the view's corner.
    ///
    /// All panes move in step, unless the user scrolls panes alone. Below a text that is being written by hand, only
    /// that text moves.
    pub fn wheel(&mut self, conflict: &DocumentMerge, at: Position, rows: i16) {
        let screen = self.screen();
        let Some(&(pane, _)) = screen.panes.iter().find(|(_, area)| area.contains(at)) else { return };
        if pane == MergePane::Result
            && let Some(hand) = &mut self.hand
        {
            hand.buffer.scroll(rows);
        } else if self.lockstep.alone.is_some() {
            self.lockstep.alone = Some(pane);
            self.move_pane(pane, self.top_of(pane).saturating_add_signed(rows.into()));
        } else {
            for _ in 0..rows.unsigned_abs() {
                self.scroll(conflict, if rows > 0 { Motion::Down } else { Motion::Up });
            }
        }
    }

    /// Has one pane scroll alone, or all in step again.
    pub(crate) fn toggle_alone(&mut self) {
        if self.screen().arrangement == Arrangement::Single && self.lockstep.alone.is_none() {
            self.note = Some(MergeNote::OnePane);
            return;
        }
        let first = self.screen().panes.iter().map(|(pane, _)| *pane).find(|pane| *pane == self.front);
        self.lockstep = match self.lockstep.alone {
            Some(_) => Lockstep::default(),
            None => Lockstep { alone: first.or(Some(MergePane::Result)), ..Lockstep::default() },
        };
        self.note = Some(if self.lockstep.alone.is_some() { MergeNote::ScrollsAlone } else { MergeNote::InStep });
    }

    /// Has the next visible pane scroll alone. Returns whether panes are scrolled alone.
    pub(crate) fn next_alone(&mut self) -> bool {
        let Some(alone) = self.lockstep.alone else { return false };
        let panes = self.screen().panes;
        let at = panes.iter().position(|(pane, _)| *pane == alone).map_or(0, |at| (at + 1) % panes.len().max(1));
        self.lockstep.alone = panes.get(at).map(|(pane, _)| *pane);
        self.note = Some(MergeNote::ScrollsAlone);
        true
    }

    /// Scrolls the pane that scrolls alone.
    ///
    /// Returns `false` if there is none, or if the motion is for all panes.
    pub(crate) fn scroll_alone(&mut self, motion: Motion) -> bool {
        let Some(pane) = self.lockstep.alone else { return false };
        let top = self.top_of(pane);
        let screenful = self.height_of(pane).saturating_sub(1).max(1);
        let to = match motion {
            Motion::Up => top.saturating_sub(1),
            Motion::Down => top + 1,
            Motion::PageUp => top.saturating_sub(screenful),
            Motion::PageDown => top + screenful,
            Motion::Bottom | Motion::LineEnd | Motion::RowEnd => usize::MAX,
            Motion::Top | Motion::LineStart | Motion::RowStart => {
                let was_in_place = self.lockstep.is_in_place();
                self.lockstep = Lockstep::default();
                self.note = Some(MergeNote::InStep);
                // If nothing has moved, the key means what it always means.
                return !was_in_place;
            }
            _ => return false,
        };
        self.move_pane(pane, to);
        true
    }

    /// Returns the first visible row of a pane.
    pub(crate) fn top_of(&self, pane: MergePane) -> usize {
        self.place_of(pane).saturating_add_signed(self.lockstep.offsets[pane as usize]).min(self.last_top_of(pane))
    }

    /// Returns whether a row of a change is visible in a pane.
    pub(crate) fn is_in_sight(&self, place: ChangeId) -> bool {
        let Some(block) = self.rows.block(place) else { return false };
        self.screen().panes.iter().any(|&(pane, _)| {
            let rows = if pane == MergePane::Result { &block.result } else { &block.sides };
            let top = self.top_of(pane);
            rows.start < top + self.height_of(pane) && top < rows.end
        })
    }

    /// Returns the first visible row of a pane if all are in step.
    fn place_of(&self, pane: MergePane) -> usize {
        if pane == MergePane::Result { self.result_top(self.height_of(pane)) } else { self.top }
    }

    fn last_top_of(&self, pane: MergePane) -> usize {
        if pane == MergePane::Result {
            self.rows.result_rows().saturating_sub(self.height_of(pane).max(1))
        } else {
            self.last_top()
        }
    }

    /// Returns the rows of a pane without its name, or 0 if it is not visible.
    fn height_of(&self, pane: MergePane) -> usize {
        let screen = self.screen();
        let area = screen.panes.iter().find(|(shown, _)| *shown == pane).map(|(_, area)| *area);
        area.map_or(0, |area| area.height.saturating_sub(1).into())
    }

    fn move_pane(&mut self, pane: MergePane, top: usize) {
        let top = top.min(self.last_top_of(pane));
        let distance = isize::try_from(top).unwrap_or(isize::MAX) - isize::try_from(self.place_of(pane)).unwrap_or(0);
        self.lockstep.offsets[pane as usize] = distance;
    }
}
