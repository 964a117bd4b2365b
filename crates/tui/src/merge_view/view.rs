//! What a reader of a merge does: where she is, how far she has scrolled, what she decides.
//!
//! The rows and the marks are kept here too, since they follow from the merge and change only when it does. How the
//! rows are scrolled stands in `scroll`, how something is written by hand in `write`.

use editor::{ChangeId, Command, DocumentMerge};
use merge::{Decision, Notice};
use ratatui::layout::{Rect, Size};

use super::choose;
use super::hand::{self, Hand, Written};
use super::marks::Marks;
use super::note::Note;
use super::outcome::Outcome;
use super::proposal::Proposals;
use super::rows::Rows;
use super::screen::{Pane, Screen, Share};
use super::walk::{self, Anchor, Stop, Way};
use crate::action::{Action, Context, Pressed};

/// Where somebody is in a merge.
#[derive(Debug, Clone)]
pub(crate) struct MergeView {
    /// The change that the keys decide; none where nothing differs.
    pub(super) place: Option<ChangeId>,
    /// The first row of the sides in sight.
    pub(super) top: usize,
    /// The first column of the texts in sight.
    pub(super) left: usize,
    /// The pane that is wanted where there is no room for all.
    pub(super) front: Pane,
    pub(super) hand: Option<Hand>,
    /// What was written by hand and stands nowhere: it was left, or the change it was for is open again.
    pub(super) kept: Vec<Hand>,
    /// What was written by hand and stands in the result.
    standing: Vec<Written>,
    pub(super) note: Option<Note>,
    /// Whether a decision goes on to the next open conflict by itself.
    pub(super) goes_on: bool,
    /// The open conflict that is about to be decided.
    pub(super) deciding: Option<ChangeId>,
    /// What is proposed, and was decided before.
    pub(super) proposals: Proposals,
    /// What settled by itself and is worth a look.
    notices: Vec<Notice>,
    pub(super) rows: Rows,
    pub(super) marks: Marks,
    size: Size,
    pub(super) share: Share,
    /// Which merge the rest is about, and where the change of the keys stands in its base.
    edition: u64,
    pub(super) anchor: Option<Anchor>,
}

impl MergeView {
    /// Opens at the first open conflict.
    pub(crate) fn new(conflict: &DocumentMerge) -> Self {
        let mut view = Self {
            place: None,
            top: 0,
            left: 0,
            front: Pane::default(),
            hand: None,
            kept: Vec::new(),
            standing: hand::standing(conflict),
            note: None,
            goes_on: false,
            deciding: None,
            proposals: Proposals::default(),
            notices: conflict.content().merge().notices(),
            rows: Rows::default(),
            marks: Marks::default(),
            size: Size::new(80, 24),
            share: Share::default(),
            edition: conflict.generation(),
            anchor: None,
        };
        view.lay_out(conflict);
        view.go(conflict, walk::first(conflict));
        view
    }

    /// Where the keys are.
    pub(crate) fn context(&self) -> Context {
        if self.hand.is_some() { Context::MergeText } else { Context::Merge }
    }

    /// What is being written by hand, or was left, and stands nowhere else.
    pub(crate) fn text_by_hand(&self) -> Option<String> {
        let hands = self.kept.iter().chain(&self.hand).filter(|hand| hand.is_changed());
        hands.map(|hand| hand.buffer.text()).reduce(|all, text| format!("{}\n{text}", all.trim_end_matches('\n')))
    }

    /// Makes that change the one at hand.
    pub(crate) fn go_to(&mut self, conflict: &DocumentMerge, place: ChangeId) {
        self.note = None;
        self.go(conflict, Some(place));
    }

    /// Whether something was written by hand for that change that stands nowhere.
    pub(super) fn keeps(&self, place: ChangeId) -> bool {
        self.kept.iter().any(|hand| hand.place() == Some(place))
    }

    /// Whether a whole text was written by hand that stands nowhere.
    pub(super) fn keeps_whole(&self) -> bool {
        self.kept.iter().any(Hand::is_whole)
    }

    /// Whether the whole result is being written by hand.
    pub(super) fn writes_whole(&self) -> bool {
        self.hand.as_ref().is_some_and(Hand::is_whole)
    }

