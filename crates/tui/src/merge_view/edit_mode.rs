//! Writing by hand: how it begins, what the keys do meanwhile, and how it ends.

use editor::{ChangeId, Command, DocumentMerge, HandPlace, HandText};
use terminal::edit::Edit;

use super::manual_edit::{EditTarget, ManualEdit};
use super::status::MergeNote;
use super::view::MergeView;
use crate::action::{Action, KeyMeaning};

impl MergeView {
    /// What is being written by hand, or was left, and stands nowhere else: each text for its place in this merge.
    pub(crate) fn hands(&self, conflict: Option<&DocumentMerge>) -> Vec<HandText> {
        let hands = self.kept.iter().chain(&self.hand).filter(|hand| hand.is_changed());
        let with_place = |hand: &ManualEdit| HandText {
            place: conflict.and_then(|conflict| hand.place_in(conflict)),
            text: hand.buffer.text(),
        };
        hands.map(with_place).collect()
    }

    /// Takes in what was written by hand in an earlier run: it is kept for its place, as if it had been left there.
    pub(crate) fn bring_back(&mut self, conflict: &DocumentMerge, hands: &[HandText]) {
        for HandText { place, text } in hands {
            let mut hand = match place {
                Some(HandPlace::Change(place)) => ManualEdit::new(conflict, *place),
                Some(HandPlace::Whole) => ManualEdit::full_text(conflict, self.place),
                None => continue,
            };
            hand.buffer.replace(text);
            self.note = Some(if hand.is_whole() { MergeNote::WholeBack } else { MergeNote::HandBack });
            self.kept.push(hand);
        }
    }

    pub(super) fn begin_manual_edit(&mut self, conflict: &DocumentMerge) {
        let Some(place) = self.selected() else { return };
        if conflict.full_override().is_some() && matches!(place, ChangeId::Region(_)) {
            return self.begin_full_edit(conflict);
        }
        let hand = self.take_back(Some(place)).unwrap_or_else(|| ManualEdit::new(conflict, place));
        self.open_manual_edit(conflict, hand);
    }

    pub(super) fn begin_full_edit(&mut self, conflict: &DocumentMerge) {
        let hand = self.take_back(None).unwrap_or_else(|| ManualEdit::full_text(conflict, self.place));
        self.open_manual_edit(conflict, hand);
    }

    /// What was left, for that change or for the whole.
    fn take_back(&mut self, place: Option<ChangeId>) -> Option<ManualEdit> {
        let wanted = |hand: &ManualEdit| if place.is_none() { hand.is_whole() } else { hand.place() == place };
        let at = self.kept.iter().rposition(wanted)?;
        Some(self.kept.remove(at))
    }

    fn open_manual_edit(&mut self, conflict: &DocumentMerge, hand: ManualEdit) {
        if !hand.has_seen(&conflict.theirs().etag) {
            self.note = Some(MergeNote::WholeOfBefore);
        }
        self.hand = Some(hand);
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }

    pub(super) fn handle_manual_edit(
        &mut self,
        pressed: &KeyMeaning,
        conflict: &DocumentMerge,
        register: &mut String,
    ) -> Option<Command> {
        let hand = self.hand.as_mut()?;
        match pressed {
            KeyMeaning::Edit(edit) => hand.apply(edit, register),
            KeyMeaning::Act(Action::Undo) => hand.apply(&Edit::Undo, register),
            KeyMeaning::Act(Action::Redo) => hand.apply(&Edit::Redo, register),
            KeyMeaning::Act(Action::Cut) => hand.apply(&Edit::Cut, register),
            KeyMeaning::Act(Action::Copy) => hand.apply(&Edit::Copy, register),
            KeyMeaning::Act(Action::Paste) => hand.apply(&Edit::Paste, register),
            KeyMeaning::Act(Action::SelectAll) => hand.apply(&Edit::SelectAll, register),
            KeyMeaning::Act(Action::AcceptEdit) => return self.take_over(conflict),
            KeyMeaning::Act(Action::Close) => {
                let left = if hand.is_whole() { MergeNote::WholeLeft } else { MergeNote::HandLeft };
                self.note = hand.is_changed().then_some(left);
                self.close_manual_edit(conflict);
            }
            KeyMeaning::Act(_) => {}
        }
        None
    }

    /// Takes what was written by hand. It is kept all the same: the machine may have no time for it now.
    fn take_over(&mut self, conflict: &DocumentMerge) -> Option<Command> {
        let hand = self.hand.as_mut()?;
        let Some(command) = hand.command() else {
            self.note = Some(if hand.is_lost() { MergeNote::HandLost } else { MergeNote::NoName });
            return None;
        };
        if let EditTarget::Whole(whole) = &mut hand.what {
            let left = whole.still_open(&hand.buffer);
            if let Some(first) = left.first() {
                hand.buffer.go_to(*first);
                self.note = Some(MergeNote::BothVersions(left.len()));
                return None;
            }
        }
        self.deciding = hand.place().filter(|place| conflict.is_open(*place));
        // The same decision once more would take it back.
        let command = (!hand.is_current(conflict)).then_some(command);
        self.close_manual_edit(conflict);
        command
    }

    fn close_manual_edit(&mut self, conflict: &DocumentMerge) {
        self.kept.extend(self.hand.take().filter(ManualEdit::is_changed));
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }
}
