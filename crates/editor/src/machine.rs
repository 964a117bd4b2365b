//! The machine itself: its state and its effects.
//!
//! Inputs are handled in `update`, commands in `command`, responses in `responses`.

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::{Author, Document, DocumentId, EntityTag};

use crate::aside::Aside;
use crate::change_marks::ChangeMarks;
use crate::changed_lines::LineComparison;
use crate::document_merge::DocumentMerge;
use crate::draft::{Draft, MergeDraft, blank_document};
use crate::hand::HandText;
use crate::in_flight::{InFlight, MyDelete, Offline, ReadIntent, UncertainWrite};
use crate::known_version::KnownVersion;
use crate::merging::OpenMerge;
use crate::my_text::MyText;
use crate::notice::{EditorNotice, Newer};
use crate::own_versions::OwnVersions;
use crate::phase::{EditorPhase, LastSeen};
use crate::request::{EditorRequest, Guard, RequestId};
use crate::unplaced::join;
use crate::working_copy::WorkingCopy;

/// An action for the caller, which has a network, a clock and a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorEffect {
    /// Send a request.
    ///
    /// Report its outcome with [`EditorInput::ResponseReceived`](crate::EditorInput::ResponseReceived).
    Send {
        /// The id to return with the response.
        request: RequestId,
        /// The request.
        ask: EditorRequest,
    },
    /// Send a read in the background, after a pause in which further saves may be announced.
    ///
    /// Report its outcome with [`EditorInput::Prefetched`](crate::EditorInput::Prefetched).
    Prefetch {
        /// The id to return with the response.
        request: RequestId,
        /// The request, which is a read.
        ask: EditorRequest,
    },
    /// Compare the lines of two texts away from the thread that handles keys.
    ///
    /// Report the hunks with [`EditorInput::LinesCompared`](crate::EditorInput::LinesCompared).
    CompareLines {
        /// The number to return with the hunks.
        comparison: u64,
        /// The texts.
        texts: LineComparison,
    },
    /// Send [`EditorInput::TimerFired`](crate::EditorInput::TimerFired) after this time.
    WakeAfter(Duration),
    /// Store this draft safely, in place of the previous one.
    KeepDraft(Draft),
    /// Nothing is unsaved: delete the stored draft.
    ForgetDraft,
}

/// The fate of a merge whose result is refused with a newer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusedMerge {
    /// It is repeated with the newer version, and its decisions and steps are kept.
    Restored,
    /// Its result is merged with the newer version, and its steps are dropped. See [`Editor::unattended`].
    Dropped,
}

/// An editor of one document.
///
/// It changes only through [`Editor::update`]. A view reads it through the other functions, and reloads its own buffer
/// whenever [`Editor::revision`] has increased.
#[derive(Debug, Clone)]
pub struct Editor {
    pub(crate) id: DocumentId,
    pub(crate) me: Author,
    /// My text and its base.
    pub(crate) text: MyText,
    pub(crate) revision: u64,
    pub(crate) last_seen: LastSeen,
    pub(crate) flight: Option<InFlight>,
    pub(crate) merging: Option<OpenMerge>,
    /// The merge of an earlier run's draft. It is made again when the server has responded.
    pub(crate) restoring: Option<Arc<MergeDraft>>,
    /// Texts that are being written by hand in the merge and are not decisions yet.
    pub(crate) manual_edit: Vec<HandText>,
    /// The merge that their places are about, by [`DocumentMerge::generation`].
    pub(crate) by_hand_edition: Option<u64>,
    /// Text that lost its place, in this run or an earlier one.
    ///
    /// It was written by hand in a merge that no longer exists, or for a place in the text that it never reached.
    pub(crate) unplaced_text: Option<Arc<str>>,
    /// Lines that were typed for a place in the text and have not been inserted yet.
    pub(crate) open_lines: Option<Arc<str>>,
    /// Text that the user took out since the last save.
    pub(crate) aside: Aside,
    /// Typed lines that are waiting to be read.
    pub(crate) unread: Option<Arc<str>>,
    /// Text that was typed in this run or an earlier one and was never read.
    pub(crate) left_unread: Option<Arc<str>>,
    pub(crate) doubt: Option<UncertainWrite>,
    pub(crate) offline: Option<Offline>,
    pub(crate) notice: Option<EditorNotice>,
    /// Whether my text came from an earlier run, and has not been compared with the server's yet.
    pub(crate) restored: bool,
    /// Whether the content of the draft has changed since it was stored.
    pub(crate) touched: bool,
    /// The state of a delete by the user.
    pub(crate) my_delete: MyDelete,
    pub(crate) own: OwnVersions,
    /// The version that this editor wrote last, until the event stream reports it.
    ///
    /// Events before that are older.
    pub(crate) unannounced: Option<EntityTag>,
    /// Whether the editor follows the saves of other users.
    pub(crate) follows: bool,
    /// The version that was last requested in order to follow it.
    pub(crate) followed: Option<EntityTag>,
    /// In a merge of files: whether the file has been written. `None` in an editor of a document.
    pub(crate) is_file_written: Option<bool>,
    /// The fate of a merge whose result is refused.
    pub(crate) refused_merge: RefusedMerge,
    /// The deadline for a merge that the present response may cause.
    pub(crate) merge_by: Option<Instant>,
    /// The changed lines, if the caller asked for them.
    pub(crate) marks: Option<ChangeMarks>,
    pub(crate) requests: u64,
}

