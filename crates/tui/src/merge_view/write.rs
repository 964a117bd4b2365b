//! Writing by hand: how it begins, what the keys do meanwhile, and how it ends.

use editor::{ChangeId, Command, DocumentMerge, HandPlace, HandText};

use super::hand::{Hand, What};
use super::note::Note;
use super::view::MergeView;
use crate::action::{Action, Pressed};
use crate::edit::Edit;

impl MergeView {
    /// What is being written by hand, or was left, and stands nowhere else: each text for its place in this merge.
    pub(crate) fn hands(&self, conflict: Option<&DocumentMerge>) -> Vec<HandText> {
        let hands = self.kept.iter().chain(&self.hand).filter(|hand| hand.is_changed());
        let with_place = |hand: &Hand| HandText {
            place: conflict.and_then(|conflict| hand.place_in(conflict)),
            text: hand.buffer.text(),
        };
        hands.map(with_place).collect()
    }

    /// Takes in what was written by hand in an earlier run: it is kept for its place, as if it had been left there.
    pub(crate) fn bring_back(&mut self, conflict: &DocumentMerge, hands: &[HandText]) {
        for HandText { place, text } in hands {
            let mut hand = match place {
                Some(HandPlace::Change(place)) => Hand::new(conflict, *place),
                Some(HandPlace::Whole) => Hand::whole(conflict, self.place),
                None => continue,
            };
            hand.buffer.replace(text);
            self.note = Some(if hand.is_whole() { Note::WholeBack } else { Note::HandBack });
            self.kept.push(hand);
        }
    }

    pub(super) fn begin_by_hand(&mut self, conflict: &DocumentMerge) {
        let Some(place) = self.selected() else { return };
        if conflict.full_override().is_some() && matches!(place, ChangeId::Region(_)) {
            return self.begin_whole(conflict);
        }
        let hand = self.take_back(Some(place)).unwrap_or_else(|| Hand::new(conflict, place));
        self.write(conflict, hand);
    }

    pub(super) fn begin_whole(&mut self, conflict: &DocumentMerge) {
        let hand = self.take_back(None).unwrap_or_else(|| Hand::whole(conflict, self.place));
        self.write(conflict, hand);
    }

    /// What was left, for that change or for the whole.
    fn take_back(&mut self, place: Option<ChangeId>) -> Option<Hand> {
        let wanted = |hand: &Hand| if place.is_none() { hand.is_whole() } else { hand.place() == place };
        let at = self.kept.iter().rposition(wanted)?;
        Some(self.kept.remove(at))
    }

    fn write(&mut self, conflict: &DocumentMerge, hand: Hand) {
        if !hand.saw(&conflict.theirs().etag) {
            self.note = Some(Note::WholeOfBefore);
        }
        self.hand = Some(hand);
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }

    pub(super) fn by_hand(
        &mut self,
        pressed: &Pressed,
        conflict: &DocumentMerge,
        register: &mut String,
    ) -> Option<Command> {
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
                let left = if hand.is_whole() { Note::WholeLeft } else { Note::HandLeft };
                self.note = hand.is_changed().then_some(left);
                self.put_hand_away(conflict);
            }
            Pressed::Act(_) => {}
        }
        None
    }

    /// Takes what was written by hand. It is kept all the same: the machine may have no time for it now.
    fn take_over(&mut self, conflict: &DocumentMerge) -> Option<Command> {
        let hand = self.hand.as_mut()?;
        let Some(command) = hand.command() else {
            self.note = Some(if hand.is_lost() { Note::HandLost } else { Note::NoName });
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

    fn put_hand_away(&mut self, conflict: &DocumentMerge) {
        self.kept.extend(self.hand.take().filter(Hand::is_changed));
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }
}
