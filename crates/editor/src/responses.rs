//! What becomes of answers: the half of the machine where updates are lost in other programs.
//!
//! One rule runs through all of it. Text of mine leaves this machine in two ways only: the server acknowledged it, or
//! somebody decided against it. A refusal, a lost answer, a newer version are neither.

use std::mem;

use contract::{Document, EntityTag, Problem, Reason, Snapshot};

use crate::by_hand::KeptHand;
use crate::document_merge::DocumentMerge;
use crate::draft::blank_document;
use crate::in_flight::{InFlight, MyDelete, Offline, ReadIntent, UncertainWrite};
use crate::machine::{Editor, EditorEffect};
use crate::merging::OpenMerge;
use crate::notice::{EditorNotice, Occasion};
use crate::phase::LastSeen;
use crate::request::{EditorRequest, Guard, PreconditionFailure, RequestId, ResponseOutcome, Saved};
use crate::unplaced::contains;
use crate::writer::Writer;

impl Editor {
    pub(crate) fn on_response(&mut self, request: RequestId, outcome: ResponseOutcome) -> Vec<EditorEffect> {
        // An answer to a request that is not under way says nothing about now.
        let Some(flight) = self.flight.take_if(|flight| flight.request == request) else { return Vec::new() };
        if matches!(outcome, ResponseOutcome::Unanswered(_) | ResponseOutcome::Unsent(_)) {
            return self.apply_response(flight, outcome);
        }
        self.offline = None;
        let effects = self.apply_response(flight, outcome);
        if self.my_delete == MyDelete::InDoubt {
            self.my_delete = MyDelete::No;
        }
        effects
    }

    fn apply_response(&mut self, flight: InFlight, outcome: ResponseOutcome) -> Vec<EditorEffect> {
        match outcome {
            ResponseOutcome::Read(theirs) => self.on_read(&flight, theirs),
            ResponseOutcome::NotModified => self.on_not_modified(&flight),
            ResponseOutcome::Saved(saved) => self.on_saved(flight, saved),
            ResponseOutcome::Altered(saved, kept) => self.on_altered(flight, &saved, *kept),
            ResponseOutcome::Deleted => {
                self.set_last_seen(LastSeen::Deleted(None));
                self.my_delete = MyDelete::Done;
                self.notify(EditorNotice::Deleted)
            }
            ResponseOutcome::Failed(failed) => self.on_precondition_failed(flight, *failed),
            ResponseOutcome::Required(problem) => self.required(flight, problem),
            ResponseOutcome::Absent => self.on_absent(),
            ResponseOutcome::Gone(deletion) => self.on_gone(deletion),
            ResponseOutcome::Refused(problem) => self.refused(flight, EditorNotice::Refused(problem)),
            ResponseOutcome::Unanswered(why) => self.on_no_response(flight, why, true),
            ResponseOutcome::Unsent(why) => self.on_no_response(flight, why, false),
        }
    }

    /// No answer. A read is simply asked again. A write is remembered: somebody wants it, and where it may have arrived,
    /// nobody knows whether it was applied.
    fn on_no_response(&mut self, flight: InFlight, why: String, may_have_arrived: bool) -> Vec<EditorEffect> {
        let failures = self.offline.map_or(0, |offline| offline.failures + 1);
        let offline = Offline { failures };
        self.offline = Some(offline);
        self.notice = Some(match &flight.ask {
            // A careless write that never left is no loss: nobody should find it sent later, unasked.
            EditorRequest::Write { guard, document, .. } if *guard != Guard::Unconditional || may_have_arrived => {
                let again = (*guard != Guard::Unconditional).then(|| EditorRequest::Write {
                    guard: guard.clone(),
                    document: document.clone(),
                    want_current: false,
                });
                let before = self.doubt.take();
                let save_after = before.as_ref().is_some_and(|doubt| doubt.save_after);
                // An earlier try may have arrived although this one did not.
                let may_have_arrived = may_have_arrived || before.is_some_and(|doubt| doubt.may_have_arrived);
                let (sent, merging) = (document.clone(), flight.merging.clone());
                self.doubt = Some(UncertainWrite { sent, retry: again, merging, may_have_arrived, save_after });
                if may_have_arrived { EditorNotice::Unanswered(why) } else { EditorNotice::Waiting(why) }
            }
            EditorRequest::Delete { .. } => {
                if may_have_arrived {
                    self.my_delete = MyDelete::InDoubt;
                }
                EditorNotice::Unreachable(why)
            }
            EditorRequest::Write { .. } | EditorRequest::Read { .. } => EditorNotice::Unreachable(why),
        });
        self.set_last_heard(flight);
        vec![EditorEffect::WakeAfter(offline.retry_delay())]
    }

