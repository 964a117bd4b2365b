//! The search for the shortest edit script between two sequences of numbers.
//!
//! Eugene W. Myers, *An O(ND) Difference Algorithm and Its Variations* (1986), in its linear-space form: put the two
//! sequences along the edges of a grid; a step to the right removes a line, a step down adds one, a diagonal step keeps
//! one and is free. Paths of growing cost spread from the start and, backwards, from the end. A cheapest path goes
//! through the point where they meet, and the two halves are searched in the same progress.
//!
//! The cost grows with the square of the differences. So beyond some cost the search takes the most promising path, as
//! GNU diff and git do, with their thresholds: first a path that has come far by long runs of kept lines, and in the
//! end the one that came furthest. When the deadline passes, everything that is not searched yet counts as replaced.

use std::ops::Range;
use std::time::Instant;

/// A run of more kept lines than this is not a coincidence.
const MIN_SNAKE: isize = 20;
/// From this cost on, a path with such a run may end the search.
const HEURISTIC_MIN_COST: isize = 256;
/// A path is good if it has come more than this many times as far as it cost.
const GOOD_RATIO: isize = 4;
/// The least cost at which the search takes the path that came furthest.
const MIN_MAX_COST: isize = 256;
/// How many steps of the search are taken between two readings of the clock.
const STEPS_PER_CLOCK_CHECK: usize = 4096;

/// Which of the searched lines are removed, and which are added.
pub(crate) struct EditScript {
    pub(crate) removed: Vec<bool>,
    pub(crate) added: Vec<bool>,
}

/// A rectangle of the grid.
#[derive(Debug, Clone)]
struct Area {
    old: Range<isize>,
    new: Range<isize>,
    /// Whether only a cheapest path is acceptable.
    thorough: bool,
}

/// A point on the path, and which of the halves must be searched thoroughly.
struct Meeting {
    old: isize,
    new: isize,
    thorough: (bool, bool),
}

/// How far paths have come from one corner, by diagonal.
///
/// A diagonal is the difference of the positions in the old and new sequence.
struct Front {
    reached: Vec<isize>,
    /// The offset from a diagonal to its entry.
    shift: isize,
    /// The range of active diagonals.
    lowest: isize,
    highest: isize,
    /// The diagonal of the corner.
    middle: isize,
}

impl Front {
    fn new(old: usize, new: usize) -> Self {
        let shift = new.cast_signed() + 1;
        Self { reached: vec![0; old + new + 3], shift, lowest: 0, highest: 0, middle: 0 }
    }

    fn begin(&mut self, old: isize, new: isize) {
        (self.lowest, self.highest, self.middle) = (old - new, old - new, old - new);
        self.put(old - new, old);
    }

    fn at(&self, diagonal: isize) -> isize {
        self.reached[(diagonal + self.shift).cast_unsigned()]
    }

    fn put(&mut self, diagonal: isize, old: isize) {
        self.reached[(diagonal + self.shift).cast_unsigned()] = old;
    }

    /// Adds one more diagonal on either side, with a neighbour that no path comes from.
    ///
    /// At the edge of the area there is no further diagonal, and the outermost one is skipped in this round.
    fn widen(&mut self, edges: &Range<isize>, nowhere: isize) {
        if self.lowest > edges.start {
            self.lowest -= 1;
            self.put(self.lowest - 1, nowhere);
        } else {
            self.lowest += 1;
        }
        if self.highest < edges.end {
            self.highest += 1;
            self.put(self.highest + 1, nowhere);
        } else {
            self.highest -= 1;
        }
    }

    fn has(&self, diagonal: isize) -> bool {
        (self.lowest..=self.highest).contains(&diagonal)
    }

    /// Returns the diagonals of this round, from the highest down.
    fn diagonals(&self) -> impl Iterator<Item = isize> + use<> {
        (self.lowest..=self.highest).rev().step_by(2)
    }
}

/// A search and its working memory.
pub(crate) struct Search<'l> {
    old: &'l [u32],
    new: &'l [u32],
    forward: Front,
    backward: Front,
    /// The cost at which the path that came furthest is accepted.
    max_cost: isize,
    deadline: Option<Instant>,
    /// Steps until the next reading of the clock.
    steps: usize,
    late: bool,
}

