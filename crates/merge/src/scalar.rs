//! A single value merged three ways: a title, a parent.
//!
//! There are no lines in it and nothing to cut, so either one side changed it, or both did. It has no undo of its own:
//! [`ScalarMerge::decide`] hands back the choice that stood before, for whoever keeps the order of all steps.

use crate::{Choice, ConflictKind, RegionKind};
use std::mem;

/// A value in three versions, and what was decided about it.
///
/// ```
/// use merge::{Choice, ScalarMerge};
///
/// let mut title = ScalarMerge::new("Bread", "Rye bread", "Breads");
/// assert_eq!(title.chosen(), None);
/// title.decide(Choice::Edited("Rye breads"));
/// assert_eq!(title.chosen(), Some(&"Rye breads"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalarMerge<T> {
    base: T,
    mine: T,
    theirs: T,
    choice: Choice<T>,
}

impl<T: PartialEq> ScalarMerge<T> {
    /// Three versions of a value, undecided.
    pub fn new(base: T, mine: T, theirs: T) -> Self {
        Self { base, mine, theirs, choice: Choice::Undecided }
    }

    /// The version that both others started from.
    pub fn base(&self) -> &T {
        &self.base
    }

    /// My version.
    pub fn mine(&self) -> &T {
        &self.mine
    }

    /// The other's version.
    pub fn theirs(&self) -> &T {
        &self.theirs
    }

    /// What happened to the value. Its only conflict is [`ConflictKind::BothEdited`].
    pub fn kind(&self) -> RegionKind {
        match (self.base == self.mine, self.base == self.theirs) {
            (true, true) => RegionKind::Stable,
            (false, true) => RegionKind::Mine,
            (true, false) => RegionKind::Theirs,
            (false, false) if self.mine == self.theirs => RegionKind::Agreed,
            (false, false) => RegionKind::Conflict(ConflictKind::BothEdited),
        }
    }

    /// What was decided.
    pub fn choice(&self) -> &Choice<T> {
        &self.choice
    }

    /// Whether it is a conflict without a decision.
    pub fn is_open(&self) -> bool {
        self.kind().is_conflict() && self.choice == Choice::Undecided
    }

    /// Decides, and hands back the choice that stood before. The choice that stands already is taken back by this.
    pub fn decide(&mut self, choice: Choice<T>) -> Choice<T> {
        let choice = if choice == self.choice { Choice::Undecided } else { choice };
        self.put_back(choice)
    }

    /// Puts a choice where it stood before, for undo and redo, and hands back the one it replaces.
    pub fn put_back(&mut self, choice: Choice<T>) -> Choice<T> {
        mem::replace(&mut self.choice, choice)
    }

    /// The value that stands in the result now; none while it is open.
    pub fn chosen(&self) -> Option<&T> {
        match &self.choice {
            Choice::Mine => Some(&self.mine),
            Choice::Theirs => Some(&self.theirs),
            Choice::Base => Some(&self.base),
            Choice::Edited(value) => Some(value),
            Choice::Undecided => match self.kind() {
                RegionKind::Stable => Some(&self.base),
                RegionKind::Mine | RegionKind::Agreed => Some(&self.mine),
                RegionKind::Theirs => Some(&self.theirs),
                RegionKind::Conflict(_) => None,
            },
        }
    }

    /// Takes in a newer version of theirs. A choice made against another one is dropped, since it was about something
    /// else; returns whether that happened.
    pub fn renew(&mut self, theirs: T) -> bool {
        if theirs == self.theirs {
            return false;
        }
        self.theirs = theirs;
        self.put_back(Choice::Undecided) != Choice::Undecided
    }

    /// Like [`ScalarMerge::renew`], for another value of the base.
    pub fn renew_base(&mut self, base: T) -> bool {
        if base == self.base {
            return false;
        }
        self.base = base;
        self.put_back(Choice::Undecided) != Choice::Undecided
    }

    /// Like [`ScalarMerge::renew`], for another value of mine.
    pub fn renew_mine(&mut self, mine: T) -> bool {
        if mine == self.mine {
            return false;
        }
        self.mine = mine;
        self.put_back(Choice::Undecided) != Choice::Undecided
    }
}
