//! A merge in progress: the regions, the decisions about them, and the undo history.
//!
//! One stack holds all steps: decisions, texts written by hand and repeated merges. A step holds what it replaced, so
//! undoing it is an exchange, and so is redoing it. There are no intermediate states: at any moment the result follows
//! from the merge and the decisions alone.

use crate::carry_over::CarriedDecision;
use crate::decision::{Choice, Decision};
use crate::engine::Merge;
use crate::format::Format;
use crate::region::{RegionKind, Side};
use crate::report::MergeReport;
use crate::state::{SessionState, UndoEntry};
use crate::text::LineText;
use std::time::Instant;

/// A merge, a decision for every region that is not stable, and the steps so far.
///
/// # Examples
///
/// ```
/// use merge::{Decision, Session};
///
/// let mut session = Session::new(b"old\n", b"mine\n", b"theirs\n", None);
/// assert_eq!(session.undecided(), 1);
///
/// session.decide(0, Decision::MineTheirs);
/// assert_eq!(session.result().as_deref(), Some(&b"mine\ntheirs\n"[..]));
///
/// assert!(session.undo());
/// assert_eq!(session.result(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    state: SessionState,
    done: Vec<UndoEntry>,
    undone: Vec<UndoEntry>,
}

impl Session {
    /// Merges three texts, without decisions. See [`Merge::new`] for the deadline.
    #[must_use]
    pub fn new(base: &[u8], mine: &[u8], theirs: &[u8], deadline: Option<Instant>) -> Self {
        Self::of(Merge::new(base, mine, theirs, deadline))
    }

    /// Starts a session with a merge, without decisions.
    #[must_use]
    pub fn of(merge: Merge) -> Self {
        Self { state: SessionState::new(merge), done: Vec::new(), undone: Vec::new() }
    }

    /// Returns the state, without the steps that led to it.
    pub(crate) fn state(&self) -> &SessionState {
        &self.state
    }

    /// Returns the state, for changes that are not steps.
    pub(crate) fn state_mut(&mut self) -> &mut SessionState {
        &mut self.state
    }

    /// Returns the merge that the decisions are about.
    #[must_use]
    pub fn merge(&self) -> &Merge {
        &self.state.merge
    }

    /// Returns the indices of the regions that are not stable, in order.
    #[must_use]
    pub fn changes(&self) -> &[usize] {
        self.state.merge.changes()
    }

    /// Returns the decision about a region.
    ///
    /// # Panics
    ///
    /// If there is no such region.
    #[must_use]
    pub fn decision(&self, region: usize) -> &Decision {
        &self.state.decisions[region]
    }

    /// Returns whether a region is a conflict without a decision.
    ///
    /// # Panics
    ///
    /// If there is no such region.
    #[must_use]
    pub fn is_open(&self, region: usize) -> bool {
        self.state.merge.regions()[region].kind.is_conflict() && *self.decision(region) == Decision::Undecided
    }

    /// Returns the indices of the conflicts without a decision, in order.
    pub fn open(&self) -> impl Iterator<Item = usize> {
        self.state.merge.conflicts().filter(|&region| self.is_open(region))
    }

    /// Returns the number of conflicts without a decision.
    #[must_use]
    pub fn undecided(&self) -> usize {
        self.open().count()
    }

    /// Decides about a region.
    ///
    /// Making the present decision again takes it back: the region is undecided. A region that settled by itself
    /// accepts a decision too.
    ///
    /// # Panics
    ///
    /// If there is no such region, or it is stable.
    pub fn decide(&mut self, region: usize, decision: Decision) {
        let decision = if decision == *self.decision(region) { Decision::Undecided } else { decision };
        self.decide_all(&[region], &decision);
    }

    /// Makes the same decision about several regions, in one step.
    ///
    /// Unlike [`Session::decide`], it takes nothing back.
    ///
    /// # Panics
    ///
    /// If one of the regions does not exist or is stable.
    pub fn decide_all(&mut self, regions: &[usize], decision: &Decision) {
        let stable = |&&region: &&usize| self.merge().regions()[region].kind == RegionKind::Stable;
        assert_eq!(regions.iter().find(stable), None, "a stable region has nothing to decide");
        let other = |region: &usize| self.decision(*region) != decision;
        let changed: Vec<_> = regions.iter().copied().filter(other).map(|region| (region, decision.clone())).collect();
        if !changed.is_empty() {
            self.take(UndoEntry::Decisions(changed));
        }
    }

    /// Returns the choice of the result's format.
    #[must_use]
    pub fn format_choice(&self) -> &Choice<Format> {
        &self.state.format
    }

    /// Chooses the format of the result, which otherwise settles by itself.
    ///
    /// Making the present choice again takes it back.
    pub fn decide_format(&mut self, choice: Choice<Format>) {
        let choice = if choice == self.state.format { Choice::Undecided } else { choice };
        if choice != self.state.format {
            self.take(UndoEntry::Format(choice));
        }
    }

