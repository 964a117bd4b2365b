//! A text that the user writes by hand: the result of one change, or the whole result.
//!
//! The text stays here until the user accepts it. If the user leaves it without accepting, the view keeps it and offers
//! it again: no typed text is discarded without a decision.

use contract::{DocumentId, EntityTag};
use editor::{ChangeId, DocumentMerge, HandPlace, MergeStep};
use merge::{Choice, Decision, Side};
use terminal::buffer::TextBuffer;
use terminal::edit::Edit;

use crate::full_edit::FullEdit;
use crate::navigation::ChangeAnchor;
use crate::resolution::Resolution;
use crate::status::MergeNote;
use crate::text;

/// A text that is being written by hand, or was left.
#[derive(Debug, Clone)]
pub(crate) struct ManualEdit {
    /// The part of the result that the text replaces.
    pub(crate) what: EditTarget,
    /// The text.
    pub(crate) buffer: TextBuffer,
    /// The text at the start.
    begun: String,
}

/// The part of the result that a text written by hand replaces.
#[derive(Debug, Clone)]
pub(crate) enum EditTarget {
    /// The result of one change.
    Change {
        /// The change, or `None` once the merge no longer has it.
        place: Option<ChangeId>,
        /// The anchor by which the change is found again.
        anchor: ChangeAnchor,
    },
    /// The whole result.
    Whole(FullEdit),
}

/// The text from which a text by hand is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EditStart {
    /// My text.
    Mine,
    /// The other side's text.
    Theirs,
    /// Both texts, mine first.
    Both,
    /// The text that the result has now.
    Result,
}

impl ManualEdit {
    /// Begins with the text in the result of a change, or with mine if the change is open.
    pub(crate) fn new(conflict: &DocumentMerge, place: ChangeId) -> Self {
        let what = EditTarget::Change { place: Some(place), anchor: ChangeAnchor::of(conflict, place) };
        Self::of(what, current_text_at(conflict, place))
    }

    /// Begins with the whole result, and the cursor at a change.
    pub(crate) fn full_text(conflict: &DocumentMerge, place: Option<ChangeId>) -> Self {
        let (whole, text, line) = FullEdit::new(conflict, place);
        let mut hand = Self::of(EditTarget::Whole(whole), text);
        hand.buffer.go_to(line);
        hand
    }

    fn of(what: EditTarget, text: String) -> Self {
        Self { what, buffer: TextBuffer::new(&text), begun: text }
    }

    /// Returns the change that the text is for, or `None` for the whole result or if the change is gone.
    pub(crate) fn place(&self) -> Option<ChangeId> {
        match &self.what {
            EditTarget::Change { place, .. } => *place,
            EditTarget::Whole(_) => None,
        }
    }

    /// Returns the place of the text in this merge.
    ///
    /// Returns `None` if the change is gone, or if a whole text was begun before the present version of theirs arrived.
    pub(crate) fn place_in(&self, conflict: &DocumentMerge) -> Option<HandPlace> {
        match &self.what {
            EditTarget::Change { place, .. } => place.map(HandPlace::Change),
            EditTarget::Whole(whole) => (*whole.seen() == conflict.theirs().etag).then_some(HandPlace::Whole),
        }
    }

