//! The places that can have the keys.

/// The place that has the keys: what a key means depends on it, and on nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// In the menu of lessons.
    Menu,
    /// In a lesson, while no editor has the keys.
    Lesson,
    /// In a lesson, in front of a question.
    Quiz,
    /// In front of the table of a lesson under every policy.
    PolicyComparison,
    /// In a text.
    Text,
    /// In the merge view.
    Merge,
    /// In the merge view, writing the result of one change by hand.
    MergeText,
    /// In front of the 428 that explains itself.
    Required,
    /// In front of the choice that a delete by another client leaves.
    Deleted,
    /// In a view that a response has ended: its keys decide nothing any more.
    Ended,
    /// In the list of exchanges.
    Wire,
    /// Typing which exchanges to show.
    Filter,
    /// In one exchange, opened whole.
    Exchange,
    /// In the list of documents.
    Documents,
    /// In the versions of a document.
    Versions,
    /// In one version.
    Version,
    /// In front of a question that wants a yes.
    Question,
    /// In front of the question of what to do with unsaved text.
    Unsaved,
    /// In front of what an overwrite would bury.
    Overwrite,
    /// Typing the path of a file to write: of the result of a merge of files, or of a text that no draft keeps.
    Path,
    /// In front of the drafts of a document that is being opened.
    Drafts,
    /// In front of one of them.
    Draft,
    /// In the help.
    Help,
}

impl Context {
    /// Every context.
    pub const ALL: [Self; 23] = [
        Self::Menu,
        Self::Lesson,
        Self::Quiz,
        Self::PolicyComparison,
        Self::Text,
        Self::Merge,
        Self::MergeText,
        Self::Required,
        Self::Deleted,
        Self::Ended,
        Self::Wire,
        Self::Filter,
        Self::Exchange,
        Self::Documents,
        Self::Versions,
        Self::Version,
        Self::Question,
        Self::Unsaved,
        Self::Overwrite,
        Self::Path,
        Self::Drafts,
        Self::Draft,
        Self::Help,
    ];

    /// Returns that place, in words.
    #[must_use]
    pub const fn place_name(self) -> &'static str {
        match self {
            Self::Menu => "in the menu",
            Self::Lesson => "in a lesson",
            Self::Quiz => "in front of a lesson's question",
            Self::PolicyComparison => "in front of a lesson's takes",
            Self::Text => "in a text",
            Self::Merge => "in the merge",
            Self::MergeText => "in a result written by hand",
            Self::Required => "in front of a 428",
            Self::Deleted => "in front of a deleted document",
            Self::Ended => "in a view that has ended",
            Self::Wire => "on the wire",
            Self::Filter => "in a filter",
            Self::Exchange => "in one exchange",
            Self::Documents => "in the documents",
            Self::Versions => "in the versions",
            Self::Version => "in one version",
            Self::Question => "in front of a question",
            Self::Unsaved => "on the way out",
            Self::Overwrite => "in front of what would be buried",
            Self::Path => "in the path of a file",
            Self::Drafts => "in front of the drafts",
            Self::Draft => "in front of a draft",
            Self::Help => "in the help",
        }
    }

    /// Whether keys without an action type text here; in the menu it is a lesson's number.
    #[must_use]
    pub const fn accepts_text(self) -> bool {
        matches!(self, Self::Menu | Self::Text | Self::MergeText | Self::Filter | Self::Documents | Self::Path)
    }
}
