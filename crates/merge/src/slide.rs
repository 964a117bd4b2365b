//! Slides each edit to one of the positions that it could have, always the same one.
//!
//! One of five empty lines was deleted: which one? The texts do not say, and a diff takes the first that it meets,
//! which depends on edits far away. For one diff that is a matter of taste. For a merge it is not: if mine and theirs
//! deleted the same empty line, and the two diffs chose different ones, the merge would delete two. So each edit slides
//! as far down as equal lines allow. Edits of one text that meet on the way are joined, and a deletion that meets an
//! insertion stays with it, so that a replacement is one hunk. Git does the same, and people know its hunks.

use crate::hunk::Hunk;

/// Returns the same edits, each at its final position.
pub(crate) fn slide_hunks(hunks: &[Hunk], base: &[u32], side: &[u32]) -> Vec<Hunk> {
    let (removed, added) = groups(hunks);
    let removed = slide(base, removed, &added);
    let added = slide(side, added, &removed);
    to_hunks(&removed, &added)
}

/// A run of edited lines in one text, positioned by the number of kept lines before it.
///
/// Sliding changes that number; the kept lines and their count stay.
#[derive(Debug, Clone, Copy)]
struct Group {
    gap: usize,
    size: usize,
}

fn groups(hunks: &[Hunk]) -> (Vec<Group>, Vec<Group>) {
    let (mut removed, mut added) = (Vec::with_capacity(hunks.len()), Vec::with_capacity(hunks.len()));
    let mut before = 0;
    for hunk in hunks {
        let gap = hunk.base.start - before;
        before += hunk.base.len();
        for (groups, size) in [(&mut removed, hunk.base.len()), (&mut added, hunk.side.len())] {
            if size > 0 {
                groups.push(Group { gap, size });
            }
        }
    }
    (removed, added)
}

fn to_hunks(mut removed: &[Group], mut added: &[Group]) -> Vec<Hunk> {
    let mut hunks = Vec::with_capacity(removed.len().max(added.len()));
    let (mut base, mut side) = (0, 0);
    while let Some(gap) = removed.first().into_iter().chain(added.first()).map(|group| group.gap).min() {
        let (of_base, of_side) = (take(&mut removed, gap), take(&mut added, gap));
        let (from_base, from_side) = (gap + base, gap + side);
        hunks.push(Hunk { base: from_base..from_base + of_base, side: from_side..from_side + of_side });
        base += of_base;
        side += of_side;
    }
    hunks
}

/// Removes the first group if it is in this gap, and returns its size; otherwise returns 0.
fn take(groups: &mut &[Group], gap: usize) -> usize {
    match groups.split_first() {
        Some((first, rest)) if first.gap == gap => {
            *groups = rest;
            first.size
        }
        _ => 0,
    }
}

/// Slides every group of one text to its final position.
fn slide(lines: &[u32], own: Vec<Group>, other: &[Group]) -> Vec<Group> {
    let mut ahead = own.into_iter();
    let mut slider = Slider { lines, settled: Vec::with_capacity(ahead.len()), before: 0, next: ahead.next() };
    while let Some(group) = slider.next {
        slider.next = ahead.next();
        let group = slider.settle(group, &mut ahead, other);
        slider.before += group.size;
        slider.settled.push(group);
    }
    slider.settled
}

/// The groups of one text, while one of them slides.
struct Slider<'a> {
    lines: &'a [u32],
    /// The groups before, at their final positions.
    settled: Vec<Group>,
    /// The number of lines of the settled groups.
    before: usize,
    /// The next group.
    next: Option<Group>,
}

impl Slider<'_> {
    /// Slides down as far as possible, then back up to the last gap that was edited in the other text too.
    fn settle(&mut self, mut group: Group, ahead: &mut impl Iterator<Item = Group>, other: &[Group]) -> Group {
        let edited = |gap: usize| other.binary_search_by_key(&gap, |group| group.gap).is_ok().then_some(gap);
        let mut partner;
        loop {
            let size = group.size;
            while self.up(&mut group) {}
            partner = edited(group.gap);
            while self.down(&mut group, ahead) {
                partner = edited(group.gap).or(partner);
            }
            // A group that grew on the way may be able to slide further.
            if group.size == size {
                break;
            }
        }
        if let Some(partner) = partner {
            while group.gap > partner && self.up(&mut group) {}
        }
        group
    }

    /// Slides one line up, if the line above equals the last one of the group.
    ///
    /// Joins the group there, if any.
    fn up(&mut self, group: &mut Group) -> bool {
        let start = group.gap + self.before;
        if group.gap == 0 || self.lines[start - 1] != self.lines[start + group.size - 1] {
            return false;
        }
        group.gap -= 1;
        if let Some(above) = self.settled.pop_if(|above| above.gap == group.gap) {
            self.before -= above.size;
            group.size += above.size;
        }
        true
    }

    /// Slides one line down, if the line below equals the first one of the group.
    ///
    /// Joins the group there, if any.
    fn down(&mut self, group: &mut Group, ahead: &mut impl Iterator<Item = Group>) -> bool {
        let start = group.gap + self.before;
        if self.lines.get(start + group.size) != Some(&self.lines[start]) {
            return false;
        }
        group.gap += 1;
        if let Some(below) = self.next.filter(|below| below.gap == group.gap) {
            group.size += below.size;
            self.next = ahead.next();
        }
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
        slide_hunks(&hunks, &numbers(base), &numbers(side)).into_iter().map(|hunk| (hunk.base, hunk.side)).collect()
    }

    #[test]
    fn edit_of_one_of_equal_lines_is_at_the_last() {
        for line in 1..4 {
            assert_eq!(settled("xaaay", "xaay", &[(line..line + 1, line..line)]), [(3..4, 3..3)], "a deletion");
            assert_eq!(settled("xaay", "xaaay", &[(line..line, line..line + 1)]), [(3..3, 3..4)], "an insertion");
        }
    }

    #[test]
    fn run_slides_over_its_repetition() {
        assert_eq!(settled("ababac", "abac", &[(0..2, 0..0)]), [(3..5, 3..3)]);
    }

    #[test]
    fn edit_with_one_possible_position_stays() {
        assert_eq!(settled("abc", "axc", &[(1..2, 1..2)]), [(1..2, 1..2)]);
        assert_eq!(settled("abc", "abcd", &[(3..3, 3..4)]), [(3..3, 3..4)]);
        assert_eq!(settled("", "", &[]), []);
    }

    #[test]
    fn deletion_stays_with_an_insertion() {
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
    fn deletions_that_meet_are_joined() {
        assert_eq!(settled("aaaab", "aab", &[(0..1, 0..0), (2..3, 1..1)]), [(2..4, 2..2)]);
        assert_eq!(settled("cabab", "cb", &[(1..2, 1..1), (3..5, 2..2)]), [(1..4, 1..1)], "whichever way");
    }
}
