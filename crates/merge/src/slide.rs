//! Where an edit could stand in several places, one of them is chosen, always the same.
//!
//! Of five empty lines one was deleted: which one? The texts do not say, and a diff takes the one it came upon first,
//! which depends on edits far away. For one diff that is a matter of taste. For a merge it is not: were mine and theirs
//! to delete the same empty line, and the two diffs to put it down to different ones, the merge would delete two. So
//! each edit slides as far down as equal lines let it. Edits of one text that meet on the way become one, and a deletion
//! that meets an insertion stays with it, so that a replacement is one hunk: git does the same, and people know its
//! hunks.

use crate::diff::Hunk;

/// The same edits, each in its place.
pub(crate) fn settle(hunks: &[Hunk], base: &[u32], side: &[u32]) -> Vec<Hunk> {
    let mut gaps = Gaps::of(hunks, base.len());
    slide(base, &mut gaps.removed, &gaps.added);
    slide(side, &mut gaps.added, &gaps.removed);
    gaps.hunks()
}

/// An edit script seen from the lines that both texts keep: between any two neighbours, and at both ends, is a gap, where
/// so many lines were removed from the base and so many added on the side. Sliding moves lines from gap to gap; the kept
/// lines and their number stay.
struct Gaps {
    removed: Vec<usize>,
    added: Vec<usize>,
}

impl Gaps {
    fn of(hunks: &[Hunk], base: usize) -> Self {
        let kept = base - hunks.iter().map(|hunk| hunk.base.len()).sum::<usize>();
        let mut gaps = Self { removed: vec![0; kept + 1], added: vec![0; kept + 1] };
        let mut removed = 0;
        for hunk in hunks {
            let gap = hunk.base.start - removed;
            removed += hunk.base.len();
            gaps.removed[gap] = hunk.base.len();
            gaps.added[gap] = hunk.side.len();
        }
        gaps
    }

    fn hunks(&self) -> Vec<Hunk> {
        let mut hunks = Vec::new();
        let (mut base, mut side) = (0, 0);
        for (&removed, &added) in self.removed.iter().zip(&self.added) {
            if removed + added > 0 {
                hunks.push(Hunk { base: base..base + removed, side: side..side + added });
            }
            base += removed + 1;
            side += added + 1;
        }
        hunks
    }
}

/// Slides every group of one text's edited lines into its place.
fn slide(lines: &[u32], own: &mut [usize], other: &[usize]) {
    let (mut gap, mut start) = (0, 0);
    while gap < own.len() {
        if own[gap] > 0 {
            let mut group = Group { lines, own, gap, start };
            group.settle(other);
            (gap, start) = (group.gap, group.start);
        }
        start += own[gap] + 1;
        gap += 1;
    }
}

/// A run of edited lines in one text, on the move.
struct Group<'a> {
    lines: &'a [u32],
    /// How many edited lines each gap holds.
    own: &'a mut [usize],
    /// The gap it is in.
    gap: usize,
    /// Its first line.
    start: usize,
}

impl Group<'_> {
    /// Down as far as it goes; then back up to the last gap where the other text was edited too, if there was one.
    fn settle(&mut self, other: &[usize]) {
        let edited = |gap: usize| (other[gap] > 0).then_some(gap);
        let mut partner;
        loop {
            let size = self.size();
            while self.up() {}
            partner = edited(self.gap);
            while self.down() {
                partner = edited(self.gap).or(partner);
            }
            // A group that grew on the way may have come to slide further.
            if self.size() == size {
                break;
            }
        }
        if let Some(partner) = partner {
            while self.gap > partner && self.up() {}
        }
    }

    fn size(&self) -> usize {
        self.own[self.gap]
    }

    /// One line up, if the line above reads like the last one of the group; takes in what was edited there.
    fn up(&mut self) -> bool {
        let size = self.size();
        if self.gap == 0 || self.lines[self.start - 1] != self.lines[self.start + size - 1] {
            return false;
        }
        self.own[self.gap] = 0;
        self.gap -= 1;
        self.start -= 1 + self.own[self.gap];
        self.own[self.gap] += size;
        true
    }

    /// One line down, if the line below reads like the first one of the group; takes in what was edited there.
    fn down(&mut self) -> bool {
        let size = self.size();
        if self.gap + 1 == self.own.len() || self.lines[self.start] != self.lines[self.start + size] {
            return false;
        }
        self.own[self.gap] = 0;
        self.gap += 1;
        self.start += 1;
        self.own[self.gap] += size;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::Range;

    type Ranges = (Range<usize>, Range<usize>);

    fn settled(base: &str, side: &str, hunks: &[Ranges]) -> Vec<Ranges> {
        let numbers = |text: &str| text.chars().map(u32::from).collect::<Vec<_>>();
        let hunks: Vec<Hunk> = hunks.iter().cloned().map(|(base, side)| Hunk { base, side }).collect();
        settle(&hunks, &numbers(base), &numbers(side)).into_iter().map(|hunk| (hunk.base, hunk.side)).collect()
    }

    #[test]
    fn whichever_line_a_diff_took_the_last_one_is_meant() {
        for line in 1..4 {
            assert_eq!(settled("xaaay", "xaay", &[(line..line + 1, line..line)]), [(3..4, 3..3)], "a deletion");
            assert_eq!(settled("xaay", "xaaay", &[(line..line, line..line + 1)]), [(3..3, 3..4)], "an insertion");
        }
    }

    #[test]
    fn a_run_slides_over_what_repeats_it() {
        assert_eq!(settled("ababac", "abac", &[(0..2, 0..0)]), [(3..5, 3..3)]);
    }

    #[test]
    fn an_edit_that_can_only_be_in_one_place_stays() {
        assert_eq!(settled("abc", "axc", &[(1..2, 1..2)]), [(1..2, 1..2)]);
        assert_eq!(settled("abc", "abcd", &[(3..3, 3..4)]), [(3..3, 3..4)]);
        assert_eq!(settled("", "", &[]), []);
    }

    #[test]
    fn a_deletion_stays_with_an_insertion() {
        assert_eq!(settled("aab", "xab", &[(0..1, 0..1)]), [(0..1, 0..1)], "where both are already");
        assert_eq!(settled("aaab", "aaxb", &[(0..1, 0..0), (3..3, 2..3)]), [(2..3, 2..3)], "further down");
        assert_eq!(settled("aaab", "xaab", &[(0..0, 0..1), (2..3, 3..3)]), [(0..1, 0..1)], "further up");
        let last = [(0..0, 0..1), (1..2, 2..3)];
        assert_eq!(settled("aaab", "xaxab", &[(0..1, 0..1), (2..2, 2..3)]), last, "the last of several");
        assert_eq!(settled("aaaab", "xaab", &[(0..1, 0..1), (2..3, 2..2)]), [(0..2, 0..1)], "grown, too");
        let apart = [(0..0, 0..1), (2..4, 3..3)];
        assert_eq!(settled("aaba", "xaa", &[(0..1, 0..1), (2..3, 2..2)]), apart, "unless it has grown too much");
    }

    #[test]
    fn deletions_that_meet_become_one() {
        assert_eq!(settled("aaaab", "aab", &[(0..1, 0..0), (2..3, 1..1)]), [(2..4, 2..2)]);
        assert_eq!(settled("cabab", "cb", &[(1..2, 1..1), (3..5, 2..2)]), [(1..4, 1..1)], "whichever way");
    }
}
