//! Handles responses: the half of the machine in which other programs lose updates.
//!
//! One rule applies throughout. Text of mine leaves this machine in two ways only: the server acknowledged it, or the
//! user decided against it. A refusal, a lost response and a newer version are neither.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use contract::exchange::NOT_SENT_PREFIX;
use contract::{Document, Problem, Reason, Snapshot};

use crate::change_marks::ChangeMarks;
use crate::in_flight::{InFlight, MyDelete, Offline, ReadIntent, UncertainWrite};
use crate::known_version::KnownVersion;
use crate::machine::{Editor, EditorEffect, RefusedMerge};
use crate::merging::OpenMerge;
use crate::notice::EditorNotice;
use crate::phase::LastSeen;
use crate::request::{EditorRequest, Guard, PreconditionFailure, RequestId, ResponseOutcome, Saved};
use crate::saves_since::{Occasion, SavesSince, version_number};
use crate::working_copy::WorkingCopy;
use crate::writer::Writer;

impl Editor {
    pub(crate) fn on_response(&mut self, request: RequestId, outcome: ResponseOutcome) -> Vec<EditorEffect> {
        // A response to a request that is no longer in flight says nothing about the present.
        let Some(flight) = self.flight.take_if(|flight| flight.request == request) else { return Vec::new() };
        if matches!(
            outcome,
            ResponseOutcome::Unanswered(_) | ResponseOutcome::Unsent(_) | ResponseOutcome::TooManyRequests { .. }
        ) {
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
            ResponseOutcome::Unanswered(why) => self.on_no_response(flight, why, true, Duration::ZERO),
            ResponseOutcome::Unsent(why) => self.on_no_response(flight, why, false, Duration::ZERO),
            // Nothing was done, and the server says when to come back: the same as if nothing had been sent.
            ResponseOutcome::TooManyRequests { why, retry_after } => {
                self.on_no_response(flight, why, false, retry_after)
            }
        }
    }

