//! The steps that can be undone, each as the changes that it made.
//!
//! A step is what a person means by one change: a word that was typed, a paste, a whole text that came from elsewhere.
//! It restores the text, the cursor and the selection. The history is bounded in steps and in bytes.

use std::collections::VecDeque;

use super::caret::Caret;
use super::line_endings::LineEndings;

/// How many steps can be undone, at most.
const MAX_STEPS: usize = 10_000;

/// How many bytes the texts of all steps have, at most. The newest step is kept whatever its size.
const MAX_BYTES: usize = 64 << 20;

/// A change that grows beyond so many bytes is continued by another one, since its text is moved as it grows.
const MAX_GROWING_BYTES: usize = 256;

/// About how many bytes a step and its changes take beside their texts.
const STEP_BYTES: usize = 160;

/// The kind of a change: whether it can be a part of a step that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EditKind {
    /// A step of its own.
    Whole,
    /// A character of a word, or punctuation, was typed.
    Letter,
    /// A blank was typed.
    Blank,
    /// A character was deleted.
    Deletion,
}

/// The changes that the last step has so far, if it goes on.
///
/// A step of typing is a word with the blanks around it: the next word begins the next step. If the blanks were steps,
/// every second undo would seem to do nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum EditRun {
    /// The step is complete.
    #[default]
    Complete,
    /// Typed blanks, with no word before them.
    Blanks,
    /// Typed characters up to a word.
    Word,
    /// Typed characters up to the blanks after a word.
    WordAndBlanks,
    /// Characters deleted, one after the other.
    Deleting,
}

impl EditRun {
    /// Returns the run after a further change, and whether that change is in the same step.
    const fn with(self, kind: EditKind) -> (Self, bool) {
        match (self, kind) {
            (_, EditKind::Whole) => (Self::Complete, false),
            (Self::Word | Self::WordAndBlanks, EditKind::Blank) => (Self::WordAndBlanks, true),
            (run, EditKind::Blank) => (Self::Blanks, matches!(run, Self::Blanks)),
            (run, EditKind::Letter) => (Self::Word, matches!(run, Self::Blanks | Self::Word)),
            (run, EditKind::Deletion) => (Self::Deleting, matches!(run, Self::Deleting)),
        }
    }
}

/// A piece of text that was put in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StepChange {
    /// The position of both.
    pub(super) at: usize,
    pub(super) removed: String,
    pub(super) inserted: String,
}

impl StepChange {
    fn bytes(&self) -> usize {
        self.removed.len() + self.inserted.len()
    }

    /// Takes in the change that follows this one, if the two are one change and not too long.
    fn absorb(&mut self, next: &Self) -> bool {
        if self.bytes() + next.bytes() > MAX_GROWING_BYTES {
            return false;
        }
        let end = self.at + self.inserted.len();
        if next.removed.is_empty() && next.at == end {
            self.inserted.push_str(&next.inserted);
        } else if next.inserted.is_empty() && self.inserted.is_empty() && next.at == self.at {
            self.removed.push_str(&next.removed);
        } else if next.inserted.is_empty() && self.inserted.is_empty() && next.at + next.removed.len() == self.at {
            self.removed.insert_str(0, &next.removed);
            self.at = next.at;
        } else {
            return false;
        }
        true
    }
}

/// What a step does not change in the text itself, but restores with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StepState {
    pub(super) caret: Caret,
    pub(super) endings: LineEndings,
}

/// A step: its changes in order, and the state before and after it.
#[derive(Debug, Clone)]
pub(super) struct EditStep {
    pub(super) changes: Vec<StepChange>,
    pub(super) before: StepState,
    pub(super) after: StepState,
    /// Whether the text came from elsewhere, and not from the user's keys.
    pub(super) is_foreign: bool,
}

impl EditStep {
    fn bytes(&self) -> usize {
        STEP_BYTES + self.changes.iter().map(StepChange::bytes).sum::<usize>()
    }
}

/// The steps that were made, and those that were undone.
#[derive(Debug, Clone, Default)]
pub(super) struct EditHistory {
    done: VecDeque<EditStep>,
    undone: Vec<EditStep>,
    /// The bytes of all steps that were made.
    bytes: usize,
    run: EditRun,
}

impl EditHistory {
    /// Adds a change, as a part of the last step if that goes on with such a change.
    pub(super) fn push(&mut self, change: StepChange, kind: EditKind, before: StepState, after: StepState) {
        let (run, continues) = self.run.with(kind);
        let Some(step) = self.done.back_mut().filter(|_| continues) else {
            self.push_step(vec![change], before, after);
            self.run = run;
            return;
        };
        self.undone.clear();
        self.run = run;
        self.bytes += change.bytes();
        step.after = after;
        if !step.changes.last_mut().is_some_and(|last| last.absorb(&change)) {
            step.changes.push(change);
        }
        self.forget_oldest();
    }

