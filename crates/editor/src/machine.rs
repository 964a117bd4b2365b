//! The machine itself: what it holds, what comes in, and what goes out.
//!
//! What commands do stands in the room `command`, what becomes of answers in the room `answers`.

use std::time::{Duration, Instant};

use contract::{Author, Deletion, Document, DocumentId, EntityTag, Event, EventKind, Snapshot};

use crate::command::Command;
use crate::conflict::Conflict;
use crate::draft::{Draft, MergeDraft};
use crate::flight::{Doubt, Flight, Offline, Purpose};
use crate::notice::Notice;
use crate::request::{Ask, Guard, Outcome, RequestId};
use crate::state::{Known, State};
use crate::unplaced::{joined, was_put_in};
use crate::writer::Writer;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// This stands in the buffer now.
    Typed(Document),
    /// Typing has paused: time to merge again with the text as it is now.
    Paused {
        /// The deadline for comparing the texts; `None` for as long as that takes.
        merge_by: Option<Instant>,
    },
    /// This is being written by hand in the merge, or was left there, and is no decision yet.
    WrittenByHand(Option<String>),
    /// These lines were typed for a place in the text and are not there yet; `None` if there are none any more.
    OpenLines(Option<String>),
    /// This was typed for a place that the text or the merge no longer has.
    Unplaced(String),
    /// Somebody wants something.
    Command(Command),
    /// A request came to its end.
    Answered {
        /// Which.
        request: RequestId,
        /// What came of it.
        outcome: Outcome,
        /// Until when a merge that it leads to may compare the texts; none for as long as that takes. The clock is not
        /// the machine's: whoever has one says when somebody would begin to wait.
        merge_by: Option<Instant>,
    },
    /// The server told of a change to this document.
    Heard {
        /// What happened.
        kind: EventKind,
        /// To what, by whom.
        event: Event,
    },
    /// The stream of events is there, for the first time or again.
    Connected,
    /// The stream of events broke off.
    Disconnected,
    /// The time is over that [`Effect::WakeAfter`] asked for.
    Woke,
}

/// Something to be done by whoever has a network, a clock and a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Carry this out, and come back with [`Input::Answered`].
    Send {
        /// Comes back with the answer.
        request: RequestId,
        /// What to ask.
        ask: Ask,
    },
    /// Come back with [`Input::Woke`] after that time.
    WakeAfter(Duration),
    /// Keep this where a crash does not reach it, in place of what was kept before.
    KeepDraft(Draft),
    /// Nothing is unsaved: what was kept is not needed any more.
    ForgetDraft,
}

/// One editor of one document.
///
/// It changes through [`Editor::update`] alone. Whoever shows it reads it through the other functions, and loads its
/// own buffer anew whenever [`Editor::revision`] has gone up.
#[derive(Debug, Clone)]
pub struct Editor {
    pub(crate) id: DocumentId,
    pub(crate) me: Author,
    /// What `mine` started from; none while there is no document.
    pub(crate) base: Option<Snapshot>,
    pub(crate) mine: Document,
    pub(crate) revision: u64,
    pub(crate) server: Known,
    pub(crate) flight: Option<Flight>,
    pub(crate) merging: Option<Merging>,
    /// The merge that a draft of an earlier run was in. It is made again when the server has said what it has.
    pub(crate) restoring: Option<Box<MergeDraft>>,
    /// What is being written by hand in the merge and is no decision yet.
    pub(crate) by_hand: Option<String>,
    /// What was typed and lost its place, in this run or in an earlier one: it was written by hand in a merge that is
    /// no more, or for a place in the text that it never reached.
    pub(crate) left_by_hand: Option<String>,
    /// Lines that were typed for a place in the text and are not there yet.
    pub(crate) open_lines: Option<String>,
    pub(crate) doubt: Option<Doubt>,
    pub(crate) offline: Option<Offline>,
    pub(crate) notice: Option<Notice>,
    /// Whether my text came from an earlier run, and has met nothing of the server's yet.
    pub(crate) restored: bool,
    /// Whether what a draft holds has changed since it was kept.
    pub(crate) touched: bool,
    /// Whether a delete was sent that may have arrived, and whose response was lost.
    pub(crate) delete_in_doubt: bool,
    /// The version that I wrote last, until the event stream has told of it, too. Whatever it tells before that is older.
    pub(crate) untold: Option<EntityTag>,
    /// In a merge of files: whether the file has been written. `None` in an editor of a document.
    pub(crate) is_file_written: Option<bool>,
    /// The deadline of the merge that the answer at hand may lead to.
    pub(crate) merge_by: Option<Instant>,
    requests: u64,
}

