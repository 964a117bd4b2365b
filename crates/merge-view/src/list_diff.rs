//! The differences between two short lists: the lines of a region, or the words of a line.
//!
//! They are only for display. The regions and conflicts come from the [`merge`] crate's own comparison, and nothing
//! here changes a result.

use std::hash::Hash;
use std::ops::Range;
use std::time::Instant;

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

/// A range of the old list, and the range of the new list that replaces it; one of them may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListHunk {
    /// The removed entries of the old list.
    pub old: Range<usize>,
    /// The added entries of the new list.
    pub new: Range<usize>,
}

/// Returns the hunks that turn the old list into the new one, in order.
///
/// Between two hunks there is at least one equal entry. After the deadline the hunks are coarser, but still correct.
pub fn hunks<T: Eq + Hash + Ord>(old: &[T], new: &[T], deadline: Option<Instant>) -> Vec<ListHunk> {
    let operations = capture_diff_slices_deadline(Algorithm::Myers, old, new, deadline);
    // All operations between two equal stretches are one hunk.
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
    fn hunk_has_removed_and_added_ranges() {
        let hunks = hunks(&["a", "b", "c", "d"], &["a", "x", "y", "c"], None);
        assert_eq!(hunks, [ListHunk { old: 1..2, new: 1..3 }, ListHunk { old: 3..4, new: 4..4 }]);
    }
}
