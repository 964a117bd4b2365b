//! Repeats a merge after one side changed: theirs is a newer version, or mine was edited.
//!
//! Mine is edited if its author keeps typing during the merge.
//!
//! A decision is about three texts. If the new merge has a region with the same three texts at the same place, the
//! decision is still about them and is kept. Anywhere else it would be a guess, so the region is open again, and the
//! user is told. If only one side has changed, the decision is carried over as a proposal: see [`crate::carry_over`].

use crate::decision::Decision;
use crate::decision_memory::{DecisionMemory, RegionTexts};
use crate::engine::Merge;
use crate::format::Format;
use crate::region::{Region, Side};
use crate::report::MergeReport;
use crate::state::SessionState;
use crate::text::Ending;
use std::collections::HashSet;
use std::ops::Range;

/// The format in which the texts of decisions are compared.
///
/// If all lines have the same ending, it belongs to the format and is not part of a decision's texts.
pub(crate) const COMPARISON_FORMAT: Format = Format { byte_order_mark: false, ending: Ending::Lf, final_newline: true };

impl SessionState {
    /// Returns the subject of a decision about this region.
    pub(crate) fn key(&self, region: &Region) -> RegionTexts {
        let text = |side: Side| {
            let mut writer = self.writer_as(COMPARISON_FORMAT);
            writer.write(self.merge.text(side).lines(region.range(side)), self.merge.format(side).ending);
            writer.into_piece()
        };
        RegionTexts { base: region.base.clone(), mine: text(Side::Mine), theirs: text(Side::Theirs) }
    }

    /// Returns this state over another merge of the same base.
    ///
    /// Every decision is kept whose three texts are in that merge.
    pub(crate) fn remerged(&self, merge: Merge) -> Self {
        let mut renewed = Self::new(merge);
        renewed.format.clone_from(&self.format);
        renewed.memory = self.to_memory();
        renewed.recall();
        renewed
    }

    /// Returns the memory, including the decisions about the regions of this merge.
    pub(crate) fn to_memory(&self) -> DecisionMemory {
        let mut memory = self.memory.clone();
        for &change in self.merge.changes() {
            memory.note(self.key(&self.merge.regions()[change]), &self.decisions[change]);
        }
        memory
    }

    /// Applies the remembered decision to every region whose three texts the memory knows.
    pub(crate) fn recall(&mut self) {
        for &change in self.merge.changes() {
            if let Some(decision) = self.memory.get(&self.key(&self.merge.regions()[change])) {
                self.decisions[change].clone_from(decision);
            }
        }
    }

    /// Returns what became of the decisions of an earlier state.
    pub(crate) fn compared_with(&self, earlier: &Self) -> MergeReport {
        let mut report = MergeReport::default();
        let mut reopened: HashSet<usize> = HashSet::new();
        for &change in self.merge.changes() {
            if self.is_decided(change) {
                report.kept.push(change);
                continue;
            }
            let chosen = self.chosen_as(change, COMPARISON_FORMAT);
            let before = changes_at(&earlier.merge, &self.merge.regions()[change].base);
            let lost = before.iter().filter(|&&region| {
                earlier.is_decided(region) && earlier.chosen_as(region, COMPARISON_FORMAT) != chosen
            });
            let known = reopened.len();
            reopened.extend(lost);
            let conflict = |&region: &usize| earlier.merge.regions()[region].kind.is_conflict();
            if reopened.len() > known {
                report.reopened.push(change);
            } else if chosen.is_none() && !before.iter().any(conflict) {
                report.new.push(change);
            }
        }
        let kept: HashSet<RegionTexts> =
            report.kept.iter().map(|&region| self.key(&self.merge.regions()[region])).collect();
        let decided = earlier.merge.changes().iter().filter(|&&region| earlier.is_decided(region));
        report.vanished = decided
            .filter(|&region| !reopened.contains(region))
            .filter(|&&region| !kept.contains(&earlier.key(&earlier.merge.regions()[region])))
            .count();
        report
    }

    fn is_decided(&self, region: usize) -> bool {
        self.decisions[region] != Decision::Undecided
    }
}

/// Returns the changes that share a line of the base with this range, or at least an edge.
fn changes_at<'m>(merge: &'m Merge, base: &Range<usize>) -> &'m [usize] {
    let place = |change: usize| &merge.regions()[change].base;
    let changes = merge.changes();
    let first = changes.partition_point(|&change| place(change).end < base.start);
    let count = changes[first..].partition_point(|&change| place(change).start <= base.end);
    &changes[first..first + count]
}
