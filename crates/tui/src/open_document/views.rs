//! Views that open by themselves around a text: the merge, the 428 panel, the choice after a delete.
//!
//! One rule: the meaning of a key changes only through a key press or a click of the user that is not text. A response
//! opens a view, but the keys stay with the text until the user enters the view ([`super::OpenDocument::enter`]). They
//! go back to the text when the user leaves the view ([`super::OpenDocument::leave`]) or sends a write
//! ([`super::OpenDocument::command`]). If a response ends a view while the user is in it, keys decide nothing until the
//! user leaves: a letter that was meant for the view becomes neither text nor a decision in another view.

mod entering;

use contract::EntityTag;
use editor::{DocumentMerge, Editor};

/// A view that opens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenedView {
    /// The merge of the user's text with a newer version.
    Merge,
    /// The explanation of a 428.
    Required,
    /// The choice after a delete by another client.
    Deleted,
}

/// The view that the user has entered, and what the user has seen of the open one.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the flags are independent of each other")]
pub(super) struct OpenedViews {
    /// The view that the user has entered; `None` while the text has the keys.
    entered: Option<OpenedView>,
    /// Whether the view that the user has entered has ended since, even if another one is open now.
    is_over: bool,
    /// The merge that a response ended while the user was in it, as it was before.
    ended: Option<Box<DocumentMerge>>,
    /// Whether the user has folded the open view to one line.
    folded: bool,
    /// Whether a lesson's script, not the user, caused the last change.
    ///
    /// If so, no panel opens, and only the notice is shown.
    scripted: bool,
    /// Whether the newer version arrived with a 412.
    refused: bool,
    /// Whether the merge is with the server's altered form of the user's own save.
    altered: bool,
    /// The newer version that the user has looked at, or that a preview of a save has described.
    seen: Option<EntityTag>,
    /// Whether the last preview came from the save key, not from accepting a text that was written by hand.
    previewed: bool,
    /// Whether the user wants to save again as soon as the request in flight has its response.
    save_again: bool,
    /// Text that was written by hand in a merge that is over, until it is put into the register.
    rescued: Option<String>,
}

impl OpenedViews {
    /// Returns the merge that is shown: the open one, or one that ended while the user was in it.
    pub(super) fn shown<'a>(&'a self, editor: &'a Editor) -> Option<&'a DocumentMerge> {
        self.ended.as_deref().or(editor.document_merge())
    }

    /// Returns whether a response has ended the merge that the user is in.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.is_some()
    }
}

/// The state of the views before an input.
#[derive(Debug)]
pub(super) struct ViewsBefore {
    open: Option<OpenedView>,
    theirs: Option<EntityTag>,
    conflict: Option<Box<DocumentMerge>>,
    by_hand: Option<String>,
    /// Text that was kept without a position before the input.
    left: Option<String>,
}
