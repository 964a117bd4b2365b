//! What a reader of a merge does: where she is, how far she has scrolled, what she writes by hand.
//!
//! The rows and the marks are kept here too, since they follow from the merge and change only when it does.

use contract::EntityTag;
use editor::{Command, Conflict, Place};
use merge::Decision;
use ratatui::layout::{Rect, Size};

use super::hand::{self, Hand, What, Written};
use super::marks::Marks;
use super::note::Note;
use super::rows::{Row, Rows};
use super::screen::{Pane, Screen};
use super::text::SIDES;
use super::walk::{self, Anchor, Stop, Way};
use super::{choose, text};
use crate::action::{Action, Context, Pressed};
use crate::edit::Edit;
use crate::visible::clip;

/// How many columns one step to the side is.
const SIDESTEP: usize = 8;

/// Where somebody is in a merge.
#[derive(Debug, Clone)]
pub(crate) struct MergeView {
    /// The change that the keys decide; none where nothing differs.
    pub(super) place: Option<Place>,
    /// The first row of the sides in sight.
    pub(super) top: usize,
    /// The first column of the texts in sight.
    pub(super) left: usize,
    /// The pane that is wanted where there is no room for all.
    pub(super) front: Pane,
    pub(super) hand: Option<Hand>,
    /// What was written by hand and stands nowhere: it was left, or the change it was for is open again.
    kept: Vec<Hand>,
    /// What was written by hand and stands in the result.
    standing: Vec<Written>,
    pub(super) note: Option<Note>,
    /// Whether a decision goes on to the next open conflict by itself.
    pub(super) goes_on: bool,
    /// The open conflict that is about to be decided.
    deciding: Option<Place>,
    pub(super) rows: Rows,
    pub(super) marks: Marks,
    size: Size,
    /// Which version the rest is about, and where the change of the keys stands in the base.
    theirs: EntityTag,
    anchor: Option<Anchor>,
}

impl MergeView {
    /// Opens at the first open conflict.
    pub(crate) fn new(conflict: &Conflict) -> Self {
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
            rows: Rows::default(),
            marks: Marks::default(),
            size: Size::new(80, 24),
            theirs: conflict.theirs().etag.clone(),
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

    /// Whether something was written by hand for that change that stands nowhere.
    pub(super) fn keeps(&self, place: Place) -> bool {
        self.kept.iter().any(|hand| hand.place() == Some(place))
    }

    /// Whether a whole text was written by hand that stands nowhere.
    pub(super) fn keeps_whole(&self) -> bool {
        self.kept.iter().any(|hand| hand.place().is_none())
    }

    /// Whether the whole result is being written by hand.
    pub(super) fn writes_whole(&self) -> bool {
        self.hand.as_ref().is_some_and(|hand| hand.place().is_none())
    }

    /// Takes in that a step was taken, or that the merge was made anew.
    pub(crate) fn renewed(&mut self, conflict: &Conflict) {
        if self.theirs == conflict.theirs().etag {
            self.lay_out(conflict);
        } else {
            self.overtaken(conflict);
        }
        // What stands in the result need not be kept here any more.
        self.kept.retain(|hand| !hand.stands(conflict));
        self.standing = hand::standing(conflict);
        self.go_on(conflict);
    }

    /// What was at hand is decided, and the next one that is open is wanted without a key.
    fn go_on(&mut self, conflict: &Conflict) {
        let Some(place) = self.deciding.take() else { return };
        if self.goes_on && self.place == Some(place) && !conflict.is_open(place) && conflict.undecided() > 0 {
            self.step(conflict, Way::On, Stop::Open);
        }
    }

    /// Theirs is another text now: everything that pointed into the merge has to be found again.
    fn overtaken(&mut self, conflict: &Conflict) {
        self.theirs = conflict.theirs().etag.clone();
        self.marks.clear();
        for hand in self.hand.iter_mut().chain(&mut self.kept) {
            hand.overtaken(conflict);
        }
        let reopened = self.standing.drain(..).filter_map(|written| written.reopened(conflict));
        let reopened: Vec<Hand> = reopened.collect();
        self.note = Some(match (&self.hand, reopened.is_empty()) {
            (Some(_), _) => Note::HandOvertaken,
            (None, true) => Note::Renewed,
            (None, false) => Note::HandReopened,
        });
        self.kept.extend(reopened);
        let found = self.anchor.take().and_then(|anchor| anchor.found(conflict));
        // What was open stays at hand; else what is open now deserves the eye more than what was decided.
        let stays = |place: &Place| self.hand.is_some() || conflict.is_open(*place);
        let place = found.filter(stays).or_else(|| walk::first(conflict));
        self.lay_out(conflict);
        self.go(conflict, place);
    }

    /// Takes in how much room there is. To be called whenever that changes, and before a frame that follows a key: the
    /// marks of what came in sight are worked out here.
    pub(crate) fn fit(&mut self, conflict: &Conflict, size: Size) {
        if self.size != size {
            self.size = size;
            self.lay_out(conflict);
            self.go(conflict, self.place);
        }
        let screen = self.screen();
        let in_sight = self.rows.sides_in(self.top..self.top + screen.side_height());
        let changes = in_sight.iter().filter(|block| block.is_change()).map(|block| block.place);
        self.marks.look_at(conflict, changes);
    }

    /// Does what a key means. What the editor has to do about it comes back.
    pub(crate) fn handle(&mut self, pressed: &Pressed, conflict: &Conflict, register: &mut String) -> Option<Command> {
        self.note = None;
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
            Action::DecideBlanks => return self.many(conflict, choose::decide_blanks),
            Action::NextFormat => return self.many(conflict, choose::next_format),
            Action::GoOn => {
                self.goes_on = !self.goes_on;
                self.note = Some(if self.goes_on { Note::GoesOn } else { Note::Stays });
            }
            Action::Save => return Some(self.save(conflict)),
            Action::NextPane => self.next_pane(conflict),
            action => self.scroll(conflict, *action),
        }
        None
    }

