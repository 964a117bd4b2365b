//! The state of a reader of a merge: the selected change, how far they have scrolled, what they decide.
//!
//! The rows and the marks are kept here too, since they follow from the merge and change only when it does. How the
//! rows are scrolled is in `scroll`, how something is written by hand in `edit_mode`.

use editor::{ChangeId, DocumentMerge, MergeStep};
use merge::{Decision, Notice};
use ratatui::layout::{Rect, Size};

use crate::action::{MergeAction, MergeViewInput};
use crate::decisions;
use crate::manual_edit::{self, ManualEdit, ManualText};
use crate::navigation::{self, ChangeAnchor, Direction, NavTarget};
use crate::panes::{MergePane, MergeScreen, PaneShare};
use crate::proposal::Proposals;
use crate::resolution::Resolution;
use crate::rows::MergeRows;
use crate::status::MergeNote;
use crate::word_diff::WordDiffs;

/// The state of a reader of a merge.
#[derive(Debug, Clone)]
pub struct MergeView {
    /// The selected change, which the keys decide; `None` if nothing differs.
    pub(crate) place: Option<ChangeId>,
    /// The first row of the sides in sight.
    pub(crate) top: usize,
    /// The first column of the texts in sight.
    pub(crate) left: usize,
    /// The pane to show if there is no room for all.
    pub(crate) front: MergePane,
    pub(crate) hand: Option<ManualEdit>,
    /// The texts by hand that are in no result: they were left, or their change is open again.
    pub(crate) kept: Vec<ManualEdit>,
    /// The texts by hand that are in the result.
    standing: Vec<ManualText>,
    pub(crate) note: Option<MergeNote>,
    /// Whether a decision goes on to the next open conflict by itself.
    pub(crate) goes_on: bool,
    /// The open conflict that is about to be decided.
    pub(crate) deciding: Option<ChangeId>,
    /// What is proposed, and was decided before.
    pub(crate) proposals: Proposals,
    /// What settled by itself and is worth a look.
    notices: Vec<Notice>,
    pub(crate) rows: MergeRows,
    pub(crate) marks: WordDiffs,
    size: Size,
    pub(crate) share: PaneShare,
    /// The generation of the merge that the rest is about, and the selected change by its lines in the base.
    edition: u64,
    pub(crate) anchor: Option<ChangeAnchor>,
}

impl MergeView {
    /// Opens at the first open conflict.
    #[must_use]
    pub fn new(conflict: &DocumentMerge) -> Self {
        let mut view = Self {
            place: None,
            top: 0,
            left: 0,
            front: MergePane::default(),
            hand: None,
            kept: Vec::new(),
            standing: manual_edit::current_texts(conflict),
            note: None,
            goes_on: false,
            deciding: None,
            proposals: Proposals::default(),
            notices: conflict.content().merge().notices(),
            rows: MergeRows::default(),
            marks: WordDiffs::default(),
            size: Size::new(80, 24),
            share: PaneShare::default(),
            edition: conflict.generation(),
            anchor: None,
        };
        view.lay_out(conflict);
        view.go(conflict, navigation::first(conflict));
        view
    }