impl Editor {
    /// Creates an editor of `id` for `me`, with the unsaved text of an earlier run, if there is any.
    ///
    /// It knows nothing of the server before [`Command::Open`](crate::Command::Open).
    #[must_use]
    pub fn new(id: DocumentId, me: Author, draft: Option<Draft>) -> Self {
        let restored = draft.is_some();
        let nothing = || Draft::new(None, blank_document(&id));
        let Draft { base, mine, manual_edit: left_by_hand, aside, unread: left_unread, merge: restoring } =
            draft.unwrap_or_else(nothing);
        let mut editor = Self {
            text: MyText::new(&id, mine, base),
            id,
            me,
            revision: 0,
            last_seen: LastSeen::Unknown,
            flight: None,
            merging: None,
            restoring,
            manual_edit: Vec::new(),
            by_hand_edition: None,
            unplaced_text: left_by_hand,
            open_lines: None,
            aside: Aside::restored(aside),
            unread: None,
            left_unread,
            doubt: None,
            offline: None,
            notice: None,
            restored,
            touched: false,
            my_delete: MyDelete::default(),
            own: OwnVersions::default(),
            unannounced: None,
            follows: false,
            followed: None,
            is_file_written: None,
            refused_merge: RefusedMerge::Restored,
            merge_by: None,
            marks: None,
            requests: 0,
        };
        editor.notice = (restored && editor.has_unsaved()).then_some(EditorNotice::DraftBack);
        editor
    }

    /// Makes this the editor of a merge of files.
    ///
    /// A text that is read is then only merged with mine, and a save writes another file. So even a text equal to
    /// theirs counts as unsaved until it is written.
    #[must_use]
    pub fn of_files(self) -> Self {
        Self { is_file_written: Some(false), ..self }
    }

    /// Makes this the editor of a program that has no user, such as a simulated writer.
    ///
    /// If the result of a merge is refused, it is merged with the newer version over the version that it was merged
    /// with before. Otherwise the first merge would be repeated with all of its decisions and its history, each of
    /// which a user could still undo: after hundreds of refusals, that is much memory and work.
    #[must_use]
    pub fn unattended(self) -> Self {
        Self { refused_merge: RefusedMerge::Dropped, ..self }
    }

    /// Returns the document's id.
    #[must_use]
    pub fn id(&self) -> &DocumentId {
        &self.id
    }

    /// Returns the user's name.
    #[must_use]
    pub fn me(&self) -> &Author {
        &self.me
    }

    /// Returns the version that my text started from; `None` while there is no document.
    #[must_use]
    pub fn base(&self) -> Option<&KnownVersion> {
        self.text.base().map(Arc::as_ref)
    }

    /// Returns the last known state of the server.
    #[must_use]
    pub fn last_seen(&self) -> &LastSeen {
        &self.last_seen
    }

    /// Returns my text.
    #[must_use]
    pub fn mine(&self) -> &WorkingCopy {
        self.text.mine()
    }

    /// Returns a number that increases whenever the machine itself replaces my text.
    ///
    /// [`EditorInput::Typed`](crate::EditorInput::Typed) does not change it.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Returns the merge of my text with a newer version; `None` if there is none.
    ///
    /// The merge exists from the moment when the newer version arrived until its result is sent, whatever is typed
    /// meanwhile.
    #[must_use]
    pub fn document_merge(&self) -> Option<&DocumentMerge> {
        self.merging.as_ref().map(|merging| &merging.merge)
    }

