//! The ways in which a text shows its conflicts: those of `git merge-file`.

/// How a text shows its conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Mine and theirs, as short as can be.
    #[default]
    Merge,
    /// Mine, base and theirs, whole.
    Diff3,
    /// Mine, base and theirs; what mine and theirs begin and end with in common stands outside.
    Zdiff3,
}
