//! What can be done to a merge, as values.

use contract::EntityTag;
use merge::{Choice, Decision, Format};

/// Which change of a merge is meant.
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
    /// Decides one change. The same decision again takes it back.
    Decide {
        /// Which change.
        place: ChangeId,
        /// How.
        decision: Decision,
    },
    /// Decides the same about several changes, in one step. Unlike [`MergeStep::Decide`] it takes nothing back.
    DecideAll {
        /// Which changes.
        places: Vec<ChangeId>,
        /// How.
        decision: Decision,
    },
    /// Decides about several changes, each in its own way, in one step that takes nothing back.
    DecideEach(Vec<(ChangeId, Decision)>),
    /// Decides about line ends, final newline and byte order mark of the result. The same choice again takes it back.
    DecideFormat(Choice<Format>),
    /// Puts a text that was written by hand in the place of the whole content of the result.
    WriteWhole {
        /// The text.
        text: String,
        /// Which version of theirs was in sight while it was written. Against a newer one it is merged.
        seen: EntityTag,
    },
    /// Takes back the last step.
    Undo,
    /// Takes the step again that was taken back last.
    Redo,
}