/// A merge of my text with a newer version.
#[derive(Debug, Clone)]
pub(crate) struct Merging {
    pub(crate) conflict: Conflict,
    /// My text that the merge is about. If my text is another, the merge has to be made again: see
    /// [`Editor::catch_up`].
    ///
    /// It is the merge's own side of mine or, once the result was sent, that result: see [`Merging::was_sent`].
    pub(crate) about: Document,
    /// The tag of the version that both sides started from; `None` if there was no document.
    pub(crate) base: Option<EntityTag>,
}

impl Merging {
    /// Whether the result was sent, and my text has been that result ever since.
    ///
    /// What is typed after that starts from the version that the result was merged with, not from the older base: merged
    /// over that, all of theirs would be news a second time.
    pub(crate) fn was_sent(&self) -> bool {
        self.about != *self.conflict.mine()
    }
}

/// The text of a document that does not exist: the name is its title until it is given one.
pub(crate) fn blank(id: &DocumentId) -> Document {
    Document { title: id.to_string(), ..Document::default() }
}

impl Editor {
    /// An editor of `id` for `me`, with the unsaved text of an earlier run where there is one.
    ///
    /// It knows nothing of the server before [`Command::Open`].
    #[must_use]
    pub fn new(id: DocumentId, me: Author, draft: Option<Draft>) -> Self {
        let restored = draft.is_some();
        let notice = restored.then_some(Notice::DraftBack);
        let nothing = || Draft::new(None, blank(&id));
        let Draft { base, mine, by_hand: left_by_hand, merge: restoring } = draft.unwrap_or_else(nothing);
        Self {
            id,
            me,
            base,
            mine,
            revision: 0,
            server: Known::Unknown,
            flight: None,
            merging: None,
            restoring,
            by_hand: None,
            left_by_hand,
            open_lines: None,
            doubt: None,
            offline: None,
            notice,
            restored,
            touched: false,
            delete_in_doubt: false,
            untold: None,
            is_file_written: None,
            merge_by: None,
            requests: 0,
        }
    }

    /// The same editor for a merge of files.
    ///
    /// What is read is then only merged with my text, and a save writes another file. So a text that says the same as theirs
    /// is not saved before it was written.
    #[must_use]
    pub fn of_files(self) -> Self {
        Self { is_file_written: Some(false), ..self }
    }

    /// Takes in what happened, and says what is to be done about it.
    pub fn update(&mut self, input: Input) -> Vec<Effect> {
        let was_unsaved = self.has_unsaved();
        let merge_before = self.merge_revision();
        self.touched = false;
        let mut effects = match input {
            Input::Typed(document) => self.typed(document),
            Input::Paused { merge_by } => {
                self.merge_by = merge_by;
                self.catch_up();
                Vec::new()
            }
            Input::WrittenByHand(text) => {
                self.touched = self.by_hand != text;
                self.by_hand = text;
                Vec::new()
            }
            Input::OpenLines(lines) => {
                self.touched = self.open_lines != lines;
                self.open_lines = lines;
                Vec::new()
            }
            Input::Unplaced(text) => {
                self.leave_by_hand([text]);
                Vec::new()
            }
            Input::Command(command) => self.command(command),
            Input::Answered { request, outcome, merge_by } => {
                self.merge_by = merge_by;
                self.answered(request, outcome)
            }
            Input::Heard { kind, event } => self.heard(kind, event),
            Input::Woke => self.try_again(Purpose::Look),
            Input::Connected => {
                self.miss_events();
                self.try_again(Purpose::Look)
            }
            Input::Disconnected => {
                self.miss_events();
                self.look_whether_it_is_there()
            }
        };
        // A decision is kept as any text is.
        self.touched |= self.merge_revision() != merge_before;
        match (was_unsaved, self.has_unsaved()) {
            (true, false) => effects.push(Effect::ForgetDraft),
            (was, true) if !was || self.touched => effects.push(Effect::KeepDraft(self.draft())),
            _ => {}
        }
        effects
    }

