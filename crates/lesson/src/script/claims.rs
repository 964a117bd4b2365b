//! What a lesson claims: about an answer, a document, an editor. Whether it is true is judged in `player::judge`.

use contract::Reason;

/// What must be true of the answer to somebody's last request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerClaim {
    /// Of which method the request was; none means the last one, whatever it was.
    pub method: Option<String>,
    /// The status code.
    pub status: Option<u16>,
    /// The `reason` in the problem.
    pub reason: Option<Reason>,
    /// Fields of the answer.
    pub fields: Vec<(String, WantedField)>,
    /// Fields of the request.
    pub request: Vec<(String, WantedField)>,
    /// Whether no answer came.
    pub lost: Option<bool>,
}

/// What a field must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedField {
    /// There, or not there.
    There(bool),
    /// Just this, its places filled in.
    Just(String),
}

/// What must be true of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentClaim {
    /// Pieces that the text has.
    pub has: Vec<String>,
    /// Pieces that it has not.
    pub lacks: Vec<String>,
    /// The whole text.
    pub content: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// Whether it is gone.
    pub deleted: Option<bool>,
    /// How many versions there are, deletes included.
    pub versions: Option<usize>,
    /// How many updates were lost: versions replaced by somebody who had not seen them.
    pub lost_updates: Option<usize>,
    /// How many versions name another base than the one that they replaced.
    pub gaps: Option<usize>,
}

/// What must be true of an editor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditorClaim {
    /// The word for its state.
    pub state: Option<String>,
    /// Pieces that its text has.
    pub has: Vec<String>,
    /// Pieces that it has not.
    pub lacks: Vec<String>,
    /// How many conflicts of its merge are undecided.
    pub conflicts: Option<usize>,
    /// A piece of what it says.
    pub says: Option<String>,
}
