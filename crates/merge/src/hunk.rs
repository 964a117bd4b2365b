//! One difference between two texts, in line numbers.

use std::ops::Range;

/// A range of the base that one side replaced: by deletion, by insertion, or both. Ranges count lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The lines of the base.
    pub base: Range<usize>,
    /// The lines of the side.
    pub side: Range<usize>,
}