    /// Where the panes stand, from the corner of the view.
    pub(super) fn screen(&self) -> Screen {
        Screen::new(Rect::from((ratatui::layout::Position::ORIGIN, self.size)), self.front, self.hand.is_some())
    }

    fn lay_out(&mut self, conflict: &Conflict) {
        let screen = self.screen();
        let shown = screen.sides();
        // Where only the result is in sight, its rows go with those of all sides.
        let sides = if shown.is_empty() { &SIDES } else { shown.as_slice() };
        self.rows = Rows::new(conflict, sides, screen.context());
        self.top = self.top.min(self.last_top());
    }

    /// The last row of the sides that may stand first.
    fn last_top(&self) -> usize {
        let rows = self.rows.side_rows();
        // The result can be longer than the sides; where it is alone, its last line must be within reach.
        let height = if self.screen().sides().is_empty() { 1 } else { self.screen().side_height() };
        rows.saturating_sub(height.max(1))
    }

    /// Goes to a change, and brings it in sight: where it is in sight already, nothing moves.
    fn go(&mut self, conflict: &Conflict, place: Option<Place>) {
        self.place = place;
        self.anchor = place.map(|place| Anchor::of(conflict, place));
        let Some(block) = place.and_then(|place| self.rows.block(place)) else { return };
        let height = self.screen().side_height();
        if block.sides.start >= self.top && block.sides.end <= self.top + height {
            return;
        }
        // A few rows of what comes before help to see where it is.
        let above = (height / 4).min(height.saturating_sub(block.sides.len()));
        self.top = block.sides.start.saturating_sub(above).min(self.last_top());
    }

