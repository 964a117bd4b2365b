//! The claims of a lesson: about responses, documents, editors and simulated writers.
//!
//! `player::judge` checks them.

use contract::{Author, DocumentId, Reason};

use super::{HiddenArea, SwarmClaim};

/// A claim that is checked after a step, or that a level's goal consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The claim.
    pub claim: Claim,
    /// The words for the screen; if `None`, they are derived from the claim.
    pub caption: Option<String>,
    /// The line in the lesson's file, counted from 1.
    pub line: usize,
}

/// A claim about what can be observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// A claim about the response to a person's last request.
    Expect {
        /// The author of the request.
        who: Author,
        /// The claim.
        answer: AnswerClaim,
    },
    /// A claim about a document and its history.
    Document {
        /// The document's id.
        id: DocumentId,
        /// The claim.
        claim: DocumentClaim,
    },
    /// A claim about an editor.
    Editor {
        /// The person.
        who: Author,
        /// The claim.
        claim: EditorClaim,
    },
    /// A claim about a run of simulated writers.
    Swarm(SwarmClaim),
}

impl Claim {
    /// Returns the document that has to be read before the claim can be checked, or `None`.
    #[must_use]
    pub fn document(&self) -> Option<&DocumentId> {
        match self {
            Self::Document { id, .. } => Some(id),
            Self::Expect { .. } | Self::Editor { .. } | Self::Swarm(_) => None,
        }
    }

    /// Returns the areas of the screen that the claim is about.
    ///
    /// A question that hides one of them hides the claim.
    #[must_use]
    pub fn shows(&self) -> Vec<HiddenArea> {
        match self {
            Self::Expect { answer, .. } if answer.request.is_empty() => vec![HiddenArea::WireStatus],
            Self::Expect { .. } => vec![HiddenArea::WireStatus, HiddenArea::WireCondition],
            Self::Document { .. } => HiddenArea::SERVER.to_vec(),
            // It is about a run that is over, which no question hides.
            Self::Swarm(_) => Vec::new(),
            Self::Editor { claim, .. } => {
                let areas = [
                    (claim.conflicts.is_some(), HiddenArea::MergeCount),
                    (claim.says.is_some(), HiddenArea::Notices),
                    (claim.state.is_some(), HiddenArea::Status),
                ];
                areas.into_iter().filter_map(|(is_said, area)| is_said.then_some(area)).collect()
            }
        }
    }
}

/// A claim about the response to a person's last request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerClaim {
    /// The method of the request; if `None`, the last request with any method.
    pub method: Option<String>,
    /// The status code.
    pub status: Option<u16>,
    /// The `reason` in the problem details.
    pub reason: Option<Reason>,
    /// Fields of the response.
    pub fields: Vec<(String, WantedField)>,
    /// Fields of the request.
    pub request: Vec<(String, WantedField)>,
    /// Whether the response was lost.
    pub lost: Option<bool>,
}

/// The expected value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedField {
    /// The field is present, or absent.
    There(bool),
    /// The field has exactly this value, with its placeholders filled in.
    Just(String),
}

/// A claim about a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentClaim {
    /// Pieces that the text contains.
    pub has: Vec<String>,
    /// Pieces that the text does not contain.
    pub lacks: Vec<String>,
    /// The whole text.
    pub content: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// Whether the document does not exist.
    pub deleted: Option<bool>,
    /// The number of versions, including deletes.
    pub versions: Option<usize>,
    /// The number of lost updates: versions that were overwritten unseen.
    pub lost_updates: Option<usize>,
    /// The number of versions that name a base other than the version that they replaced.
    pub gaps: Option<usize>,
}

/// A claim about an editor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditorClaim {
    /// The word for the editor's state.
    pub state: Option<String>,
    /// Pieces that the editor's text contains.
    pub has: Vec<String>,
    /// Pieces that the text does not contain.
    pub lacks: Vec<String>,
    /// The number of undecided conflicts of the merge.
    pub conflicts: Option<usize>,
    /// A piece of the editor's notice.
    pub says: Option<String>,
}