    /// Returns whether the text is for the whole result.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.what, EditTarget::Whole(_))
    }

    /// Returns whether the change that the text is for is gone from the merge.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self.what, EditTarget::Change { place: None, .. })
    }

    /// Finds the change again after a newer version of theirs was merged.
    pub(crate) fn on_overtaken(&mut self, conflict: &DocumentMerge) {
        if let EditTarget::Change { place, anchor } = &mut self.what {
            *place = anchor.found(conflict);
            if let Some(found) = *place {
                *anchor = ChangeAnchor::of(conflict, found);
            }
        }
    }

    /// Returns whether the text differs from its start.
    pub(crate) fn is_changed(&self) -> bool {
        self.buffer.text() != self.begun
    }

    /// Applies an edit. A title and a parent stay one line: line breaks become blanks.
    pub(crate) fn apply(&mut self, edit: &Edit, register: &mut String) {
        let one_line = matches!(self.place(), Some(ChangeId::Title | ChangeId::Parent));
        let changed = match edit {
            Edit::Newline | Edit::Indent | Edit::DuplicateLines if one_line => false,
            Edit::InsertText(text) if one_line => {
                let text = text.lines().collect::<Vec<_>>().join(" ");
                self.buffer.apply(&Edit::InsertText(text), register)
            }
            Edit::Paste if one_line => {
                let mut line = register.lines().collect::<Vec<_>>().join(" ");
                self.buffer.apply(&Edit::Paste, &mut line)
            }
            edit => self.buffer.apply(edit, register),
        };
        if let (true, EditTarget::Whole(whole)) = (changed, &mut self.what) {
            whole.mark_edited();
        }
    }

    /// Puts another text in the place of this one, and returns a note that says so.
    ///
    /// It is one step that can be undone.
    pub(crate) fn start_from(&mut self, conflict: &DocumentMerge, start: EditStart) -> MergeNote {
        let place = match &self.what {
            EditTarget::Whole(_) => return MergeNote::WholeHasNoSide,
            EditTarget::Change { place: None, .. } => return MergeNote::HandLost,
            EditTarget::Change { place: Some(place), .. } => *place,
        };
        let (text, note) = match start {
            EditStart::Mine => (side_text(conflict, place, Side::Mine), MergeNote::StartedFrom(Resolution::Mine)),
            EditStart::Theirs => (side_text(conflict, place, Side::Theirs), MergeNote::StartedFrom(Resolution::Theirs)),
            EditStart::Both if !matches!(place, ChangeId::Region(_)) => return MergeNote::OneOnly,
            EditStart::Both => {
                let [mine, theirs] = [Side::Mine, Side::Theirs].map(|side| side_text(conflict, place, side));
                (mine + &theirs, MergeNote::StartedFrom(Resolution::MineTheirs))
            }
            EditStart::Result if conflict.is_open(place) => return MergeNote::NoResultYet,
            EditStart::Result => (current_text_at(conflict, place), MergeNote::StartedFromResult),
        };
        if self.buffer.text() == text {
            return MergeNote::StartsAlready;
        }
        self.buffer.replace(&text);
        note
    }

    /// Returns the step that takes the text, or `None` if that is impossible.
    ///
    /// It is impossible if the change is gone, or if the text of a parent is neither a document's id nor empty.
    pub(crate) fn step(&self) -> Option<MergeStep> {
        let text = self.buffer.text();
        match &self.what {
            EditTarget::Whole(whole) => Some(MergeStep::WriteWhole { text, seen: whole.seen().clone() }),
            EditTarget::Change { place, .. } => {
                let place = (*place)?;
                let fits = place != ChangeId::Parent || text.is_empty() || text.parse::<DocumentId>().is_ok();
                fits.then(|| MergeStep::Decide { place, decision: Decision::Edited(text.into_bytes()) })
            }
        }
    }

    /// Returns whether exactly this text is in the result already.
    pub(crate) fn is_current(&self, conflict: &DocumentMerge) -> bool {
        let text = self.buffer.text();
        let place = match &self.what {
            EditTarget::Whole(_) => return conflict.full_override() == Some(&text),
            EditTarget::Change { place: Some(place), .. } => *place,
            EditTarget::Change { place: None, .. } => return false,
        };
        if conflict.changes().binary_search(&place).is_err() {
            return false;
        }
        match place {
            ChangeId::Title => matches!(conflict.title().choice(), Choice::Edited(title) if *title == text),
            ChangeId::Parent => {
                let written = |parent: &Option<DocumentId>| parent.as_ref().map_or("", DocumentId::as_str) == text;
                matches!(conflict.parent().choice(), Choice::Edited(parent) if written(parent))
            }
            ChangeId::Region(region) => {
                matches!(conflict.content().decision(region), Decision::Edited(edited) if *edited == text.as_bytes())
            }
        }
    }

    /// Returns whether a whole text was begun with this version of theirs in view.
    ///
    /// True for the text of a single change.
    pub(crate) fn has_seen(&self, version: &EntityTag) -> bool {
        match &self.what {
            EditTarget::Change { .. } => true,
            EditTarget::Whole(whole) => whole.seen() == version,
        }
    }
}

/// A text written by hand that is in the result, with the anchor of its change.
#[derive(Debug, Clone)]
pub(crate) struct ManualText {
    anchor: ChangeAnchor,
    text: String,
}

/// Returns the texts written by hand that are in the result of a single change.
pub(crate) fn current_texts(conflict: &DocumentMerge) -> Vec<ManualText> {
    // If the user wrote the whole content by hand, a newer version is merged with all of it: no region is offered
    // alone.
    let by_itself = |place: &ChangeId| conflict.full_override().is_none() || !matches!(place, ChangeId::Region(_));
    let edited = conflict.changes().iter().copied().filter(by_itself);
    let edited = edited.filter(|&place| Resolution::at(conflict, place) == Resolution::Edited);
    edited
        .map(|place| ManualText { anchor: ChangeAnchor::of(conflict, place), text: current_text_at(conflict, place) })
        .collect()
}

