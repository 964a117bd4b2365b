//! The places that can have the keys.

/// The view that has the focus. The meaning of a key depends on it, and on nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// The menu of lessons.
    Menu,
    /// A lesson, while no editor has the focus.
    Lesson,
    /// A lesson's question.
    Quiz,
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
    /// In front of the choice that a delete by another client leaves.
    Deleted,
    /// A view that a response has ended: its keys no longer decide anything.
    Ended,
    /// The list of exchanges.
    Wire,
    /// The prompt that filters the exchanges.
    Filter,
    /// One exchange, opened whole.
    Exchange,
    /// The list of documents.
    Documents,
    /// The versions of a document.
    Versions,
    /// One version.
    Version,
    /// A question to be confirmed.
    Question,
    /// The question what to do with unsaved text.
    Unsaved,
    /// The list of what an overwrite would remove.
    Overwrite,
    /// The prompt for a path: for the result of a merge of files, or for a text that no draft keeps.
    Path,
    /// The drafts of a document that is being opened.
    Drafts,
    /// One of those drafts.
    Draft,
    /// The help.
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
            Self::Overwrite => "in front of what would be lost",
            Self::Path => "in the path of a file",
            Self::Drafts => "in front of the drafts",
            Self::Draft => "in front of a draft",
            Self::Help => "in the help",
        }
    }

    /// Returns whether keys without an action type text here; in the menu they type a lesson's number.
    #[must_use]
    pub const fn accepts_text(self) -> bool {
        matches!(self, Self::Menu | Self::Text | Self::MergeText | Self::Filter | Self::Documents | Self::Path)
    }
}
