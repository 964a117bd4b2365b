//! Texts that are being written by hand in a merge and are not decisions yet.
//!
//! A draft keeps each of them with its place, and a restarted editor puts it back there.

use std::sync::Arc;

use contract::{Document, Snapshot};
use merge::{Region, Session, Side};

use crate::document_merge::{ChangeId, DocumentMerge};
use crate::draft::{HandAbout, HandRecord, MergeDraft};
use crate::hand::{HandPlace, HandText};
use crate::machine::Editor;

/// A text written by hand in an earlier run, with the texts of the merge that it was written for.
pub(crate) struct KeptHand {
    record: HandRecord,
    base: Arc<Document>,
    mine: Arc<Document>,
    theirs: Arc<Snapshot>,
}

impl KeptHand {
    /// Returns all texts that were being written by hand in a merge that a draft kept.
    pub(crate) fn all_of(kept: &MergeDraft) -> Vec<Self> {
        let with_texts = |record: &HandRecord| Self {
            record: record.clone(),
            base: kept.base.clone(),
            mine: kept.mine.clone(),
            theirs: kept.theirs.clone(),
        };
        kept.hands.iter().map(with_texts).collect()
    }

    /// Returns the text's place in this merge; `None` if the merge now has another base, mine or theirs.
    fn place_in(&self, conflict: &DocumentMerge) -> Option<HandPlace> {
        let [base, mine, theirs] = [conflict.base(), conflict.mine(), &conflict.theirs().document];
        let Self { record, base: old_base, mine: old_mine, theirs: old } = self;
        let place = match &record.about {
            HandAbout::Whole => {
                let is_same = (base, mine, &conflict.theirs().etag) == (&**old_base, &**old_mine, &old.etag);
                return is_same.then_some(HandPlace::Whole);
            }
            HandAbout::Title => {
                let was = [&old_base.title, &old_mine.title, &old.document.title];
                Some(ChangeId::Title).filter(|_| [&base.title, &mine.title, &theirs.title] == was)
            }
            HandAbout::Parent => {
                let was = [&old_base.parent, &old_mine.parent, &old.document.parent];
                Some(ChangeId::Parent).filter(|_| [&base.parent, &mine.parent, &theirs.parent] == was)
            }
            about @ HandAbout::Region { .. } => {
                let regions = conflict.content().merge().regions();
                let is_same = |region: &Region| region_of(conflict.content(), region) == *about;
                // Equal line numbers in another base mean other lines.
                let at = regions.iter().position(is_same).filter(|_| base.content == old_base.content);
                at.map(ChangeId::Region)
            }
        };
        place.filter(|place| conflict.changes().contains(place)).map(HandPlace::Change)
    }
}

impl HandText {
    /// Returns the record for a draft; `None` if the text has no place in that merge.
    fn record(&self, conflict: &DocumentMerge) -> Option<HandRecord> {
        let about = match self.place? {
            HandPlace::Whole => HandAbout::Whole,
            HandPlace::Change(ChangeId::Title) => HandAbout::Title,
            HandPlace::Change(ChangeId::Parent) => HandAbout::Parent,
            HandPlace::Change(ChangeId::Region(number)) => {
                region_of(conflict.content(), conflict.content().merge().regions().get(number)?)
            }
        };
        Some(HandRecord { about, text: self.text.clone() })
    }
}

/// Returns the texts of a region, as a draft records them.
fn region_of(session: &Session, region: &Region) -> HandAbout {
    let text = |side: Side| {
        let lines = session.merge().text(side).lines(region.range(side));
        lines.flat_map(|line| [line.content, b"\n"]).flatten().copied().collect()
    };
    HandAbout::Region { base: region.base.clone(), mine: text(Side::Mine), theirs: text(Side::Theirs) }
}

impl Editor {
    /// Returns the texts that are being written by hand in the merge and are not decisions yet.
    #[must_use]
    pub fn hands(&self) -> &[HandText] {
        &self.manual_edit
    }

    /// Returns whether the places of [`Editor::hands`] are about the present merge.
    #[must_use]
    pub fn knows_hands(&self) -> bool {
        self.manual_edit.is_empty() || self.by_hand_edition == self.document_merge().map(DocumentMerge::generation)
    }

    /// Records the texts that are being written by hand.
    pub(crate) fn write_by_hand(&mut self, hands: Vec<HandText>) {
        let edition = self.document_merge().map(DocumentMerge::generation);
        self.touched = self.manual_edit != hands || (self.by_hand_edition != edition && !hands.is_empty());
        self.manual_edit = hands;
        self.by_hand_edition = edition;
    }

    /// Returns what a draft keeps of the texts written by hand: those with a place, and the others.
    pub(crate) fn hands_to_keep(&self) -> (Vec<HandRecord>, Vec<String>) {
        // Places are about the merge that was present when they were reported.
        let conflict = self.document_merge().filter(|conflict| self.by_hand_edition == Some(conflict.generation()));
        let (mut placed, mut others) = (Vec::new(), Vec::new());
        for hand in &self.manual_edit {
            match conflict.and_then(|conflict| hand.record(conflict)) {
                Some(record) => placed.push(record),
                None => others.push(hand.text.clone()),
            }
        }
        (placed, others)
    }

    /// Puts the texts written by hand in an earlier run back at their places.
    ///
    /// A text whose place no longer exists becomes unplaced text, which the user can paste.
    pub(crate) fn bring_back_by_hand(&mut self, kept: Vec<KeptHand>) {
        for hand in kept {
            let text = hand.record.text.clone();
            match self.document_merge().and_then(|conflict| hand.place_in(conflict)) {
                Some(place) => self.manual_edit.push(HandText { place: Some(place), text }),
                None => self.set_aside([text]),
            }
        }
        self.by_hand_edition = self.document_merge().map(DocumentMerge::generation);
    }
}
