//! The differences of two short lists: lines of a region, words of a line.
//!
//! For the eye only. What a conflict is was decided by [`merge`], which asks its own questions; nothing here changes a
//! result.

use std::hash::Hash;
use std::ops::Range;
use std::time::Instant;

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

/// A range of the old list and the range that replaces it in the new one. One of the two may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListHunk {
    /// What went.
    pub old: Range<usize>,
    /// What came.
    pub new: Range<usize>,
}

/// The hunks that make the new list of the old one, in order, with something kept between any two. After the deadline
/// they are coarser, and still true.
pub fn hunks<T: Eq + Hash + Ord>(old: &[T], new: &[T], deadline: Option<Instant>) -> Vec<ListHunk> {
    let operations = capture_diff_slices_deadline(Algorithm::Myers, old, new, deadline);
    // What lies between two stretches that are equal is one hunk, in however many operations it comes.
    let changes = operations.split(|operation| operation.tag() == DiffTag::Equal);
    let hunk = |change: &[similar::DiffOp]| {
        let (first, last) = (change.first()?, change.last()?);
        Some(ListHunk {
            old: first.old_range().start..last.old_range().end,
            new: first.new_range().start..last.new_range().end,
        })
    };
    changes.filter_map(hunk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hunk_holds_what_went_and_what_came() {
        let hunks = hunks(&["a", "b", "c", "d"], &["a", "x", "y", "c"], None);
        assert_eq!(hunks, [ListHunk { old: 1..2, new: 1..3 }, ListHunk { old: 3..4, new: 4..4 }]);
    }
}
