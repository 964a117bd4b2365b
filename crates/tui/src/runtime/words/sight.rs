//! What a test reads from the state of the program: where the keys are, which texts there are, what is open.

use editor::EditorNotice;
use merge_view::action::MergeAction;
use terminal::edit::Edit;

use crate::action::{Action, Context, KeyMeaning};
use crate::ahead::Ahead;
use crate::open_document::OpenDocument;
use crate::pane::Pane;
use crate::plain;
use crate::state::State;

/// Where the keys are in a document's text, as opposed to a view, a panel, a list or a lesson.
pub(super) fn is_text(context: Context) -> bool {
    matches!(context, Context::Text | Context::MergeText)
}

/// Where the keys are in a view that opened by itself.
pub(super) fn is_view(context: Context) -> bool {
    matches!(context, Context::Merge | Context::MergeText | Context::Required | Context::Deleted)
}

/// Everything in which a typed word is still the user's. What the user cut is in the register as well, and they know;
/// what the program put there for them is not lost either.
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

/// The texts of one document, whatever is written by hand in its merge included.
pub(super) fn texts(work: &OpenDocument) -> Vec<String> {
    let mine = work.editor.mine();
    let by_hand = [work.manual_text(), work.editor.all_manual_edits()];
    let mut texts = vec![work.buffer.text(), mine.title.clone(), mine.content.clone()];
    texts.extend(by_hand.into_iter().flatten());
    texts.extend([work.editor.unread(), work.editor.left_unread()].into_iter().flatten().map(str::to_owned));
    texts
}

/// What a view would open for: a merge, a 428, a deleted document.
pub(super) fn has_something_to_enter(work: &OpenDocument) -> bool {
    work.editor.document_merge().is_some()
        || work.is_awaiting_choice()
        || matches!(work.editor.notice(), Some(EditorNotice::Required(_)))
}

/// What a press may do to words that were typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freedom {
    /// Nothing: every word stays.
    Keep,
    /// What is gone afterwards was taken back by the user, or decided against.
    Own,
}

/// What this press may do to words.
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

/// Whether the action takes words out of the text because the user wants it to.
fn takes_back(action: Action) -> bool {
    matches!(
        action,
        Action::Undo
            | Action::Redo
            | Action::Cut
            | Action::Copy
            | Action::Paste
            | Action::BringBack
            | Action::DiscardMine
            | Action::Confirm
            | Action::Again
            | Action::Back
            | Action::ReplayUnder(_)
            | Action::NextLesson
            | Action::Step
    )
}

/// Whether the action decides something in a merge.
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
                | MergeAction::EditResult
                | MergeAction::EditWhole
                | MergeAction::AcceptEdit
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

/// Whether one text is the other with this character put in somewhere.
pub(super) fn is_with(after: &str, before: &str, c: char) -> bool {
    after.len() == before.len() + c.len_utf8()
        && after
            .char_indices()
            .any(|(at, found)| found == c && after[..at] == before[..at] && after[at + c.len_utf8()..] == before[at..])
}
