//! Classifies a cluster of edits: its kind of change, and of conflict.
//!
//! Whether it is a conflict follows from three comparisons of line numbers. The kind of conflict is information for the
//! user who has to decide: it names what happened and does not change the result.

use crate::cluster::Cluster;
use crate::hunk::Hunk;
use crate::line_interner::LineIds;
use crate::region::{ConflictKind, RegionKind};
use crate::text::LineText;
use std::ops::Range;

/// The input for classifying a cluster.
pub(crate) struct Classifier<'a> {
    pub(crate) numbers: &'a LineIds,
    pub(crate) mine: &'a LineText,
    pub(crate) theirs: &'a LineText,
    /// Whether both diffs were completed.
    pub(crate) complete: bool,
}

impl Classifier<'_> {
    /// Returns what happened in the lines of a cluster.
    pub(crate) fn region_kind(&self, cluster: &Cluster) -> RegionKind {
        let base = &self.numbers.base[cluster.base.clone()];
        let mine = &self.numbers.mine[cluster.mine.clone()];
        let theirs = &self.numbers.theirs[cluster.theirs.clone()];
        if mine == theirs {
            RegionKind::Agreed
        } else if theirs == base {
            RegionKind::Mine
        } else if mine == base {
            RegionKind::Theirs
        } else {
            RegionKind::Conflict(self.conflict_kind(cluster))
        }
    }

    fn conflict_kind(&self, cluster: &Cluster) -> ConflictKind {
        if self.differ_in_whitespace_only(cluster) {
            ConflictKind::WhitespaceOnly
        } else if !self.complete && self.is_cut_short(cluster) {
            ConflictKind::GaveUp
        } else if cluster.base.is_empty() {
            ConflictKind::BothInserted
        } else if !do_overlap(cluster.mine_hunks, cluster.theirs_hunks) {
            ConflictKind::Touching
        } else if cluster.mine.is_empty() {
            ConflictKind::DeletedByMine
        } else if cluster.theirs.is_empty() {
            ConflictKind::DeletedByTheirs
        } else {
            ConflictKind::BothEdited
        }
    }

    fn differ_in_whitespace_only(&self, cluster: &Cluster) -> bool {
        visible_bytes(self.mine, &cluster.mine).eq(visible_bytes(self.theirs, &cluster.theirs))
    }

    fn is_cut_short(&self, cluster: &Cluster) -> bool {
        let numbers = self.numbers;
        let of = |hunks: &[Hunk], side: &[u32]| {
            hunks.iter().any(|hunk| has_missed_matches(&numbers.base[hunk.base.clone()], &side[hunk.side.clone()]))
        };
        of(cluster.mine_hunks, &numbers.mine) || of(cluster.theirs_hunks, &numbers.theirs)
    }
}

/// Returns whether a diff that ran out of time has missed matches in this hunk.
///
/// It has if most lines of one side of the hunk are also on the other. Everywhere else the same diff was completed, and
/// the kind of conflict is reliable.
fn has_missed_matches(base: &[u32], side: &[u32]) -> bool {
    let sorted = |lines: &[u32]| {
        let mut lines = lines.to_vec();
        lines.sort_unstable();
        lines
    };
    let (base, side) = (sorted(base), sorted(side));
    let (mut rest, mut in_both) = (&base[..], 0);
    for line in &side {
        rest = &rest[rest.iter().take_while(|number| *number < line).count()..];
        if let Some((_, after)) = rest.split_first().filter(|(number, _)| *number == line) {
            (rest, in_both) = (after, in_both + 1);
        }
    }
    in_both * 2 > base.len().min(side.len())
}

/// Returns the bytes of some lines, without whitespace.
fn visible_bytes<'t>(text: &'t LineText, lines: &Range<usize>) -> impl Iterator<Item = u8> + 't {
    text.lines(lines.clone()).flat_map(|line| line.content.iter().copied().filter(|byte| !byte.is_ascii_whitespace()))
}

/// Returns whether the edits of the two sides overlap.
///
/// They do if both edited one line of the base, or one side inserted within what the other edited.
fn do_overlap(mine: &[Hunk], theirs: &[Hunk]) -> bool {
    let meet = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    let (mut mine, mut theirs) = (mine.iter().peekable(), theirs.iter().peekable());
    while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
        if meet(&a.base, &b.base) {
            return true;
        }
        if a.base.end <= b.base.start {
            mine.next()
        } else {
            theirs.next()
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_that_occurs_once_is_matched_once() {
        assert!(has_missed_matches(&[1, 2, 3, 4], &[4, 3, 2, 9]));
        assert!(!has_missed_matches(&[1, 2, 3, 4], &[1, 1, 1, 9]));
        assert!(!has_missed_matches(&[1, 2], &[]));
    }
}
