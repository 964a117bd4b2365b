//! The groups of contexts in which several rows of the table apply.

use super::Context as C;

/// The contexts in which keys answer a lesson's question.
///
/// These keys also belong to the lesson's own context, so a question that opens by itself changes no key's meaning.
pub(super) const QUIZ_CONTEXTS: &[C] = &[C::Lesson, C::Quiz];

/// The contexts in which the key that enters a view enters the leader's question only.
pub(super) const QUESTION_CONTEXTS: &[C] = &[
    C::MergeText,
    C::Wire,
    C::Find,
    C::Replace,
    C::GoToLine,
    C::Exchange,
    C::Documents,
    C::Versions,
    C::Version,
    C::Change,
    C::Drafts,
    C::Draft,
];

/// The contexts in which text is selected, copied and undone: a text, or an input of one line.
pub(super) const TYPING_CONTEXTS: &[C] = &[
    C::Text,
    C::MergeText,
    C::Filter,
    C::Find,
    C::Replace,
    C::GoToLine,
    C::Documents,
    C::Property,
    C::QuestionForm,
    C::Seeds,
    C::Path,
    C::Palette,
];

/// The contexts in which one line is typed.
pub(super) const LINE_CONTEXTS: &[C] = &[
    C::Filter,
    C::Find,
    C::Replace,
    C::GoToLine,
    C::Documents,
    C::Property,
    C::QuestionForm,
    C::Seeds,
    C::Path,
    C::Palette,
];

/// The contexts in which the arrows scroll.
pub(super) const SCROLL_CONTEXTS: &[C] = &[
    C::Merge,
    C::Wire,
    C::Exchange,
    C::People,
    C::JoinRoom,
    C::Documents,
    C::Versions,
    C::Version,
    C::Change,
    C::Overwrite,
    C::Draft,
    C::Help,
    C::Required,
    C::Deleted,
    C::Menu,
    C::PolicyComparison,
    C::RoomQuestion,
    C::LedQuestion,
    C::Controls,
    C::QuestionForm,
    C::Seeds,
];

/// The contexts in which a list or a text moves by a screen.
///
/// In the menu, `PageDown` begins a lesson: a presentation clicker has no other key.
pub(super) const PAGE_CONTEXTS: &[C] = &[
    C::Merge,
    C::Wire,
    C::Exchange,
    C::People,
    C::JoinRoom,
    C::Documents,
    C::Versions,
    C::Version,
    C::Change,
    C::Overwrite,
    C::Draft,
    C::Help,
    C::Required,
    C::Deleted,
    C::PolicyComparison,
    C::RoomQuestion,
    C::LedQuestion,
    C::Controls,
    C::Seeds,
];
