//! Moves between changes, and finds a change again after a repeated merge.

use std::ops::Range;

use editor::{ChangeId, DocumentMerge};

/// The direction of a jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Towards the end.
    On,
    /// Towards the beginning.
    Back,
}

/// The changes at which a jump stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NavTarget {
    /// Open conflicts.
    Open,
    /// Every change.
    Any,
}

/// The result of a jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Jump {
    /// The change that is reached.
    pub(crate) place: ChangeId,
    /// Whether the jump wrapped around the end or the beginning.
    pub(crate) wrapped: bool,
}

/// Returns the next change in a direction, or `None` if there is none.
///
/// If `from` is the only change, the jump wraps around to it.
pub(crate) fn jump(conflict: &DocumentMerge, from: Option<ChangeId>, way: Direction, stop: NavTarget) -> Option<Jump> {
    let stops = conflict.changes().iter().copied().filter(|&place| stop == NavTarget::Any || conflict.is_open(place));
    let stops: Vec<ChangeId> = match way {
        Direction::On => stops.collect(),
        Direction::Back => stops.rev().collect(),
    };
    let beyond = |place: &&ChangeId| match way {
        Direction::On => Some(**place) > from,
        Direction::Back => from.is_none_or(|from| **place < from),
    };
    match stops.iter().find(beyond) {
        Some(&place) => Some(Jump { place, wrapped: false }),
        None => stops.first().map(|&place| Jump { place, wrapped: true }),
    }
}

/// Returns the first open conflict, or the first change if no conflict is open.
pub(crate) fn first(conflict: &DocumentMerge) -> Option<ChangeId> {
    let step = |stop| jump(conflict, None, Direction::On, stop);
    step(NavTarget::Open).or_else(|| step(NavTarget::Any)).map(|step| step.place)
}

/// A change and its lines in the base, by which it is found again after a repeated merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangeAnchor {
    place: ChangeId,
    base: Range<usize>,
}

impl ChangeAnchor {
    /// Returns the anchor of a change.
    pub(crate) fn of(conflict: &DocumentMerge, place: ChangeId) -> Self {
        let base = match place {
            ChangeId::Title | ChangeId::Parent => 0..0,
            ChangeId::Region(region) => conflict.content().merge().regions()[region].base.clone(),
        };
        Self { place, base }
    }

    /// Returns the change in the repeated merge, or `None` if it is gone.
    ///
    /// The change may have grown. A neighbour of the change, or a part of it, is another change: the user selected an
    /// item, not a position.
    pub(crate) fn found(&self, conflict: &DocumentMerge) -> Option<ChangeId> {
        let regions = conflict.content().merge().regions();
        let same = |place: &ChangeId| match place {
            ChangeId::Title | ChangeId::Parent => true,
            ChangeId::Region(region) => regions[*region].base == self.base,
        };
        let around = |place: &ChangeId| match place {
            ChangeId::Title | ChangeId::Parent => true,
            ChangeId::Region(region) => {
                let grown = &regions[*region].base;
                !self.base.is_empty() && grown.start <= self.base.start && self.base.end <= grown.end
            }
        };
        self.overlapping(conflict).find(same).or_else(|| self.overlapping(conflict).find(around))
    }

    /// Returns the changes whose lines in the base overlap those of this change, or touch them.
    fn overlapping<'c>(&self, conflict: &'c DocumentMerge) -> impl Iterator<Item = ChangeId> + use<'c> {
        let Self { place, base } = self.clone();
        let regions = conflict.content().merge().regions();
        conflict.changes().iter().copied().filter(move |other| match (place, other) {
            (ChangeId::Region(_), ChangeId::Region(region)) => {
                regions[*region].base.start <= base.end && base.start <= regions[*region].base.end
            }
            (place, other) => place == *other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{MergingEditor, conflict, document};
    use editor::{Command, MergeStep};

    /// Returns a merge with conflicts in regions 1 and 5, and a settled change in region 3.
    fn three() -> DocumentMerge {
        conflict("a\nb\nc\nd\ne\nf\ng\n", "a\nB\nc\nd\ne\nF\ng\n", "a\nb!\nc\nD\ne\nf!\ng\n")
    }

    #[test]
    fn jump_stops_at_open_conflicts_or_at_every_change() {
        let conflict = three();
        let to = |from, way, stop| jump(&conflict, from, way, stop).map(|step| (step.place, step.wrapped));
        let [first, settled, last] = [1, 3, 5].map(ChangeId::Region);
        assert_eq!(to(Some(first), Direction::On, NavTarget::Open), Some((last, false)));
        assert_eq!(to(Some(first), Direction::On, NavTarget::Any), Some((settled, false)));
        assert_eq!(to(Some(last), Direction::On, NavTarget::Open), Some((first, true)));
        assert_eq!(to(Some(first), Direction::Back, NavTarget::Any), Some((last, true)));
        assert_eq!(to(None, Direction::Back, NavTarget::Any), Some((last, false)));
    }

    #[test]
    fn without_open_conflicts_there_is_no_jump_to_one() {
        let conflict = conflict("a\nb\n", "A\nb\n", "a\nb\nc\n");
        assert_eq!(jump(&conflict, None, Direction::On, NavTarget::Open), None);
        assert_eq!(first(&conflict), Some(ChangeId::Region(0)));
    }

    #[test]
    fn neighbour_is_not_taken_for_a_lost_change() {
        let of = |mine, theirs| conflict("a\nb\nc\nd\n", mine, theirs);
        let first = of("a\nB\nc\nd\n", "a\nb!\nc\nd\n");
        let anchor = ChangeAnchor::of(&first, ChangeId::Region(1));
        // Now only the line after it is in conflict, or a line is inserted before it.
        assert_eq!(anchor.found(&of("a\nb\nC\nd\n", "a\nb\nc!\nd\n")), None);
        assert_eq!(anchor.found(&of("a\nB\nx\nb\nc\nd\n", "a\nB\ny\nb\nc\nd\n")), None);
        assert_eq!(anchor.found(&first), Some(ChangeId::Region(1)));
        let grown = of("a\nB\nC\nd\n", "a\nb!\nc!\nd\n");
        assert_eq!(anchor.found(&grown), Some(ChangeId::Region(1)), "it has grown");
        assert_eq!(ChangeAnchor::of(&grown, ChangeId::Region(1)).found(&first), None, "a part of it is another change");
    }

    #[test]
    fn change_is_found_again_after_a_repeated_merge() {
        let [base, mine, theirs] = ["a\nb\nc\nd\ne\n", "a\nb\nc\nD\ne\n", "a\nb\nc\nd!\ne\n"];
        let mut merging = MergingEditor::new(document("", base), document("", mine), document("", theirs));
        let anchor = ChangeAnchor::of(merging.conflict(), ChangeId::Region(1));
        let decide = Command::Merge(MergeStep::Decide { place: ChangeId::Region(1), decision: merge::Decision::Mine });
        merging.0.update(editor::EditorInput::Command(decide));
        merging.reconcile("\"v7\"", document("", "A\nb\nc\nd!\ne\n"), Command::Save);
        assert_eq!(anchor.found(merging.conflict()), Some(ChangeId::Region(2)));
    }
}