    /// Takes in that a step was taken, or that the merge was made anew.
    pub(crate) fn renewed(&mut self, conflict: &DocumentMerge) {
        if self.edition == conflict.generation() {
            self.lay_out(conflict);
            self.look_for_a_proposal(conflict);
        } else {
            self.overtaken(conflict);
        }
        self.proposals.remember(conflict);
        // What stands in the result need not be kept here any more.
        self.kept.retain(|hand| !hand.stands(conflict));
        self.standing = hand::standing(conflict);
        self.go_on(conflict);
    }

    /// What was at hand is decided, and the next one that is open is wanted without a key.
    fn go_on(&mut self, conflict: &DocumentMerge) {
        let Some(place) = self.deciding.take() else { return };
        if self.goes_on && self.place == Some(place) && !conflict.is_open(place) && conflict.open_count() > 0 {
            self.step(conflict, Way::On, Stop::Open);
        }
    }

    /// Theirs is another text now: everything that pointed into the merge has to be found again.
    fn overtaken(&mut self, conflict: &DocumentMerge) {
        self.edition = conflict.generation();
        self.marks.clear();
        self.proposals.overtaken(conflict);
        self.notices = conflict.content().merge().notices();
        for hand in self.hand.iter_mut().chain(&mut self.kept) {
            hand.overtaken(conflict);
        }
        let reopened = self.standing.drain(..).filter_map(|written| written.reopened(conflict));
        let reopened: Vec<Hand> = reopened.collect();
        self.note = match (&self.hand, reopened.is_empty()) {
            (Some(hand), _) if hand.is_lost() => Some(Note::HandLost),
            (Some(_), _) => Some(Note::HandOvertaken),
            (None, false) => Some(Note::HandReopened),
            // Typing on is no news to the person who types.
            (None, true) => Some(Note::Renewed).filter(|_| !conflict.is_retyped()),
        };
        self.kept.extend(reopened);
        let place = self.anchor.take().and_then(|anchor| anchor.found(conflict));
        self.lay_out(conflict);
        self.go(conflict, place);
    }

    /// Selects the first open conflict if nothing is selected.
    pub(crate) fn select_one(&mut self, conflict: &DocumentMerge) {
        if self.place.is_none() {
            self.go(conflict, walk::first(conflict));
        }
    }

    /// Goes to the first open conflict, and says that it is in the way of a save.
    pub(crate) fn show_first_open(&mut self, conflict: &DocumentMerge) {
        self.go(conflict, walk::first(conflict));
        self.note = Some(Note::NotSaved(conflict.open_count()));
    }

    /// Takes in how much room there is. To be called whenever that changes, and before a frame that follows a key: the
    /// marks of what came in sight are worked out here.
    pub(crate) fn fit(&mut self, conflict: &DocumentMerge, size: Size, share: Share) {
        if (self.size, self.share) != (size, share) {
            (self.size, self.share) = (size, share);
            self.lay_out(conflict);
            self.go(conflict, self.place);
        }
        let screen = self.screen();
        let in_sight = self.rows.sides_in(self.top..self.top + screen.side_height());
        let changes = in_sight.iter().filter(|block| block.is_change()).map(|block| block.place);
        self.marks.look_at(conflict, changes);
    }

    /// Does what a key means. What the editor has to do about it comes back.
    pub(crate) fn handle(
        &mut self,
        pressed: &Pressed,
        conflict: &DocumentMerge,
        register: &mut String,
    ) -> Option<Command> {
        self.note = None;
        let asked = self.proposals.asked.take();
        if self.hand.is_some() {
            return self.by_hand(pressed, conflict, register);
        }
        let Pressed::Act(action) = pressed else { return None };
        match action {
            Action::NextConflict => self.step(conflict, Way::On, Stop::Open),
            Action::PreviousConflict => self.step(conflict, Way::Back, Stop::Open),
            Action::NextChange => self.step(conflict, Way::On, Stop::Any),
            Action::PreviousChange => self.step(conflict, Way::Back, Stop::Any),
            Action::TakeMine => return self.decide(conflict, Decision::Mine),
            Action::TakeTheirs => return self.decide(conflict, Decision::Theirs),
            Action::TakeBothMineFirst => return self.decide(conflict, Decision::MineTheirs),
            Action::TakeBothTheirsFirst => return self.decide(conflict, Decision::TheirsMine),
            Action::TakeBase => return self.decide(conflict, Decision::Base),
            Action::EditResult => self.begin_by_hand(conflict),
            Action::EditWhole => self.begin_whole(conflict),
            Action::UndoDecision => return Some(Command::Undo),
            Action::RedoDecision => return Some(Command::Redo),
            Action::ToggleSettled => return self.many(conflict, choose::toggle_settled),
            Action::TakeSuggestion => return self.take_suggestion(conflict),
            Action::TakeAllSuggestions => return self.take_all_suggestions(conflict, asked),
            Action::TakeAllMine => return self.many(conflict, choose::take_all_mine),
            Action::TakeAllTheirs => return self.many(conflict, choose::take_all_theirs),
            Action::DecideBlanks => return self.many(conflict, choose::decide_blanks),
            Action::NextFormat => return self.many(conflict, choose::next_format),
            Action::GoOn => {
                self.goes_on = !self.goes_on;
                self.note = Some(if self.goes_on { Note::GoesOn } else { Note::Stays });
            }
            Action::NextPane => self.next_pane(conflict),
            action => self.scroll(conflict, *action),
        }
        None
    }

