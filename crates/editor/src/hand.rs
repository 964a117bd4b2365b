//! A text that is being written by hand in a merge, as the view reports it.

use crate::document_merge::ChangeId;

/// A text that is being written by hand in a merge, or was left unfinished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandText {
    /// The text's place; `None` if the merge no longer has it.
    pub place: Option<HandPlace>,
    /// The text.
    pub text: String,
}

/// The place of a text written by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandPlace {
    /// One change.
    Change(ChangeId),
    /// The whole result.
    Whole,
}