    fn on_read(&mut self, flight: &InFlight, theirs: Snapshot) -> Vec<EditorEffect> {
        let newest = newest_after_read(&theirs, &flight.heard);
        let occasion = if self.restored { Occasion::Restored } else { Occasion::Read };
        let effects = match flight.purpose {
            ReadIntent::Reconcile => self.reconcile(theirs, occasion),
            ReadIntent::MeetAfterRefusal => self.reconcile(theirs, Occasion::Refused),
            ReadIntent::Observe => self.observe(theirs),
        };
        self.set_last_seen(newest);
        effects
    }

    fn on_not_modified(&mut self, flight: &InFlight) -> Vec<EditorEffect> {
        let newest = flight.heard.last().cloned().or_else(|| self.base.as_ref().map(LastSeen::from));
        if let Some(newest) = newest {
            self.set_last_seen(newest);
        }
        // The base is current, so a write that named it cannot have been applied.
        let save_after = self.doubt.take().is_some_and(|doubt| doubt.save_after);
        self.notice = Some(EditorNotice::NotModified);
        if save_after { self.save() } else { Vec::new() }
    }

    /// The server was found again, and the user did not ask for a newer text. An untouched text stays as it is, and is
    /// stale; what was typed meets the newer version, as after a 412.
    fn observe(&mut self, theirs: Snapshot) -> Vec<EditorEffect> {
        if let Some(doubt) = self.doubt.take_if(|doubt| doubt.sent == theirs.document) {
            return self.on_arrived(theirs, doubt);
        }
        let contradicts = |base: &Snapshot| is_same_tag_of_another_text(base, &theirs) || is_older(&theirs, base);
        if self.has_typed() || self.base.as_ref().is_some_and(contradicts) {
            return self.reconcile(theirs, Occasion::Read);
        }
        self.doubt = None;
        let current = self.base.as_ref().is_some_and(|base| base.etag == theirs.etag);
        self.notice = Some(if current {
            EditorNotice::Current
        } else {
            let author = self.writer(theirs.author.as_ref());
            EditorNotice::SomebodySaved { author, etag: theirs.etag, has_base: self.base.is_some() }
        });
        Vec::new()
    }

