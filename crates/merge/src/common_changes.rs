//! Finds common changes that two diffs attribute to different lines.
//!
//! From `a b a b a`, both sides delete an `a b` and keep `a b a`. One diff may say that the first was deleted, the
//! other that the second was. One common change then looks like two separate edits, and taking both deletes twice.
//! Sliding joins most of these, but not if other edits are in the way, or if the diffs match quite different lines. So
//! after the walk the rule is applied from the other end: a run of regions that settled by themselves and whose text is
//! equal on both sides, between two unchanged lines, is one common change.

use crate::line_interner::LineIds;
use crate::region::{Region, RegionKind};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Joins runs of regions over which mine and theirs are equal.
pub(crate) fn join_common_changes(regions: Vec<Region>, numbers: &LineIds) -> Vec<Region> {
    let mut joined: Vec<Region> = Vec::with_capacity(regions.len());
    // Over a run with equal text, both sides are equally long: the offset between mine and theirs is the same at its
    // end and its start. So for each offset, the last change that starts with it is enough.
    let mut starts: HashMap<isize, usize, RandomState> = HashMap::default();
    for region in regions {
        if region.kind == RegionKind::Stable {
            joined.push(region);
            continue;
        }
        starts.insert(offset_between(region.mine.start, region.theirs.start), joined.len());
        let (mine_end, theirs_end) = (region.mine.end, region.theirs.end);
        joined.push(region);
        let Some(&start) = starts.get(&offset_between(mine_end, theirs_end)) else { continue };
        // The index may be outdated: regions that were joined have left their indices to other regions, or to none. If
        // another region is at the start, the sides differ in length or text, and the comparison below fails.
        let Some(first) = joined.get(start) else { continue };
        let run = Region {
            kind: RegionKind::Agreed,
            base: first.base.start..joined[joined.len() - 1].base.end,
            mine: first.mine.start..mine_end,
            theirs: first.theirs.start..theirs_end,
        };
        // If one of the diffs puts part of the run into a conflict, the run stays open, as in git.
        let open = joined[start..].iter().any(|region| region.kind.is_conflict());
        if !open && numbers.mine[run.mine.clone()] == numbers.theirs[run.theirs.clone()] {
            joined.truncate(start);
            joined.push(run);
        }
    }
    joined
}

/// Returns how many lines mine is ahead of theirs.
fn offset_between(mine: usize, theirs: usize) -> isize {
    mine.cast_signed() - theirs.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::ConflictKind::BothEdited;

    /// Returns regions whose diffs disagree.
    ///
    /// One diff says that mine deleted the first of two equal lines; both sides changed what follows.
    fn regions(last: RegionKind) -> (Vec<Region>, LineIds) {
        let region = |kind, base, mine, theirs| Region { kind, base, mine, theirs };
        let regions = vec![
            region(RegionKind::Mine, 0..1, 0..0, 0..1),
            region(RegionKind::Stable, 1..2, 0..1, 1..2),
            region(last, 2..4, 1..3, 2..3),
        ];
        (regions, LineIds { base: vec![1, 1, 2, 3], mine: vec![1, 1, 4], theirs: vec![1, 1, 4] })
    }

    #[test]
    fn settled_regions_with_equal_text_are_one_change() {
        let (regions, numbers) = regions(RegionKind::Theirs);
        let whole = Region { kind: RegionKind::Agreed, base: 0..4, mine: 0..3, theirs: 0..3 };
        assert_eq!(join_common_changes(regions, &numbers), [whole]);
    }

    #[test]
    fn open_region_stays_open() {
        let (regions, numbers) = regions(RegionKind::Conflict(BothEdited));
        assert_eq!(join_common_changes(regions.clone(), &numbers), regions);
    }
}
