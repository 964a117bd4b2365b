//! The walk along the base that gathers edits into clusters, and the clusters into a row of regions.
//!
//! Two edits of different sides are independent only if at least one line of the base, kept by both, lies between them.
//! Edits that touch belong to one cluster: whether they can live side by side is a question of what they say, and a
//! merge that reads no words cannot answer it.

use crate::hunk::Hunk;
use crate::line_interner::LineIds;
use crate::region::{Region, RegionKind};
use std::ops::Range;

/// Edits that cannot be told apart, and the lines they cover in each text.
pub(crate) struct Cluster<'h> {
    pub(crate) base: Range<usize>,
    pub(crate) mine: Range<usize>,
    pub(crate) theirs: Range<usize>,
    /// The edits of mine in it, in order.
    pub(crate) mine_hunks: &'h [Hunk],
    /// The edits of theirs in it, in order.
    pub(crate) theirs_hunks: &'h [Hunk],
}

/// Lays out regions over the three texts: a cluster is a region of the kind that `kind` says, and what lies between two
/// clusters is stable.
pub(crate) fn cover_with_regions(
    mut mine: &[Hunk],
    mut theirs: &[Hunk],
    numbers: &LineIds,
    kind: impl Fn(&Cluster) -> RegionKind,
) -> Vec<Region> {
    let mut row = RegionRun { regions: Vec::new(), base: 0, mine: 0, theirs: 0 };
    while let Some((base, mine_hunks, theirs_hunks)) = next_cluster(&mut mine, &mut theirs) {
        row.stable_up_to(base.start);
        let cluster = Cluster {
            mine: row.mine..row.mine + length(&base, mine_hunks),
            theirs: row.theirs..row.theirs + length(&base, theirs_hunks),
            base,
            mine_hunks,
            theirs_hunks,
        };
        row.push(kind(&cluster), cluster.base, cluster.mine, cluster.theirs);
    }
    row.stable_up_to(numbers.base.len());
    row.regions
}

/// Takes the next cluster off the front of both rows of edits: its lines of the base, and its edits of each side.
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

/// How many lines of a side stand where these lines of the base stood.
fn length(base: &Range<usize>, hunks: &[Hunk]) -> usize {
    let (removed, added) =
        hunks.iter().fold((0, 0), |(removed, added), hunk| (removed + hunk.base.len(), added + hunk.side.len()));
    base.len() - removed + added
}

/// Regions laid end to end, and how far they reach in each text.
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
