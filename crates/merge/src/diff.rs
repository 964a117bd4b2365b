//! Compares two sequences of line numbers, and returns the differences as hunks.
//!
//! The search is Myers': the fewest removed and added lines that turn one text into the other. The steps around it
//! determine the result that users see, and are git's, on purpose: people who merge have looked at git's hunks for
//! years, and a merge with other hunks settles other things. There are three such steps.
//!
//! 1. The common lines at the start and at the end are set aside.
//! 2. A line that the other text lacks cannot be kept, so it takes no part in the search. Neither does a line that
//!    occurs in the other text many times, such as an empty line or a brace, if nearly all lines around it are new:
//!    matching it would tear apart a block that was written as one.
//! 3. Each edit slides to its final position: see [`crate::slide`].
//!
//! The view uses `similar` for its marks instead. `similar` cuts differently, and takes three to six times as long as
//! git if thousands of edits are scattered over a text.

use crate::hunk::Hunk;
use crate::myers::{EditScript, Search};
use crate::slide::slide_hunks;
use std::borrow::Cow;
use std::ops::Range;
use std::time::Instant;

/// The hunks that turn the base into the side, in order, with at least one kept line between any two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diff {
    pub(crate) hunks: Vec<Hunk>,
    /// Whether the time sufficed. If not, the hunks are coarser, but still correct.
    pub(crate) complete: bool,
}

/// Compares two sequences of lines, each given as a number, counted from 0.
///
/// Equal lines have equal numbers.
///
/// The hunks are those of a merge, in order, with at least one equal line between any two. After the deadline they are
/// coarser, and still correct. The memory grows with the highest number.
#[must_use]
pub fn compare_lines(base: &[u32], side: &[u32], deadline: Option<Instant>) -> Vec<Hunk> {
    diff(base, side, deadline).hunks
}

/// Compares two sequences of numbers, in which no number is much higher than the sequences are long.
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
        let counts = Occurrences::of(base, side);
        let old = DiffableLines::of(base, of_base, &counts.side);
        let new = DiffableLines::of(side, of_side, &counts.base);
        drop(counts);
        let mut marks = EditScript { removed: vec![false; old.lines.len()], added: vec![false; new.lines.len()] };
        complete = Search::new(&old.lines, &new.lines, deadline).run(&mut marks);
        hunks_of(&EditScript { removed: old.all(marks.removed), added: new.all(marks.added) }, before)
    };
    Diff { hunks: slide_hunks(&hunks, base, side), complete }
}

/// Compares two short parts of long sequences. Their numbers may be high, so they are renumbered first.
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

/// The lines that take part in the search.
struct DiffableLines<'l> {
    /// The lines in their order; usually all of them, borrowed.
    lines: Cow<'l, [u32]>,
    /// Which lines were left out; `None` if there are none.
    left_out: Option<Vec<bool>>,
}

/// How often each number occurs in either text.
struct Occurrences {
    base: Vec<u32>,
    side: Vec<u32>,
}

/// Whether the other text has a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// The other text does not have it.
    Absent,
    /// The other text has it.
    Present,
    /// The other text has it so often that a match means little.
    Frequent,
}

/// How many lines around a frequent line are checked for new ones, in either direction.
const PRUNING_WINDOW: usize = 100;

impl Occurrences {
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

impl<'l> DiffableLines<'l> {
    /// Selects the lines of a range that are worth searching for in a text with these counts.
    fn of(lines: &'l [u32], range: Range<usize>, other: &[u32]) -> Self {
        let many = frequent_count(lines.len());
        let presence = |&line: &u32| match other[line as usize] {
            0 => Presence::Absent,
            count if count < many => Presence::Present,
            _ => Presence::Frequent,
        };
        let lines = &lines[range];
        // A line is left out only if it is absent, or among absent lines.
        if !lines.iter().any(|line| presence(line) == Presence::Absent) {
            return Self { lines: lines.into(), left_out: None };
        }
        let left_out = left_out(&lines.iter().map(presence).collect::<Vec<_>>());
        let mut rest = Vec::with_capacity(left_out.iter().filter(|out| !**out).count());
        rest.extend(lines.iter().zip(&left_out).filter(|(_, out)| !**out).map(|(line, _)| *line));
        Self { lines: rest.into(), left_out: Some(left_out) }
    }

    /// Converts the marks of these lines to marks of all lines.
    ///
    /// Lines that were left out of the search are marked.
    fn all(self, marks: Vec<bool>) -> Vec<bool> {
        let Some(mut all) = self.left_out else { return marks };
        for (all, mark) in all.iter_mut().filter(|out| !**out).zip(marks) {
            *all = mark;
        }
        all
    }
}

/// Returns which lines can be left out of the search.
///
/// That depends on the presence of each line and of its neighbours.
fn left_out(present: &[Presence]) -> Vec<bool> {
    let mut out = Vec::with_capacity(present.len());
    while out.len() < present.len() {
        let rest = &present[out.len()..];
        // The run ends before the next line that is present; if the first line is present, the run is empty.
        let run = &rest[..rest.iter().take_while(|presence| **presence != Presence::Present).count()];
        let mut around = Around::start_of(run);
        for (place, presence) in run.iter().enumerate() {
            out.push(*presence == Presence::Absent || around.are_new());
            around.extend_to(run, place);
        }
        if run.len() < rest.len() {
            out.push(false);
        }
    }
    out
}

/// The number of lines around a position in a run, and how many of them the other text lacks.
struct Around {
    absent_before: usize,
    absent_after: usize,
    lines: usize,
}

impl Around {
    /// Starts at the first position of a run.
    fn start_of(run: &[Presence]) -> Self {
        let after = run.iter().skip(1).take(PRUNING_WINDOW);
        let lines = after.len();
        Self { absent_before: 0, absent_after: after.filter(|line| **line == Presence::Absent).count(), lines }
    }

