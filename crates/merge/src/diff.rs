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

/// Compares two rows of numbers, in which no number is much higher than the rows are long.
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
        let old = Lines::worth_matching(base, &of_base, &counts.side, &mut marks.removed);
        let new = Lines::worth_matching(side, &of_side, &counts.base, &mut marks.added);
        complete = Search::new(&old, &new, deadline).run(&mut marks);
        marked(&marks, before)
    };
    Diff { hunks: settle(&hunks, base, side), complete }
}

/// Compares two short stretches of long rows. Their numbers may be high, so they get others first.
pub(crate) fn diff_stretch(base: &[u32], side: &[u32], deadline: Option<Instant>) -> Diff {
    let mut numbers = [base, side].concat();
    numbers.sort_unstable();
    numbers.dedup();
    let renumbered = |lines: &[u32]| -> Vec<u32> {
        let rank = |line: &u32| numbers.partition_point(|number| number < line);
        lines.iter().map(|line| u32::try_from(rank(line)).expect("ranks of numbers in 32 bits")).collect()
    };
    diff(&renumbered(base), &renumbered(side), deadline)
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
}

impl Lines {
    /// Of a range of lines, those worth looking for in a text with these counts. The others are marked.
    fn worth_matching(lines: &[u32], range: &Range<usize>, other: &[u32], marks: &mut [bool]) -> Self {
        let many = many(lines.len());
        let presence = |&line: &u32| match other[line as usize] {
            0 => Presence::Absent,
            count if count < many => Presence::Present,
            _ => Presence::Frequent,
        };
        let differing = &lines[range.clone()];
        let present: Vec<Presence> = differing.iter().map(presence).collect();
        let runs = Runs::of(&present);
        let mut run = 0..0;
        let mut worth = Self { numbers: Vec::new(), places: Vec::new() };
        for (place, &number) in differing.iter().enumerate() {
            if place >= run.end {
                run = runs.at(place);
            }
            let matters = match present[place] {
                Presence::Absent => false,
                Presence::Present => true,
                Presence::Frequent => !runs.is_among_new_ones(place, &run),
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

/// Lines that a text may do without, as they stand together.
struct Runs<'p> {
    present: &'p [Presence],
    /// Up to each place, how many lines the other text lacks.
    absent: Vec<u32>,
}

impl<'p> Runs<'p> {
    fn of(present: &'p [Presence]) -> Self {
        let mut count = 0;
        let counted = present.iter().map(|presence| {
            count += u32::from(*presence == Presence::Absent);
            count
        });
        Self { present, absent: [0].into_iter().chain(counted).collect() }
    }

    /// The run that starts here, up to the next line that is simply present; at least one line.
    fn at(&self, place: usize) -> Range<usize> {
        let length = self.present[place..].iter().take_while(|presence| **presence != Presence::Present).count();
        place..place + length.max(1)
    }

    /// Whether a frequent line stands in a run of lines most of which the other text lacks.
    fn is_among_new_ones(&self, place: usize, run: &Range<usize>) -> bool {
        let lines_before = run.start.max(place.saturating_sub(WINDOW))..place;
        let lines_behind = place + 1..run.end.min(place + 1 + WINDOW);
        let absent_in = |lines: &Range<usize>| (self.absent[lines.end] - self.absent[lines.start]) as usize;
        let (before, behind) = (absent_in(&lines_before), absent_in(&lines_behind));
        // The line itself counts on either side, as it does for git.
        let all = lines_before.len() + lines_behind.len() + 2;
        let frequent = all - before - behind;
        before > 0 && behind > 0 && 4 * frequent < all
    }
}

/// How often a line stands in a text that has it many times: about the root of the text's length. In the shortest texts
/// no line counts as frequent, where git would have two of a kind be many.
fn many(lines: usize) -> u32 {
    let bits = usize::BITS - lines.leading_zeros();
    (1 << bits.div_ceil(2).min(10)).max(8)
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
