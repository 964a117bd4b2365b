//! Views that open by themselves around a text: the merge, the 428 that explains itself, the choice that a delete
//! leaves.
//!
//! One rule: what a key means changes only through a key press or click of the user's own that is not text. A response
//! opens a view and shows it; the keys stay with the text until the user enters the view
//! ([`super::OpenDocument::enter`]), and go back when the user leaves it ([`super::OpenDocument::leave`]) or sends
//! something ([`super::OpenDocument::command`]). If a response ends a view while the user is in it, the keys decide
//! nothing until the user leaves: a letter that was meant for the view never becomes text, and never becomes a decision
//! in another view.

mod entering;

use contract::EntityTag;
use editor::{DocumentMerge, Editor};

/// A view that opens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenedView {
    /// The merge of my text with a newer version.
    Merge,
    /// The 428 that explains itself.
    Required,
    /// The choice that a delete by another client leaves.
    Deleted,
}

/// Which view has the keys, and what the user has seen of the one that is open.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is true or false by itself, in any combination")]
pub(super) struct OpenedViews {
    /// The view that the user has entered; `None` while the text has the keys.
    entered: Option<OpenedView>,
    /// Whether the view that the user has entered has ended since, whatever is open now.
    is_over: bool,
    /// The merge that a response ended while the user was in it, as it was.
    ended: Option<Box<DocumentMerge>>,
    /// Whether the user has folded the open view to one line.
    folded: bool,
    /// Whether a lesson, not the user, caused the last change. If so, the panel shows only the notice.
    scripted: bool,
    /// Whether the newer version came with a 412.
    refused: bool,
    /// Whether the merge is with what the server made of my own save.
    altered: bool,
    /// The newer version that the user has looked at, or was told about by a save that sent nothing.
    seen: Option<EntityTag>,
    /// Whether a save that sent nothing has said what the next one saves, and not a text taken over by hand.
    previewed: bool,
    /// Whether the user wants to save again as soon as the request in flight has its response.
    save_again: bool,
    /// What was written by hand in a merge that is over, until it is put into the register.
    rescued: Option<String>,
}

impl OpenedViews {
    /// The merge that is shown: the one that is open, or the one that a response ended while the user was in it.
    pub(super) fn shown<'a>(&'a self, editor: &'a Editor) -> Option<&'a DocumentMerge> {
        self.ended.as_deref().or(editor.document_merge())
    }

    /// Whether a response has ended the merge that the user is in.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.is_some()
    }
}

/// What the views were before an input.
#[derive(Debug)]
pub(super) struct ViewsBefore {
    open: Option<OpenedView>,
    theirs: Option<EntityTag>,
    conflict: Option<Box<DocumentMerge>>,
    by_hand: Option<String>,
    /// What was written by hand in a merge that was no more.
    left: Option<String>,
}
