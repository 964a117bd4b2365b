//! The parts of a merge that a view does not show while a question about them is open.

/// The parts of a merge that a view does not show.
///
/// A lesson asks how many conflicts a merge has before its learners may see them. By default, everything is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MergeMask {
    /// Whether the number of conflicts is hidden, with everything that tells which changes are conflicts.
    pub count: bool,
    /// Whether the result is hidden, with the suggestions for it.
    pub proposal: bool,
}

impl MergeMask {
    /// Returns whether the result is hidden: it also shows which changes are conflicts.
    pub(crate) const fn hides_result(self) -> bool {
        self.count || self.proposal
    }
}
