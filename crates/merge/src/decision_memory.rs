//! Remembers decisions about texts that are currently not in the merge.
//!
//! Without this memory, a version that comes and goes would discard decisions: the outcome would depend on how many
//! versions were seen on the way to the last one. Nothing here is applied. [`crate::remerge`] asks whether a decision
//! holds again, [`crate::carry_over`] for the decision that was made while one side had another text, and
//! [`crate::record`] for everything that a draft has to keep.

use crate::decision::Decision;
use crate::region::Side;
use std::collections::HashMap;
use std::ops::Range;

/// The subject of a decision: the three texts of a region.
///
/// The base never changes when a merge is repeated, so its line range identifies both its text and its place: of two
/// regions with equal text, neither can take the other's decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RegionTexts {
    pub(crate) base: Range<usize>,
    pub(crate) mine: Vec<u8>,
    pub(crate) theirs: Vec<u8>,
}

/// A region with one unchanged side, whatever the other side is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct HalfRegion {
    base: Range<usize>,
    unchanged: Side,
    text: Vec<u8>,
}

/// A decision about a region that changed on one side after the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RememberedDecision<'m> {
    /// The side that has changed.
    pub(crate) changed: Side,
    /// The text of that side when the decision was made.
    pub(crate) before: &'m [u8],
    /// The text of that side now.
    pub(crate) now: &'m [u8],
    /// The decision.
    pub(crate) decision: &'m Decision,
}

/// Decisions by their subject.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DecisionMemory {
    decisions: HashMap<RegionTexts, Decision>,
    /// The text of the other side at the last decision about a half region.
    last: HashMap<HalfRegion, Vec<u8>>,
}

impl RegionTexts {
    fn text(&self, side: Side) -> &Vec<u8> {
        if side == Side::Mine { &self.mine } else { &self.theirs }
    }

    fn half_region(&self, unchanged: Side) -> HalfRegion {
        HalfRegion { base: self.base.clone(), unchanged, text: self.text(unchanged).clone() }
    }

    /// Returns the key with another text on one side.
    fn with(&self, side: Side, text: &[u8]) -> Self {
        let mut key = self.clone();
        *(if side == Side::Mine { &mut key.mine } else { &mut key.theirs }) = text.to_vec();
        key
    }
}

impl RememberedDecision<'_> {
    /// Returns the subject of the decision, given the present subject of its region.
    pub(crate) fn subject(&self, now: &RegionTexts) -> RegionTexts {
        now.with(self.changed, self.before)
    }
}

/// Returns theirs for mine, and mine for theirs.
const fn opposite(side: Side) -> Side {
    if matches!(side, Side::Mine) { Side::Theirs } else { Side::Mine }
}

impl DecisionMemory {
    /// Records the decision about a region before its merge is replaced.
    pub(crate) fn note(&mut self, key: RegionTexts, decision: &Decision) {
        if self.get(&key) == Some(decision) {
            // The decision came from here. Nothing was decided since, so the last decision stays the last.
            return;
        }
        if *decision == Decision::Undecided {
            // If it was the last decision about its half regions, they now lead to nothing.
            self.decisions.remove(&key);
        } else {
            for unchanged in [Side::Mine, Side::Theirs] {
                self.last.insert(key.half_region(unchanged), key.text(opposite(unchanged)).clone());
            }
            self.decisions.insert(key, decision.clone());
        }
    }

    /// Returns every decision with its subject, in no particular order.
    ///
    /// The two flags say whether it is the last decision with that text of mine, and with that text of theirs.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&RegionTexts, &Decision, [bool; 2])> {
        let is_last = |key: &RegionTexts, unchanged: Side| {
            self.last.get(&key.half_region(unchanged)).is_some_and(|other| other == key.text(opposite(unchanged)))
        };
        self.decisions.iter().map(move |(key, decision)| {
            (key, decision, [Side::Mine, Side::Theirs].map(|unchanged| is_last(key, unchanged)))
        })
    }

    /// Restores a decision that an earlier session remembered.
    pub(crate) fn restore(&mut self, key: RegionTexts, decision: Decision, is_last: [bool; 2]) {
        for (unchanged, is_last) in [Side::Mine, Side::Theirs].into_iter().zip(is_last) {
            if is_last {
                self.last.insert(key.half_region(unchanged), key.text(opposite(unchanged)).clone());
            }
        }
        self.decisions.insert(key, decision);
    }

    /// Returns the decision about exactly these texts.
    pub(crate) fn get(&self, key: &RegionTexts) -> Option<&Decision> {
        self.decisions.get(key)
    }

    /// Returns the last decision that was made while only the other side had another text.
    pub(crate) fn with_one_side_changed<'m>(&'m self, key: &'m RegionTexts) -> Option<RememberedDecision<'m>> {
        [Side::Mine, Side::Theirs].into_iter().find_map(|unchanged| {
            let changed = opposite(unchanged);
            let now = key.text(changed);
            let before = self.last.get(&key.half_region(unchanged)).filter(|before| *before != now)?;
            let decision = self.decisions.get(&key.with(changed, before))?;
            Some(RememberedDecision { changed, before, now, decision })
        })
    }
}
