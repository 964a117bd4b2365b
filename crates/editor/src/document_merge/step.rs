//! Steps of a merge, as values.

use contract::EntityTag;
use merge::{Choice, Decision, Format};

/// Identifies a change of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeId {
    /// The title.
    Title,
    /// The parent.
    Parent,
    /// A region of the content, by its index in `content().merge().regions()`.
    Region(usize),
}

/// A step of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeStep {
    /// Decides one change.
    Decide {
        /// The change.
        place: ChangeId,
        /// The decision. The same decision again takes it back.
        decision: Decision,
    },
    /// Makes the same decision about several changes, in one step.
    ///
    /// Unlike [`MergeStep::Decide`], it takes nothing back.
    DecideAll {
        /// The changes.
        places: Vec<ChangeId>,
        /// The decision.
        decision: Decision,
    },
    /// Decides about several changes, each in its own way, in one step that takes nothing back.
    DecideEach(Vec<(ChangeId, Decision)>),
    /// Chooses the line ending, final newline and byte order mark of the result.
    ///
    /// The same choice again takes it back.
    DecideFormat(Choice<Format>),
    /// Replaces the whole content of the result by a text that was written by hand.
    WriteWhole {
        /// The text.
        text: String,
        /// The version of theirs that was shown while the text was written. With a newer version, it is merged.
        seen: EntityTag,
    },
    /// Undoes the last step.
    Undo,
    /// Redoes the step that was last undone.
    Redo,
}
