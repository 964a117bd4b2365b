//! The contexts of keys: every view that can have the focus.

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
    /// The prompt that filters the exchanges.
    Filter,
    /// One whole exchange.
    Exchange,
    /// The list of documents.
    Documents,
    /// The versions of a document.
    Versions,
    /// One version.
    Version,
    /// A question to be confirmed.
    Question,
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
}

impl Context {
    /// Every context.
    pub const ALL: [Self; 24] = [
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
            Self::Exchange => "in one exchange",
            Self::Documents => "in the documents",
            Self::Versions => "in the versions",
            Self::Version => "in one version",
            Self::Question => "at a question",
            Self::Unsaved => "at the question about unsaved text",
            Self::Overwrite => "at the question about an overwrite",
            Self::Path => "in the path of a file",
            Self::Drafts => "in the list of drafts",
            Self::Draft => "in a draft",
            Self::Help => "in the help",
        }
    }

    /// Returns whether keys without an action type text here; in the menu, they type a lesson's number.
    #[must_use]
    pub const fn accepts_text(self) -> bool {
        matches!(self, Self::Menu | Self::Text | Self::MergeText | Self::Filter | Self::Documents | Self::Path)
    }
}
