//! A text that is being written by hand in a merge, as it is told.

use crate::document_merge::ChangeId;

/// A text that is being written by hand in a merge, or was left there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandText {
    /// What it is for; `None` if that is gone from the merge.
    pub place: Option<HandPlace>,
    /// The text.
    pub text: String,
}

/// What a text by hand is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandPlace {
    /// For one change.
    Change(ChangeId),
    /// For the whole result.
    Whole,
}
