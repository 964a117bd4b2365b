//! The state of the merge view: the selected change, the scroll position, the texts written by hand.
//!
//! The rows and the marks of changed words are stored here too, because they change only with the merge. Scrolling is
//! in `scroll`, and writing by hand in `edit_mode`.

use editor::{ChangeId, DocumentMerge, MergeStep};
use merge::{Decision, Notice};
use ratatui::layout::{Rect, Size};

use crate::action::{MergeAction, MergeViewInput};
use crate::decisions;
use crate::lockstep::Lockstep;
use crate::manual_edit::{self, ManualEdit, ManualText};
use crate::navigation::{self, ChangeAnchor, Direction, NavTarget};
use crate::panes::{MergePane, MergeScreen, PaneShare};
use crate::proposal::Proposals;
use crate::resolution::Resolution;
use crate::rows::MergeRows;
use crate::status::MergeNote;
use crate::word_diff::WordDiffs;

/// The state of the merge view.
#[derive(Debug, Clone)]
pub struct MergeView {
    /// The selected change; `None` if there is no change, or if it is gone from the merge.
    pub(crate) place: Option<ChangeId>,
    /// The first visible row of the sides.
    pub(crate) top: usize,
    /// The first visible column of the texts.
    pub(crate) left: usize,
    /// The panes that are scrolled alone.
    pub(crate) lockstep: Lockstep,
    /// Whether lines are wrapped.
    pub(crate) is_wrapped: bool,
    /// The pane to show if not all of them fit.
    pub(crate) front: MergePane,
    /// The text that the user is writing by hand.
    pub(crate) hand: Option<ManualEdit>,
    /// The texts written by hand that are not in the result: they were left, or their change is open again.
    pub(crate) kept: Vec<ManualEdit>,
    /// The texts written by hand that are in the result.
    accepted: Vec<ManualText>,
    pub(crate) note: Option<MergeNote>,
    /// Whether auto-advance is on: a decision selects the next open conflict.
    pub(crate) goes_on: bool,
    /// The open conflict for which a decision was returned, until the merge has taken it.
    pub(crate) deciding: Option<ChangeId>,
    pub(crate) proposals: Proposals,
    /// The changes that settled by themselves but are worth a look.
    notices: Vec<Notice>,
    pub(crate) rows: MergeRows,
    pub(crate) marks: WordDiffs,
    pub(crate) size: Size,
    pub(crate) share: PaneShare,
    /// The generation of the merge that this state belongs to.
    generation: u64,
    /// The anchor of the selected change.
    pub(crate) anchor: Option<ChangeAnchor>,
    /// Whether the next [`MergeView::fit`] scrolls to the first changed word of the selected change.
    pub(crate) reveals_word: bool,
}

impl MergeView {
    /// Returns the state for a merge, with the first open conflict selected.
    #[must_use]
    pub fn new(conflict: &DocumentMerge) -> Self {
        let mut view = Self {
            place: None,
            top: 0,
            left: 0,
            lockstep: Lockstep::default(),
            is_wrapped: true,
            front: MergePane::default(),
            hand: None,
            kept: Vec::new(),
            accepted: manual_edit::current_texts(conflict),
            note: None,
            goes_on: false,
            deciding: None,
            proposals: Proposals::default(),
            notices: conflict.content().merge().notices(),
            rows: MergeRows::default(),
            marks: WordDiffs::default(),
            size: Size::new(80, 24),
            share: PaneShare::default(),
            generation: conflict.generation(),
            anchor: None,
            reveals_word: false,
        };
        view.lay_out(conflict);
        view.visit(conflict, navigation::first(conflict));
        view
    }

    /// Returns the rows in which a view of this width shows all of its texts at once, whatever is decided.
    #[must_use]
    pub fn full_height(conflict: &DocumentMerge, width: u16) -> u16 {
        let (sides, result) = MergeRows::most(conflict);
        u16::try_from(MergeScreen::full_height(width, sides, result)).unwrap_or(u16::MAX)
    }

