//! The contexts of keys: every view that can have the focus.

use terminal::edit::{Edit, edit_for};
use terminal::key::Key;

/// The view that has the focus. The meaning of a key depends only on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// The menu of lessons.
    Menu,
    /// A lesson, while no editor has the focus.
    Lesson,
    /// A lesson's question.
    Quiz,
    /// A lesson's level, while no editor has the focus.
    Level,
    /// The table that compares a lesson under every policy.
    PolicyComparison,
    /// A text.
    Text,
    /// The merge view.
    Merge,
    /// The merge view, while the result of one change is edited by hand.
    MergeText,
    /// The panel that explains a 428.
    Required,
    /// The panel with the choice after a delete by another client.
    Deleted,
    /// A view that a response has ended: its keys no longer do anything.
    Ended,
    /// The list of exchanges.
    Wire,
    /// The prompt that filters the exchanges or the versions.
    Filter,
    /// The prompt that finds, while the pattern has the keys.
    Find,
    /// The prompt that finds, while the replacement has the keys.
    Replace,
    /// The prompt for the number of a line.
    GoToLine,
    /// One whole exchange.
    Exchange,
    /// The people in a room.
    People,
    /// The lines that say how people join a room.
    JoinRoom,
    /// The leader's own question.
    LedQuestion,
    /// The form for the leader's question.
    QuestionForm,
    /// The leader's controls.
    Controls,
    /// The seed documents.
    Seeds,
    /// The question with which text a new round begins.
    NewRound,
    /// The list of documents.
    Documents,
    /// The prompt for the title or the parent of a document.
    Property,
    /// The versions of a document.
    Versions,
    /// One version.
    Version,
    /// One change of the text.
    Change,
    /// A question to be confirmed.
    Question,
    /// The leader's question to the room.
    RoomQuestion,
    /// The question whether to end the server of a room.
    EndServer,
    /// The question about unsaved text before the user leaves.
    Unsaved,
    /// The list of the lines that an overwrite would remove.
    Overwrite,
    /// The prompt for a path: for the result of a merge of files, or for unsaved text.
    Path,
    /// The drafts of a document that is being opened.
    Drafts,
    /// One of those drafts.
    Draft,
    /// The help.
    Help,
    /// The palette: every action by name.
    Palette,
}

impl Context {
    /// Every context.
    pub const ALL: [Self; 39] = [
        Self::Menu,
        Self::Lesson,
        Self::Quiz,
        Self::Level,
        Self::PolicyComparison,
        Self::Text,
        Self::Merge,
        Self::MergeText,
        Self::Required,
        Self::Deleted,
        Self::Ended,
        Self::Wire,
        Self::Filter,
        Self::Find,
        Self::Replace,
        Self::GoToLine,
        Self::Exchange,
        Self::People,
        Self::JoinRoom,
        Self::LedQuestion,
        Self::QuestionForm,
        Self::Controls,
        Self::Seeds,
        Self::NewRound,
        Self::Documents,
        Self::Property,
        Self::Versions,
        Self::Version,
        Self::Change,
        Self::Question,
        Self::RoomQuestion,
        Self::EndServer,
        Self::Unsaved,
        Self::Overwrite,
        Self::Path,
        Self::Drafts,
        Self::Draft,
        Self::Help,
        Self::Palette,
    ];