    /// My text meets a version that is not its base.
    pub(crate) fn reconcile(&mut self, theirs: Snapshot, occasion: Occasion) -> Vec<EditorEffect> {
        if let Some(doubt) = self.doubt.take_if(|doubt| doubt.sent == theirs.document) {
            return self.on_arrived(theirs, doubt);
        }
        self.doubt = None;
        self.restored = false;
        let is_first_read =
            self.last_seen == LastSeen::Unknown && self.base.is_none() && self.is_file_written.is_none();
        self.set_last_seen(LastSeen::from(&theirs));
        if self.base.as_ref().is_some_and(|base| is_older(&theirs, base)) {
            // Merged over a base that is newer than theirs, whatever the base added would count as their deletion.
            let notice = EditorNotice::WentBack(theirs.etag.clone());
            self.rebase(theirs);
            return self.notify(notice);
        }
        if is_first_read && occasion == Occasion::Read && self.has_typed() {
            return self.put_typed_text_in_front_of(theirs);
        }
        let first = self.base.is_none() && !self.has_typed();
        let is_base =
            self.base.as_ref().is_some_and(|base| base.etag == theirs.etag && base.document == theirs.document);
        let is_saved = self.is_file_written.is_none() && theirs.document == self.mine;
        let untouched = self.is_file_written.is_none()
            && self.merging.is_none()
            && self.restoring.is_none()
            && (first || self.base.as_ref().is_some_and(|base| base.document == self.mine));
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
            let Snapshot { etag, author, .. } = theirs.clone();
            let author = self.writer(author.as_ref());
            let notice = if first { EditorNotice::Opened(etag) } else { EditorNotice::Reloaded { etag, author } };
            self.replace_mine(theirs.document.clone());
            self.rebase(theirs);
            return self.notify(notice);
        }
        if self.restoring.is_none() && is_base {
            return match occasion {
                // A draft came back to the version that it started from.
                Occasion::Restored => Vec::new(),
                Occasion::Refused => {
                    self.notify(EditorNotice::Contradicted { status: 412, named: Guard::IfMatch(theirs.etag) })
                }
                Occasion::Read | Occasion::Altered => self.notify(EditorNotice::Current),
            };
        }
        self.merge_with(theirs, occasion)
    }

    /// The document arrives after its user has begun to type. They typed into an empty pane, with the cursor at its
    /// beginning, and that is where their text goes: they have changed nothing of a text that they had not seen.
    fn put_typed_text_in_front_of(&mut self, theirs: Snapshot) -> Vec<EditorEffect> {
        let Document { title, content, parent } = theirs.document.clone();
        let is_titled = self.mine.title != blank_document(&self.id).title;
        self.replace_mine(Document {
            title: if is_titled { self.mine.title.clone() } else { title },
            content: format!("{}{content}", self.mine.content),
            parent: self.mine.parent.clone().or(parent),
        });
        let notice = EditorNotice::PutInFront(theirs.etag.clone());
        self.rebase(theirs);
        self.notify(notice)
    }

    /// Opens the merge, or goes on with the one that there is.
    fn merge_with(&mut self, theirs: Snapshot, occasion: Occasion) -> Vec<EditorEffect> {
        let hands = self.restoring.as_ref().map(|kept| KeptHand::all_of(kept)).unwrap_or_default();
        let comes_back = self.restore_merge();
        self.catch_up();
        let effects = self.merge_on(theirs, occasion);
        if comes_back {
            // A decision of an earlier run may have no place in the merge any more. A text by hand is not lost with it.
            let displaced = self.document_merge().map(DocumentMerge::displaced_texts).unwrap_or_default();
            self.set_aside(displaced);
            self.bring_back_by_hand(hands);
        }
        effects
    }

    fn merge_on(&mut self, theirs: Snapshot, occasion: Occasion) -> Vec<EditorEffect> {
        let author = self.writer(theirs.author.as_ref());
        let was_sent = self.merging.as_ref().is_some_and(OpenMerge::was_sent);
        let Some(OpenMerge { merge: conflict, .. }) = &mut self.merging else {
            // Two who create the same document began with nothing but its name, which is the title until one of them
            // gives it another.
            let base = self.base.as_ref().map_or_else(|| blank_document(&self.id), |base| base.document.clone());
            let conflicts = self.merge_over(base, theirs);
            return self.notify(EditorNotice::Merging { conflicts, author, occasion });
        };
        if conflict.theirs().etag == theirs.etag && conflict.theirs().document == theirs.document {
            let conflicts = conflict.open_count();
            return self.notify(EditorNotice::Merging { conflicts, author, occasion });
        }
        conflict.renew(theirs.clone(), self.merge_by);
        let report = conflict.report().map(ToString::to_string).unwrap_or_default();
        let displaced = conflict.displaced_texts();
        let is_in_my_text = |text: &String| contains(&self.mine.content, text);
        let was_mine = was_sent && !displaced.is_empty() && displaced.iter().all(is_in_my_text);
        if let Some(sent_over) = self.base.as_ref().filter(|_| was_mine) {
            // The result is my text since it was sent, and what was written by hand is in it. In a merge of the older
            // texts it has no place: so my text as it is meets theirs, over the version that it was sent to replace.
            let sent_over = sent_over.document.clone();
            let conflicts = self.merge_over(sent_over, theirs);
            return self.notify(EditorNotice::Merging { conflicts, author, occasion });
        }
        self.set_aside(displaced);
        self.notify(EditorNotice::MergedAnew { report, author, occasion })
    }

    /// Merges my text with theirs over a base, and returns how many conflicts are open.
    fn merge_over(&mut self, base: Document, theirs: Snapshot) -> usize {
        let conflict = DocumentMerge::new(base, self.mine.clone(), theirs, self.merge_by);
        let conflicts = conflict.open_count();
        let base = self.base.as_ref().map(|base| base.etag.clone());
        // What was being written by hand was written in another merge.
        let by_hand = mem::take(&mut self.manual_edit);
        self.set_aside(by_hand.into_iter().map(|hand| hand.text));
        self.merging = Some(OpenMerge { merge: conflict, merged_text: self.mine.clone(), base });
        self.touched = true;
        conflicts
    }

    /// Makes the merge again if my text has changed since. Decisions stay if the texts that they are about are the same.
    pub(crate) fn catch_up(&mut self) {
        if !self.is_merge_outdated() {
            return;
        }
        let Some(mut merging) = self.merging.take() else { return };
        let theirs = merging.merge.theirs().clone();
        let base = self.base.as_ref().filter(|_| merging.was_sent()).map(|base| base.document.clone());
        if self.is_file_written.is_none() && theirs.document == self.mine {
            self.keep_manual_edit(&merging);
            self.notice = Some(EditorNotice::SameText(theirs.etag.clone()));
            self.rebase(theirs);
        } else if let Some(base) = base {
            self.keep_manual_edit(&merging);
            self.merge_over(base, theirs);
        } else {
            let lost = merging.merge.renew_mine(self.mine.clone(), self.merge_by);
            let mut displaced = merging.merge.displaced_texts();
            // What was put into my text since has a place again.
            displaced.retain(|text| !contains(&self.mine.content, text));
            self.set_aside(lost.into_iter().chain(displaced));
            merging.merged_text.clone_from(&self.mine);
            self.merging = Some(merging);
        }
    }

    /// Keeps what was written by hand in a merge that ends: the user did not decide against it. What was in the text
    /// that the merge was about is left out, since the user has seen it there and may have deleted it.
    fn keep_manual_edit(&mut self, merging: &OpenMerge) {
        let mut texts = merging.merge.manual_texts();
        texts.retain(|text| ![&merging.merged_text, &self.mine].iter().any(|mine| contains(&mine.content, text)));
        self.set_aside(texts);
    }

    /// A write was acknowledged: what was sent is the base from now on.
    fn on_saved(&mut self, flight: InFlight, saved: Saved) -> Vec<EditorEffect> {
        let EditorRequest::Write { document, .. } = flight.ask else { return Vec::new() };
        let doubt = self.doubt.take();
        self.aside.saved();
        // Applied already, and not by a try of mine that I know of: then somebody made the very same change.
        let not_mine = saved.replayed && doubt.is_none();
        let author = (!not_mine).then(|| self.me.clone());
        let base = Snapshot { etag: saved.etag.clone(), author, at: saved.at, document };
        self.await_event_of(&flight.heard, flight.missed, &saved);
        self.is_file_written = self.is_file_written.map(|_| true);
        let newest = newest_after_write(&base, flight.heard);
        self.notice = Some(if not_mine { EditorNotice::SameText(saved.etag) } else { notice_of(saved) });
        self.rebase(base);
        self.set_last_seen(newest);
        self.save_after(doubt)
    }

    /// A write was acknowledged, and the server has another text than was sent. My text stays, and meets that one in a
    /// merge over what both started from. A user who takes the server's text has what it has; nothing is sent again by
    /// itself.
    fn on_altered(&mut self, flight: InFlight, saved: &Saved, kept: Snapshot) -> Vec<EditorEffect> {
        self.doubt = None;
        self.restored = false;
        self.await_event_of(&flight.heard, flight.missed, saved);
        let newest = newest_after_write(&kept, flight.heard);
        if let Some(merging) = flight.merging {
            // The merge whose result was sent is over: the result started from the version that it was merged with.
            self.base = Some(merging.merge.theirs().clone());
        }
        self.set_last_seen(newest);
        if kept.document == self.mine {
            let notice = EditorNotice::SameText(kept.etag.clone());
            self.rebase(kept);
            return self.notify(notice);
        }
        self.merging = None;
        self.merge_with(kept, Occasion::Altered)
    }

    /// Remembers that the event stream has yet to tell of a version that I wrote, if it has.
    fn await_event_of(&mut self, heard: &[LastSeen], missed: bool, saved: &Saved) {
        let told = heard.iter().any(|known| known.etag() == Some(&saved.etag));
        let is_new = !saved.replayed && self.base.as_ref().is_none_or(|before| before.etag != saved.etag);
        self.unannounced = (is_new && !told && !missed).then(|| saved.etag.clone());
    }

    /// The text of a write in doubt turned up at the server: it had arrived.
    fn on_arrived(&mut self, theirs: Snapshot, doubt: UncertainWrite) -> Vec<EditorEffect> {
        self.set_last_seen(LastSeen::from(&theirs));
        self.aside.saved();
        self.notice = Some(EditorNotice::Replayed(theirs.etag.clone()));
        self.rebase(theirs);
        self.save_after(Some(doubt))
    }

    /// Carries out the save that the user asked for while the outcome of the one before was unknown.
    fn save_after(&mut self, doubt: Option<UncertainWrite>) -> Vec<EditorEffect> {
        let wanted = doubt.is_some_and(|doubt| doubt.save_after) && self.document_merge().is_none() && self.has_typed();
        if wanted { self.save() } else { Vec::new() }
    }

    /// 412. Nothing was written, and nothing of mine is given up.
    fn on_precondition_failed(&mut self, mut flight: InFlight, failed: PreconditionFailure) -> Vec<EditorEffect> {
        let EditorRequest::Write { document, .. } = &flight.ask else {
            return self.on_delete_failed(flight, failed);
        };
        if failed.deleted.is_some() {
            return self.on_gone(failed.deleted);
        }
        if let Some(etag) = failed.applied {
            let base = Snapshot { etag, author: Some(self.me.clone()), at: None, document: document.clone() };
            return self.on_superseded(base, flight.purpose);
        }
        if let Some(base) = failed.base {
            self.take_merge_back(flight.merging.take());
            return self.merge_over_another_base(base);
        }
        let is_saved = |current: &Snapshot| self.is_file_written.is_none() && current.document == *document;
        match failed.current {
            Some(current) if failed.replaced.is_some() && !is_saved(&current) => {
                // The merge whose result was sent is done: that result is my text. It meets what came in its way.
                self.base = failed.replaced;
                self.touched = true;
                self.reconcile(current, Occasion::Refused)
            }
            Some(current) => {
                let newest = newest_after_read(&current, &flight.heard);
                let effects = if is_saved(&current) {
                    self.on_same_text(current)
                } else {
                    self.take_merge_back(flight.merging.take());
                    self.reconcile(current, Occasion::Refused)
                };
                self.set_last_seen(newest);
                effects
            }
            None if failed.etag.is_none() && failed.reason == Some(Reason::NeverExisted) => self.on_absent(),
            // Only a stated reason says that there is no document: a proxy's own 412 has no tag either.
            None => {
                self.take_merge_back(flight.merging.take());
                self.read_in_full(ReadIntent::MeetAfterRefusal)
            }
        }
    }

    /// A 428. A write that named no version is offered again with its precondition. If it did name one, something on
    /// the way dropped that, and the same offer would be made for ever.
    fn required(&mut self, mut flight: InFlight, problem: Box<Problem>) -> Vec<EditorEffect> {
        let named = match &mut flight.ask {
            EditorRequest::Write { guard, .. } | EditorRequest::Delete { guard } => {
                mem::replace(guard, Guard::Unconditional)
            }
            EditorRequest::Read { .. } => Guard::Unconditional,
        };
        match named {
            Guard::Unconditional => self.notify(EditorNotice::Required(problem)),
            named => self.refused(flight, EditorNotice::Contradicted { status: problem.status, named }),
        }
    }

    /// Nothing was written, for a reason that is no newer version.
    fn refused(&mut self, mut flight: InFlight, why: EditorNotice) -> Vec<EditorEffect> {
        self.take_merge_back(flight.merging.take());
        self.set_last_heard(flight);
        self.notify(why)
    }

    /// The base is another than it was when the merge was made.
    fn merge_over_another_base(&mut self, base: Document) -> Vec<EditorEffect> {
        let Some(OpenMerge { merge: conflict, .. }) = &mut self.merging else {
            // The result of an earlier merge needs no base any more.
            return Vec::new();
        };
        let lost = conflict.renew_base(base, self.merge_by);
        let report = conflict.report().map(ToString::to_string).unwrap_or_default();
        self.set_aside(lost);
        // The base has no author.
        self.notify(EditorNotice::MergedAnew { report, author: Writer::Unknown, occasion: Occasion::Refused })
    }

    /// The result of a merge was refused: the merge goes on with its decisions, if my text still is that result.
    fn take_merge_back(&mut self, merging: Option<Box<OpenMerge>>) {
        if let Some(merging) = merging.filter(|merging| merging.merged_text == self.mine) {
            self.merging = Some(*merging);
        }
    }

    /// A delete met a newer version: nobody loses an edit that they have not seen.
    fn on_delete_failed(&mut self, flight: InFlight, failed: PreconditionFailure) -> Vec<EditorEffect> {
        if failed.deleted.is_some() {
            return self.on_gone(failed.deleted);
        }
        match (failed.current, failed.etag) {
            (Some(current), _) => self.set_last_seen(LastSeen::from(&current)),
            // The event stream may have told who wrote that version; the refusal does not.
            (None, Some(etag)) if self.last_seen.etag() == Some(&etag) => {}
            (None, Some(etag)) => self.set_last_seen(LastSeen::Version { etag, author: None, at: None }),
            (None, None) => {}
        }
        self.set_last_heard(flight);
        let author = match &self.last_seen {
            LastSeen::Version { author, .. } => self.writer(author.as_ref()),
            _ => Writer::Unknown,
        };
        self.notify(EditorNotice::NotDeleted(author))
    }

    /// Another client had saved the very text that was sent.
    fn on_same_text(&mut self, current: Snapshot) -> Vec<EditorEffect> {
        self.doubt = None;
        self.aside.saved();
        self.notice = Some(EditorNotice::SameText(current.etag.clone()));
        self.rebase(current);
        Vec::new()
    }

    /// The write had been applied when it first arrived, and another client has saved on top of it since. So what was sent
    /// is in the history: it is the base of what follows, and no side of a merge.
    fn on_superseded(&mut self, base: Snapshot, purpose: ReadIntent) -> Vec<EditorEffect> {
        self.doubt = None;
        self.notice = Some(EditorNotice::Superseded(base.etag.clone()));
        self.rebase(base);
        // If nothing was typed since, nothing is in the way of what came on top.
        self.read_in_full(if self.has_typed() { purpose } else { ReadIntent::Reconcile })
    }

    fn read_in_full(&mut self, purpose: ReadIntent) -> Vec<EditorEffect> {
        self.send(EditorRequest::Read { unless: None }, purpose)
    }

    /// There is no such document, and where I have read one, there is none any more.
    fn on_absent(&mut self) -> Vec<EditorEffect> {
        self.doubt = None;
        self.set_last_seen(LastSeen::Absent);
        self.notify(if self.base.is_some() { EditorNotice::Missing } else { EditorNotice::New })
    }

    fn on_gone(&mut self, deletion: Option<contract::Deletion>) -> Vec<EditorEffect> {
        self.doubt = None;
        self.drop_merge();
        let author = self.writer(deletion.as_ref().map(|deletion| &deletion.author));
        let is_mine = author == Writer::Namesake && self.my_delete == MyDelete::InDoubt;
        self.set_last_seen(LastSeen::Deleted(deletion));
        if is_mine {
            self.my_delete = MyDelete::Done;
        }
        self.notify(if is_mine { EditorNotice::Deleted } else { EditorNotice::DeletedBy(author) })
    }

    /// From here on `base` is what my text started from. What was typed since `base` was sent stays, edited.
    ///
    /// A text by hand that lost its merge stays as well, unless it is in `base`: it was never decided against.
    fn rebase(&mut self, base: Snapshot) {
        if let Some(merging) = self.merging.take() {
            self.keep_manual_edit(&merging);
        }
        // A merge of an earlier run that is never made again.
        if let Some(kept) = self.restoring.take() {
            let mut texts = kept.manual_texts();
            texts.retain(|text| !contains(&self.mine.content, text));
            self.set_aside(texts);
        }
        self.unplaced_text.take_if(|left| contains(&base.document.content, left));
        if self.last_seen == LastSeen::Absent {
            // It has this one.
            self.last_seen = LastSeen::from(&base);
        }
        self.base = Some(base);
        self.my_delete = MyDelete::No;
        self.manual_edit.clear();
        self.touched = true;
    }

    pub(crate) fn set_last_seen(&mut self, known: LastSeen) {
        let is_another = |base: &mut Snapshot| known.etag().is_some_and(|etag| *etag != base.etag);
        if self.last_seen == LastSeen::Absent && self.base.take_if(is_another).is_some() {
            // That store never had my base, so their text is no successor of mine: the two meet as those of two users
            // who create the same document.
            self.touched = true;
        }
        self.last_seen = known;
    }

    /// Takes in what was told while a request was under way that itself told nothing.
    fn set_last_heard(&mut self, flight: InFlight) {
        if let Some(known) = flight.heard.into_iter().next_back() {
            self.set_last_seen(known);
        }
    }

    fn notify(&mut self, notice: EditorNotice) -> Vec<EditorEffect> {
        self.notice = Some(notice);
        Vec::new()
    }
}

