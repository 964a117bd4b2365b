//! Reconciles my text with a version by another author: it becomes the base, or the two are merged.
//!
//! Which responses lead here is decided in `responses`; how two texts are merged, in `document_merge`.

use crate::in_flight::MyDelete;
use std::mem;
use std::sync::Arc;

use contract::{Document, EntityTag, Snapshot};

use crate::by_hand::KeptHand;
use crate::document_merge::DocumentMerge;
use crate::draft::blank_document;
use crate::known_version::KnownVersion;
use crate::machine::{Editor, EditorEffect};
use crate::merging::OpenMerge;
use crate::notice::EditorNotice;
use crate::phase::LastSeen;
use crate::request::Guard;
use crate::saves_since::{Occasion, SavesSince, version_number};
use crate::unplaced::contains;

impl Editor {
    /// Handles a version that the machine read on its own, without a request of the user.
    ///
    /// Unedited text stays as it is, and is stale. Edits are merged with the newer version, as after a 412.
    pub(crate) fn observe(&mut self, theirs: Snapshot) -> Vec<EditorEffect> {
        if let Some(doubt) = self.doubt.take_if(|doubt| doubt.sent == theirs.document) {
            return self.on_arrived(theirs, doubt);
        }
        let contradicts =
            |base: &KnownVersion| is_same_tag_of_another_text(base, &theirs) || is_older(&theirs.etag, &base.etag);
        // Another tag of the same text makes no text stale.
        let has_other_tag = self.base().is_some_and(|base| base.etag != theirs.etag)
            && self.saves_since_base(&theirs) == SavesSince::OtherTag;
        if self.has_typed() || has_other_tag || self.base().is_some_and(contradicts) {
            return self.reconcile(theirs, Occasion::Read);
        }
        self.doubt = None;
        self.note_newer(&theirs);
        let current = self.base().is_some_and(|base| base.etag == theirs.etag);
        self.notice = Some(if current {
            EditorNotice::Current
        } else {
            let author = self.writer_of(theirs.author.as_ref(), &theirs.etag);
            EditorNotice::SomebodySaved { author, etag: theirs.etag, has_base: self.base().is_some() }
        });
        Vec::new()
    }

    /// Reconciles my text with a version that is not its base.
    pub(crate) fn reconcile(&mut self, theirs: Snapshot, occasion: Occasion) -> Vec<EditorEffect> {
        if let Some(doubt) = self.doubt.take_if(|doubt| doubt.sent == theirs.document) {
            return self.on_arrived(theirs, doubt);
        }
        self.doubt = None;
        self.restored = false;
        let is_first_read =
            self.last_seen == LastSeen::Unknown && self.base().is_none() && self.is_file_written.is_none();
        self.set_last_seen(LastSeen::from(&theirs));
        if self.base().is_some_and(|base| is_older(&theirs.etag, &base.etag)) {
            // If the base is newer than theirs, a merge would take everything that the base added for their deletion.
            let notice = EditorNotice::WentBack(theirs.etag.clone());
            self.rebase(theirs);
            return self.notify(notice);
        }
        if is_first_read && occasion == Occasion::Read && self.has_typed() {
            return self.put_typed_text_in_front_of(theirs);
        }
        let first = self.base().is_none() && !self.has_typed();
        let is_base = self.base().is_some_and(|base| base.etag == theirs.etag && base.document == theirs.document);
        let is_saved = self.is_file_written.is_none() && theirs.document == *self.mine();
        let untouched = self.is_file_written.is_none()
            && self.merging.is_none()
            && self.restoring.is_none()
            && (first || !self.text.is_edited() && self.base().is_some());
        if is_saved {
            let etag = theirs.etag.clone();
            let notice = match untouched {
                true if is_base && occasion == Occasion::Read => EditorNotice::Current,
                true => EditorNotice::Opened(etag),
                false => EditorNotice::SameText(etag),
            };
            self.rebase(theirs);
            return self.notify(notice);
        }
        if untouched {
            let theirs = KnownVersion::from(theirs);
            let (etag, author) = (theirs.etag.clone(), self.writer_of(theirs.author.as_ref(), &theirs.etag));
            let notice = if first { EditorNotice::Opened(etag) } else { EditorNotice::Reloaded { etag, author } };
            self.replace_mine(theirs.document.clone());
            self.rebase(theirs);
            return self.notify(notice);
        }
        if self.restoring.is_none() && is_base {
            return match occasion {
                // A draft was restored over the version that it started from.
                Occasion::Restored => Vec::new(),
                Occasion::Refused => {
                    self.notify(EditorNotice::Contradicted { status: 412, named: Guard::IfMatch(theirs.etag) })
                }
                Occasion::Read | Occasion::Altered => self.notify(EditorNotice::Current),
            };
        }
        self.merge_with(theirs, occasion)
    }