    /// Handles a missing response. A read is simply repeated; a write is remembered.
    ///
    /// The user wants the write, and if it may have arrived, it is not known whether it was applied. The request is
    /// repeated after `shortest` at the earliest.
    fn on_no_response(
        &mut self,
        flight: InFlight,
        why: String,
        may_have_arrived: bool,
        shortest: Duration,
    ) -> Vec<EditorEffect> {
        let failures = self.offline.map_or(0, |offline| offline.failures + 1);
        let offline = Offline { failures };
        self.offline = Some(offline);
        // What was not read is requested again once the server responds.
        self.followed = None;
        self.notice = Some(match &flight.ask {
            // An unconditional write that was never sent is forgotten: it must not be sent later, unasked.
            EditorRequest::Write { guard, document, .. } if *guard != Guard::Unconditional || may_have_arrived => {
                let again = (*guard != Guard::Unconditional).then(|| EditorRequest::Write {
                    guard: guard.clone(),
                    document: document.clone(),
                    want_current: false,
                });
                let before = self.doubt.take();
                let save_after = before.as_ref().is_some_and(|doubt| doubt.save_after);
                // An earlier attempt may have arrived although this one did not.
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
            EditorRequest::Write { .. } => EditorNotice::Unreachable(why),
            EditorRequest::Read { .. } => EditorNotice::Unreachable(reason_for_read(&why).to_owned()),
        });
        self.set_last_heard(flight);
        vec![EditorEffect::WakeAfter(offline.retry_delay().max(shortest))]
    }

    fn on_read(&mut self, flight: &InFlight, theirs: Snapshot) -> Vec<EditorEffect> {
        let newest = newest_after_read(&theirs, &flight.heard);
        let occasion = if self.restored { Occasion::Restored } else { Occasion::Read };
        let effects = match flight.purpose {
            ReadIntent::Reconcile => self.reconcile(theirs, occasion),
            ReadIntent::MeetAfterRefusal => self.reconcile(theirs, Occasion::Refused),
            ReadIntent::Follow => self.follow_to(theirs),
            ReadIntent::Observe => self.observe(theirs),
        };
        self.set_last_seen(newest);
        effects
    }

    fn on_not_modified(&mut self, flight: &InFlight) -> Vec<EditorEffect> {
        if let EditorRequest::Read { unless: Some(tag) } = &flight.ask
            && let Some(newer) = self.newer_text_under(tag)
        {
            // The current version is not the base but the one that was read in the background.
            return self.on_read(flight, newer);
        }
        let newest = flight.heard.last().cloned().or_else(|| self.base().map(LastSeen::from));
        if let Some(newest) = newest {
            self.set_last_seen(newest);
        }
        // The base is current, so a write that named it cannot have been applied.
        let save_after = self.doubt.take().is_some_and(|doubt| doubt.save_after);
        if flight.purpose != ReadIntent::Follow {
            self.notice = Some(EditorNotice::NotModified);
        }
        if save_after { self.save() } else { Vec::new() }
    }

    /// Handles an acknowledged write: the text that was sent is the base from now on.
    fn on_saved(&mut self, flight: InFlight, saved: Saved) -> Vec<EditorEffect> {
        let document = match flight.ask {
            EditorRequest::Write { document, .. } => document,
            // It is not the response to a delete, so the editor looks at what the server has.
            EditorRequest::Delete { .. } => return self.send(self.read_request(), ReadIntent::Reconcile),
            EditorRequest::Read { .. } => return Vec::new(),
        };
        let doubt = self.doubt.take();
        self.aside.saved();
        // If it was already applied, but not by an attempt of this editor, another client made the same change.
        let not_mine = saved.replayed && doubt.is_none();
        let author = (!not_mine).then(|| self.me.clone());
        let base = KnownVersion { etag: saved.etag.clone(), author, at: saved.at, document };
        // The version is the one that the save replaced, or would have: nothing was written.
        let unchanged = self.unchanged_by(&saved, &base.document);
        let base = unchanged.clone().unwrap_or(base);
        if !not_mine {
            self.own.add(saved.etag.clone());
        }
        self.await_event_of(&flight.heard, flight.missed, &saved);
        self.is_file_written = self.is_file_written.map(|_| true);
        let newest = newest_after_write(LastSeen::from(&base), flight.heard);
        self.notice = Some(match unchanged {
            Some(KnownVersion { etag, author, .. }) => {
                let author = self.writer_of(author.as_ref(), &etag);
                EditorNotice::NothingToSave { etag, author }
            }
            None if not_mine => EditorNotice::SameText(saved.etag),
            None => notice_of(saved),
        });
        self.rebase(base);
        self.set_last_seen(newest);
        self.save_after(doubt)
    }

    /// Returns the version that an acknowledged write left as it was; `None` if it made a version.
    ///
    /// A server may have tags that several versions share, so the texts are compared, too. A file is written even if
    /// that changes nothing.
    fn unchanged_by(&self, saved: &Saved, sent: &WorkingCopy) -> Option<KnownVersion> {
        if saved.created || saved.replayed || saved.overwrote.is_some() || self.is_file_written.is_some() {
            return None;
        }
        let is_it = |base: &&KnownVersion| base.etag == saved.etag && base.document == *sent;
        match &self.last_seen {
            _ if self.base().is_some_and(|base| is_it(&base)) => self.base().cloned(),
            // An event named this version before the write was sent. Its number belongs to one text only.
            LastSeen::Version { etag, author, at } if *etag == saved.etag && version_number(etag).is_some() => {
                Some(KnownVersion { etag: etag.clone(), author: author.clone(), at: *at, document: sent.clone() })
            }
            _ => None,
        }
    }

    /// Handles an acknowledged write after which the server has a different text than was sent.
    ///
    /// My text stays, and is merged with that text over their common base. Nothing is sent again by itself.
    fn on_altered(&mut self, flight: InFlight, saved: &Saved, kept: Snapshot) -> Vec<EditorEffect> {
        self.doubt = None;
        self.restored = false;
        self.await_event_of(&flight.heard, flight.missed, saved);
        let newest = newest_after_write(LastSeen::from(&kept), flight.heard);
        if let Some(merging) = flight.merging {
            // The merge is finished. Its result is based on theirs, so theirs becomes the base.
            self.set_base(Some(Arc::new(merging.merge.theirs().into())));
        }
        self.set_last_seen(newest);
        if kept.document == *self.mine() {
            let notice = EditorNotice::SameText(kept.etag.clone());
            self.rebase(kept);
            return self.notify(notice);
        }
        self.merging = None;
        self.merge_with(kept, Occasion::Altered)
    }

    /// Remembers a version that this editor wrote until the event stream has reported it.
    fn await_event_of(&mut self, heard: &[LastSeen], missed: bool, saved: &Saved) {
        let is_announced = heard.iter().any(|known| known.etag() == Some(&saved.etag));
        let is_new = !saved.replayed && self.base().is_none_or(|before| before.etag != saved.etag);
        self.unannounced = (is_new && !is_announced && !missed).then(|| saved.etag.clone());
    }

    /// Handles the text of an uncertain write that turned up at the server: it had arrived.
    pub(crate) fn on_arrived(&mut self, theirs: Snapshot, doubt: UncertainWrite) -> Vec<EditorEffect> {
        self.set_last_seen(LastSeen::from(&theirs));
        self.aside.saved();
        self.notice = Some(EditorNotice::Replayed(theirs.etag.clone()));
        self.rebase(theirs);
        self.save_after(Some(doubt))
    }

    /// Carries out the save that the user asked for while the outcome of the previous one was unknown.
    fn save_after(&mut self, doubt: Option<UncertainWrite>) -> Vec<EditorEffect> {
        let wanted = doubt.is_some_and(|doubt| doubt.save_after) && self.document_merge().is_none() && self.has_typed();
        if wanted { self.save() } else { Vec::new() }
    }

    /// Handles a 412. Nothing was written, and nothing of mine is given up.
    fn on_precondition_failed(&mut self, mut flight: InFlight, failed: PreconditionFailure) -> Vec<EditorEffect> {
        let EditorRequest::Write { document, .. } = &flight.ask else {
            return self.on_delete_failed(flight, failed);
        };
        if failed.deleted.is_some() {
            return self.on_gone(failed.deleted);
        }
        if let Some(etag) = failed.applied {
            let base = KnownVersion { etag, author: Some(self.me.clone()), at: None, document: document.clone() };
            return self.on_superseded(base, flight.purpose);
        }
        if let Some(base) = failed.base {
            self.take_merge_back(flight.merging.take());
            return self.merge_over_another_base(base);
        }
        let is_saved = |current: &Snapshot| self.is_file_written.is_none() && *document == current.document;
        let is_here = || failed.etag.as_ref().and_then(|etag| self.newer_text_under(etag));
        match failed.current.or_else(is_here) {
            Some(current) if failed.replaced.is_some() && !is_saved(&current) => {
                // The merge whose result was sent is done, and that result is my text. It is merged with the new
                // version.
                self.set_base(failed.replaced.map(|replaced| Arc::new(replaced.into())));
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
            // Only a stated reason means that there is no document: a proxy's own 412 has no tag either.
            None => {
                self.take_merge_back(flight.merging.take());
                if let Some(refused) = &mut self.doubt {
                    // If the read gets no response, the read is repeated.
                    refused.retry = None;
                }
                self.read_in_full(ReadIntent::MeetAfterRefusal)
            }
        }
    }

    /// Handles a 428. A write that named no version is offered again with its precondition.
    ///
    /// If it did name one, an intermediary dropped the condition, and the same offer would be repeated for ever.
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

    /// Handles a refusal for a reason other than a newer version. Nothing was written.
    fn refused(&mut self, mut flight: InFlight, why: EditorNotice) -> Vec<EditorEffect> {
        self.take_merge_back(flight.merging.take());
        self.set_last_heard(flight);
        self.notify(why)
    }

    /// Repeats the open merge over another base, because the base has changed.
    fn merge_over_another_base(&mut self, base: Document) -> Vec<EditorEffect> {
        let Some(OpenMerge { merge: conflict, .. }) = &mut self.merging else {
            // The result of an earlier merge needs no base any more.
            return Vec::new();
        };
        let lost = conflict.renew_base(base, self.merge_by);
        let report = conflict.report().map(ToString::to_string).unwrap_or_default();
        self.set_aside(lost);
        // The base has no author.
        let since = SavesSince::By(Writer::Unknown);
        self.notify(EditorNotice::MergedAnew { report, since, occasion: Occasion::Refused })
    }

    /// Restores the merge of a refused result, with its decisions, if my text still is that result.
    fn take_merge_back(&mut self, merging: Option<Box<OpenMerge>>) {
        let Some(mut merging) = merging.filter(|_| self.refused_merge == RefusedMerge::Restored) else { return };
        merging.follow(self.mine());
        if !merging.is_outdated() {
            self.merging = Some(*merging);
        }
    }

    /// Handles a delete that was refused over a newer version, so that no unseen edit is lost.
    fn on_delete_failed(&mut self, flight: InFlight, failed: PreconditionFailure) -> Vec<EditorEffect> {
        if failed.deleted.is_some() {
            return self.on_gone(failed.deleted);
        }
        let by_text = self.base().zip(failed.current.as_ref()).map(|(base, current)| {
            let author = self.writer_of(current.author.as_ref(), &current.etag);
            SavesSince::between(Some((&base.etag, &base.document)), current, author)
        });
        match (failed.current, failed.etag) {
            (Some(current), _) => self.set_last_seen(LastSeen::from(&current)),
            // The event stream may have named the author of that version; the refusal does not.
            (None, Some(etag)) if self.last_seen.etag() == Some(&etag) => {}
            (None, Some(etag)) => self.set_last_seen(LastSeen::Version { etag, author: None, at: None }),
            (None, None) => {}
        }
        self.set_last_heard(flight);
        let by_tag = self.base().map(|base| match &self.last_seen {
            LastSeen::Version { etag, author, .. } => {
                let author = author.as_ref().map(|author| self.writer_of(Some(author), etag));
                SavesSince::between_tags(&base.etag, etag, author)
            }
            LastSeen::Unknown | LastSeen::Absent | LastSeen::Deleted(_) => SavesSince::OtherTag,
        });
        self.notify(EditorNotice::NotDeleted(by_text.or(by_tag).unwrap_or(SavesSince::OtherTag)))
    }

    /// Handles a refusal because another client had already saved the text that was sent.
    fn on_same_text(&mut self, current: Snapshot) -> Vec<EditorEffect> {
        self.doubt = None;
        self.aside.saved();
        self.notice = Some(EditorNotice::SameText(current.etag.clone()));
        self.rebase(current);
        Vec::new()
    }

    /// Handles a write that had already been applied, before another client saved a newer version.
    ///
    /// The text that was sent is in the history: it is the base of what follows, not a side of a merge.
    fn on_superseded(&mut self, base: KnownVersion, purpose: ReadIntent) -> Vec<EditorEffect> {
        self.doubt = None;
        self.notice = Some(EditorNotice::Superseded(base.etag.clone()));
        self.rebase(base);
        // If the user has not typed after that write, nothing conflicts with the newer version.
        self.read_in_full(if self.has_typed() { purpose } else { ReadIntent::Reconcile })
    }

    fn read_in_full(&mut self, purpose: ReadIntent) -> Vec<EditorEffect> {
        self.send(EditorRequest::Read { unless: None }, purpose)
    }

    /// Handles a missing document: it is new or, if it was read before, it is missing.
    fn on_absent(&mut self) -> Vec<EditorEffect> {
        self.doubt = None;
        self.set_last_seen(LastSeen::Absent);
        let is_draft = self.restored && self.has_unsaved();
        self.notify(match self.base() {
            Some(_) => EditorNotice::Missing,
            None if is_draft => EditorNotice::DraftOfNewBack,
            None => EditorNotice::New,
        })
    }

    fn on_gone(&mut self, deletion: Option<contract::Deletion>) -> Vec<EditorEffect> {
        self.doubt = None;
        self.drop_merge();
        let author = deletion
            .as_ref()
            .map_or(Writer::Unknown, |deletion| self.writer_of(Some(&deletion.author), &deletion.etag));
        let is_mine = matches!(author, Writer::Me | Writer::Namesake) && self.my_delete == MyDelete::InDoubt;
        self.set_last_seen(LastSeen::Deleted(deletion));
        if is_mine {
            self.my_delete = MyDelete::Done;
        }
        self.notify(if is_mine { EditorNotice::Deleted } else { EditorNotice::DeletedBy(author) })
    }

    pub(crate) fn set_last_seen(&mut self, known: LastSeen) {
        let is_another = |base: &KnownVersion| known.etag().is_some_and(|etag| *etag != base.etag);
        if self.last_seen == LastSeen::Absent && self.base().is_some_and(is_another) {
            // That store never had my base, so their text does not continue mine. The two are merged like those of two
            // users who create the same document.
            self.set_base(None);
            self.touched = true;
        }
        if known.etag().is_none() {
            self.marks.iter_mut().for_each(ChangeMarks::forget_newer);
        }
        self.last_seen = known;
    }

    /// Records the last event that arrived during a request that reported nothing itself.
    fn set_last_heard(&mut self, flight: InFlight) {
        if let Some(known) = flight.heard.into_iter().next_back() {
            self.set_last_seen(known);
        }
    }

    pub(crate) fn notify(&mut self, notice: EditorNotice) -> Vec<EditorEffect> {
        self.notice = Some(notice);
        Vec::new()
    }
}

/// Returns the notice about an acknowledged write.
fn notice_of(saved: Saved) -> EditorNotice {
    match saved {
        Saved { etag, overwrote: Some(overwritten), .. } => EditorNotice::Overwrote { etag, overwritten },
        Saved { etag, replayed: true, .. } => EditorNotice::Replayed(etag),
        Saved { etag, created: true, .. } => EditorNotice::Created(etag),
        Saved { etag, .. } => EditorNotice::Saved(etag),
    }
}

/// Returns the newest version known after a read.
///
/// Events arrive in the order of the versions. An event after that of the version read is newer. An event without it is
/// newer too, or the version's own event is still to come and will correct this.
fn newest_after_read(read: &Snapshot, heard: &[LastSeen]) -> LastSeen {
    heard.last().cloned().unwrap_or_else(|| LastSeen::from(read))
}

/// Returns the newest version known after a write.
///
/// Unlike after a read, the event of the write cannot have arrived before the request was sent, so events without it
/// are older.
fn newest_after_write(written: LastSeen, heard: Vec<LastSeen>) -> LastSeen {
    let is_announced = heard.iter().any(|known| known.etag() == written.etag());
    heard.into_iter().next_back().filter(|_| is_announced).unwrap_or(written)
}

/// Returns why a read got no response, without the words that it was not sent.
///
/// The editor reads by itself, so the user has sent nothing that could be missing.
fn reason_for_read(why: &str) -> &str {
    why.strip_prefix(NOT_SENT_PREFIX).and_then(|rest| rest.strip_prefix(" because ")).unwrap_or(why)
}