    /// Returns the format of the result.
    #[must_use]
    pub fn format(&self) -> Format {
        self.state.format()
    }

    /// Undoes the last step. Returns whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.done.pop() else { return false };
        let redo = self.state.exchange(step);
        self.undone.push(redo);
        true
    }

    /// Redoes the step that was last undone. Returns whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.undone.pop() else { return false };
        let undo = self.state.exchange(step);
        self.done.push(undo);
        true
    }

    fn take(&mut self, step: UndoEntry) {
        let undo = self.state.exchange(step);
        self.done.push(undo);
        self.undone.clear();
    }

    /// Returns the result's lines for a region, each with its ending; `None` if the region is open.
    ///
    /// # Panics
    ///
    /// If there is no such region.
    #[must_use]
    pub fn chosen(&self, region: usize) -> Option<Vec<u8>> {
        self.state.chosen(region)
    }

    /// Returns the whole result; `None` while a conflict is open.
    #[must_use]
    pub fn result(&self) -> Option<Vec<u8>> {
        let mut writer = self.state.writer();
        (0..self.merge().regions().len())
            .all(|region| self.state.write(region, &mut writer))
            .then(|| writer.into_text())
    }

    /// Returns the decision about a region before one of its sides changed.
    ///
    /// `None` if the region has a decision, or if its base or both sides have changed. The deadline applies to a text
    /// written by hand, which is merged with what that side changed after the decision.
    ///
    /// # Panics
    ///
    /// If there is no such region.
    #[must_use]
    pub fn carried(&self, region: usize, deadline: Option<Instant>) -> Option<CarriedDecision> {
        self.state.carried(region, deadline)
    }

    /// Repeats the merge with a newer version of theirs, in one step.
    ///
    /// A decision is kept if the three texts of its region are unchanged; if one of them has changed, the region is
    /// open again, and [`Session::carried`] returns the decision. With the same theirs nothing happens. A decision that
    /// lost its region is remembered: it holds again if a later version brings the same three texts back.
    pub fn renew(&mut self, theirs: &[u8], deadline: Option<Instant>) -> MergeReport {
        self.renew_to(LineText::new(theirs), deadline)
    }

    /// Like [`Session::renew`], with a text that is divided into lines already.
    pub fn renew_to(&mut self, theirs: LineText, deadline: Option<Instant>) -> MergeReport {
        let Some((renewed, report)) = self.renewed(Side::Theirs, theirs, deadline) else { return self.all_kept() };
        self.take(UndoEntry::Renewed(Box::new(renewed)));
        report
    }

    /// Repeats the merge with the present text of mine, after its author kept typing.
    ///
    /// The rule for decisions is that of [`Session::renew`]. This is not a step: the earlier steps are about a text
    /// that no longer exists, so they cannot be undone any more.
    pub fn renew_mine(&mut self, mine: &[u8], deadline: Option<Instant>) -> MergeReport {
        self.renew_mine_to(LineText::new(mine), deadline)
    }

    /// Like [`Session::renew_mine`], with a text that is divided into lines already.
    pub fn renew_mine_to(&mut self, mine: LineText, deadline: Option<Instant>) -> MergeReport {
        let Some((renewed, report)) = self.renewed(Side::Mine, mine, deadline) else { return self.all_kept() };
        *self = Self { state: renewed, done: Vec::new(), undone: Vec::new() };
        report
    }

    /// Repeats the merge over another base; also returns the texts written by hand that lost their region.
    ///
    /// A decision is kept if the three texts of its region are unchanged, wherever the region is now. This is not a
    /// step, as in [`Session::renew_mine`]. The returned texts are in no result any more.
    pub fn renew_base(&mut self, base: &[u8], deadline: Option<Instant>) -> (MergeReport, Vec<Vec<u8>>) {
        let (renewed, report, lost) = self.state.rebase(base, deadline);
        *self = Self { state: renewed, done: Vec::new(), undone: Vec::new() };
        (report, lost)
    }

    /// Returns the state with another text on one side, and the report; `None` if the text is the same.
    fn renewed(&self, side: Side, text: LineText, deadline: Option<Instant>) -> Option<(SessionState, MergeReport)> {
        let merge =
            (text.bytes() != self.merge().text(side).bytes()).then(|| self.merge().renewed(side, text, deadline))?;
        let renewed = self.state.remerged(merge);
        let report = renewed.compared_with(&self.state);
        Some((renewed, report))
    }

    fn all_kept(&self) -> MergeReport {
        let decided = |&region: &usize| *self.decision(region) != Decision::Undecided;
        MergeReport { kept: self.changes().iter().copied().filter(decided).collect(), ..MergeReport::default() }
    }
}