    /// Returns whether most lines are absent, some of them before and some after.
    ///
    /// The line itself counts twice, as in git.
    fn are_new(&self) -> bool {
        let all = self.lines + 2;
        let frequent = all - self.absent_before - self.absent_after;
        self.absent_before > 0 && self.absent_after > 0 && 4 * frequent < all
    }

    /// Moves from a position to the next one.
    fn extend_to(&mut self, run: &[Presence], place: usize) {
        let absent = |place: usize| usize::from(run.get(place) == Some(&Presence::Absent));
        self.absent_before += absent(place);
        self.absent_after -= absent(place + 1);
        self.absent_after += absent(place + 1 + PRUNING_WINDOW);
        self.lines += usize::from(place + 1 + PRUNING_WINDOW < run.len());
        if let Some(passed) = place.checked_sub(PRUNING_WINDOW) {
            self.absent_before -= absent(passed);
            self.lines -= 1;
        }
    }
}

/// Returns from how many occurrences on a line is frequent.
///
/// This is about the square root of the text's length.
///
/// It is at least 8, so in the shortest texts no line is frequent; git's minimum is 2.
fn frequent_count(lines: usize) -> u32 {
    let bits = usize::BITS - lines.leading_zeros();
    (1 << bits.div_ceil(2).min(10)).max(8)
}

/// Converts marks to hunks, shifted by the number of lines before them.
fn hunks_of(marks: &EditScript, before: usize) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    let (mut base, mut side) = (0, 0);
    let run = |marks: &[bool], from: usize| from + marks[from..].iter().take_while(|mark| **mark).count();
    while base < marks.removed.len() || side < marks.added.len() {
        let (base_end, side_end) = (run(&marks.removed, base), run(&marks.added, side));
        if base < base_end || side < side_end {
            hunks.push(Hunk { base: before + base..before + base_end, side: before + side..before + side_end });
        }
        // The line at this position, if any, is kept by both.
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
    fn hunk_has_removed_and_added_lines() {
        assert_eq!(hunks("", ""), []);
        assert_eq!(hunks("abc", "abc"), []);
        assert_eq!(hunks("", "ab"), [(0..0, 0..2)]);
        assert_eq!(hunks("ab", ""), [(0..2, 0..0)]);
        assert_eq!(hunks("abcd", "axyc"), [(1..2, 1..3), (3..4, 4..4)]);
        assert_eq!(hunks("abcabba", "cbabac"), [(0..2, 0..0), (3..4, 1..1), (5..5, 2..3), (7..7, 5..6)]);
    }

    #[test]
    fn frequent_line_does_not_tear_a_new_block() {
        // Ten empty lines are frequent. The one between new lines means nothing; the one between known lines does.
        let known = "a.b.c.d.e.f.g.h.i.j.";
        let (old, new) = ("1234.5678", "qwer.tyui");
        let replaced = hunks(&format!("{known}{old}"), &format!("{known}{new}"));
        assert_eq!(replaced, [(20..29, 20..29)]);
        let rare = hunks(&format!("a.b{old}"), &format!("a.b{new}"));
        assert_eq!(rare, [(3..7, 3..7), (8..12, 8..12)]);
    }

    #[test]
    fn frequent_count_grows_with_the_root_of_the_length() {
        assert_eq!([0, 15, 63, 64, 255, 256, 1023, 1024].map(frequent_count), [8, 8, 8, 16, 16, 32, 32, 64]);
        assert_eq!(frequent_count(usize::MAX), 1024);
    }

    #[test]
    fn left_out_lines_are_those_of_a_recount_at_each_line() {
        use Presence::{Absent, Frequent, Present};
        for seed in 1..40_u64 {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                state >> 33
            };
            let frequent = 1 + seed % 9;
            let row: Vec<Presence> = (0..500)
                .map(|_| match next() % 250 {
                    0 => Present,
                    other if other % 10 < frequent => Frequent,
                    _ => Absent,
                })
                .collect();
            let expected: Vec<bool> = (0..row.len()).map(|place| left_out_by_recount(&row, place)).collect();
            assert_eq!(left_out(&row), expected, "seed {seed}");
        }
    }

    /// Returns whether a line is left out, as git counts.
    ///
    /// Git counts from the line to either side, the line included, within the window.
    fn left_out_by_recount(row: &[Presence], place: usize) -> bool {
        let run = |lines: &mut dyn Iterator<Item = &Presence>| {
            let lines: Vec<_> = lines.take_while(|line| **line != Presence::Present).take(PRUNING_WINDOW + 1).collect();
            (lines.len(), lines.iter().filter(|line| ***line == Presence::Absent).count())
        };
        let (before, absent_before) = run(&mut row[..=place].iter().rev());
        let (after, absent_after) = run(&mut row[place..].iter());
        match row[place] {
            Presence::Absent => true,
            Presence::Present => false,
            Presence::Frequent => {
                let (all, absent) = (before + after, absent_before + absent_after);
                absent_before > 0 && absent_after > 0 && 4 * (all - absent) < all
            }
        }
    }
}