    /// Puts text that was typed before the document arrived in front of it.
    ///
    /// The user typed into an empty pane, with the cursor at its start, so that is the place of their text: they
    /// changed nothing in a text that they had not seen.
    fn put_typed_text_in_front_of(&mut self, theirs: Snapshot) -> Vec<EditorEffect> {
        let theirs = KnownVersion::from(theirs);
        let mine = self.mine();
        let mut both = theirs.document.clone();
        both.content.insert(0, &mine.content.to_string());
        if mine.title != blank_document(&self.id).title {
            both.title.clone_from(&mine.title);
        }
        both.parent = mine.parent.clone().or(both.parent);
        self.replace_mine(both);
        let notice = EditorNotice::PutInFront(theirs.etag.clone());
        self.rebase(theirs);
        self.notify(notice)
    }

    /// Returns what is known about the saves between the base and a version.
    fn saves_since_base(&self, theirs: &Snapshot) -> SavesSince {
        let known = self.base().map(|base| (&base.etag, &base.document));
        SavesSince::between(known, theirs, self.writer_of(theirs.author.as_ref(), &theirs.etag))
    }

    /// Opens a merge, or continues the open one.
    pub(crate) fn merge_with(&mut self, theirs: Snapshot, occasion: Occasion) -> Vec<EditorEffect> {
        self.note_newer(&theirs);
        let hands = self.restoring.as_ref().map(|kept| KeptHand::all_of(kept)).unwrap_or_default();
        let comes_back = self.restore_merge();
        self.catch_up();
        let effects = self.merge_on(theirs, occasion);
        if comes_back {
            // A decision of an earlier run may no longer have a place in the merge. Its text written by hand is kept.
            let displaced = self.document_merge().map(DocumentMerge::displaced_texts).unwrap_or_default();
            self.set_aside(displaced);
            self.bring_back_by_hand(hands);
        }
        effects
    }

    fn merge_on(&mut self, theirs: Snapshot, occasion: Occasion) -> Vec<EditorEffect> {
        let since = self.saves_since_base(&theirs);
        let author = self.writer_of(theirs.author.as_ref(), &theirs.etag);
        let was_sent = self.merging.as_ref().is_some_and(OpenMerge::was_sent);
        let Some(OpenMerge { merge: conflict, .. }) = &mut self.merging else {
            // Two users who create the same document both started from its id, which is the title until one of them
            // changes it.
            let base = self.base().map_or_else(|| blank_document(&self.id), |base| base.document.to_document());
            let conflicts = self.merge_over(base, theirs);
            return self.notify(EditorNotice::Merging { conflicts, since, occasion });
        };
        if conflict.theirs().etag == theirs.etag && conflict.theirs().document == theirs.document {
            let conflicts = conflict.open_count();
            return self.notify(EditorNotice::Merging { conflicts, since, occasion });
        }
        let merged = conflict.theirs();
        let since_merged = SavesSince::between(Some((&merged.etag, &merged.document)), &theirs, author);
        conflict.renew(theirs.clone(), self.merge_by);
        let report = conflict.report().map(ToString::to_string).unwrap_or_default();
        let displaced = conflict.displaced_texts();
        let was_mine = was_sent && !displaced.is_empty() && {
            let mine = self.text.mine().content.to_string();
            displaced.iter().all(|text| contains(&mine, text))
        };
        if let Some(sent_over) = self.base().filter(|_| was_mine) {
            // The result is my text since it was sent, and contains the texts written by hand. In a merge of the older
            // texts these have no place, so my present text is merged over the version that it was sent to replace.
            let sent_over = sent_over.document.to_document();
            let conflicts = self.merge_over(sent_over, theirs);
            return self.notify(EditorNotice::Merging { conflicts, since, occasion });
        }
        self.set_aside(displaced);
        self.notify(EditorNotice::MergedAnew { report, since: since_merged, occasion })
    }