impl<'l> Search<'l> {
    pub(crate) fn new(old: &'l [u32], new: &'l [u32], deadline: Option<Instant>) -> Self {
        let (rows, columns) = (old.len(), new.len());
        let bits = usize::BITS - (rows + columns + 3).leading_zeros();
        Self {
            old,
            new,
            forward: Front::new(rows, columns),
            backward: Front::new(rows, columns),
            max_cost: (1 << bits.div_ceil(2)).max(MIN_MAX_COST),
            deadline,
            steps: 0,
            late: false,
        }
    }

    /// Marks all lines that a cheapest path, or a good one, removes and adds.
    ///
    /// Returns whether the time sufficed.
    pub(crate) fn run(mut self, marks: &mut EditScript) -> bool {
        let whole = |lines: &[u32]| 0..lines.len().cast_signed();
        let mut areas = vec![Area { old: whole(self.old), new: whole(self.new), thorough: false }];
        while let Some(area) = areas.pop() {
            let area = self.shrunk(area);
            let meeting = if area.old.is_empty() || area.new.is_empty() { None } else { self.meeting(&area) };
            let Some(meeting) = meeting else {
                within_mut(&mut marks.removed, &area.old).fill(true);
                within_mut(&mut marks.added, &area.new).fill(true);
                continue;
            };
            areas.push(Area {
                old: meeting.old..area.old.end,
                new: meeting.new..area.new.end,
                thorough: meeting.thorough.1,
            });
            areas.push(Area {
                old: area.old.start..meeting.old,
                new: area.new.start..meeting.new,
                thorough: meeting.thorough.0,
            });
        }
        !self.late
    }

    fn same(&self, old: isize, new: isize) -> bool {
        self.old[old.cast_unsigned()] == self.new[new.cast_unsigned()]
    }

    /// Returns the area without the lines that are kept at its two corners.
    fn shrunk(&self, mut area: Area) -> Area {
        while !area.old.is_empty() && !area.new.is_empty() && self.same(area.old.start, area.new.start) {
            area.old.start += 1;
            area.new.start += 1;
        }
        while !area.old.is_empty() && !area.new.is_empty() && self.same(area.old.end - 1, area.new.end - 1) {
            area.old.end -= 1;
            area.new.end -= 1;
        }
        area
    }

    /// Returns a point on a good path through the area; `None` if the time is up.
    fn meeting(&mut self, area: &Area) -> Option<Meeting> {
        let edges = area.old.start - area.new.end..area.old.end - area.new.start;
        self.forward.begin(area.old.start, area.new.start);
        self.backward.begin(area.old.end, area.new.end);
        let odd = (self.forward.middle - self.backward.middle) % 2 != 0;
        for cost in 1.. {
            if self.is_late() {
                break;
            }
            let (met, ran) = self.advance(area, &edges, odd);
            if met.is_some() {
                return met;
            }
            let (met, ran_back) = self.advance_back(area, &edges, !odd);
            if met.is_some() {
                return met;
            }
            if area.thorough {
                continue;
            }
            if (ran || ran_back) && cost > HEURISTIC_MIN_COST {
                let good = self.good_path(area, cost).or_else(|| self.good_path_back(area, cost));
                if good.is_some() {
                    return good;
                }
            }
            if cost >= self.max_cost {
                return Some(self.furthest(area));
            }
        }
        None
    }

    fn is_late(&mut self) -> bool {
        let Some(deadline) = self.deadline else { return false };
        if self.steps == 0 {
            self.late = self.late || Instant::now() >= deadline;
            self.steps = STEPS_PER_CLOCK_CHECK;
        }
        // A round takes as many steps as there are active diagonals.
        let width = (self.forward.highest - self.forward.lowest).unsigned_abs() + 1;
        self.steps = self.steps.saturating_sub(width);
        self.late
    }

