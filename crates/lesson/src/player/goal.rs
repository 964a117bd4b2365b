//! The claims of a level's goal, each with its state: met, not met, or out of reach.
//!
//! What is *not* here: how a claim is judged. The player's `judge` module does that.

use contract::DocumentId;

/// One claim of a level's goal, as it was judged last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalClaim {
    /// The document that the claim is about, if [`words`](Self::words) does not name it.
    pub document: Option<DocumentId>,
    /// The claim in few words, or the caption of all claims of a check.
    pub words: String,
    /// The claim in words that name the document, too.
    pub full_words: String,
    /// Whether the claim holds.
    pub state: GoalClaimState,
}

/// The state of a claim of a level's goal, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GoalClaimState {
    /// The claim holds now.
    Met,
    /// The claim does not hold yet.
    Open,
    /// The claim cannot hold any more unless the level starts over.
    ///
    /// Only the history of a document shows this: versions, gaps and lost updates are never taken back, and a document
    /// with all versions that the goal allows cannot change without one more.
    OutOfReach,
}