/// Whether a server that breaks the promise of a strong tag shows another text under the base's own (RFC 9110 section
/// 8.8.1). A save under that tag would overwrite a text that the user has not seen.
fn is_same_tag_of_another_text(base: &Snapshot, theirs: &Snapshot) -> bool {
    base.etag == theirs.etag && base.document != theirs.document
}

/// Whether the server shows an older version than the base, which it had acknowledged or shown itself: its store was
/// put back, from a backup for example. Numbers of versions only ever go up.
fn is_older(theirs: &Snapshot, base: &Snapshot) -> bool {
    let numbers = version_number(&theirs.etag).zip(version_number(&base.etag));
    numbers.is_some_and(|(theirs, base)| theirs < base)
}

/// Returns the number in a tag of the form `"v5-d4f8c2a1"`; `None` if it has another form.
fn version_number(etag: &EntityTag) -> Option<u64> {
    let text = std::str::from_utf8(etag.opaque()).ok()?;
    let (number, hash) = text.strip_prefix('v')?.split_once('-')?;
    let is_hash = hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    number.parse().ok().filter(|_| is_hash)
}

/// What to say of an acknowledged write.
fn notice_of(saved: Saved) -> EditorNotice {
    match saved {
        Saved { etag, overwrote: Some(buried), .. } => EditorNotice::Overwrote { etag, buried },
        Saved { etag, replayed: true, .. } => EditorNotice::Replayed(etag),
        Saved { etag, created: true, .. } => EditorNotice::Created(etag),
        Saved { etag, .. } => EditorNotice::Saved(etag),
    }
}

/// The newest version known after a read. Events come in the order of the versions: what was told after the version
/// that was read is newer, and what was told without it is newer too, or its own event is still to come and will say so.
fn newest_after_read(read: &Snapshot, heard: &[LastSeen]) -> LastSeen {
    heard.last().cloned().unwrap_or_else(|| LastSeen::from(read))
}

/// The newest version known after a write. Unlike after a read, the write's own event cannot have been told before the
/// request was sent: what was told without it is older.
fn newest_after_write(written: &Snapshot, heard: Vec<LastSeen>) -> LastSeen {
    let told = heard.iter().any(|known| known.etag() == Some(&written.etag));
    heard.into_iter().next_back().filter(|_| told).unwrap_or_else(|| LastSeen::from(written))
}