    /// Adds a step of several changes, in the order in which they were made.
    pub(super) fn push_step(&mut self, changes: Vec<StepChange>, before: StepState, after: StepState) {
        self.undone.clear();
        self.run = EditRun::Complete;
        let step = EditStep { changes, before, after, is_foreign: false };
        self.bytes += step.bytes();
        self.done.push_back(step);
        self.forget_oldest();
    }

    /// Completes the last step once the cursor has its final place.
    pub(super) fn settle(&mut self, after: StepState) {
        if let Some(step) = self.done.back_mut() {
            step.after = after;
        }
    }

    /// Like [`EditHistory::settle`], for a step whose text came from elsewhere.
    pub(super) fn settle_foreign(&mut self, after: StepState) {
        self.settle(after);
        if let Some(step) = self.done.back_mut() {
            step.is_foreign = true;
        }
    }

    /// Returns whether the step to be undone next is one whose text came from elsewhere.
    pub(super) fn is_last_foreign(&self) -> bool {
        self.done.back().is_some_and(|step| step.is_foreign)
    }

    /// Returns whether there is nothing to undo or to redo.
    pub(super) fn is_empty(&self) -> bool {
        self.done.is_empty() && self.undone.is_empty()
    }

    /// Ends the run: the next change begins a new step.
    pub(super) fn close_run(&mut self) {
        self.run = EditRun::Complete;
    }

    /// Takes out the last step, to be undone with `undo`. Returns false if there is none.
    pub(super) fn undo(&mut self, undo: impl FnOnce(&EditStep)) -> bool {
        self.close_run();
        let Some(step) = self.done.pop_back() else { return false };
        self.bytes -= step.bytes();
        undo(&step);
        self.undone.push(step);
        true
    }

    /// Takes out the step that was undone last, to be made again with `redo`. Returns false if there is none.
    pub(super) fn redo(&mut self, redo: impl FnOnce(&EditStep)) -> bool {
        self.close_run();
        let Some(step) = self.undone.pop() else { return false };
        self.bytes += step.bytes();
        redo(&step);
        self.done.push_back(step);
        true
    }

    fn forget_oldest(&mut self) {
        while self.done.len() > 1 && (self.done.len() > MAX_STEPS || self.bytes > MAX_BYTES) {
            if let Some(oldest) = self.done.pop_front() {
                self.bytes -= oldest.bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(head: usize) -> StepState {
        StepState { caret: Caret::at(head), endings: LineEndings::Lf }
    }

    fn insert(history: &mut EditHistory, at: usize, text: &str, kind: EditKind) {
        let change = StepChange { at, removed: String::new(), inserted: text.to_owned() };
        history.push(change, kind, state(at), state(at + text.len()));
    }

    #[test]
    fn a_run_is_one_step_and_one_change() {
        let mut history = EditHistory::default();
        for (at, typed) in ["a", "b", "c"].into_iter().enumerate() {
            insert(&mut history, at, typed, EditKind::Letter);
        }
        assert_eq!(history.done.len(), 1);
        let step = &history.done[0];
        assert_eq!(step.changes, [StepChange { at: 0, removed: String::new(), inserted: "abc".to_owned() }]);
        assert_eq!((step.before, step.after), (state(0), state(3)));
        history.close_run();
        insert(&mut history, 3, "d", EditKind::Letter);
        assert_eq!(history.done.len(), 2);
    }

    #[test]
    fn word_and_the_blanks_around_it_are_one_step() {
        let typed = |text: &str| {
            let mut history = EditHistory::default();
            for (at, c) in text.char_indices() {
                let kind = if c == ' ' { EditKind::Blank } else { EditKind::Letter };
                insert(&mut history, at, c.encode_utf8(&mut [0; 4]), kind);
            }
            let steps = history.done.iter();
            steps
                .map(|step| step.changes.iter().map(|change| change.inserted.as_str()).collect())
                .collect::<Vec<String>>()
        };
        assert_eq!(typed("one  two three"), ["one  ", "two ", "three"]);
        assert_eq!(typed("  one two "), ["  one ", "two "]);
        assert_eq!(typed("   "), ["   "]);
    }

    #[test]
    fn history_is_bounded_in_steps_and_in_bytes() {
        let mut history = EditHistory::default();
        for at in 0..MAX_STEPS + 5 {
            insert(&mut history, at, "x", EditKind::Whole);
        }
        assert_eq!(history.done.len(), MAX_STEPS);
        let large = "y".repeat(MAX_BYTES);
        insert(&mut history, 0, &large, EditKind::Whole);
        assert_eq!(history.done.len(), 1, "the newest step can be undone, whatever its size");
        assert_eq!(history.bytes, history.done[0].bytes());
        insert(&mut history, 0, "z", EditKind::Whole);
        assert_eq!((history.done.len(), history.bytes), (1, STEP_BYTES + 1));
    }
}
