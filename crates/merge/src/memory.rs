//! What was decided about texts that may be gone from the merge at the moment.
//!
//! Without it a version that comes and goes would take decisions with it: then it would matter how many versions were
//! seen on the way to the last. Nothing in here is applied. [`crate::renew`] asks whether a decision stands again,
//! [`crate::carried`] what was decided where theirs is another text now.

use crate::decision::Decision;
use std::collections::HashMap;
use std::ops::Range;

/// Where a decision is. Base and mine do not change while a merge is made anew, so their lines name their texts, and the
/// place at that: of two regions that read alike, neither can take the other's decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Spot {
    pub(crate) base: Range<usize>,
    pub(crate) mine: Range<usize>,
}

/// What a decision is about: where it is, and what theirs has there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) spot: Spot,
    pub(crate) theirs: Vec<u8>,
}

/// Decisions by what they are about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    decisions: HashMap<Key, Decision>,
    /// What theirs had at a spot when somebody decided about it last.
    last: HashMap<Spot, Vec<u8>>,
}

impl Memory {
    /// Takes in what stands about a region before its merge gives way to another.
    pub(crate) fn note(&mut self, key: Key, decision: &Decision) {
        if self.get(&key) == Some(decision) {
            // It came from here. Nobody decided anew, so whatever was decided last still is.
            return;
        }
        if *decision == Decision::Undecided {
            // If it was the last one, the spot leads to nothing from here on.
            self.decisions.remove(&key);
        } else {
            self.last.insert(key.spot.clone(), key.theirs.clone());
            self.decisions.insert(key, decision.clone());
        }
    }

    /// What was decided about these very texts.
    pub(crate) fn get(&self, key: &Key) -> Option<&Decision> {
        self.decisions.get(key)
    }

    /// What was decided last at this spot about another text of theirs, and that text.
    pub(crate) fn about_another(&self, key: &Key) -> Option<(&[u8], &Decision)> {
        let theirs = self.last.get(&key.spot).filter(|theirs| **theirs != key.theirs)?;
        let decision = self.decisions.get(&Key { spot: key.spot.clone(), theirs: theirs.clone() })?;
        Some((theirs, decision))
    }
}