    /// Returns whether a text is being written by hand: letters are then typed, and do not decide.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.hand.is_some()
    }

    /// Returns whether there is a suggestion for the selected change, which is open.
    #[must_use]
    pub fn has_suggestion(&self, conflict: &DocumentMerge) -> bool {
        self.place.is_some_and(|place| self.proposals.at(conflict, place).is_some())
    }

    /// Returns whether the selected change is of a single value: the title or the parent.
    ///
    /// Such a change cannot be 'both'.
    #[must_use]
    pub fn is_single_value(&self) -> bool {
        matches!(self.place, Some(ChangeId::Title | ChangeId::Parent))
    }

    /// Returns the texts written by hand that are not in the result, joined, or `None` if there are none.
    pub fn manual_text(&self) -> Option<String> {
        let hands = self.kept.iter().chain(&self.hand).filter(|hand| hand.is_changed());
        hands.map(|hand| hand.buffer.text()).reduce(|all, text| format!("{}\n{text}", all.trim_end_matches('\n')))
    }

    /// Selects a change.
    pub fn go_to(&mut self, conflict: &DocumentMerge, place: ChangeId) {
        self.note = None;
        self.visit(conflict, Some(place));
    }

    /// Returns whether a text written by hand for a change was kept and is not in the result.
    pub(crate) fn has_manual_edit(&self, place: ChangeId) -> bool {
        self.kept.iter().any(|hand| hand.place() == Some(place))
    }

    /// Returns whether a whole text written by hand was kept and is not in the result.
    pub(crate) fn has_full_edit(&self) -> bool {
        self.kept.iter().any(ManualEdit::is_whole)
    }

    /// Returns whether the whole result is being written by hand.
    pub(crate) fn is_full_edit_open(&self) -> bool {
        self.hand.as_ref().is_some_and(ManualEdit::is_whole)
    }

    /// Updates the state after a step was applied, or after the merge was repeated.
    pub fn on_remerge(&mut self, conflict: &DocumentMerge) {
        if self.generation == conflict.generation() {
            self.lay_out(conflict);
            self.find_proposal(conflict);
        } else {
            self.on_overtaken(conflict);
        }
        self.proposals.remember(conflict);
        // A text that is in the result need not be kept here any longer.
        self.kept.retain(|hand| !hand.is_current(conflict));
        self.accepted = manual_edit::current_texts(conflict);
        self.auto_advance(conflict);
    }

    /// Selects the next open conflict if auto-advance is on and the selected conflict was decided.
    fn auto_advance(&mut self, conflict: &DocumentMerge) {
        let Some(place) = self.deciding.take() else { return };
        if self.goes_on && self.place == Some(place) && !conflict.is_open(place) && conflict.open_count() > 0 {
            self.step(conflict, Direction::On, NavTarget::Open);
        }
    }

    /// Updates the state after a repeated merge: everything that refers to a change has to find it again.
    fn on_overtaken(&mut self, conflict: &DocumentMerge) {
        self.generation = conflict.generation();
        self.marks.clear();
        self.proposals.on_overtaken(conflict);
        self.notices = conflict.content().merge().notices();
        for hand in self.hand.iter_mut().chain(&mut self.kept) {
            hand.on_overtaken(conflict);
        }
        let reopened = self.accepted.drain(..).filter_map(|written| written.reopened(conflict));
        let reopened: Vec<ManualEdit> = reopened.collect();
        self.note = match (&self.hand, reopened.is_empty()) {
            (Some(hand), _) if hand.is_lost() => Some(MergeNote::HandLost),
            (Some(_), _) => Some(MergeNote::HandOvertaken),
            (None, false) => Some(MergeNote::HandReopened),
            // If the user's own typing caused the repeated merge, there is nothing to report.
            (None, true) => Some(MergeNote::Renewed).filter(|_| !conflict.is_retyped()),
        };
        self.kept.extend(reopened);
        let place = self.anchor.take().and_then(|anchor| anchor.found(conflict));
        self.lay_out(conflict);
        self.go(conflict, place);
    }

    /// Selects the first open conflict if nothing is selected.
    pub fn select_one(&mut self, conflict: &DocumentMerge) {
        if self.place.is_none() {
            self.visit(conflict, navigation::first(conflict));
        }
    }

    /// Selects the first open conflict, with a note that it prevents a save.
    pub fn show_first_open(&mut self, conflict: &DocumentMerge) {
        self.visit(conflict, navigation::first(conflict));
        self.note = Some(MergeNote::NotSaved(conflict.open_count()));
    }

    /// Sets the size of the view, and computes the marks of the visible changes.
    ///
    /// After a change was selected, this also scrolls sideways to its first changed word.
    ///
    /// Call this before each frame that follows an input, and whenever the size changes.
    pub fn fit(&mut self, conflict: &DocumentMerge, size: Size, share: PaneShare) {
        if (self.size, self.share) != (size, share) {
            (self.size, self.share) = (size, share);
            self.lay_out(conflict);
            self.go(conflict, self.place);
        }
        let screen = self.screen();
        let in_sight = self.rows.sides_in(self.top..self.top + screen.side_height());
        let changes = in_sight.iter().filter(|block| block.is_change()).map(|block| block.place);
        self.marks.update(conflict, changes);
        self.reveal_word(conflict);
    }

    /// Removes the note about the last key. Call this when the program handles a key without the view.
    pub fn forget_note(&mut self) {
        self.note = None;
        self.proposals.asked = None;
    }

    /// Handles an input. `register` has the text that was cut or copied.
    ///
    /// Returns the step that the caller must apply to the merge, or `None` if there is none. After the step, and
    /// whenever the merge has changed, call [`MergeView::on_remerge`].
    pub fn handle(
        &mut self,
        input: &MergeViewInput,
        conflict: &DocumentMerge,
        register: &mut String,
    ) -> Option<MergeStep> {
        self.note = None;
        let asked = self.proposals.asked.take();
        if self.hand.is_some() {
            return self.handle_manual_edit(input, conflict, register);
        }
        let action = match input {
            MergeViewInput::Act(action) => action,
            MergeViewInput::Scroll(motion) => {
                self.scroll(conflict, *motion);
                return None;
            }
            MergeViewInput::Edit(_) | MergeViewInput::Leave => return None,
        };
        match action {
            MergeAction::NextConflict => self.step(conflict, Direction::On, NavTarget::Open),
            MergeAction::PreviousConflict => self.step(conflict, Direction::Back, NavTarget::Open),
            MergeAction::NextChange => self.step(conflict, Direction::On, NavTarget::Any),
            MergeAction::PreviousChange => self.step(conflict, Direction::Back, NavTarget::Any),
            MergeAction::TakeMine => return self.decide(conflict, Decision::Mine),
            MergeAction::TakeTheirs => return self.decide(conflict, Decision::Theirs),
            MergeAction::TakeBothMineFirst => return self.decide(conflict, Decision::MineTheirs),
            MergeAction::TakeBothTheirsFirst => return self.decide(conflict, Decision::TheirsMine),
            MergeAction::TakeBase => return self.decide(conflict, Decision::Base),
            MergeAction::EditResult => self.begin_manual_edit(conflict),
            MergeAction::EditWhole => self.begin_full_edit(conflict),
            MergeAction::UndoDecision => return Some(MergeStep::Undo),
            MergeAction::RedoDecision => return Some(MergeStep::Redo),
            MergeAction::ToggleSettled => return self.decide_many(conflict, decisions::toggle_settled),
            MergeAction::TakeSuggestion => return self.take_suggestion(conflict),
            MergeAction::TakeAllSuggestions => return self.take_all_suggestions(conflict, asked),
            MergeAction::TakeAllMine => return self.decide_many(conflict, decisions::take_all_mine),
            MergeAction::TakeAllTheirs => return self.decide_many(conflict, decisions::take_all_theirs),
            MergeAction::TakeAllBoth => return self.decide_many(conflict, decisions::take_all_both),
            MergeAction::DecideBlanks => return self.decide_many(conflict, decisions::decide_blanks),
            MergeAction::NextFormat => return self.decide_many(conflict, decisions::next_format),
            MergeAction::ToggleAutoAdvance => {
                self.goes_on = !self.goes_on;
                self.note = Some(if self.goes_on { MergeNote::GoesOn } else { MergeNote::Stays });
            }
            MergeAction::NextPane => self.next_pane(conflict),
            MergeAction::ScrollAlone => self.toggle_alone(),
            // No text is being written, so there is nothing to accept, and none to start again.
            MergeAction::AcceptEdit
            | MergeAction::StartFromMine
            | MergeAction::StartFromTheirs
            | MergeAction::StartFromBoth
            | MergeAction::StartFromResult => {}
        }
        None
    }

    /// Returns the areas of the panes, relative to the view's corner.
    pub(crate) fn screen(&self) -> MergeScreen {
        let whole = Rect::from((ratatui::layout::Position::ORIGIN, self.size));
        MergeScreen::new(whole, self.front, self.hand.is_some(), self.share, self.rows.side_rows())
    }

    fn step(&mut self, conflict: &DocumentMerge, way: Direction, stop: NavTarget) {
        let Some(next) = navigation::jump(conflict, self.place, way, stop) else {
            self.note = Some(if stop == NavTarget::Open { MergeNote::NothingOpen } else { MergeNote::NoChange });
            return;
        };
        self.note = match (next.wrapped, way) {
            (true, _) if self.place == Some(next.place) && stop == NavTarget::Open => Some(MergeNote::OnlyOpen),
            (true, _) if self.place == Some(next.place) => Some(MergeNote::OnlyOne),
            (true, Direction::On) => Some(MergeNote::WrappedOn),
            (true, Direction::Back) => Some(MergeNote::WrappedBack),
            (false, _) => None,
        };
        self.visit(conflict, Some(next.place));
    }

    /// Returns the selected change, or sets a note and returns `None` if no change is selected.
    pub(crate) fn selected(&mut self) -> Option<ChangeId> {
        if self.place.is_none() {
            self.note = Some(MergeNote::NothingSelected);
        }
        self.place
    }

    fn decide(&mut self, conflict: &DocumentMerge, decision: Decision) -> Option<MergeStep> {
        let place = self.selected()?;
        if !self.lockstep.is_in_place() && !self.is_in_sight(place) {
            // Keys must not decide unseen.
            self.visit(conflict, Some(place));
            self.note = Some(MergeNote::BroughtBack);
            return None;
        }
        match decisions::decide(conflict, place, decision) {
            Ok(step) => {
                self.deciding = Some(place).filter(|place| conflict.is_open(*place));
                Some(step)
            }
            Err(note) => {
                self.note = Some(note);
                None
            }
        }
    }

    fn take_suggestion(&mut self, conflict: &DocumentMerge) -> Option<MergeStep> {
        let place = self.selected()?;
        if let (Resolution::Suggested, ChangeId::Region(region)) = (self.proposals.outcome(conflict, place), place) {
            // The same key again undoes the decision.
            return self.decide(conflict, conflict.content().decision(region).clone());
        }
        let Some(decision) = self.proposals.at(conflict, place).map(|proposal| proposal.decision.clone()) else {
            self.note = Some(MergeNote::NoSuggestion);
            return None;
        };
        self.proposals.take(&decision);
        self.decide(conflict, decision)
    }

    /// Asks for confirmation with the number of suggestions. If called twice in a row, returns the step.
    fn take_all_suggestions(
        &mut self,
        conflict: &DocumentMerge,
        asked: Option<Vec<(ChangeId, Decision)>>,
    ) -> Option<MergeStep> {
        if let Some(all) = asked {
            self.note = Some(MergeNote::SuggestionsTaken(all.len()));
            for (_, decision) in &all {
                self.proposals.take(decision);
            }
            return Some(MergeStep::DecideEach(all));
        }
        let all = self.proposals.all(conflict);
        self.note = Some(MergeNote::Suggestions(all.len()));
        self.proposals.asked = Some(all).filter(|all| !all.is_empty());
        None
    }

    /// Returns the notices about a change that settled by itself but is worth a look.
    pub(crate) fn notices_at(&self, place: ChangeId) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(move |notice| place == ChangeId::Region(notice.region))
    }

    /// Returns how many changes settled by themselves but are worth a look.
    pub(crate) fn worth_a_look(&self) -> usize {
        self.notices.chunk_by(|one, other| one.region == other.region).count()
    }

    /// Returns a step about more than the selected change, and sets its note.
    fn decide_many(
        &mut self,
        conflict: &DocumentMerge,
        choose: fn(&DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote>,
    ) -> Option<MergeStep> {
        let (step, note) = match choose(conflict) {
            Ok((step, note)) => (Some(step), note),
            Err(note) => (None, note),
        };
        self.note = Some(note);
        step
    }

    fn next_pane(&mut self, conflict: &DocumentMerge) {
        if self.screen().panes.len() > 1 && self.next_alone() {
            return;
        }
        let next = self.front.next(self.screen().arrangement);
        if next == self.front {
            self.note = Some(MergeNote::AllInSight);
        }
        self.front = next;
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }
}