    /// Extends the paths from the start by one removed or added line.
    ///
    /// Returns the point where one of them meets a path from the end, and whether any path found a long run.
    fn advance(&mut self, area: &Area, edges: &Range<isize>, may_meet: bool) -> (Option<Meeting>, bool) {
        let front = &mut self.forward;
        front.widen(edges, -1);
        let (old_lines, new_lines) = (within(self.old, &area.old), within(self.new, &area.new));
        let mut ran = false;
        for diagonal in front.diagonals() {
            let (below, above) = (front.at(diagonal - 1), front.at(diagonal + 1));
            let start = if below >= above { below + 1 } else { above };
            // Beyond the edge of the area there is nothing to match.
            let olds = old_lines.get((start - area.old.start).cast_unsigned()..).unwrap_or_default();
            let news = new_lines.get((start - diagonal - area.new.start).cast_unsigned()..).unwrap_or_default();
            let run = olds.iter().zip(news).take_while(|(one, other)| one == other).count().cast_signed();
            let old = start + run;
            ran |= run > MIN_SNAKE;
            front.put(diagonal, old);
            if may_meet && self.backward.has(diagonal) && self.backward.at(diagonal) <= old {
                return (Some(Meeting { old, new: old - diagonal, thorough: (true, true) }), ran);
            }
        }
        (None, ran)
    }

    /// Like [`Search::advance`], for the paths from the end.
    fn advance_back(&mut self, area: &Area, edges: &Range<isize>, may_meet: bool) -> (Option<Meeting>, bool) {
        let front = &mut self.backward;
        front.widen(edges, isize::MAX);
        let (old_lines, new_lines) = (within(self.old, &area.old), within(self.new, &area.new));
        let mut ran = false;
        for diagonal in front.diagonals() {
            let (below, above) = (front.at(diagonal - 1), front.at(diagonal + 1));
            let start = if below < above { below } else { above - 1 };
            let olds = old_lines.get(..(start - area.old.start).cast_unsigned()).unwrap_or_default();
            let news = new_lines.get(..(start - diagonal - area.new.start).cast_unsigned()).unwrap_or_default();
            let pairs = olds.iter().rev().zip(news.iter().rev());
            let run = pairs.take_while(|(one, other)| one == other).count().cast_signed();
            let old = start - run;
            ran |= run > MIN_SNAKE;
            front.put(diagonal, old);
            if may_meet && self.forward.has(diagonal) && old <= self.forward.at(diagonal) {
                return (Some(Meeting { old, new: old - diagonal, thorough: (true, true) }), ran);
            }
        }
        (None, ran)
    }

    /// Returns the furthest good path from the start.
    ///
    /// A path is good if it has come far for its cost and ends in a long run.
    fn good_path(&self, area: &Area, cost: isize) -> Option<Meeting> {
        let (olds, news) = (area.old.start + MIN_SNAKE..area.old.end, area.new.start + MIN_SNAKE..area.new.end);
        let mut best = (GOOD_RATIO * cost, None);
        for diagonal in self.forward.diagonals() {
            let old = self.forward.at(diagonal);
            let new = old - diagonal;
            let progress = (old - area.old.start) + (new - area.new.start) - (diagonal - self.forward.middle).abs();
            let better = progress > best.0 && olds.contains(&old) && news.contains(&new);
            if better && (1..=MIN_SNAKE).all(|back| self.same(old - back, new - back)) {
                best = (progress, Some(Meeting { old, new, thorough: (true, false) }));
            }
        }
        best.1
    }

    /// Like [`Search::good_path`], for the paths from the end.
    fn good_path_back(&self, area: &Area, cost: isize) -> Option<Meeting> {
        let (olds, news) =
            (area.old.start + 1..=area.old.end - MIN_SNAKE, area.new.start + 1..=area.new.end - MIN_SNAKE);
        let mut best = (GOOD_RATIO * cost, None);
        for diagonal in self.backward.diagonals() {
            let old = self.backward.at(diagonal);
            let new = old - diagonal;
            let progress = (area.old.end - old) + (area.new.end - new) - (diagonal - self.backward.middle).abs();
            let better = progress > best.0 && olds.contains(&old) && news.contains(&new);
            if better && (0..MIN_SNAKE).all(|on| self.same(old + on, new + on)) {
                best = (progress, Some(Meeting { old, new, thorough: (false, true) }));
            }
        }
        best.1
    }

