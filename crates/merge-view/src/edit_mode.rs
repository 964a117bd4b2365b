//! Opens, changes and closes the text that the user writes by hand.

use editor::{ChangeId, DocumentMerge, HandPlace, HandText, MergeStep};

use crate::action::{MergeAction, MergeViewInput};
use crate::manual_edit::{EditStart, EditTarget, ManualEdit};
use crate::status::MergeNote;
use crate::view::MergeView;

impl MergeView {
    /// Returns the texts written by hand that are not in the result: they are still open, or were left.
    ///
    /// Each has its place in this merge, or `None` if the merge no longer has that place.
    pub fn hands(&self, conflict: Option<&DocumentMerge>) -> Vec<HandText> {
        let hands = self.kept.iter().chain(&self.hand).filter(|hand| hand.is_changed());
        let with_place = |hand: &ManualEdit| HandText {
            place: conflict.and_then(|conflict| hand.place_in(conflict)),
            text: hand.buffer.text(),
        };
        hands.map(with_place).collect()
    }

    /// Restores texts written by hand in an earlier run, as if the user had left each at its place.
    pub fn bring_back(&mut self, conflict: &DocumentMerge, hands: &[HandText]) {
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

    pub(crate) fn begin_manual_edit(&mut self, conflict: &DocumentMerge) {
        let Some(place) = self.selected() else { return };
        if conflict.full_override().is_some() && matches!(place, ChangeId::Region(_)) {
            return self.begin_full_edit(conflict);
        }
        let hand = self.take_back(Some(place)).unwrap_or_else(|| ManualEdit::new(conflict, place));
        self.open_manual_edit(conflict, hand);
    }

    pub(crate) fn begin_full_edit(&mut self, conflict: &DocumentMerge) {
        let hand = self.take_back(None).unwrap_or_else(|| ManualEdit::full_text(conflict, self.place));
        self.open_manual_edit(conflict, hand);
    }

    /// Removes and returns the text that was left for a change; for the whole result if `place` is `None`.
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

    pub(crate) fn handle_manual_edit(
        &mut self,
        input: &MergeViewInput,
        conflict: &DocumentMerge,
        register: &mut String,
    ) -> Option<MergeStep> {
        let hand = self.hand.as_mut()?;
        match input {
            MergeViewInput::Edit(edit) => hand.apply(edit, register),
            MergeViewInput::Act(MergeAction::AcceptEdit) => return self.take_over(conflict),
            MergeViewInput::Act(MergeAction::StartFromMine) => self.start_from(conflict, EditStart::Mine),
            MergeViewInput::Act(MergeAction::StartFromTheirs) => self.start_from(conflict, EditStart::Theirs),
            MergeViewInput::Act(MergeAction::StartFromBoth) => self.start_from(conflict, EditStart::Both),
            MergeViewInput::Act(MergeAction::StartFromResult) => self.start_from(conflict, EditStart::Result),
            MergeViewInput::Leave => {
                let left = if hand.is_whole() { MergeNote::WholeLeft } else { MergeNote::HandLeft };
                self.note = hand.is_changed().then_some(left);
                self.close_manual_edit(conflict);
            }
            // While a text is open, its keys arrive as `Edit`.
            MergeViewInput::Act(_) | MergeViewInput::Scroll(_) => {}
        }
        None
    }

    /// Puts another text in the place of the open text, as one step that can be undone.
    fn start_from(&mut self, conflict: &DocumentMerge, start: EditStart) {
        let Some(hand) = &mut self.hand else { return };
        self.note = Some(hand.start_from(conflict, start));
    }

    /// Returns the step that takes the open text, and closes the text.
    ///
    /// The text is also kept, because the editor may refuse the step while it is busy.
    fn take_over(&mut self, conflict: &DocumentMerge) -> Option<MergeStep> {
        let hand = self.hand.as_mut()?;
        let Some(step) = hand.step() else {
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
        // Deciding for the present text again would undo the decision.
        let step = (!hand.is_current(conflict)).then_some(step);
        self.close_manual_edit(conflict);
        step
    }

    fn close_manual_edit(&mut self, conflict: &DocumentMerge) {
        self.kept.extend(self.hand.take().filter(ManualEdit::is_changed));
        self.lay_out(conflict);
        self.go(conflict, self.place);
    }
}