    fn step(&mut self, conflict: &Conflict, way: Way, stop: Stop) {
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

    fn decide(&mut self, conflict: &Conflict, decision: Decision) -> Option<Command> {
        let place = self.place?;
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

    /// Decides about more than the change at hand.
    fn many(&mut self, conflict: &Conflict, choose: fn(&Conflict) -> Result<(Command, Note), Note>) -> Option<Command> {
        let (command, note) = match choose(conflict) {
            Ok((command, note)) => (Some(command), note),
            Err(note) => (None, note),
        };
        self.note = Some(note);
        command
    }

    /// The machine refuses a save with open conflicts, and says so; here the first of them is shown.
    fn save(&mut self, conflict: &Conflict) -> Command {
        let open = conflict.undecided();
        if open > 0 {
            self.go(conflict, walk::first(conflict));
            self.note = Some(Note::NotSaved(open));
        }
        Command::Save
    }

    fn next_pane(&mut self, conflict: &Conflict) {
        let next = self.front.next(self.screen().arrangement);
        if next == self.front {
            self.note = Some(Note::AllInSight);
        }
        self.front = next;
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }

    fn begin_by_hand(&mut self, conflict: &Conflict) {
        let Some(place) = self.place else { return };
        if conflict.whole().is_some() && matches!(place, Place::Region(_)) {
            return self.begin_whole(conflict);
        }
        let hand = self.take_back(Some(place)).unwrap_or_else(|| Hand::new(conflict, place));
        self.write(conflict, hand);
    }

    fn begin_whole(&mut self, conflict: &Conflict) {
        let hand = self.take_back(None).unwrap_or_else(|| Hand::whole(conflict, self.place));
        self.write(conflict, hand);
    }

    /// What was left, for that change or for the whole.
    fn take_back(&mut self, place: Option<Place>) -> Option<Hand> {
        let at = self.kept.iter().rposition(|hand| hand.place() == place)?;
        Some(self.kept.remove(at))
    }

    fn write(&mut self, conflict: &Conflict, hand: Hand) {
        if !hand.saw(&conflict.theirs().etag) {
            self.note = Some(Note::WholeOfBefore);
        }
        self.hand = Some(hand);
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }

    fn by_hand(&mut self, pressed: &Pressed, conflict: &Conflict, register: &mut String) -> Option<Command> {
        let hand = self.hand.as_mut()?;
        match pressed {
            Pressed::Edit(edit) => hand.apply(edit, register),
            Pressed::Act(Action::Undo) => hand.apply(&Edit::Undo, register),
            Pressed::Act(Action::Redo) => hand.apply(&Edit::Redo, register),
            Pressed::Act(Action::Cut) => hand.apply(&Edit::Cut, register),
            Pressed::Act(Action::Copy) => hand.apply(&Edit::Copy, register),
            Pressed::Act(Action::Paste) => hand.apply(&Edit::Paste, register),
            Pressed::Act(Action::SelectAll) => hand.apply(&Edit::SelectAll, register),
            Pressed::Act(Action::AcceptEdit) => return self.take_over(conflict),
            Pressed::Act(Action::Close) => {
                self.note = hand.is_changed().then_some(Note::HandLeft);
                self.put_hand_away(conflict);
            }
            Pressed::Act(_) => {}
        }
        None
    }

    /// Takes what was written by hand. It is kept all the same: the machine may have no time for it now.
    fn take_over(&mut self, conflict: &Conflict) -> Option<Command> {
        let hand = self.hand.as_mut()?;
        let Some(command) = hand.command() else {
            self.note = Some(Note::NoName);
            return None;
        };
        if let What::Whole(whole) = &mut hand.what {
            let left = whole.still_open(&hand.buffer);
            if let Some(first) = left.first() {
                hand.buffer.go_to(*first);
                self.note = Some(Note::BothVersions(left.len()));
                return None;
            }
        }
        self.deciding = hand.place().filter(|place| conflict.is_open(*place));
        // The same decision once more would take it back.
        let command = (!hand.stands(conflict)).then_some(command);
        self.put_hand_away(conflict);
        command
    }

    fn put_hand_away(&mut self, conflict: &Conflict) {
        self.kept.extend(self.hand.take().filter(Hand::is_changed));
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }

    fn scroll(&mut self, conflict: &Conflict, action: Action) {
        let page = self.screen().side_height().saturating_sub(1).max(1);
        let last = self.last_top();
        let top = match action {
            Action::Up => self.top.saturating_sub(1),
            Action::Down => self.top + 1,
            Action::PageUp => self.top.saturating_sub(page),
            Action::PageDown => self.top + page,
            Action::First => 0,
            Action::Last => last,
            Action::Left => {
                self.left = self.left.saturating_sub(SIDESTEP);
                return;
            }
            Action::Right => {
                self.left = (self.left + SIDESTEP).min(self.last_left(conflict));
                return;
            }
            _ => return,
        };
        let down = top > self.top;
        self.top = top.min(last);
        self.take_what_is_in_sight(conflict, down);
    }

    /// The keys decide what is in sight, and nothing else: where the change has been scrolled away, another is taken.
    fn take_what_is_in_sight(&mut self, conflict: &Conflict, down: bool) {
        let blocks = self.rows.sides_in(self.top..self.top + self.screen().side_height().max(1));
        if blocks.iter().any(|block| Some(block.place) == self.place) {
            return;
        }
        let mut changes = blocks.iter().filter(|block| block.is_change()).map(|block| block.place);
        if let Some(place) = if down { changes.next() } else { changes.next_back() } {
            self.place = Some(place);
            self.anchor = Some(Anchor::of(conflict, place));
        }
    }

    /// How far to the side there is something to see.
    fn last_left(&self, conflict: &Conflict) -> usize {
        let window = self.top..self.top + self.screen().side_height();
        let rows = self.rows.sides_in(window.clone()).iter().flat_map(|block| {
            let seen = block.sides.start.max(window.start)..block.sides.end.min(window.end);
            seen.map(move |row| (block.place, block.side_row(row - block.sides.start)))
        });
        let widest = rows.filter_map(|(place, row)| match row {
            Row::Line(line) => {
                SIDES.iter().filter_map(|&side| text::line(conflict, place, side, line)).map(clip::width).max()
            }
            Row::Heading | Row::Folded(_) => None,
        });
        widest.max().unwrap_or(0).saturating_sub(1)
    }
}