    /// Returns the path that came furthest, from either corner.
    fn furthest(&self, area: &Area) -> Meeting {
        let clipped = |diagonal: isize| {
            let old = self.forward.at(diagonal).min(area.old.end);
            if old - diagonal > area.new.end { (area.new.end + diagonal, area.new.end) } else { (old, old - diagonal) }
        };
        let clipped_back = |diagonal: isize| {
            let old = self.backward.at(diagonal).max(area.old.start);
            let short = old - diagonal < area.new.start;
            if short { (area.new.start + diagonal, area.new.start) } else { (old, old - diagonal) }
        };
        // Of equals the first is taken, which is on the highest diagonal.
        let forward = self
            .forward
            .diagonals()
            .map(clipped)
            .reduce(|best, next| if next.0 + next.1 > best.0 + best.1 { next } else { best });
        let backward = self
            .backward
            .diagonals()
            .map(clipped_back)
            .reduce(|best, next| if next.0 + next.1 < best.0 + best.1 { next } else { best });
        let start = (area.old.start, area.new.start);
        let end = (area.old.end, area.new.end);
        let (forward, backward) = (forward.unwrap_or(start), backward.unwrap_or(end));
        let distance = |from: (isize, isize), to: (isize, isize)| to.0 + to.1 - from.0 - from.1;
        if distance(backward, end) < distance(start, forward) {
            Meeting { old: forward.0, new: forward.1, thorough: (true, false) }
        } else {
            Meeting { old: backward.0, new: backward.1, thorough: (false, true) }
        }
    }
}

fn within<'l>(lines: &'l [u32], range: &Range<isize>) -> &'l [u32] {
    &lines[range.start.cast_unsigned()..range.end.cast_unsigned()]
}

fn within_mut<'m>(marks: &'m mut [bool], range: &Range<isize>) -> &'m mut [bool] {
    &mut marks[range.start.cast_unsigned()..range.end.cast_unsigned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the unmarked lines of both sequences, and whether the search was complete.
    fn kept(old: &[u32], new: &[u32], deadline: Option<Instant>) -> ([Vec<u32>; 2], bool) {
        let mut marks = EditScript { removed: vec![false; old.len()], added: vec![false; new.len()] };
        let complete = Search::new(old, new, deadline).run(&mut marks);
        let rest = |lines: &[u32], marks: &[bool]| {
            lines.iter().zip(marks).filter(|(_, mark)| !**mark).map(|(number, _)| *number).collect()
        };
        ([rest(old, &marks.removed), rest(new, &marks.added)], complete)
    }

    /// Returns pseudorandom numbers, the same for the same seed.
    fn scattered(count: usize, kinds: u32, seed: u64) -> Vec<u32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from(state >> 40).expect("24 bits") % kinds
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn small_search_keeps_as_many_lines_as_possible() {
        for seed in 0..200 {
            let (old, new) = (scattered(9, 3, seed), scattered(8, 3, seed + 1000));
            let ([one, other], complete) = kept(&old, &new, None);
            assert!(complete);
            assert_eq!(one, other);
            assert_eq!(one.len(), longest_common_length(&old, &new), "{old:?} {new:?}");
        }
    }

    /// Returns the length of the longest common subsequence, by the textbook algorithm.
    fn longest_common_length(old: &[u32], new: &[u32]) -> usize {
        let mut row = vec![0; new.len() + 1];
        for one in old {
            let mut diagonal = 0;
            for (at, other) in new.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if one == other { diagonal + 1 } else { above.max(row[at]) };
                diagonal = above;
            }
        }
        row[new.len()]
    }

    #[test]
    fn large_search_is_correct_without_a_cheapest_path() {
        for (kinds, shared) in [(5, 0), (50, 3000), (5000, 300)] {
            let common = scattered(shared, 100, 7);
            let old = [scattered(4000, kinds, 1), common.clone(), scattered(3000, kinds, 2)].concat();
            let new = [scattered(3000, kinds, 3), common, scattered(4000, kinds, 4)].concat();
            let ([one, other], complete) = kept(&old, &new, None);
            assert!(complete);
            assert_eq!(one, other);
            assert!(one.len() > shared / 3, "{} of {shared}", one.len());
        }
    }

    #[test]
    fn passed_deadline_ends_the_search_as_incomplete() {
        let ([one, other], complete) = kept(&[1, 2, 3, 4, 5], &[1, 3, 2, 9, 5], Some(Instant::now()));
        assert_eq!((one, other, complete), (vec![1, 5], vec![1, 5], false));
    }
}