impl ManualText {
    /// Returns the text as an edit of its change, if the change is open again after a repeated merge.
    ///
    /// The text is not offered for a neighbouring change.
    pub(crate) fn reopened(self, conflict: &DocumentMerge) -> Option<ManualEdit> {
        let place = self.anchor.found(conflict).filter(|&place| conflict.is_open(place))?;
        let mut hand = ManualEdit::new(conflict, place);
        hand.buffer.replace(&self.text);
        Some(hand)
    }
}

/// Returns the text in the result of a change, or mine if the change is open.
fn current_text_at(conflict: &DocumentMerge, place: ChangeId) -> String {
    match place {
        ChangeId::Title => conflict.title().chosen().unwrap_or(conflict.title().mine()).clone(),
        ChangeId::Parent => {
            let parent = conflict.parent().chosen().unwrap_or(conflict.parent().mine());
            parent.as_ref().map(ToString::to_string).unwrap_or_default()
        }
        ChangeId::Region(region) => match conflict.content().chosen(region) {
            // Whole lines of UTF-8 texts are valid UTF-8.
            Some(lines) => String::from_utf8_lossy(&lines).into_owned(),
            None => side_text(conflict, place, Side::Mine),
        },
    }
}

/// Returns the text of a side at a change; the lines of a region have their line endings.
fn side_text(conflict: &DocumentMerge, place: ChangeId, side: Side) -> String {
    let ChangeId::Region(region) = place else {
        return text::line(conflict, place, side, 0).unwrap_or_default().into_owned();
    };
    // Whole lines of UTF-8 texts are valid UTF-8.
    String::from_utf8_lossy(&text::side_lines(conflict.content(), region, side)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::conflict;

    fn decision(hand: &ManualEdit) -> Option<Decision> {
        match hand.step()? {
            MergeStep::Decide { decision, .. } => Some(decision),
            other => panic!("not a decision: {other:?}"),
        }
    }

    #[test]
    fn edit_begins_with_mine_and_keeps_line_endings() {
        let conflict = conflict("a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n", "a\r\nb!\r\nc\r\n");
        let mut hand = ManualEdit::new(&conflict, ChangeId::Region(1));
        hand.apply(&Edit::InsertText("x\n".to_owned()), &mut String::new());
        assert_eq!(decision(&hand), Some(Decision::Edited(b"x\r\nB\r\n".to_vec())));
    }

    // The change has no conflict any more, and a neighbouring conflict is open.
    #[test]
    fn text_of_a_lost_change_is_not_offered_to_a_neighbour() {
        let of = |mine, theirs| conflict("a\nb\nc\nd\n", mine, theirs);
        let first = of("a\nB\nc\nd\n", "a\nb!\nc\nd\n");
        let written =
            || ManualText { anchor: ChangeAnchor::of(&first, ChangeId::Region(1)), text: "by hand\n".to_owned() };
        assert!(written().reopened(&of("a\nb\nC\nd\n", "a\nb\nc!\nd\n")).is_none());
        let again = written().reopened(&of("a\nB\nc\nd\n", "a\nb?\nc\nd\n")).unwrap();
        assert_eq!((again.place(), again.buffer.text().as_str()), (Some(ChangeId::Region(1)), "by hand\n"));
    }

    #[test]
    fn title_stays_one_line() {
        let conflict = crate::fixture::titles();
        let mut hand = ManualEdit::new(&conflict, ChangeId::Title);
        let mut register = "p\nq".to_owned();
        for edit in
            [Edit::Newline, Edit::Indent, Edit::DuplicateLines, Edit::InsertText("x\ny".to_owned()), Edit::Paste]
        {
            hand.apply(&edit, &mut register);
        }
        assert_eq!(hand.buffer.text(), "x yp qRye bread");
        assert_eq!(register, "p\nq");
    }

    #[test]
    fn parent_is_a_document_id_or_empty() {
        let conflict = crate::fixture::titles();
        let mut hand = ManualEdit::new(&conflict, ChangeId::Parent);
        assert_eq!(decision(&hand), Some(Decision::Edited(b"recipes".to_vec())), "the text in the result");
        hand.apply(&Edit::InsertText("Old ".to_owned()), &mut String::new());
        assert_eq!(decision(&hand), None);
        hand.apply(&Edit::SelectAll, &mut String::new());
        hand.apply(&Edit::Delete, &mut String::new());
        assert_eq!(decision(&hand), Some(Decision::Edited(Vec::new())));
    }
}
