//! What is written by hand: the result of one change, or the whole of it.
//!
//! What is written stays here until it is taken over. Left without being taken, it is kept and comes back: nothing that
//! was typed goes without a decision.

use contract::{DocumentId, EntityTag};
use editor::{ChangeId, DocumentMerge, HandPlace, MergeStep};
use merge::{Choice, Decision, Side};
use terminal::buffer::TextBuffer;
use terminal::edit::Edit;

use crate::full_edit::FullEdit;
use crate::navigation::ChangeAnchor;
use crate::resolution::Resolution;

/// A text by hand.
#[derive(Debug, Clone)]
pub(crate) struct ManualEdit {
    /// What it is for.
    pub(crate) what: EditTarget,
    /// The text.
    pub(crate) buffer: TextBuffer,
    /// The text as it was when this was begun.
    begun: String,
}

/// What a text by hand is for.
#[derive(Debug, Clone)]
pub(crate) enum EditTarget {
    /// For one change.
    Change {
        /// Which; `None` once it is gone from the merge.
        place: Option<ChangeId>,
        /// Where that change was when this was begun.
        anchor: ChangeAnchor,
    },
    /// For the whole result.
    Whole(FullEdit),
}

impl ManualEdit {
    /// Begins with the text in the result, or with mine if there is none.
    pub(crate) fn new(conflict: &DocumentMerge, place: ChangeId) -> Self {
        let what = EditTarget::Change { place: Some(place), anchor: ChangeAnchor::of(conflict, place) };
        Self::of(what, current_text_at(conflict, place))
    }

    /// Begins with the whole result, at the change of the keys.
    pub(crate) fn full_text(conflict: &DocumentMerge, place: Option<ChangeId>) -> Self {
        let (whole, text, line) = FullEdit::new(conflict, place);
        let mut hand = Self::of(EditTarget::Whole(whole), text);
        hand.buffer.go_to(line);
        hand
    }

    fn of(what: EditTarget, text: String) -> Self {
        Self { what, buffer: TextBuffer::new(&text), begun: text }
    }

    /// The change that it is for; `None` if it is for the whole, or if the change is gone.
    pub(crate) fn place(&self) -> Option<ChangeId> {
        match &self.what {
            EditTarget::Change { place, .. } => *place,
            EditTarget::Whole(_) => None,
        }
    }

    /// What it is for in this merge; `None` if that is gone, or if the whole was begun before another version came in.
    pub(crate) fn place_in(&self, conflict: &DocumentMerge) -> Option<HandPlace> {
        match &self.what {
            EditTarget::Change { place, .. } => place.map(HandPlace::Change),
            EditTarget::Whole(whole) => (*whole.seen() == conflict.theirs().etag).then_some(HandPlace::Whole),
        }
    }

