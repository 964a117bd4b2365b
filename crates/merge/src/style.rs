//! The styles of conflicts in a text: those of `git merge-file`.

/// How a text shows its conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Mine and theirs, as short as possible.
    #[default]
    Merge,
    /// Mine, base and theirs, whole.
    Diff3,
    /// Mine, base and theirs; common lines at the start and end of mine and theirs are outside the markers.
    Zdiff3,
}
