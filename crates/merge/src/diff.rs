//! Where two rows of numbers differ, as a list of hunks.
//!
//! The search is Myers': the fewest lines removed and added that make one text of the other. What surrounds it decides
//! what people see, and is what git does, on purpose: whoever merges has looked at git's hunks for years, and a merge
//! that cuts otherwise settles otherwise. Three things happen before and after.
//!
//! 1. What both texts begin and end with is set aside.
//! 2. A line that the other text lacks cannot be kept, so it takes no part in the search. Neither does a line that
//!    stands in the other text many times, an empty one or a brace, where nearly all around it is new: matching it
//!    would tear a block that was written as one.
//! 3. Each edit slides to its place, see [`crate::slide`].
//!
//! This is not `similar`, which the view uses for its marks: that one cuts otherwise, and takes three to six times as
//! long as git where thousands of edits are scattered over a text.

use crate::myers::{Marks, Search};
use crate::slide::settle;
use std::ops::Range;
use std::time::Instant;

/// A stretch of the base that one side replaced: by deletion, by insertion, or both. Ranges count lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hunk {
    pub(crate) base: Range<usize>,
    pub(crate) side: Range<usize>,
}

/// The hunks that turn the base into the side, in order, with at least one kept line between any two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diff {
    pub(crate) hunks: Vec<Hunk>,
    /// Whether time sufficed. If not, the hunks are coarser, and as true.
    pub(crate) complete: bool,
}

/// Compares two rows of numbers.
pub(crate) fn diff(base: &[u32], side: &[u32], deadline: Option<Instant>) -> Diff {
    let before = base.iter().zip(side).take_while(|(one, other)| one == other).count();
    let rest = |lines: &[u32]| before..lines.len();
    let pairs = base[rest(base)].iter().rev().zip(side[rest(side)].iter().rev());
    let after = pairs.take_while(|(one, other)| one == other).count();
    let (of_base, of_side) = (before..base.len() - after, before..side.len() - after);
    let mut complete = true;
    let hunks = if of_base.is_empty() && of_side.is_empty() {
        Vec::new()
    } else if of_base.is_empty() || of_side.is_empty() {
        vec![Hunk { base: of_base, side: of_side }]
    } else {
        let mut marks = Marks { removed: vec![false; of_base.len()], added: vec![false; of_side.len()] };
        let counts = Counts::of(base, side);
        let old = counts.worth_matching(base, &of_base, &counts.side, &mut marks.removed);
        let new = counts.worth_matching(side, &of_side, &counts.base, &mut marks.added);
        complete = Search::new(&old, &new, deadline).run(&mut marks);
        marked(&marks, before)
    };
    Diff { hunks: settle(&hunks, base, side), complete }
}

/// Lines that take part in the search, and where they stand.
pub(crate) struct Lines {
    pub(crate) numbers: Vec<u32>,
    /// Of each, its place among the lines that differ.
    pub(crate) places: Vec<u32>,
}

/// How often each number stands in either text.
struct Counts {
    base: Vec<u32>,
    side: Vec<u32>,
}

/// Whether the other text has a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// It has not.
    Absent,
    /// It has.
    Present,
    /// It has so many that it means little.
    Frequent,
}

/// How far around a frequent line is looked for new ones, in either direction.
const WINDOW: usize = 100;

impl Counts {
    fn of(base: &[u32], side: &[u32]) -> Self {
        let kinds = base.iter().chain(side).max().map_or(0, |highest| *highest as usize + 1);
        let count = |lines: &[u32]| {
            let mut counts = vec![0; kinds];
            for &line in lines {
                counts[line as usize] += 1;
            }
            counts
        };
        Self { base: count(base), side: count(side) }
    }

    /// Of a range of lines, those worth looking for in a text with these counts. The others are marked.
    fn worth_matching(&self, lines: &[u32], range: &Range<usize>, other: &[u32], marks: &mut [bool]) -> Lines {
        debug_assert_eq!(self.base.len(), self.side.len());
        let many = many(lines.len());
        let presence = |&line: &u32| match other[line as usize] {
            0 => Presence::Absent,
            count if count < many => Presence::Present,
            _ => Presence::Frequent,
        };
        let differing = &lines[range.clone()];
        let present: Vec<Presence> = differing.iter().map(presence).collect();
        let mut worth = Lines { numbers: Vec::new(), places: Vec::new() };
        for (place, &number) in differing.iter().enumerate() {
            let matters = match present[place] {
                Presence::Absent => false,
                Presence::Present => true,
                Presence::Frequent => !among_new_ones(&present, place),
            };
            marks[place] = !matters;
            if matters {
                worth.numbers.push(number);
                worth.places.push(u32::try_from(place).expect("lines of texts in memory fit in 32 bits"));
            }
        }
        worth
    }
}

