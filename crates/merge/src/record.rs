//! Decisions outside a session: what a draft on disk keeps of a merge, and how it is restored.
//!
//! A decision is about three texts, and a record names all three. The base is stored beside the records, so line
//! numbers suffice for it. Mine and theirs may have changed when the records are restored, so a record has their texts.
//! A record whose texts are not in the merge is remembered but not applied, as when a merge is repeated.

use crate::decision::{Choice, Decision};
use crate::decision_memory::RegionTexts;
use crate::format::Format;
use crate::session::Session;
use std::collections::HashSet;
use std::ops::Range;

/// A decision, and the texts that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRecord {
    /// The lines of the base, from 0.
    pub base: Range<usize>,
    /// The text of mine: whole lines, each with a line feed.
    pub mine: Vec<u8>,
    /// The text of theirs, in the same form.
    pub theirs: Vec<u8>,
    /// The decision.
    pub decision: Decision,
    /// Whether this is the last decision with that text of mine, whatever theirs was.
    pub is_last_with_mine: bool,
    /// Whether this is the last decision with that text of theirs, whatever mine was.
    pub is_last_with_theirs: bool,
}

impl DecisionRecord {
    /// Returns whether this is the last decision at its place.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.is_last_with_mine && self.is_last_with_theirs
    }
}

impl Session {
    /// Returns every decision of this session, in the order of the text.
    ///
    /// These are the decisions that hold, and those that are remembered because their region has changed.
    #[must_use]
    pub fn records(&self) -> Vec<DecisionRecord> {
        let memory = self.state().to_memory();
        let record = |(key, decision, [with_mine, with_theirs]): (&RegionTexts, &Decision, [bool; 2])| DecisionRecord {
            base: key.base.clone(),
            mine: key.mine.clone(),
            theirs: key.theirs.clone(),
            decision: decision.clone(),
            is_last_with_mine: with_mine,
            is_last_with_theirs: with_theirs,
        };
        let mut records: Vec<_> = memory.entries().map(record).collect();
        records.sort_by(|one, other| {
            let place = |record: &DecisionRecord| (record.base.start, record.base.end);
            place(one)
                .cmp(&place(other))
                .then_with(|| one.mine.cmp(&other.mine))
                .then_with(|| one.theirs.cmp(&other.theirs))
        });
        records
    }

    /// Restores the decisions of an earlier session over the same base, if their three texts are unchanged.
    ///
    /// The other decisions are remembered. Nothing of this can be undone.
    #[must_use]
    pub fn restored(mut self, records: Vec<DecisionRecord>, format: Choice<Format>) -> Self {
        let state = self.state_mut();
        for record in records {
            let is_last = [record.is_last_with_mine, record.is_last_with_theirs];
            let key = RegionTexts { base: record.base, mine: record.mine, theirs: record.theirs };
            state.memory.restore(key, record.decision, is_last);
        }
        state.recall();
        state.format = format;
        self
    }

    /// Returns the texts written by hand that lost their region.
    ///
    /// These are neither a decision of this merge, nor carried over to an open conflict, nor decided against.
    ///
    /// These lost their region: the merge now divides its texts differently, or has settled there by itself. They are
    /// in the order of the text.
    #[must_use]
    pub fn displaced_texts(&self) -> Vec<Vec<u8>> {
        let (state, memory) = (self.state(), self.state().to_memory());
        let keys = self.changes().iter().map(|&change| (change, state.key(&self.merge().regions()[change])));
        let here: HashSet<RegionTexts> = keys
            .map(|(change, key)| match memory.with_one_side_changed(&key) {
                Some(remembered) if memory.get(&key).is_none() && self.is_open(change) => remembered.subject(&key),
                _ => key,
            })
            .collect();
        let is_here = |record: &DecisionRecord| {
            let DecisionRecord { base, mine, theirs, .. } = record.clone();
            here.contains(&RegionTexts { base, mine, theirs })
        };
        let displaced = self.records().into_iter().filter(|record| record.is_last() && !is_here(record));
        displaced
            .filter_map(|record| match record.decision {
                Decision::Edited(text) => Some(text),
                _ => None,
            })
            .collect()
    }
}
