//! One difference between two texts, in line numbers.

use std::ops::Range;

/// A range of the base that one side replaced: by deletion, by insertion, or both. Ranges count lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hunk {
    pub(crate) base: Range<usize>,
    pub(crate) side: Range<usize>,
}
