//! Which of the widget's steps belong together.
//!
//! The widget takes back one character at a time, and needs two steps for a selection that was typed over. A person
//! means the word, and the replacement. So steps are counted here, in groups; the steps themselves are the widget's.

/// What kind of change a group grows by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum EditRun {
    /// The group is whole.
    #[default]
    None,
    /// Characters of a word, one after the other.
    Typing,
    /// Characters deleted, one after the other.
    Deleting,
}

/// Groups of steps, done and taken back.
#[derive(Debug, Clone, Default)]
pub(super) struct EditHistory {
    done: Vec<usize>,
    undone: Vec<usize>,
    run: EditRun,
}

impl EditHistory {
    /// Notes that the widget made `steps` steps, as part of `run`. True where there were any: the text has changed.
    pub(super) fn push(&mut self, steps: usize, run: EditRun) -> bool {
        if steps == 0 {
            return false;
        }
        let goes_on = run != EditRun::None && run == self.run;
        match self.done.last_mut() {
            Some(group) if goes_on => *group += steps,
            _ => self.done.push(steps),
        }
        self.undone.clear();
        self.run = run;
        true
    }

    /// Whether there is nothing to take back or make again.
    pub(super) fn is_empty(&self) -> bool {
        self.done.is_empty() && self.undone.is_empty()
    }

    /// What comes next begins a new group.
    pub(super) fn close_run(&mut self) {
        self.run = EditRun::None;
    }

    /// Takes one group back by way of the widget's `undo`. True where the text has changed.
    pub(super) fn undo(&mut self, undo: impl FnMut() -> bool) -> bool {
        self.close_run();
        let Some(group) = self.done.pop() else { return false };
        self.undone.push(group);
        repeat(group, undo)
    }

    /// Makes one group again by way of the widget's `redo`. True where the text has changed.
    pub(super) fn redo(&mut self, redo: impl FnMut() -> bool) -> bool {
        self.close_run();
        let Some(group) = self.undone.pop() else { return false };
        self.done.push(group);
        repeat(group, redo)
    }
}

/// Steps `times` times; the widget may have forgotten the oldest. True where it made any step.
fn repeat(times: usize, mut step: impl FnMut() -> bool) -> bool {
    (0..times).fold(false, |any, _| step() || any)
}
