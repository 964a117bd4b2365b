//! A merge with its decisions: everything that the result depends on.
//!
//! There is no history here. How one state follows another is in [`crate::session`] and [`crate::remerge`].

use crate::decision::{Choice, Decision};
use crate::decision_memory::DecisionMemory;
use crate::engine::Merge;
use crate::format::Format;
use crate::region::{RegionKind, Side};
use crate::text::LineText;
use crate::writer::TextWriter;
use std::mem;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionState {
    pub(crate) merge: Merge,
    /// One decision for each region; stable regions stay undecided.
    pub(crate) decisions: Vec<Decision>,
    pub(crate) format: Choice<Format>,
    pub(crate) memory: DecisionMemory,
}

/// The content of a step: the new state of what it changes, or, after an exchange, the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UndoEntry {
    Decisions(Vec<(usize, Decision)>),
    Format(Choice<Format>),
    Renewed(Box<SessionState>),
}

impl SessionState {
    pub(crate) fn new(merge: Merge) -> Self {
        let decisions = vec![Decision::Undecided; merge.regions().len()];
        Self { merge, decisions, format: Choice::Undecided, memory: DecisionMemory::default() }
    }

    /// Puts the content of a step into this state, and returns the step that undoes it.
    pub(crate) fn exchange(&mut self, step: UndoEntry) -> UndoEntry {
        match step {
            UndoEntry::Decisions(mut decisions) => {
                for (region, decision) in &mut decisions {
                    mem::swap(&mut self.decisions[*region], decision);
                }
                // Undo runs backwards, since a region may be named twice.
                decisions.reverse();
                UndoEntry::Decisions(decisions)
            }
            UndoEntry::Format(choice) => UndoEntry::Format(mem::replace(&mut self.format, choice)),
            UndoEntry::Renewed(state) => UndoEntry::Renewed(Box::new(mem::replace(self, *state))),
        }
    }

    /// Returns the format of the result.
    ///
    /// If all changed lines come from one side by decision, and the format has no decision, it is that side's format: a
    /// user who takes theirs everywhere wants theirs, to the byte.
    pub(crate) fn format(&self) -> Format {
        match &self.format {
            Choice::Undecided => self.only_side().map_or(self.merge.merged_format(), |side| self.merge.format(side)),
            Choice::Mine => self.merge.format(Side::Mine),
            Choice::Theirs => self.merge.format(Side::Theirs),
            Choice::Base => self.merge.format(Side::Base),
            Choice::Edited(format) => *format,
        }
    }

    /// Returns the side that every change in the result comes from, if at least one of them was decided.
    fn only_side(&self) -> Option<Side> {
        let changes = self.merge.changes();
        let only = |side: &Side| changes.iter().all(|&change| self.comes_from(change, *side));
        let side = [Side::Mine, Side::Theirs, Side::Base].into_iter().find(only)?;
        changes.iter().any(|&change| self.decisions[change] != Decision::Undecided).then_some(side)
    }

    fn comes_from(&self, change: usize, side: Side) -> bool {
        match (&self.decisions[change], self.merge.regions()[change].kind) {
            (Decision::Mine, _) | (Decision::Undecided, RegionKind::Mine) => side == Side::Mine,
            (Decision::Theirs, _) | (Decision::Undecided, RegionKind::Theirs) => side == Side::Theirs,
            (Decision::Undecided, RegionKind::Agreed) => side != Side::Base,
            (Decision::Base, _) => side == Side::Base,
            _ => false,
        }
    }

    /// Returns a writer for regions, in the result's format.
    pub(crate) fn writer(&self) -> TextWriter {
        self.writer_as(self.format())
    }

    /// Returns a writer for regions, in the given format.
    pub(crate) fn writer_as(&self, format: Format) -> TextWriter {
        TextWriter::new(format, self.merge.is_uniform())
    }

    /// Returns the whole result as a piece of another text; `None` while a conflict is open.
    pub(crate) fn piece_as(&self, format: Format) -> Option<Vec<u8>> {
        let mut writer = self.writer_as(format);
        (0..self.merge.regions().len()).all(|region| self.write(region, &mut writer)).then(|| writer.into_piece())
    }

    /// Writes the result's lines for a region; returns `false` and writes nothing if the region is open.
    pub(crate) fn write(&self, region: usize, writer: &mut TextWriter) -> bool {
        let sides: &[Side] = match &self.decisions[region] {
            Decision::Mine => &[Side::Mine],
            Decision::Theirs => &[Side::Theirs],
            Decision::MineTheirs => &[Side::Mine, Side::Theirs],
            Decision::TheirsMine => &[Side::Theirs, Side::Mine],
            Decision::Base => &[Side::Base],
            Decision::Edited(text) => {
                writer.write(LineText::piece(text).all(), writer.ending());
                return true;
            }
            Decision::Undecided => match self.merge.regions()[region].kind {
                RegionKind::Stable => &[Side::Base],
                RegionKind::Mine | RegionKind::Agreed => &[Side::Mine],
                RegionKind::Theirs => &[Side::Theirs],
                RegionKind::Conflict(_) => return false,
            },
        };
        for &side in sides {
            let range = self.merge.regions()[region].range(side);
            if !range.is_empty() {
                writer.copy(self.merge.text(side), range, self.merge.format(side).ending);
            }
        }
        true
    }

    /// Returns what [`SessionState::write`] writes, as a piece of its own.
    pub(crate) fn chosen(&self, region: usize) -> Option<Vec<u8>> {
        self.chosen_as(region, self.format())
    }

    /// Like [`SessionState::chosen`], in another format than the result's.
    pub(crate) fn chosen_as(&self, region: usize, format: Format) -> Option<Vec<u8>> {
        let mut writer = self.writer_as(format);
        self.write(region, &mut writer).then(|| writer.into_piece())
    }
}