    /// Where the panes stand, from the corner of the view.
    pub(super) fn screen(&self) -> Screen {
        let whole = Rect::from((ratatui::layout::Position::ORIGIN, self.size));
        Screen::new(whole, self.front, self.hand.is_some(), self.share)
    }

    fn step(&mut self, conflict: &DocumentMerge, way: Way, stop: Stop) {
        let Some(next) = walk::step(conflict, self.place, way, stop) else {
            self.note = Some(if stop == Stop::Open { Note::NothingOpen } else { Note::NoChange });
            return;
        };
        self.note = match (next.wrapped, way) {
            (true, _) if self.place == Some(next.place) && stop == Stop::Open => Some(Note::OnlyOpen),
            (true, _) if self.place == Some(next.place) => Some(Note::OnlyOne),
            (true, Way::On) => Some(Note::WrappedOn),
            (true, Way::Back) => Some(Note::WrappedBack),
            (false, _) => None,
        };
        self.go(conflict, Some(next.place));
    }

    /// The change that the keys are about; none if it is gone from the merge, and the user has selected no other.
    pub(super) fn selected(&mut self) -> Option<ChangeId> {
        if self.place.is_none() {
            self.note = Some(Note::NothingSelected);
        }
        self.place
    }

    fn decide(&mut self, conflict: &DocumentMerge, decision: Decision) -> Option<Command> {
        let place = self.selected()?;
        match choose::decide(conflict, place, decision) {
            Ok(command) => {
                self.deciding = Some(place).filter(|place| conflict.is_open(*place));
                Some(command)
            }
            Err(note) => {
                self.note = Some(note);
                None
            }
        }
    }

    fn take_suggestion(&mut self, conflict: &DocumentMerge) -> Option<Command> {
        let place = self.selected()?;
        if let (Outcome::Suggested, ChangeId::Region(region)) = (self.proposals.outcome(conflict, place), place) {
            // The same key again takes it back.
            return self.decide(conflict, conflict.content().decision(region).clone());
        }
        let Some(decision) = self.proposals.at(conflict, place).map(|proposal| proposal.decision.clone()) else {
            self.note = Some(Note::NoSuggestion);
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
    ) -> Option<Command> {
        if let Some(all) = asked {
            self.note = Some(Note::SuggestionsTaken(all.len()));
            for (_, decision) in &all {
                self.proposals.take(decision);
            }
            return Some(Command::DecideEach(all));
        }
        let all = self.proposals.all(conflict);
        self.note = Some(Note::Suggestions(all.len()));
        self.proposals.asked = Some(all).filter(|all| !all.is_empty());
        None
    }

    /// What settled by itself at that place and is worth a look.
    pub(super) fn notices_at(&self, place: ChangeId) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(move |notice| place == ChangeId::Region(notice.region))
    }

    /// How many changes settled by themselves and are worth a look.
    pub(super) fn worth_a_look(&self) -> usize {
        self.notices.chunk_by(|one, other| one.region == other.region).count()
    }

    /// Decides about more than the change at hand.
    fn many(
        &mut self,
        conflict: &DocumentMerge,
        choose: fn(&DocumentMerge) -> Result<(Command, Note), Note>,
    ) -> Option<Command> {
        let (command, note) = match choose(conflict) {
            Ok((command, note)) => (Some(command), note),
            Err(note) => (None, note),
        };
        self.note = Some(note);
        command
    }

    fn next_pane(&mut self, conflict: &DocumentMerge) {
        let next = self.front.next(self.screen().arrangement);
        if next == self.front {
            self.note = Some(Note::AllInSight);
        }
        self.front = next;
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }
}