/// How often a line stands in a text that has it many times: about the root of the text's length. In the shortest texts
/// no line counts as frequent, where git would have two of a kind be many.
fn many(lines: usize) -> u32 {
    let bits = usize::BITS - lines.leading_zeros();
    (1 << bits.div_ceil(2).min(10)).max(8)
}

/// Whether a frequent line stands in a run of lines most of which the other text lacks.
fn among_new_ones(present: &[Presence], place: usize) -> bool {
    fn run<'p>(lines: impl Iterator<Item = &'p Presence>) -> (usize, usize) {
        let lines = lines.take(WINDOW).take_while(|presence| **presence != Presence::Present);
        lines.fold((0, 1), |(absent, frequent), presence| match presence {
            Presence::Absent => (absent + 1, frequent),
            _ => (absent, frequent + 1),
        })
    }
    let (absent_before, frequent_before) = run(present[..place].iter().rev());
    let (absent_behind, frequent_behind) = run(present[place + 1..].iter());
    let (absent, frequent) = (absent_before + absent_behind, frequent_before + frequent_behind);
    absent_before > 0 && absent_behind > 0 && 4 * frequent < frequent + absent
}

/// The hunks that marks make, shifted by the lines before.
fn marked(marks: &Marks, before: usize) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    let (mut base, mut side) = (0, 0);
    let run = |marks: &[bool], from: usize| from + marks[from..].iter().take_while(|mark| **mark).count();
    while base < marks.removed.len() || side < marks.added.len() {
        let (base_end, side_end) = (run(&marks.removed, base), run(&marks.added, side));
        if base < base_end || side < side_end {
            hunks.push(Hunk { base: before + base..before + base_end, side: before + side..before + side_end });
        }
        // What stands here now, if anything, is kept by both.
        (base, side) = (base_end + 1, side_end + 1);
    }
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunks(base: &str, side: &str) -> Vec<(Range<usize>, Range<usize>)> {
        let numbers = |text: &str| text.chars().map(u32::from).collect::<Vec<_>>();
        diff(&numbers(base), &numbers(side), None).hunks.into_iter().map(|hunk| (hunk.base, hunk.side)).collect()
    }

    #[test]
    fn a_hunk_holds_what_went_and_what_came() {
        assert_eq!(hunks("", ""), []);
        assert_eq!(hunks("abc", "abc"), []);
        assert_eq!(hunks("", "ab"), [(0..0, 0..2)]);
        assert_eq!(hunks("ab", ""), [(0..2, 0..0)]);
        assert_eq!(hunks("abcd", "axyc"), [(1..2, 1..3), (3..4, 4..4)]);
        assert_eq!(hunks("abcabba", "cbabac"), [(0..2, 0..0), (3..4, 1..1), (5..5, 2..3), (7..7, 5..6)]);
    }

    #[test]
    fn a_frequent_line_does_not_tear_a_new_block() {
        // Ten empty lines are many; the one between new lines means nothing, the one between known ones does.
        let known = "a.b.c.d.e.f.g.h.i.j.";
        let (old, new) = ("1234.5678", "qwer.tyui");
        let replaced = hunks(&format!("{known}{old}"), &format!("{known}{new}"));
        assert_eq!(replaced, [(20..29, 20..29)]);
        let rare = hunks(&format!("a.b{old}"), &format!("a.b{new}"));
        assert_eq!(rare, [(3..7, 3..7), (8..12, 8..12)]);
    }

    #[test]
    fn many_grows_with_the_root_of_the_length() {
        assert_eq!([0, 15, 63, 64, 255, 256, 1023, 1024].map(many), [8, 8, 8, 16, 16, 32, 32, 64]);
        assert_eq!(many(usize::MAX), 1024);
    }
}
