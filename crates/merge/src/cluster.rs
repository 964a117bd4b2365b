//! The walk along the base that groups edits into clusters, and lays out the regions.
//!
//! Two edits of different sides are independent only if at least one line of the base, kept by both, is between them.
//! Edits that touch belong to one cluster: whether they can coexist depends on what they say, and a merge that does not
//! understand the text cannot tell.

use crate::hunk::Hunk;
use crate::line_interner::LineIds;
use crate::region::{Region, RegionKind};
use std::ops::Range;

/// Edits that cannot be separated, and the lines that they cover in each text.
pub(crate) struct Cluster<'h> {
    pub(crate) base: Range<usize>,
    pub(crate) mine: Range<usize>,
    pub(crate) theirs: Range<usize>,
    /// The edits of mine in the cluster, in order.
    pub(crate) mine_hunks: &'h [Hunk],
    /// The edits of theirs in the cluster, in order.
    pub(crate) theirs_hunks: &'h [Hunk],
}

/// Lays out regions over the three texts.
///
/// A cluster becomes a region of the kind that `kind` returns; the lines between two clusters become a stable region.
pub(crate) fn cover_with_regions(
    mut mine: &[Hunk],
    mut theirs: &[Hunk],
    numbers: &LineIds,
    kind: impl Fn(&Cluster) -> RegionKind,
) -> Vec<Region> {
    let mut run = RegionRun { regions: Vec::new(), base: 0, mine: 0, theirs: 0 };
    while let Some((base, mine_hunks, theirs_hunks)) = next_cluster(&mut mine, &mut theirs) {
        run.stable_up_to(base.start);
        let cluster = Cluster {
            mine: run.mine..run.mine + length(&base, mine_hunks),
            theirs: run.theirs..run.theirs + length(&base, theirs_hunks),
            base,
            mine_hunks,
            theirs_hunks,
        };
        run.push(kind(&cluster), cluster.base, cluster.mine, cluster.theirs);
    }
    run.stable_up_to(numbers.base.len());
    run.regions
}

/// Removes the next cluster from the front of both lists of edits.
///
/// Returns its lines of the base, and its edits of each side.
fn next_cluster<'m, 't>(
    mine: &mut &'m [Hunk],
    theirs: &mut &'t [Hunk],
) -> Option<(Range<usize>, &'m [Hunk], &'t [Hunk])> {
    let start = mine.first().into_iter().chain(theirs.first()).map(|hunk| hunk.base.start).min()?;
    let mut end = start;
    let (mut of_mine, mut of_theirs) = (0, 0);
    loop {
        if let Some(hunk) = mine.get(of_mine).filter(|hunk| hunk.base.start <= end) {
            end = end.max(hunk.base.end);
            of_mine += 1;
        } else if let Some(hunk) = theirs.get(of_theirs).filter(|hunk| hunk.base.start <= end) {
            end = end.max(hunk.base.end);
            of_theirs += 1;
        } else {
            break;
        }
    }
    Some((start..end, take(mine, of_mine), take(theirs, of_theirs)))
}

fn take<'h>(hunks: &mut &'h [Hunk], count: usize) -> &'h [Hunk] {
    let (taken, rest) = hunks.split_at(count);
    *hunks = rest;
    taken
}

/// Returns how many lines of a side correspond to these lines of the base.
fn length(base: &Range<usize>, hunks: &[Hunk]) -> usize {
    let (removed, added) =
        hunks.iter().fold((0, 0), |(removed, added), hunk| (removed + hunk.base.len(), added + hunk.side.len()));
    base.len() - removed + added
}

/// Consecutive regions, and how far they reach in each text.
struct RegionRun {
    regions: Vec<Region>,
    base: usize,
    mine: usize,
    theirs: usize,
}

impl RegionRun {
    fn stable_up_to(&mut self, base: usize) {
        let count = base - self.base;
        if count > 0 {
            let (mine, theirs) = (self.mine..self.mine + count, self.theirs..self.theirs + count);
            self.push(RegionKind::Stable, self.base..base, mine, theirs);
        }
    }

    fn push(&mut self, kind: RegionKind, base: Range<usize>, mine: Range<usize>, theirs: Range<usize>) {
        (self.base, self.mine, self.theirs) = (base.end, mine.end, theirs.end);
        self.regions.push(Region { kind, base, mine, theirs });
    }
}