    /// Merges my text with theirs over a base, and returns the number of open conflicts.
    fn merge_over(&mut self, base: Document, theirs: Snapshot) -> usize {
        let base_tag = self.base().map(|base| base.etag.clone());
        let mine = self.mine().to_document();
        let conflict = DocumentMerge::new(base, mine, theirs, self.merge_by).with_base_tag(base_tag.clone());
        let conflicts = conflict.open_count();
        // The text that the user is writing by hand belongs to another merge.
        let by_hand = mem::take(&mut self.manual_edit);
        self.set_aside(by_hand.into_iter().map(|hand| hand.text));
        self.merging = Some(OpenMerge::new(conflict, self.mine(), base_tag));
        self.touched = true;
        conflicts
    }

    /// Repeats the merge if my text was changed after it. A decision is kept if its texts are unchanged.
    pub(crate) fn catch_up(&mut self) {
        if !self.is_merge_outdated() {
            return;
        }
        let Some(mut merging) = self.merging.take() else { return };
        let theirs = merging.merge.theirs().clone();
        let base = self.base().filter(|_| merging.was_sent()).map(|base| base.document.to_document());
        if self.is_file_written.is_none() && theirs.document == *self.mine() {
            self.keep_manual_edit(&merging);
            self.notice = Some(EditorNotice::SameText(theirs.etag.clone()));
            self.rebase(theirs);
        } else if let Some(base) = base {
            self.keep_manual_edit(&merging);
            self.merge_over(base, theirs);
        } else {
            let lost = merging.renew_mine(self.mine(), self.merge_by);
            let mut displaced = merging.merge.displaced_texts();
            if !displaced.is_empty() {
                // A text that the user has put into my text has a place again.
                let mine = &merging.merge.mine().content;
                displaced.retain(|text| !contains(mine, text));
            }
            self.set_aside(lost.into_iter().chain(displaced));
            self.merging = Some(merging);
        }
    }

    /// Keeps the texts written by hand in a merge that ends: the user did not decide against them.
    ///
    /// Text that was in the text of the merge is left out, since the user has seen it there and may have deleted it.
    fn keep_manual_edit(&mut self, merging: &OpenMerge) {
        let mut texts = merging.merge.manual_texts();
        if !texts.is_empty() {
            let known = [merging.text(), self.mine()].map(|mine| mine.content.to_string());
            texts.retain(|text| !known.iter().any(|mine| contains(mine, text)));
        }
        self.set_aside(texts);
    }

    /// Makes `base` the version that my text started from. Edits since `base` was sent stay.
    ///
    /// A text written by hand that lost its merge stays as well, unless it is in `base`: it was never decided against.
    pub(crate) fn rebase(&mut self, base: impl Into<KnownVersion>) {
        let base = base.into();
        if let Some(merging) = self.merging.take() {
            self.keep_manual_edit(&merging);
        }
        // A merge of an earlier run that is not made again.
        if let Some(kept) = self.restoring.take() {
            let mut texts = kept.manual_texts();
            if !texts.is_empty() {
                let mine = self.mine().content.to_string();
                texts.retain(|text| !contains(&mine, text));
            }
            self.set_aside(texts);
        }
        if let Some(left) = &self.unplaced_text
            && contains(&base.document.content.to_string(), left)
        {
            self.unplaced_text = None;
        }
        if self.last_seen == LastSeen::Absent {
            // The server does have this document.
            self.last_seen = LastSeen::from(&base);
        }
        self.set_base(Some(Arc::new(base)));
        self.my_delete = MyDelete::No;
        self.manual_edit.clear();
        self.touched = true;
    }
}

/// Returns whether the server shows another text under the base's own tag.
///
/// That is against RFC 9110 section 8.8.1.
///
/// A save under that tag would overwrite a text that the user has not seen.
fn is_same_tag_of_another_text(base: &KnownVersion, theirs: &Snapshot) -> bool {
    base.etag == theirs.etag && base.document != theirs.document
}

/// Returns whether the server shows an older version than the base, which it had acknowledged or shown.
///
/// Version numbers only increase, so the server's store was restored, for instance from a backup.
pub(crate) fn is_older(theirs: &EntityTag, base: &EntityTag) -> bool {
    let numbers = version_number(theirs).zip(version_number(base));
    numbers.is_some_and(|(theirs, base)| theirs < base)
}
