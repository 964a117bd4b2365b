//! What kind of change a cluster is.
//!
//! Whether it is a conflict follows from three comparisons of numbers. Which kind of conflict is for the person who has
//! to decide: it names what happened and changes nothing in the result.

use crate::cluster::Cluster;
use crate::diff::{Hunk, Numbers};
use crate::region::{ConflictKind, RegionKind};
use crate::text::Text;
use std::collections::HashSet;
use std::ops::Range;

/// All that is needed to name a cluster.
pub(crate) struct Judge<'a> {
    numbers: &'a Numbers,
    mine: &'a Text,
    theirs: &'a Text,
    /// How often each line stands in each of the three texts, by its number.
    occurrences: Occurrences,
}

struct Occurrences {
    base: Vec<u32>,
    mine: Vec<u32>,
    theirs: Vec<u32>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(numbers: &'a Numbers, mine: &'a Text, theirs: &'a Text) -> Self {
        let highest = numbers.base.iter().chain(&numbers.mine).chain(&numbers.theirs).max();
        let count = |lines: &[u32]| {
            let mut counts = vec![0; highest.map_or(0, |&highest| highest as usize + 1)];
            for &line in lines {
                counts[line as usize] += 1;
            }
            counts
        };
        let occurrences =
            Occurrences { base: count(&numbers.base), mine: count(&numbers.mine), theirs: count(&numbers.theirs) };
        Self { numbers, mine, theirs, occurrences }
    }

    /// What happened in the lines of a cluster.
    pub(crate) fn kind(&self, cluster: &Cluster) -> RegionKind {
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
            RegionKind::Conflict(self.conflict(cluster))
        }
    }

    fn conflict(&self, cluster: &Cluster) -> ConflictKind {
        if self.differ_in_blanks_alone(cluster) {
            ConflictKind::WhitespaceOnly
        } else if self.gave_up(cluster) {
            ConflictKind::GaveUp
        } else if cluster.base.is_empty() {
            ConflictKind::BothInserted
        } else if !overlap(cluster.mine_hunks, cluster.theirs_hunks) {
            ConflictKind::Touching
        } else if cluster.mine.is_empty() {
            ConflictKind::DeletedByMine
        } else if cluster.theirs.is_empty() {
            ConflictKind::DeletedByTheirs
        } else {
            ConflictKind::BothEdited
        }
    }

    fn differ_in_blanks_alone(&self, cluster: &Cluster) -> bool {
        inked(self.mine, &cluster.mine).eq(inked(self.theirs, &cluster.theirs))
    }

    /// Whether a diff left a line unmatched that it had to match.
    ///
    /// Inside one hunk nothing is matched. Were the same line on both of its sides, and nowhere else in the texts,
    /// matching it would have made the diff shorter: so the diff did not look that far. This asks the outcome and needs
    /// no clock. Lines that stand in many places prove nothing, for a diff may pass over them for good reasons.
    fn gave_up(&self, cluster: &Cluster) -> bool {
        let unmatched = |hunks: &[Hunk], side: &[u32], occurrences: &[u32]| {
            hunks.iter().any(|hunk| {
                let once = |line: &u32| self.occurrences.base[*line as usize] == 1 && occurrences[*line as usize] == 1;
                let removed: HashSet<u32> = self.numbers.base[hunk.base.clone()].iter().copied().filter(once).collect();
                side[hunk.side.clone()].iter().any(|line| removed.contains(line))
            })
        };
        unmatched(cluster.mine_hunks, &self.numbers.mine, &self.occurrences.mine)
            || unmatched(cluster.theirs_hunks, &self.numbers.theirs, &self.occurrences.theirs)
    }
}

/// The bytes of some lines that leave ink on paper.
fn inked<'t>(text: &'t Text, lines: &Range<usize>) -> impl Iterator<Item = u8> + 't {
    text.lines(lines.clone()).flat_map(|line| line.content.iter().copied().filter(|byte| !byte.is_ascii_whitespace()))
}

/// Whether both sides edited one line of the base, or inserted at one place.
fn overlap(mine: &[Hunk], theirs: &[Hunk]) -> bool {
    let meet = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end || a == b;
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