    /// Returns the name of the context in a configuration, such as `merge`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Menu => "menu",
            Self::Lesson => "lesson",
            Self::Quiz => "quiz",
            Self::Level => "level",
            Self::PolicyComparison => "policy-comparison",
            Self::Text => "text",
            Self::Merge => "merge",
            Self::MergeText => "merge-text",
            Self::Required => "required",
            Self::Deleted => "deleted",
            Self::Ended => "ended",
            Self::Wire => "wire",
            Self::Filter => "filter",
            Self::Find => "find-prompt",
            Self::Replace => "replace-prompt",
            Self::GoToLine => "line-prompt",
            Self::Exchange => "exchange",
            Self::People => "people",
            Self::JoinRoom => "join-room",
            Self::LedQuestion => "led-question",
            Self::QuestionForm => "question-form",
            Self::Controls => "controls",
            Self::Seeds => "seeds",
            Self::NewRound => "round-text",
            Self::Documents => "documents",
            Self::Property => "property-prompt",
            Self::Versions => "versions",
            Self::Version => "version",
            Self::Change => "change",
            Self::Question => "question",
            Self::RoomQuestion => "room-question",
            Self::EndServer => "end-server",
            Self::Unsaved => "unsaved",
            Self::Overwrite => "overwrite",
            Self::Path => "path",
            Self::Drafts => "drafts",
            Self::Draft => "draft",
            Self::Help => "help",
            Self::Palette => "palette",
        }
    }

    /// Returns the context with this name in a configuration, or `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|context| context.name() == name)
    }

    /// Returns the context in words that follow 'Keys' or 'not pasted'.
    #[must_use]
    pub const fn place_name(self) -> &'static str {
        match self {
            Self::Menu => "in the menu",
            Self::Lesson => "in a lesson",
            Self::Quiz => "at a lesson's question",
            Self::Level => "in a level",
            Self::PolicyComparison => "in the comparison of policies",
            Self::Text => "in a text",
            Self::Merge => "in the merge",
            Self::MergeText => "in a result written by hand",
            Self::Required => "at a 428",
            Self::Deleted => "at a deleted document",
            Self::Ended => "in a view that has ended",
            Self::Wire => "on the wire",
            Self::Filter => "in a filter",
            Self::Find => "in a search",
            Self::Replace => "in a replacement",
            Self::GoToLine => "in the number of a line",
            Self::Exchange => "in one exchange",
            Self::People => "in the list of people",
            Self::JoinRoom => "at how people join",
            Self::LedQuestion => "at the question that I lead",
            Self::QuestionForm => "in the form for a question",
            Self::Controls => "in the controls",
            Self::Seeds => "in the seed documents",
            Self::NewRound => "at a new round",
            Self::Documents => "in the documents",
            Self::Property => "in a title or a parent",
            Self::Versions => "in the versions",
            Self::Version => "in one version",
            Self::Change => "at a change",
            Self::Question => "at a question",
            Self::RoomQuestion => "at the leader's question",
            Self::EndServer => "at the question about the end of the server",
            Self::Unsaved => "at the question about unsaved text",
            Self::Overwrite => "at the question about an overwrite",
            Self::Path => "in the path of a file",
            Self::Drafts => "in the list of drafts",
            Self::Draft => "in a draft",
            Self::Help => "in the help",
            Self::Palette => "in the palette",
        }
    }

    /// Returns whether keys without an action type text here; in the menu, they type a lesson's number.
    #[must_use]
    pub const fn accepts_text(self) -> bool {
        matches!(
            self,
            Self::Menu
                | Self::Text
                | Self::MergeText
                | Self::Filter
                | Self::Find
                | Self::Replace
                | Self::GoToLine
                | Self::QuestionForm
                | Self::Seeds
                | Self::Documents
                | Self::Property
                | Self::Path
                | Self::Palette
        )
    }

    /// Returns whether the key changes text here, so that it can have no action.
    ///
    /// In the menu, digits type the number of a lesson; a line that is typed has no line ends and no tabs. In a text,
    /// Tab has an action.
    #[must_use]
    pub fn types(self, key: Key) -> bool {
        let Some(edit) = edit_for(key).filter(|edit| !matches!(edit, Edit::Move { .. })) else { return false };
        match self {
            Self::Menu => matches!(edit, Edit::Insert('0'..='9') | Edit::Backspace),
            Self::Text | Self::MergeText => edit != Edit::Insert('\t'),
            Self::Filter
            | Self::Find
            | Self::Replace
            | Self::GoToLine
            | Self::QuestionForm
            | Self::Seeds
            | Self::Documents
            | Self::Property
            | Self::Path
            | Self::Palette => !matches!(edit, Edit::Newline | Edit::Insert('\t')),
            Self::Lesson
            | Self::Quiz
            | Self::Level
            | Self::PolicyComparison
            | Self::Merge
            | Self::Required
            | Self::Deleted
            | Self::Ended
            | Self::Wire
            | Self::Exchange
            | Self::People
            | Self::JoinRoom
            | Self::LedQuestion
            | Self::Controls
            | Self::NewRound
            | Self::Versions
            | Self::Version
            | Self::Change
            | Self::Question
            | Self::RoomQuestion
            | Self::EndServer
            | Self::Unsaved
            | Self::Overwrite
            | Self::Drafts
            | Self::Draft
            | Self::Help => false,
        }
    }
}
