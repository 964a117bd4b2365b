//! A merge of my text with a newer version, and the text that it is about.

use std::sync::Arc;
use std::time::Instant;

use contract::EntityTag;

use crate::comparison::TextComparison;
use crate::document_merge::DocumentMerge;
use crate::draft::{HandRecord, MergeDraft};
use crate::working_copy::WorkingCopy;

/// A merge of my text with a newer version.
#[derive(Debug, Clone)]
pub(crate) struct OpenMerge {
    pub(crate) merge: DocumentMerge,
    /// The text of mine that the merge is about, and whether my present text differs from it.
    ///
    /// It is the merge's own side of mine or, once the result was sent, that result: see [`OpenMerge::was_sent`].
    merged_text: TextComparison,
    /// Whether the result was sent.
    is_sent: bool,
    /// The tag of the version that both sides started from; `None` if there was no document.
    pub(crate) base: Option<EntityTag>,
    /// The draft of the merge, and the revision of the merge that it has.
    ///
    /// Texts that are being written by hand are not in it. While the user types into the text, it is the same for each
    /// key.
    kept: Option<(u64, Arc<MergeDraft>)>,
}

impl OpenMerge {
    /// Returns a merge of my present text.
    pub(crate) fn new(merge: DocumentMerge, mine: &WorkingCopy, base: Option<EntityTag>) -> Self {
        let merged_text = TextComparison::new(mine.clone(), mine);
        Self { merge, merged_text, is_sent: false, base, kept: None }
    }

    /// Restores a merge from a draft. `mine` is my present text.
    pub(crate) fn restored(kept: MergeDraft, mine: &WorkingCopy, deadline: Option<Instant>) -> Self {
        let about = kept.sent.clone().unwrap_or_else(|| WorkingCopy::from(&*kept.mine));
        let is_sent = about != *kept.mine;
        let (base, merged_text) = (kept.base_tag.clone(), TextComparison::new(about, mine));
        Self { merge: DocumentMerge::restored(kept, deadline), merged_text, is_sent, base, kept: None }
    }

    /// Returns the text of mine that the merge is about.
    pub(crate) const fn text(&self) -> &WorkingCopy {
        self.merged_text.other()
    }

    /// Returns whether my text has changed since the merge was made, so that it must be made again.
    ///
    /// See [`Editor::catch_up`](crate::Editor).
    pub(crate) const fn is_outdated(&self) -> bool {
        self.merged_text.differs()
    }

    /// Compares the text that the merge is about with mine, which has changed.
    pub(crate) fn follow(&mut self, mine: &WorkingCopy) {
        self.merged_text.update(mine);
    }

    /// Returns whether the result was sent, and is my text now.
    ///
    /// Further typing starts from the version that the result was merged with, not from the older base. Merged over the
    /// older base, all of theirs would be news a second time.
    pub(crate) const fn was_sent(&self) -> bool {
        self.is_sent
    }

    /// Records that the result is sent. It is my text from now on.
    pub(crate) fn set_sent(&mut self, mine: &WorkingCopy) {
        // A result that is my side changes nothing about what the merge started from.
        self.is_sent = *mine != *self.merge.mine();
        self.merged_text = TextComparison::new(mine.clone(), mine);
        self.kept = None;
    }

    /// Repeats the merge with my present text; see [`DocumentMerge::renew_mine`].
    pub(crate) fn renew_mine(&mut self, mine: &WorkingCopy, deadline: Option<Instant>) -> Option<String> {
        let lost = self.merge.renew_mine(mine.to_document(), deadline);
        self.merged_text = TextComparison::new(mine.clone(), mine);
        self.is_sent = false;
        self.kept = None;
        lost
    }

    /// Makes the draft of the merge, unless the present one is made already.
    pub(crate) fn refresh_draft(&mut self) {
        if self.kept.as_ref().is_none_or(|(revision, _)| *revision != self.merge.revision()) {
            self.kept = Some((self.merge.revision(), Arc::new(self.to_draft())));
        }
    }

    /// Returns the draft from which [`OpenMerge::restored`] restores this merge.
    ///
    /// `hands` are the texts that are being written by hand.
    pub(crate) fn draft(&self, hands: Vec<HandRecord>) -> Arc<MergeDraft> {
        let kept = self.kept.as_ref().filter(|(revision, _)| *revision == self.merge.revision());
        match kept {
            Some((_, kept)) if hands.is_empty() => Arc::clone(kept),
            Some((_, kept)) => Arc::new(MergeDraft { hands, ..MergeDraft::clone(kept) }),
            None => Arc::new(MergeDraft { hands, ..self.to_draft() }),
        }
    }

    fn to_draft(&self) -> MergeDraft {
        let sent = self.was_sent().then(|| self.text().clone());
        MergeDraft { base_tag: self.base.clone(), sent, ..self.merge.to_draft() }
    }
}