    /// Returns the tag of the version that both sides of the merge started from.
    ///
    /// `None` if there was no document.
    #[must_use]
    pub fn conflict_base(&self) -> Option<&EntityTag> {
        self.merging.as_ref()?.base.as_ref()
    }

    /// Returns whether my text was changed after the merge was made, so that the merge must be repeated.
    ///
    /// See [`EditorInput::Paused`](crate::EditorInput::Paused).
    #[must_use]
    pub fn is_merge_outdated(&self) -> bool {
        self.merging.as_ref().is_some_and(OpenMerge::is_outdated)
    }

    /// Returns the notice about the last event.
    #[must_use]
    pub fn notice(&self) -> Option<&EditorNotice> {
        self.notice.as_ref()
    }

    /// Returns whether a request is in flight.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.flight.is_some()
    }

    /// Returns whether the outcome of a write is unknown because its response was lost.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.doubt.is_some()
    }

    /// Returns whether the request in flight sends the result of a merge.
    #[must_use]
    pub fn is_saving_merge(&self) -> bool {
        self.flight.as_ref().is_some_and(|flight| flight.merging.is_some())
    }

    /// Returns whether there is text here that the server is not known to have.
    ///
    /// That includes text that the server once had: see [`EditorPhase::Missing`] and [`EditorPhase::DeletedBy`]. A
    /// draft of such a text counts as unsaved until the server has responded.
    #[must_use]
    pub fn has_unsaved(&self) -> bool {
        let is_unmet = self.restored && self.last_seen == LastSeen::Unknown && self.base().is_some();
        self.has_changes() || is_unmet || self.is_last_copy()
    }

    /// Returns whether there is anything for a draft to keep: unsaved text, or text that the user took out.
    #[must_use]
    pub fn needs_draft(&self) -> bool {
        let is_unread = self.unread.is_some() || self.left_unread.is_some();
        self.has_unsaved() || is_unread || !self.aside.is_empty()
    }

    /// Returns whether there is text here that, as far as known, is in no version of the server.
    #[must_use]
    pub fn has_text_of_its_own(&self) -> bool {
        self.has_changes() || (self.last_seen == LastSeen::Absent && self.is_last_copy())
    }

    /// Returns whether anything was typed, decided or sent that the server is not known to have.
    pub(crate) fn has_changes(&self) -> bool {
        let by_hand = !self.manual_edit.is_empty() || self.unplaced_text.is_some() || self.open_lines.is_some();
        self.doubt.is_some() || self.merging.is_some() || self.restoring.is_some() || by_hand || self.has_typed()
    }

    /// Returns whether the only unsaved text is text without a place in the document.
    ///
    /// See [`EditorInput::Unplaced`](crate::EditorInput::Unplaced).
    #[must_use]
    pub fn has_only_unplaced(&self) -> bool {
        let is_written = !self.manual_edit.is_empty() || self.open_lines.is_some();
        let is_merging = self.doubt.is_some() || self.merging.is_some() || self.restoring.is_some();
        self.unplaced_text.is_some() && !(is_written || is_merging || self.has_typed())
    }

    /// Returns whether the server is known to have lost the document of my text.
    ///
    /// My text may then be the last copy. A user who deleted the document needs no copy.
    fn is_last_copy(&self) -> bool {
        let is_gone = matches!(self.last_seen, LastSeen::Absent | LastSeen::Deleted(_));
        is_gone && self.base().is_some() && self.my_delete != MyDelete::Done
    }

    /// Returns the phase of the editor.
    #[must_use]
    pub fn phase(&self) -> EditorPhase {
        if self.offline.is_some() {
            return EditorPhase::Offline;
        }
        if self.flight.as_ref().is_some_and(|flight| !matches!(flight.ask, EditorRequest::Read { .. })) {
            return EditorPhase::Saving;
        }
        if self.document_merge().is_some() {
            return EditorPhase::Merging;
        }
        match (&self.last_seen, self.base()) {
            (LastSeen::Unknown, _) if self.flight.is_none() && self.requests > 0 => EditorPhase::Unread,
            (LastSeen::Unknown, _) => EditorPhase::Opening,
            (LastSeen::Deleted(deletion), _) => {
                // The user's own name would suggest that this editor deleted it.
                let author = deletion.as_ref().map(|deletion| &deletion.author).filter(|author| **author != self.me);
                EditorPhase::DeletedBy(author.cloned())
            }
            (LastSeen::Absent, Some(_)) => EditorPhase::Missing,
            (LastSeen::Version { etag, .. }, base) if base.map(|base| &base.etag) != Some(etag) => EditorPhase::Stale,
            _ if self.has_typed() => EditorPhase::Edited,
            _ => EditorPhase::Clean,
        }
    }

    /// Returns whether my text differs from the text that it started from.
    pub(crate) fn has_typed(&self) -> bool {
        self.is_file_written == Some(false) || self.text.is_edited()
    }

    /// Returns text that lost its place, in this run or an earlier one. It is in no other text.
    #[must_use]
    pub fn unplaced_text(&self) -> Option<&str> {
        self.unplaced_text.as_deref()
    }

    /// Returns the lines that were typed for a place in the text and have not been inserted yet.
    #[must_use]
    pub fn open_lines(&self) -> Option<&str> {
        self.open_lines.as_deref()
    }

    /// Returns the text that the user cut, or replaced by an old version, since the last save.
    #[must_use]
    pub fn aside(&self) -> Option<&str> {
        self.aside.text().map(Arc::as_ref)
    }

    /// Returns the typed lines that are waiting to be read.
    #[must_use]
    pub fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// Returns text that was typed in this run or an earlier one and was never read.
    ///
    /// It is in no other text.
    #[must_use]
    pub fn left_unread(&self) -> Option<&str> {
        self.left_unread.as_deref()
    }

    /// Returns all text written by hand in the merge, whether it is a decision or not.
    ///
    /// Neither a version nor my text contains this text.
    #[must_use]
    pub fn all_manual_edits(&self) -> Option<String> {
        let decided = self.merging.iter().flat_map(|merging| merging.merge.manual_texts());
        let restoring = self.restoring.iter().flat_map(|kept| kept.manual_texts());
        let by_hand = self.manual_edit.iter().map(|hand| hand.text.clone());
        let unplaced = self.unplaced_text.as_deref().map(str::to_owned);
        let texts = decided.chain(restoring).chain(unplaced).chain(by_hand);
        texts.reduce(|all, text| join(&all, &text))
    }

    /// Returns the draft of this editor. It shares my text, and all other texts that can be long.
    #[must_use]
    pub fn draft(&self) -> Draft {
        let (hands, others) = self.hands_to_keep();
        let others = others.into_iter().map(Arc::from);
        let by_hand = self.unplaced_text.iter().cloned().chain(others).chain(self.open_lines.clone());
        let unread = self.left_unread.iter().chain(&self.unread).cloned();
        Draft {
            base: self.text.base().cloned(),
            mine: self.mine().clone(),
            manual_edit: by_hand.reduce(|all: Arc<str>, text| join(&all, &text).into()),
            aside: self.aside.text().cloned(),
            unread: unread.reduce(|all, text| join(&all, &text).into()),
            merge: self.merging.as_ref().map(|merging| merging.draft(hands)).or_else(|| self.restoring.clone()),
        }
    }

    /// Makes the merge of an earlier run's draft again. Returns `false` if there was none.
    pub(crate) fn restore_merge(&mut self) -> bool {
        let Some(kept) = self.restoring.take() else { return false };
        self.merging = Some(OpenMerge::restored(Arc::unwrap_or_clone(kept), self.mine(), self.merge_by));
        true
    }

    /// Keeps texts written by hand that no longer have a place in the merge. Each is kept once.
    pub(crate) fn set_aside(&mut self, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            let left = self.unplaced_text.take();
            let is_known = left.as_ref().is_some_and(|left| left.contains(text.trim_end_matches('\n')));
            self.touched |= !is_known;
            self.unplaced_text = Some(match left {
                Some(left) if is_known => left,
                Some(left) => join(&left, &text).into(),
                None => text.into(),
            });
        }
    }

    /// Ends the merge, and keeps the texts written by hand in it: they are in no other text.
    pub(crate) fn drop_merge(&mut self) {
        self.unplaced_text = self.all_manual_edits().map(Arc::from);
        self.manual_edit.clear();
        self.merging = None;
        self.restoring = None;
    }

    /// Sends my text.
    pub(crate) fn write(&mut self, guard: Guard) -> Vec<EditorEffect> {
        // The notice is about an earlier event; the response will bring its own.
        self.notice = None;
        self.aside.sent();
        self.text.remember_sent();
        let (document, want_current) = (self.mine().clone(), !self.has_newest_text());
        self.send(EditorRequest::Write { guard, document, want_current }, ReadIntent::Reconcile)
    }

    pub(crate) fn send(&mut self, ask: EditorRequest, purpose: ReadIntent) -> Vec<EditorEffect> {
        self.requests += 1;
        let request = RequestId(self.requests);
        self.flight =
            Some(InFlight { request, ask: ask.clone(), purpose, merging: None, heard: Vec::new(), missed: false });
        vec![EditorEffect::Send { request, ask }]
    }

    /// Sends the outcome of the merge over the version that it was merged with.
    ///
    /// From here on the outcome is my text, and that version is its base: further typing goes into the result.
    pub(crate) fn send_merged(&mut self, outcome: Document) -> Vec<EditorEffect> {
        let Some(mut merging) = self.merging.take() else { return Vec::new() };
        let theirs = merging.merge.shared_theirs();
        let guard = Guard::IfMatch(theirs.etag.clone());
        let by_hand = mem::take(&mut self.manual_edit);
        self.set_aside(by_hand.into_iter().map(|hand| hand.text));
        self.replace_mine(outcome.into());
        merging.set_sent(self.mine());
        self.set_base(Some(Arc::new(KnownVersion::from(&*theirs))));
        self.touched = true;
        let effects = self.write(guard);
        if let Some(flight) = &mut self.flight {
            flight.merging = Some(Box::new(merging));
        }
        effects
    }

    /// Sets my text, and compares it with the text that the open merge is about.
    pub(crate) fn set_mine(&mut self, mine: WorkingCopy) {
        if let Some(merging) = &mut self.merging {
            merging.follow(&mine);
        }
        if let Some(marks) = &mut self.marks {
            marks.follow(&mine.content);
        }
        self.text.set_mine(mine);
    }

    /// Replaces my text by the machine itself, as opposed to typing.
    pub(crate) fn replace_mine(&mut self, mine: WorkingCopy) {
        if *self.mine() != mine {
            self.set_mine(mine);
            self.revision += 1;
            self.touched = true;
        }
    }

    /// Sets the version that my text started from; `None` if there is no document.
    pub(crate) fn set_base(&mut self, base: Option<Arc<KnownVersion>>) {
        self.text.set_base(&self.id, base);
        if let Some(marks) = &mut self.marks {
            let tag = self.text.base().map(|base| &base.etag);
            marks.set_base(self.text.unedited(), tag, &self.text.mine().content);
        }
    }

    /// After a failure: finds out what became of the uncertain write, or else what the server has.
    ///
    /// With [`ReadIntent::Observe`] the machine reads on its own: unedited text stays as it is.
    pub(crate) fn try_again(&mut self, purpose: ReadIntent) -> Vec<EditorEffect> {
        if self.flight.is_some() || (self.offline.is_none() && self.doubt.is_none()) {
            return Vec::new();
        }
        if let Some(UncertainWrite { retry: Some(again), merging, .. }) = self.doubt.clone() {
            let effects = self.send(again, purpose);
            if let Some(flight) = &mut self.flight {
                flight.merging = merging;
            }
            return effects;
        }
        let purpose = if self.last_seen == LastSeen::Unknown { ReadIntent::Reconcile } else { purpose };
        self.send(self.read_request(), purpose)
    }

    /// Returns what is known to have happened to the version that is being merged; `None` if it is current.
    pub(crate) fn newer_than_theirs(&self) -> Option<Newer> {
        let theirs = &self.document_merge()?.theirs().etag;
        match &self.last_seen {
            LastSeen::Version { etag, author, .. } if etag != theirs => {
                Some(Newer::Version { author: self.writer_of(author.as_ref(), etag), etag: etag.clone() })
            }
            LastSeen::Deleted(_) => Some(Newer::Deleted),
            _ => None,
        }
    }

    /// Returns a notice that the server has a newer version than the one that is being merged.
    ///
    /// `None` if it has not.
    pub(crate) fn overtaken_notice(&self) -> Option<EditorNotice> {
        match self.newer_than_theirs()? {
            Newer::Version { author, etag } => Some(EditorNotice::MergeOvertaken { author, etag }),
            Newer::Deleted => None,
        }
    }
}
