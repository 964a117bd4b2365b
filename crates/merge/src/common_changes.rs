//! Agreement that two diffs hide: a stretch that reads the same in mine and in theirs, put down to different edits.
//!
//! From `a b a b a`, both delete an `a b` and keep `a b a`. One diff may say that the first was deleted, the other that
//! the second was: then two edits stand apart that are one, and taking both deletes twice. Sliding brings most of these
//! together, but not where other edits are in the way, and not where the diffs match quite different lines. So after
//! the walk the rule is looked at from its end: whatever settled by itself and reads the same on both sides, between
//! two lines that nobody touched, is one change that both agree on.

use crate::line_interner::LineIds;
use crate::region::{Region, RegionKind};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Joins runs of regions over which mine and theirs read the same.
pub(crate) fn join_common_changes(regions: Vec<Region>, numbers: &LineIds) -> Vec<Region> {
    let mut joined: Vec<Region> = Vec::with_capacity(regions.len());
    // Over a run that reads the same, both sides are equally long: theirs is as far behind mine at its end as it was at
    // its start. So for each such distance, the change where it was last seen is enough.
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
        // Regions that were joined have left their numbers to others, or to none. With another region at the start, the
        // sides are not equally long, and not equal.
        let Some(first) = joined.get(start) else { continue };
        let run = Region {
            kind: RegionKind::Agreed,
            base: first.base.start..joined[joined.len() - 1].base.end,
            mine: first.mine.start..mine_end,
            theirs: first.theirs.start..theirs_end,
        };
        // What one of the diffs puts into a conflict stays in doubt: git asks there, too.
        let open = joined[start..].iter().any(|region| region.kind.is_conflict());
        if !open && numbers.mine[run.mine.clone()] == numbers.theirs[run.theirs.clone()] {
            joined.truncate(start);
            joined.push(run);
        }
    }
    joined
}

/// How far mine is ahead of theirs.
fn offset_between(mine: usize, theirs: usize) -> isize {
    mine.cast_signed() - theirs.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::ConflictKind::BothEdited;

    /// Mine deleted the first of two equal lines, says one diff; what stands behind them was changed by both.
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
    fn what_settled_and_reads_the_same_is_one_change() {
        let (regions, numbers) = regions(RegionKind::Theirs);
        let whole = Region { kind: RegionKind::Agreed, base: 0..4, mine: 0..3, theirs: 0..3 };
        assert_eq!(join_common_changes(regions, &numbers), [whole]);
    }

    #[test]
    fn what_is_open_stays_open() {
        let (regions, numbers) = regions(RegionKind::Conflict(BothEdited));
        assert_eq!(join_common_changes(regions.clone(), &numbers), regions);
    }
}