    /// Returns whether something is being written by hand: letters are its text then, and no decisions.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.hand.is_some()
    }

    /// Returns the texts by hand that are in no result, joined, or `None` if there are none.
    pub fn manual_text(&self) -> Option<String> {
        let hands = self.kept.iter().chain(&self.hand).filter(|hand| hand.is_changed());
        hands.map(|hand| hand.buffer.text()).reduce(|all, text| format!("{}\n{text}", all.trim_end_matches('\n')))
    }

    /// Selects a change.
    pub fn go_to(&mut self, conflict: &DocumentMerge, place: ChangeId) {
        self.note = None;
        self.go(conflict, Some(place));
    }

    /// Returns whether there is a text by hand for a change that is in no result.
    pub(crate) fn has_manual_edit(&self, place: ChangeId) -> bool {
        self.kept.iter().any(|hand| hand.place() == Some(place))
    }

    /// Returns whether there is a whole text by hand that is in no result.
    pub(crate) fn has_full_edit(&self) -> bool {
        self.kept.iter().any(ManualEdit::is_whole)
    }

    /// Returns whether the whole result is being written by hand.
    pub(crate) fn is_full_edit_open(&self) -> bool {
        self.hand.as_ref().is_some_and(ManualEdit::is_whole)
    }

    /// Notes that a step was taken, or that the merge was made again.
    pub fn on_remerge(&mut self, conflict: &DocumentMerge) {
        if self.edition == conflict.generation() {
            self.lay_out(conflict);
            self.look_for_a_proposal(conflict);
        } else {
            self.on_overtaken(conflict);
        }
        self.proposals.remember(conflict);
        // A text that is in the result need not be kept here any more.
        self.kept.retain(|hand| !hand.is_current(conflict));
        self.standing = manual_edit::current_texts(conflict);
        self.go_on(conflict);
    }

    /// What was at hand is decided, and the next one that is open is wanted without a key.
    fn go_on(&mut self, conflict: &DocumentMerge) {
        let Some(place) = self.deciding.take() else { return };
        if self.goes_on && self.place == Some(place) && !conflict.is_open(place) && conflict.open_count() > 0 {
            self.step(conflict, Direction::On, NavTarget::Open);
        }
    }

    /// Theirs is another text now: everything that pointed into the merge has to be found again.
    fn on_overtaken(&mut self, conflict: &DocumentMerge) {
        self.edition = conflict.generation();
        self.marks.clear();
        self.proposals.on_overtaken(conflict);
        self.notices = conflict.content().merge().notices();
        for hand in self.hand.iter_mut().chain(&mut self.kept) {
            hand.on_overtaken(conflict);
        }
        let reopened = self.standing.drain(..).filter_map(|written| written.reopened(conflict));
        let reopened: Vec<ManualEdit> = reopened.collect();
        self.note = match (&self.hand, reopened.is_empty()) {
            (Some(hand), _) if hand.is_lost() => Some(MergeNote::HandLost),
            (Some(_), _) => Some(MergeNote::HandOvertaken),
            (None, false) => Some(MergeNote::HandReopened),
            // Typing on is no news to the person who types.
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
            self.go(conflict, navigation::first(conflict));
        }
    }

    /// Goes to the first open conflict, and says that it is in the way of a save.
    pub fn show_first_open(&mut self, conflict: &DocumentMerge) {
        self.go(conflict, navigation::first(conflict));
        self.note = Some(MergeNote::NotSaved(conflict.open_count()));
    }

    /// Takes in how much room there is. To be called whenever that changes, and before a frame that follows a key: the
    /// marks of what came in sight are worked out here.
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
    }

    /// Forgets the note about the last key: another key was pressed, which the view has no part in.
    pub fn forget_note(&mut self) {
        self.note = None;
        self.proposals.asked = None;
    }

    /// Carries out an input, with `register` for the text that is cut and copied.
    ///
    /// Returns the step that the merge has to take, or `None` if there is none. After the step, and whenever the merge
    /// has changed, call [`MergeView::on_remerge`].
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
            MergeAction::DecideBlanks => return self.decide_many(conflict, decisions::decide_blanks),
            MergeAction::NextFormat => return self.decide_many(conflict, decisions::next_format),
            MergeAction::ToggleAutoAdvance => {
                self.goes_on = !self.goes_on;
                self.note = Some(if self.goes_on { MergeNote::GoesOn } else { MergeNote::Stays });
            }
            MergeAction::NextPane => self.next_pane(conflict),
            // There is nothing to accept while nothing is being written.
            MergeAction::AcceptEdit => {}
        }
        None
    }

    /// Returns the places of the panes, from the corner of the view.
    pub(crate) fn screen(&self) -> MergeScreen {
        let whole = Rect::from((ratatui::layout::Position::ORIGIN, self.size));
        MergeScreen::new(whole, self.front, self.hand.is_some(), self.share)
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
        self.go(conflict, Some(next.place));
    }

    /// The change that the keys are about; none if it is gone from the merge, and the user has selected no other.
    pub(crate) fn selected(&mut self) -> Option<ChangeId> {
        if self.place.is_none() {
            self.note = Some(MergeNote::NothingSelected);
        }
        self.place
    }

    fn decide(&mut self, conflict: &DocumentMerge, decision: Decision) -> Option<MergeStep> {
        let place = self.selected()?;
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
            // The same key again takes it back.
            return self.decide(conflict, conflict.content().decision(region).clone());
        }
        let Some(decision) = self.proposals.at(conflict, place).map(|proposal| proposal.decision.clone()) else {
            self.note = Some(MergeNote::NoSuggestion);
            return None;
        };
        self.proposals.take(&decision);
        self.decide(conflict, decision)
    }

    /// The first time it asks, with the count; the second time in a row is the answer.
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

    /// Returns the notices about a change: it settled by itself, and is worth a look.
    pub(crate) fn notices_at(&self, place: ChangeId) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(move |notice| place == ChangeId::Region(notice.region))
    }

    /// Returns how many changes settled by themselves and are worth a look.
    pub(crate) fn worth_a_look(&self) -> usize {
        self.notices.chunk_by(|one, other| one.region == other.region).count()
    }

    /// Decides about more than the change at hand.
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
        let next = self.front.next(self.screen().arrangement);
        if next == self.front {
            self.note = Some(MergeNote::AllInSight);
        }
        self.front = next;
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }
}
