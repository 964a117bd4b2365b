//! A three-way merge of a single value, such as a title or a parent.
//!
//! A value has no lines to divide, so either one side changed it, or both did. It has no undo of its own:
//! [`ScalarMerge::decide`] returns the previous choice, so that the caller can keep one history of all steps.

use crate::{Choice, ConflictKind, RegionKind};
use std::mem;

/// A value in three versions, and the choice between them.
///
/// # Examples
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
    /// Creates an undecided merge of three versions of a value.
    pub fn new(base: T, mine: T, theirs: T) -> Self {
        Self { base, mine, theirs, choice: Choice::Undecided }
    }

    /// Returns the version that both sides started from.
    pub fn base(&self) -> &T {
        &self.base
    }

    /// Returns my version.
    pub fn mine(&self) -> &T {
        &self.mine
    }

    /// Returns the version of the other author.
    pub fn theirs(&self) -> &T {
        &self.theirs
    }

    /// Returns the kind of change. The only possible conflict is [`ConflictKind::BothEdited`].
    pub fn kind(&self) -> RegionKind {
        match (self.base == self.mine, self.base == self.theirs) {
            (true, true) => RegionKind::Stable,
            (false, true) => RegionKind::Mine,
            (true, false) => RegionKind::Theirs,
            (false, false) if self.mine == self.theirs => RegionKind::Agreed,
            (false, false) => RegionKind::Conflict(ConflictKind::BothEdited),
        }
    }

    /// Returns the choice.
    pub fn choice(&self) -> &Choice<T> {
        &self.choice
    }

    /// Returns whether this is a conflict without a choice.
    pub fn is_open(&self) -> bool {
        self.kind().is_conflict() && self.choice == Choice::Undecided
    }

    /// Makes a choice and returns the previous one. Making the present choice again takes it back.
    pub fn decide(&mut self, choice: Choice<T>) -> Choice<T> {
        let choice = if choice == self.choice { Choice::Undecided } else { choice };
        self.put_back(choice)
    }

    /// Restores a choice, for undo and redo, and returns the one that it replaces.
    pub fn put_back(&mut self, choice: Choice<T>) -> Choice<T> {
        mem::replace(&mut self.choice, choice)
    }

    /// Returns the value in the result; `None` if the conflict is open.
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

    /// Replaces theirs by a newer version, and returns whether that dropped a choice.
    ///
    /// A choice that was made with another version is about something else, so it is dropped.
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