    /// The document's name.
    #[must_use]
    pub fn id(&self) -> &DocumentId {
        &self.id
    }

    /// Whose editor this is.
    #[must_use]
    pub fn me(&self) -> &Author {
        &self.me
    }

    /// What my text started from; none while there is no document.
    #[must_use]
    pub fn base(&self) -> Option<&Snapshot> {
        self.base.as_ref()
    }

    /// What the server is known to have.
    #[must_use]
    pub fn server(&self) -> &Known {
        &self.server
    }

    /// My text.
    #[must_use]
    pub fn mine(&self) -> &Document {
        &self.mine
    }

    /// Goes up whenever the machine itself replaced my text, never by [`Input::Typed`].
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The merge of my text with a newer version; `None` if there is none.
    ///
    /// It is there from the moment when the newer version came in until its result is on the way to the server, whatever
    /// is typed meanwhile.
    #[must_use]
    pub fn conflict(&self) -> Option<&Conflict> {
        self.merging.as_ref().map(|merging| &merging.conflict)
    }

    /// The tag of the version that both sides of the merge started from; `None` if there was no document.
    #[must_use]
    pub fn conflict_base(&self) -> Option<&EntityTag> {
        self.merging.as_ref()?.base.as_ref()
    }

    /// Whether my text has changed since the merge was made, so that it has to be made again: see [`Input::Paused`].
    #[must_use]
    pub fn is_merge_outdated(&self) -> bool {
        self.merging.as_ref().is_some_and(|merging| merging.about != self.mine)
    }

