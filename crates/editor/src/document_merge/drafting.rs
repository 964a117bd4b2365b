//! Converts a merge to its form in a draft, and back.

use std::sync::Arc;
use std::time::Instant;

use merge::{Choice, Decision, Session, Side};

use super::DocumentMerge;
use crate::draft::{MergeDraft, MergedOver};

impl DocumentMerge {
    /// Returns the draft from which [`DocumentMerge::restored`] restores this merge.
    pub(crate) fn to_draft(&self) -> MergeDraft {
        let side = |side| self.content.merge().text(side).bytes();
        let is_over_others =
            side(Side::Base) != self.base.content.as_bytes() || side(Side::Mine) != self.mine.content.as_bytes();
        // The sides of a merge are UTF-8 texts, so nothing is replaced here.
        let text = |side: &[u8]| String::from_utf8_lossy(side).into_owned();
        MergeDraft {
            base: Arc::clone(&self.base),
            base_tag: None,
            mine: Arc::clone(&self.mine),
            sent: None,
            theirs: Arc::clone(&self.now.theirs),
            over: is_over_others.then(|| MergedOver { base: text(side(Side::Base)), mine: text(side(Side::Mine)) }),
            title: self.now.title.choice().clone(),
            parent: self.now.parent.choice().clone(),
            format: self.content.format_choice().clone(),
            full_override: self.now.full_override.as_deref().map(str::to_owned),
            decisions: self.content.records(),
            hands: Vec::new(),
        }
    }

    /// Restores a merge from a draft, with every decision whose texts are unchanged.
    pub(crate) fn restored(kept: MergeDraft, deadline: Option<Instant>) -> Self {
        let MergeDraft {
            base,
            mine,
            theirs,
            over,
            title,
            parent,
            format,
            full_override: whole,
            decisions,
            base_tag,
            sent: _,
            hands: _,
        } = kept;
        let mut conflict = Self::new(base, mine, theirs, deadline).with_base_tag(base_tag);
        if let Some(MergedOver { base, mine }) = over {
            let theirs = conflict.now.theirs.document.content.as_bytes();
            conflict.content = Session::new(base.as_bytes(), mine.as_bytes(), theirs, deadline);
        }
        conflict.content = conflict.content.restored(decisions, format);
        conflict.now.title.put_back(title);
        conflict.now.parent.put_back(parent);
        conflict.now.full_override = whole.map(Into::into);
        conflict.changes = conflict.now.changes(&conflict.content);
        conflict
    }

    /// Returns the texts written by hand that no longer have a place in this merge.
    pub(crate) fn displaced_texts(&self) -> Vec<String> {
        let texts = self.content.displaced_texts().into_iter();
        texts.map(|text| String::from_utf8_lossy(&text).into_owned()).collect()
    }
}

impl MergeDraft {
    /// Returns whether there are no decisions and no texts written by hand.
    ///
    /// The merge can then be made again from its texts alone.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        let Self { sent, over, title, parent, format, full_override: whole, decisions, hands, .. } = self;
        sent.is_none()
            && over.is_none()
            && whole.is_none()
            && decisions.is_empty()
            && hands.is_empty()
            && *title == Choice::Undecided
            && *parent == Choice::Undecided
            && *format == Choice::Undecided
    }

    /// Returns all text written by hand in the merge, whether it is in the result or only remembered.
    pub(crate) fn manual_texts(&self) -> Vec<String> {
        let hands = self.hands.iter().map(|hand| hand.text.clone());
        if let Some(whole) = &self.full_override {
            return std::iter::once(whole.clone()).chain(hands).collect();
        }
        let edited =
            self.decisions.iter().filter(|record| record.is_last()).filter_map(|record| match &record.decision {
                Decision::Edited(text) => Some(String::from_utf8_lossy(text).into_owned()),
                _ => None,
            });
        let over = self.over.as_ref().map(|over| over.mine.clone()).filter(|mine| *mine != self.mine.content);
        over.into_iter().chain(edited).chain(hands).collect()
    }
}
