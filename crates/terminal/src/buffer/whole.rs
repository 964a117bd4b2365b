//! Another text in the place of the whole text: a version that came from elsewhere.

use text::{Change, Text};

use super::history::{EditHistory, EditKind};
use super::layout::RowAt;
use super::line_endings::LineEndings;
use super::viewport::Viewport;
use super::{TextBuffer, motion};

impl TextBuffer {
    /// Loads a text that the user edited in an earlier run. Its first step can be undone, back to `base`.
    ///
    /// The cursor is after the last difference from `base`, which is most likely where the user typed.
    #[must_use]
    pub fn restored(base: impl Into<Text>, text: impl Into<Text>) -> Self {
        let text = text.into();
        let mut buffer = Self::new(base);
        if let Some(change) = text.change_since(&buffer.text) {
            buffer.put_whole(text, change);
            buffer.history.settle(buffer.step_state());
        }
        buffer
    }

    /// Like [`TextBuffer::replace`], but not as a step, and nothing before it can be undone any more.
    ///
    /// This is for a text that another user has saved. Undoing it would take that back, as an edit of this user.
    ///
    /// What is in sight stays there if only lines above it are added or removed.
    pub fn replace_for_good(&mut self, text: impl Into<Text>) {
        let (before, sight) = (self.text.clone(), self.sight.get());
        let top = before.line_start(sight.top.line.min(before.line_count() - 1));
        self.replace(text);
        self.history = EditHistory::default();
        if let Some(change) = self.text.change_since(&before).filter(|change| change.before.end <= top) {
            let line = self.text.line_at(top - change.before.end + change.after.end);
            self.sight.set(Viewport { top: RowAt { line, ..sight.top }, ..sight });
        }
    }

    /// Returns whether the next undo takes a text back that came from elsewhere, such as a merge.
    #[must_use]
    pub fn undoes_replacement(&self) -> bool {
        self.history.is_last_foreign()
    }

    /// Puts another text in the place of this one, as one step that can be undone.
    ///
    /// The cursor stays in its line, or in the nearest line that is equal to it.
    pub fn replace(&mut self, text: impl Into<Text>) {
        let text = text.into();
        // An empty buffer that was never typed into is not a text to come back to.
        if self.text.is_empty() && self.history.is_empty() {
            let (is_wrapped, sight) = (self.is_wrapped, self.sight.clone());
            *self = Self { is_wrapped, sight, ..Self::new(text) };
            return;
        }
        let Some(Change { before, after }) = text.change_since(&self.text) else { return };
        let head = self.caret.head;
        let (row, at) = motion::place_of(&self.text, head);
        let kept = if head <= before.start {
            head
        } else if head >= before.end {
            head - before.end + after.end
        } else {
            let row = nearest_row(&self.text, &text, row);
            (text.line_start(row) + at).min(text.line_range(row).end)
        };
        self.put_whole(text, Change { before, after });
        let kept = (0..=kept).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(0);
        self.caret.move_to(motion::settled(&self.text, kept), false);
        self.goal = None;
        self.history.settle_foreign(self.step_state());
    }

    /// Makes the change that leads to another text, as a step. The cursor is after it.
    fn put_whole(&mut self, text: Text, Change { before, after }: Change) {
        self.change(before, &text.slice(after).to_cow(), EditKind::Whole);
        // These are equal, but the new text shares its memory with its other owners.
        self.text = text;
        self.endings = LineEndings::counted(self.text.line_count() - 1, self.census.crlf);
        self.indent_unit = None;
    }
}

/// Returns the line of `new` that is most likely the one with that number in `old`: the nearest equal line.
fn nearest_row(old: &Text, new: &Text, row: usize) -> usize {
    let line = old.line(row);
    let is_equal = |at: &usize| new.line(*at) == line;
    let below = (row..new.line_count()).find(is_equal);
    let above = (0..row.min(new.line_count())).rev().find(is_equal);
    match (above, below) {
        (Some(above), Some(below)) if row - above < below - row => above,
        (_, Some(below)) => below,
        (Some(above), None) => above,
        (None, None) => row.min(new.line_count() - 1),
    }
}