    /// Whether it is for the whole result.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.what, EditTarget::Whole(_))
    }

    /// Whether the change that it is for is gone from the merge.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self.what, EditTarget::Change { place: None, .. })
    }

    /// Theirs is another text now: what it is for has to be found again.
    pub(crate) fn on_overtaken(&mut self, conflict: &DocumentMerge) {
        if let EditTarget::Change { place, anchor } = &mut self.what {
            *place = anchor.found(conflict);
            if let Some(found) = *place {
                *anchor = ChangeAnchor::of(conflict, found);
            }
        }
    }

    /// Whether anything was written since this was begun.
    pub(crate) fn is_changed(&self) -> bool {
        self.buffer.text() != self.begun
    }

    /// Types. A title and a parent are one line.
    pub(crate) fn apply(&mut self, edit: &Edit, register: &mut String) {
        let one_line = matches!(self.place(), Some(ChangeId::Title | ChangeId::Parent));
        let changed = match edit {
            Edit::Newline if one_line => false,
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

    /// Returns the step that takes over what was written; `None` if it cannot be taken, because a parent is a
    /// document's name or nothing, or because the change is gone.
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

    /// Returns whether this very text is in the result already, taken from here before.
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

    /// Whether that is the version that was in sight when this was begun.
    pub(crate) fn has_seen(&self, version: &EntityTag) -> bool {
        match &self.what {
            EditTarget::Change { .. } => true,
            EditTarget::Whole(whole) => whole.seen() == version,
        }
    }
}

/// A text by hand that is in the result, and its place.
#[derive(Debug, Clone)]
pub(crate) struct ManualText {
    anchor: ChangeAnchor,
    text: String,
}

/// Returns the texts by hand that are in the result.
pub(crate) fn current_texts(conflict: &DocumentMerge) -> Vec<ManualText> {
    // A newer version meets a whole text as a whole, and no region of it comes back by itself.
    let by_itself = |place: &ChangeId| conflict.full_override().is_none() || !matches!(place, ChangeId::Region(_));
    let edited = conflict.changes().into_iter().filter(by_itself);
    let edited = edited.filter(|&place| Resolution::at(conflict, place) == Resolution::Edited);
    edited
        .map(|place| ManualText { anchor: ChangeAnchor::of(conflict, place), text: current_text_at(conflict, place) })
        .collect()
}

impl ManualText {
    /// Returns the text again for the change that it was for, if that is open in a merge made anew. A neighbour is
    /// another change: it is offered nothing.
    pub(crate) fn reopened(self, conflict: &DocumentMerge) -> Option<ManualEdit> {
        let place = self.anchor.found(conflict).filter(|&place| conflict.is_open(place))?;
        let mut hand = ManualEdit::new(conflict, place);
        hand.buffer.replace(&self.text);
        Some(hand)
    }
}

/// Returns the text in the result for a change, or mine if there is none.
fn current_text_at(conflict: &DocumentMerge, place: ChangeId) -> String {
    match place {
        ChangeId::Title => conflict.title().chosen().unwrap_or(conflict.title().mine()).clone(),
        ChangeId::Parent => {
            let parent = conflict.parent().chosen().unwrap_or(conflict.parent().mine());
            parent.as_ref().map(ToString::to_string).unwrap_or_default()
        }
        ChangeId::Region(region) => lines(conflict, region),
    }
}

/// Returns the lines in the result for a region, or mine, each with its ending.
fn lines(conflict: &DocumentMerge, region: usize) -> String {
    let session = conflict.content();
    let merge = session.merge();
    let bytes = session.chosen(region).unwrap_or_else(|| {
        let lines = merge.text(Side::Mine).lines(merge.regions()[region].mine.clone());
        let whole = lines.map(|line| [line.content, line.ending.unwrap_or(session.format().ending).bytes()].concat());
        whole.collect::<Vec<_>>().concat()
    });
    // Whole lines of UTF-8 texts are UTF-8.
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::conflict;

    fn decision(hand: &ManualEdit) -> Option<Decision> {
        match hand.step()? {
            MergeStep::Decide { decision, .. } => Some(decision),
            other => panic!("no decision: {other:?}"),
        }
    }

    #[test]
    fn it_begins_with_mine_and_keeps_the_line_ends() {
        let conflict = conflict("a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n", "a\r\nb!\r\nc\r\n");
        let mut hand = ManualEdit::new(&conflict, ChangeId::Region(1));
        hand.apply(&Edit::InsertText("x\n".to_owned()), &mut String::new());
        assert_eq!(decision(&hand), Some(Decision::Edited(b"x\r\nB\r\n".to_vec())));
    }

    /// The conflict is settled; the one that is open now touches it.
    #[test]
    fn text_of_a_change_that_is_gone_is_offered_to_no_neighbour() {
        let of = |mine, theirs| conflict("a\nb\nc\nd\n", mine, theirs);
        let first = of("a\nB\nc\nd\n", "a\nb!\nc\nd\n");
        let written =
            || ManualText { anchor: ChangeAnchor::of(&first, ChangeId::Region(1)), text: "by hand\n".to_owned() };
        assert!(written().reopened(&of("a\nb\nC\nd\n", "a\nb\nc!\nd\n")).is_none());
        let again = written().reopened(&of("a\nB\nc\nd\n", "a\nb?\nc\nd\n")).unwrap();
        assert_eq!((again.place(), again.buffer.text().as_str()), (Some(ChangeId::Region(1)), "by hand\n"));
    }

    #[test]
    fn a_title_is_one_line() {
        let conflict = crate::fixture::titles();
        let mut hand = ManualEdit::new(&conflict, ChangeId::Title);
        let mut register = "p\nq".to_owned();
        for edit in [Edit::Newline, Edit::InsertText("x\ny".to_owned()), Edit::Paste] {
            hand.apply(&edit, &mut register);
        }
        assert_eq!(hand.buffer.text(), "x yp qRye bread");
        assert_eq!(register, "p\nq");
    }

    #[test]
    fn a_parent_is_a_name_or_nothing() {
        let conflict = crate::fixture::titles();
        let mut hand = ManualEdit::new(&conflict, ChangeId::Parent);
        assert_eq!(decision(&hand), Some(Decision::Edited(b"recipes".to_vec())), "what stands in the result");
        hand.apply(&Edit::InsertText("Old ".to_owned()), &mut String::new());
        assert_eq!(decision(&hand), None);
        hand.apply(&Edit::SelectAll, &mut String::new());
        hand.apply(&Edit::Delete, &mut String::new());
        assert_eq!(decision(&hand), Some(Decision::Edited(Vec::new())));
    }
}