    /// What happened last.
    #[must_use]
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// Whether a request is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.flight.is_some()
    }

    /// Whether it is unknown what became of a write, because its response was lost.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.doubt.is_some()
    }

    /// Whether the request in flight sends the result of a merge.
    #[must_use]
    pub fn is_saving_merge(&self) -> bool {
        self.flight.as_ref().is_some_and(|flight| flight.merging.is_some())
    }

    /// Whether there is text here that the server is not known to have.
    #[must_use]
    pub fn has_unsaved(&self) -> bool {
        let by_hand = self.by_hand.is_some() || self.left_by_hand.is_some() || self.open_lines.is_some();
        self.doubt.is_some() || self.merging.is_some() || self.restoring.is_some() || by_hand || self.has_typed()
    }

    /// Where the editor stands.
    #[must_use]
    pub fn state(&self) -> State {
        if self.offline.is_some() {
            return State::Offline;
        }
        if self.flight.as_ref().is_some_and(|flight| !matches!(flight.ask, Ask::Read { .. })) {
            return State::Saving;
        }
        if self.conflict().is_some() {
            return State::Merging;
        }
        match (&self.server, &self.base) {
            (Known::Unknown, _) => State::Opening,
            (Known::Deleted(deletion), _) => {
                // The user's own name would say that this editor deleted it.
                let author = deletion.as_ref().map(|deletion| &deletion.author).filter(|author| **author != self.me);
                State::DeletedBy(author.cloned())
            }
            (Known::Absent, Some(_)) => State::Missing,
            (Known::Version { etag, .. }, base) if base.as_ref().map(|b| &b.etag) != Some(etag) => State::Stale,
            _ if self.has_typed() => State::Edited,
            _ => State::Clean,
        }
    }

    /// Whether my text is another than the one it started from.
    pub(crate) fn has_typed(&self) -> bool {
        if self.is_file_written == Some(false) {
            return true;
        }
        match &self.base {
            Some(base) => self.mine != base.document,
            None => self.mine != blank(&self.id),
        }
    }

    /// What is being written by hand in the merge and is no decision yet.
    #[must_use]
    pub fn by_hand(&self) -> Option<&str> {
        self.by_hand.as_deref()
    }

    /// Returns what was typed and lost its place, in this run or in an earlier one. It is nowhere else.
    #[must_use]
    pub fn left_by_hand(&self) -> Option<&str> {
        self.left_by_hand.as_deref()
    }

    /// Returns the lines that were typed for a place in the text and are not there yet.
    #[must_use]
    pub fn open_lines(&self) -> Option<&str> {
        self.open_lines.as_deref()
    }

    /// All that was written by hand in the merge, a decision or not: it stands in no version and not in my text.
    #[must_use]
    pub fn all_by_hand(&self) -> Option<String> {
        let decided = self.merging.iter().flat_map(|merging| merging.conflict.texts_by_hand());
        let restoring = self.restoring.iter().flat_map(|kept| kept.texts_by_hand());
        let texts = decided.chain(restoring).chain(self.left_by_hand.clone()).chain(self.by_hand.clone());
        texts.reduce(|all, text| joined(&all, &text))
    }

    /// Returns who another version's author is to the user.
    pub(crate) fn writer(&self, author: Option<&Author>) -> Writer {
        Writer::new(author, &self.me)
    }

    /// Returns what a draft has to keep of this editor.
    #[must_use]
    pub fn draft(&self) -> Draft {
        let by_hand = self.left_by_hand.iter().chain(&self.by_hand).chain(&self.open_lines).cloned();
        let merging = self.merging.as_ref().map(|merging| Box::new(merging.to_draft()));
        Draft {
            base: self.base.clone(),
            mine: self.mine.clone(),
            by_hand: by_hand.reduce(|all, text| joined(&all, &text)),
            merge: merging.or_else(|| self.restoring.clone()),
        }
    }

    /// Changes with everything that a draft keeps of the merge.
    fn merge_revision(&self) -> Option<u64> {
        self.merging.as_ref().map(|merging| merging.conflict.revision())
    }

    /// Makes the merge again that a draft of an earlier run was in. False if there was none.
    pub(crate) fn restore_merge(&mut self) -> bool {
        let Some(kept) = self.restoring.take() else { return false };
        self.merging = Some(Merging::restored(*kept, self.merge_by));
        true
    }

    /// Keeps texts that were written by hand and have no place in the merge any more. Each is kept once.
    pub(crate) fn leave_by_hand(&mut self, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            let left = self.left_by_hand.take();
            let is_known = left.as_ref().is_some_and(|left| left.contains(text.trim_end_matches('\n')));
            self.touched |= !is_known;
            self.left_by_hand = Some(match left {
                Some(left) if is_known => left,
                Some(left) => joined(&left, &text),
                None => text,
            });
        }
    }

    /// Gives the merge up, and keeps what was written by hand in it: that stands nowhere else.
    pub(crate) fn drop_merge(&mut self) {
        self.left_by_hand = self.all_by_hand();
        self.by_hand = None;
        self.merging = None;
        self.restoring = None;
    }

    fn typed(&mut self, document: Document) -> Vec<Effect> {
        if document != self.mine {
            // What lost its place has one again as soon as it is put into the text.
            let (before, after) = (&self.mine.content, &document.content);
            self.left_by_hand.take_if(|left| was_put_in(before, after, left));
            self.mine = document;
            self.touched = true;
        }
        Vec::new()
    }

    pub(crate) fn write(&mut self, document: Document, guard: Guard) -> Vec<Effect> {
        // The notice is about an earlier moment; the response will say what there is to say.
        self.notice = None;
        self.send(Ask::Write { guard, document, want_current: true }, Purpose::Meet)
    }

    pub(crate) fn send(&mut self, ask: Ask, purpose: Purpose) -> Vec<Effect> {
        self.requests += 1;
        let request = RequestId(self.requests);
        self.flight =
            Some(Flight { request, ask: ask.clone(), purpose, merging: None, heard: Vec::new(), missed: false });
        vec![Effect::Send { request, ask }]
    }

    /// Sends the outcome of the merge over the version that it was merged with. From here on it is my text, and that
    /// version is what my text started from: whatever is typed meanwhile goes into the result.
    pub(crate) fn send_merged(&mut self, outcome: Document) -> Vec<Effect> {
        let Some(mut merging) = self.merging.take() else { return Vec::new() };
        let theirs = merging.conflict.theirs().clone();
        let guard = Guard::IfMatch(theirs.etag.clone());
        merging.about.clone_from(&outcome);
        let by_hand = self.by_hand.take();
        self.leave_by_hand(by_hand);
        self.replace_mine(outcome.clone());
        self.base = Some(theirs);
        self.touched = true;
        let effects = self.write(outcome, guard);
        if let Some(flight) = &mut self.flight {
            flight.merging = Some(Box::new(merging));
        }
        effects
    }

    /// The machine's own change of my text, as opposed to typing.
    pub(crate) fn replace_mine(&mut self, document: Document) {
        if self.mine != document {
            self.mine = document;
            self.revision += 1;
            self.touched = true;
        }
    }

    /// After a failure: finds out what became of the write in doubt, or else what the server has.
    ///
    /// With [`Purpose::Look`] the machine looks by itself: a text that nobody has typed into stays as it is.
    pub(crate) fn try_again(&mut self, purpose: Purpose) -> Vec<Effect> {
        if self.flight.is_some() || (self.offline.is_none() && self.doubt.is_none()) {
            return Vec::new();
        }
        if let Some(Doubt { again: Some(again), merging, .. }) = self.doubt.clone() {
            let effects = self.send(again, purpose);
            if let Some(flight) = &mut self.flight {
                flight.merging = merging;
            }
            return effects;
        }
        let purpose = if self.server == Known::Unknown { Purpose::Meet } else { purpose };
        self.send(self.read_again(), purpose)
    }

    /// The stream of events broke off. That may be the stream alone, or the server: a conditional GET tells.
    fn look_whether_it_is_there(&mut self) -> Vec<Effect> {
        if self.flight.is_some() || self.server == Known::Unknown {
            return Vec::new();
        }
        self.send(self.read_again(), Purpose::Look)
    }

    /// The event stream broke off or came back, and what happened meanwhile is not told.
    fn miss_events(&mut self) {
        self.untold = None;
        if let Some(flight) = &mut self.flight {
            flight.missed = true;
        }
    }

    fn heard(&mut self, kind: EventKind, event: Event) -> Vec<Effect> {
        if event.id != self.id {
            return Vec::new();
        }
        if self.untold.take_if(|untold| *untold == event.etag).is_none() && self.untold.is_some() {
            // Events come in the order of the versions: this one is about a version before the one that I have written.
            return Vec::new();
        }
        let Event { etag, author, at, .. } = event.clone();
        let known = match kind {
            EventKind::Created | EventKind::Changed => Known::Version { etag, author: Some(author), at: Some(at) },
            EventKind::Deleted => Known::Deleted(Some(Deletion { etag, author, at })),
        };
        // Only the response to this editor's own delete says nothing of who deleted it.
        let is_mine = self.server == Known::Deleted(None) && event.author == self.me;
        if let Some(flight) = &mut self.flight {
            flight.hear(known);
        } else {
            self.learn(known);
            if !is_mine {
                self.say_what_was_heard(event);
            }
        }
        Vec::new()
    }

    /// That the server has a newer version than the one that is being merged; `None` if it has not.
    pub(crate) fn overtaken(&self) -> Option<Notice> {
        let theirs = &self.conflict()?.theirs().etag;
        match &self.server {
            Known::Version { etag, author, .. } if etag != theirs => {
                Some(Notice::MergeOvertaken { author: self.writer(author.as_ref()), etag: etag.clone() })
            }
            _ => None,
        }
    }

    /// A newer version deserves a sentence, unless the one that is there offers something that can still be done.
    fn say_what_was_heard(&mut self, event: Event) {
        match self.state() {
            State::Merging | State::Stale if self.offers_to_do_it_right() => {}
            State::Merging => self.notice = self.overtaken().or(self.notice.take()),
            State::Stale => {
                self.notice =
                    Some(Notice::SomebodySaved { author: self.writer(Some(&event.author)), etag: event.etag });
            }
            State::DeletedBy(_) => self.notice = Some(Notice::DeletedBy(self.writer(Some(&event.author)))),
            _ => {}
        }
    }
}
