//! The checks' view of the program's state: the texts, the open views, and the context of the keys.

use editor::EditorNotice;
use merge_view::action::MergeAction;
use terminal::edit::Edit;

use crate::action::{Action, Context, KeyMeaning};
use crate::ahead::Ahead;
use crate::open_document::OpenDocument;
use crate::pane::Pane;
use crate::plain;
use crate::state::State;

/// Returns whether keys go to a text, as opposed to a view, a panel, a list or a lesson.
pub(super) fn is_text(context: Context) -> bool {
    matches!(context, Context::Text | Context::MergeText)
}

/// Returns whether keys go to a view that opens by itself.
pub(super) fn is_view(context: Context) -> bool {
    matches!(context, Context::Merge | Context::MergeText | Context::Required | Context::Deleted)
}

/// Returns all texts of a session in which a typed word is not lost.
///
/// With [`Freedom::Keep`] the register is among them, since the program may move words there. With [`Freedom::Own`] it
/// is not: words that the user cut into the register count as taken back.
pub(super) fn places(state: &State, freedom: Freedom) -> Vec<String> {
    let mut places = Vec::new();
    if freedom == Freedom::Keep {
        places.push(state.clipboard.register.clone());
    }
    for work in state.documents() {
        places.extend(texts(work));
    }
    places.extend(state.people.panes.iter().flat_map(Pane::aheads).filter_map(Ahead::kept_text));
    places.extend(plain::waiting_lines(state));
    places
}

/// Returns the texts of one document, including text written by hand in its merge.
pub(super) fn texts(work: &OpenDocument) -> Vec<String> {
    let mine = work.editor.mine();
    let by_hand = [work.manual_text(), work.editor.all_manual_edits()];
    let mut texts = vec![work.buffer.text(), mine.title.clone(), mine.content.to_string()];
    texts.extend(by_hand.into_iter().flatten());
    texts.extend([work.editor.unread(), work.editor.left_unread()].into_iter().flatten().map(str::to_owned));
    texts
}

/// Returns whether a document has an open view: for a merge, a 428 or a deleted document.
pub(super) fn has_something_to_enter(work: &OpenDocument) -> bool {
    work.editor.document_merge().is_some()
        || work.is_awaiting_choice()
        || matches!(work.editor.notice(), Some(EditorNotice::Required(_)))
}

/// The effect that an event may have on typed words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freedom {
    /// Every word stays.
    Keep,
    /// Words may be gone, because the user took them back or decided against them.
    Own,
}

/// Returns the effect that a key press may have on typed words.
pub(super) fn freedom(pressed: &KeyMeaning, context: Context) -> Freedom {
    let own = match pressed {
        KeyMeaning::Edit(edit) => {
            matches!(edit, Edit::Backspace | Edit::Delete | Edit::DeleteWordBefore | Edit::DeleteWordAfter)
        }
        KeyMeaning::Act(Action::Close) => context == Context::MergeText,
        KeyMeaning::Act(action) => takes_back(*action) || decides(*action),
    };
    if own { Freedom::Own } else { Freedom::Keep }
}

/// Returns whether the user may take words out of the text with an action.
fn takes_back(action: Action) -> bool {
    matches!(
        action,
        Action::Undo
            | Action::Redo
            | Action::Cut
            | Action::DeleteLines
            // Within a word, a tab divides it.
            | Action::Indent
            | Action::Copy
            | Action::Paste
            | Action::BringBack
            | Action::RestoreVersion
            | Action::RevertChange
            | Action::DiscardMine
            | Action::Confirm
            | Action::Again
            | Action::Back
            | Action::ReplayUnder(_)
            | Action::NextLesson
            | Action::Step
    )
}

/// Returns whether an action decides something in a merge, or starts a text by hand again.
pub(super) fn decides(action: Action) -> bool {
    matches!(
        action,
        Action::Merge(
            MergeAction::TakeMine
                | MergeAction::TakeTheirs
                | MergeAction::TakeBothMineFirst
                | MergeAction::TakeBothTheirsFirst
                | MergeAction::TakeBase
                | MergeAction::TakeAllMine
                | MergeAction::TakeAllTheirs
                | MergeAction::TakeAllBoth
                | MergeAction::EditResult
                | MergeAction::EditWhole
                | MergeAction::AcceptEdit
                | MergeAction::StartFromMine
                | MergeAction::StartFromTheirs
                | MergeAction::StartFromBoth
                | MergeAction::StartFromResult
                | MergeAction::UndoDecision
                | MergeAction::RedoDecision
                | MergeAction::ToggleSettled
                | MergeAction::TakeSuggestion
                | MergeAction::TakeAllSuggestions
                | MergeAction::DecideBlanks
                | MergeAction::NextFormat
        ) | Action::OverwriteTheirs
    )
}

/// Returns whether `after` is `before` with this character inserted somewhere.
pub(super) fn is_with(after: &str, before: &str, c: char) -> bool {
    after.len() == before.len() + c.len_utf8()
        && after
            .char_indices()
            .any(|(at, found)| found == c && after[..at] == before[..at] && after[at + c.len_utf8()..] == before[at..])
}
