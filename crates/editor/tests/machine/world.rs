//! A model of an editor's world: a server that judges by the contract, and an unreliable network.
//!
//! The network delivers, delays and loses messages. The model is written from the contract, without a line of the
//! program's own judgement.

use contract::{Author, Deletion, Document, DocumentEvent, EntityTag, EventKind, Problem, Reason, Snapshot, Timestamp};
use editor::{
    ChangeId, Command, Editor, EditorEffect, EditorInput, EditorRequest, Guard, MergeStep, PreconditionFailure,
    RequestId, ResponseOutcome, Saved, WorkingCopy,
};
use merge::Decision;

/// A version at the server; a delete has no document.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) etag: EntityTag,
    pub(crate) author: Author,
    pub(crate) document: Option<Document>,
}

/// The server, with all versions.
#[derive(Debug, Default)]
pub(crate) struct Server {
    pub(crate) versions: Vec<Stored>,
}

impl Server {
    pub(crate) fn with(document: Document) -> Self {
        let mut server = Self::default();
        server.append(Some(document), "seed".parse().unwrap());
        server
    }

    pub(crate) fn current(&self) -> Option<Snapshot> {
        let last = self.versions.last()?;
        Some(Self::snapshot(last, last.document.clone()?))
    }

    fn snapshot(stored: &Stored, document: Document) -> Snapshot {
        Snapshot { etag: stored.etag.clone(), author: Some(stored.author.clone()), at: None, document }
    }

    /// Adds a version without evaluating any condition.
    pub(crate) fn append(&mut self, document: Option<Document>, author: Author) -> EntityTag {
        let etag: EntityTag = format!("\"v{}\"", self.versions.len() + 1).parse().unwrap();
        self.versions.push(Stored { etag: etag.clone(), author, document });
        etag
    }

    fn deletion(&self) -> Option<Deletion> {
        let last = self.versions.last().filter(|last| last.document.is_none())?;
        Some(Deletion { etag: last.etag.clone(), author: last.author.clone(), at: Timestamp::default() })
    }

    /// Evaluates and answers one request, under the policy `required`.
    pub(crate) fn answer(&mut self, ask: &EditorRequest, author: &Author) -> ResponseOutcome {
        match ask {
            EditorRequest::Read { unless } => match (self.current(), self.deletion()) {
                (Some(current), _) if unless.as_ref() == Some(&current.etag) => ResponseOutcome::NotModified,
                (Some(current), _) => ResponseOutcome::Read(current),
                (None, Some(deletion)) => ResponseOutcome::Gone(Some(deletion)),
                (None, None) => ResponseOutcome::Absent,
            },
            EditorRequest::Write { guard: Guard::Unconditional, .. } => {
                ResponseOutcome::Required(Box::new(Problem { status: 428, ..Problem::default() }))
            }
            EditorRequest::Write { guard: Guard::IfNoneMatchAny, document, want_current } => {
                if self.current().is_some() {
                    return self.refuse(*want_current, None);
                }
                ResponseOutcome::Saved(self.save(document, author, true))
            }
            EditorRequest::Write { guard: Guard::IfMatch(tag), document, want_current } => {
                self.conditional_write(tag, document, *want_current, author)
            }
            EditorRequest::Delete { guard } => match (self.current(), guard) {
                (None, _) => ResponseOutcome::Gone(self.deletion()),
                (Some(current), Guard::IfMatch(tag)) if *tag == current.etag => {
                    self.append(None, author.clone());
                    ResponseOutcome::Deleted
                }
                (Some(_), _) => self.refuse(false, None),
            },
        }
    }

    fn conditional_write(
        &mut self,
        tag: &EntityTag,
        document: &WorkingCopy,
        want: bool,
        author: &Author,
    ) -> ResponseOutcome {
        let named = self.versions.iter().position(|version| version.etag == *tag);
        let next = named.and_then(|named| self.versions.get(named + 1));
        let applied = next
            .filter(|next| next.document.as_ref().is_some_and(|saved| saved == document))
            .map(|next| next.etag.clone());
        let Some(current) = self.current() else { return self.refuse(false, applied) };
        if current.etag == *tag {
            if current.document == *document {
                let etag = current.etag;
                return ResponseOutcome::Saved(Saved {
                    etag,
                    at: None,
                    created: false,
                    replayed: false,
                    overwrote: None,
                });
            }
            return ResponseOutcome::Saved(self.save(document, author, false));
        }
        match applied {
            Some(applied) if applied == current.etag => {
                let etag = current.etag;
                ResponseOutcome::Saved(Saved { etag, at: None, created: false, replayed: true, overwrote: None })
            }
            applied => self.refuse(want, applied),
        }
    }

    fn save(&mut self, document: &WorkingCopy, author: &Author, created: bool) -> Saved {
        let etag = self.append(Some(document.to_document()), author.clone());
        Saved { etag, at: None, created, replayed: false, overwrote: None }
    }

    /// Returns a 412. If it has the current document, it has no room for the reason.
    fn refuse(&self, want_current: bool, applied: Option<EntityTag>) -> ResponseOutcome {
        let current = self.current();
        let etag = current.as_ref().map(|current| current.etag.clone());
        let carried = current.filter(|_| want_current);
        let applied = applied.filter(|_| carried.is_none());
        let deleted = self.deletion();
        let reason = (etag.is_none() && deleted.is_none()).then_some(Reason::NeverExisted);
        ResponseOutcome::Failed(Box::new(PreconditionFailure {
            reason,
            current: carried,
            etag,
            deleted,
            applied,
            ..PreconditionFailure::default()
        }))
    }
}

/// The position of a message between editor and server.
#[derive(Debug, Clone)]
pub(crate) enum Transit {
    Asked(RequestId, EditorRequest),
    Answered(RequestId, ResponseOutcome),
}

/// An editor, and the messages between it and the server.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) editor: Editor,
    pub(crate) transit: Option<Transit>,
    /// How many of the server's versions were reported to this editor.
    pub(crate) told: usize,
    pub(crate) asleep: bool,
    /// The read in the background that is on its way.
    pub(crate) background: Option<(RequestId, EditorRequest)>,
    pub(crate) draft: Option<editor::Draft>,
}

impl Desk {
    pub(crate) fn new(name: &str) -> Self {
        let editor = Editor::new("welcome".parse().unwrap(), name.parse().unwrap(), None);
        Self { editor, transit: None, told: 0, asleep: false, background: None, draft: None }
    }

    /// Passes an input to the editor and carries out its effects, as far as this model has them.
    pub(crate) fn take(&mut self, input: EditorInput) {
        for effect in self.editor.update(input) {
            match effect {
                EditorEffect::Send { request, ask } => {
                    assert!(self.transit.is_none(), "one request at a time");
                    self.transit = Some(Transit::Asked(request, ask));
                }
                EditorEffect::Prefetch { request, ask } => {
                    assert!(self.background.is_none(), "one read in the background at a time");
                    self.background = Some((request, ask));
                }
                EditorEffect::CompareLines { comparison, texts } => {
                    self.take(EditorInput::LinesCompared { comparison, hunks: texts.hunks(None) });
                }
                EditorEffect::WakeAfter(_) => self.asleep = true,
                EditorEffect::KeepDraft(draft) => self.draft = Some(draft),
                EditorEffect::ForgetDraft => self.draft = None,
            }
        }
    }

    /// Typing has paused.
    pub(crate) fn pause(&mut self) {
        self.take(EditorInput::Paused { merge_by: None });
    }

    pub(crate) fn command(&mut self, command: Command) {
        self.take(EditorInput::Command(command));
    }

    /// Delivers the request to the server; its response is then in transit.
    pub(crate) fn arrive(&mut self, server: &mut Server) {
        if let Some(Transit::Asked(request, ask)) = &self.transit {
            let outcome = server.answer(ask, self.editor.me());
            self.transit = Some(Transit::Answered(*request, outcome));
        }
    }

    /// Delivers the response to the editor.
    pub(crate) fn deliver(&mut self) {
        if let Some(Transit::Answered(request, outcome)) = self.transit.take_if(|t| matches!(t, Transit::Answered(..)))
        {
            self.take(EditorInput::ResponseReceived { request, outcome, merge_by: None });
        }
    }

    /// Breaks the connection, before or after the request has reached the server.
    pub(crate) fn lose(&mut self) {
        if let Some(Transit::Asked(request, _) | Transit::Answered(request, _)) = self.transit.take() {
            self.take(EditorInput::ResponseReceived {
                request,
                outcome: ResponseOutcome::Unanswered("cut off".to_owned()),
                merge_by: None,
            });
        }
    }

    /// Fails to connect: the request is never sent.
    pub(crate) fn fail_to_connect(&mut self) {
        if let Some(Transit::Asked(request, _)) = self.transit.take_if(|t| matches!(t, Transit::Asked(..))) {
            self.take(EditorInput::ResponseReceived {
                request,
                outcome: ResponseOutcome::Unsent("connection refused".to_owned()),
                merge_by: None,
            });
        }
    }

    /// Answers the request in flight with that outcome.
    pub(crate) fn answer(&mut self, outcome: ResponseOutcome) {
        let Some(Transit::Asked(request, _)) = self.transit.take() else { panic!("nothing was sent") };
        self.transit = Some(Transit::Answered(request, outcome));
        self.deliver();
    }

    /// Answers the read in the background, if there is one. Returns whether there was.
    pub(crate) fn read_in_background(&mut self, server: &mut Server) -> bool {
        let Some((request, ask)) = self.background.take() else { return false };
        let outcome = server.answer(&ask, self.editor.me());
        self.take(EditorInput::Prefetched { request, outcome });
        true
    }

    /// Returns the sentence of the notice; empty if there is none.
    pub(crate) fn says(&self) -> String {
        self.editor.notice().map(ToString::to_string).unwrap_or_default()
    }

    /// Delivers the next event.
    pub(crate) fn hear(&mut self, server: &Server) {
        let Some(version) = server.versions.get(self.told) else { return };
        let kind = match (&version.document, self.told) {
            (None, _) => EventKind::Deleted,
            (Some(_), 0) => EventKind::Created,
            (Some(_), _) => EventKind::Changed,
        };
        self.told += 1;
        let (etag, author) = (version.etag.clone(), version.author.clone());
        let event = DocumentEvent { id: self.editor.id().clone(), etag, author, at: Timestamp::default() };
        self.take(EditorInput::EventReceived { kind, event });
    }

    pub(crate) fn wake(&mut self) {
        if std::mem::take(&mut self.asleep) {
            self.take(EditorInput::TimerFired);
        }
    }

    /// Runs a command and its whole exchange.
    pub(crate) fn ask(&mut self, command: Command, server: &mut Server) {
        self.command(command);
        self.exchange(server);
    }

    /// Completes the exchange in flight, and all exchanges that follow from it.
    pub(crate) fn exchange(&mut self, server: &mut Server) {
        while self.transit.is_some() {
            self.arrive(server);
            self.deliver();
        }
    }

    /// Types a new content.
    pub(crate) fn write(&mut self, content: &str) {
        let mine = WorkingCopy { content: content.into(), ..self.editor.mine().clone() };
        self.take(EditorInput::Typed(mine));
    }

    /// Returns the content of my text.
    pub(crate) fn content(&self) -> String {
        self.editor.mine().content.to_string()
    }
}

/// Returns a document with that content.
pub(crate) fn document(content: &str) -> Document {
    Document { title: "Welcome".to_owned(), content: content.to_owned(), parent: None }
}

/// Returns Alice and Bob, who have both opened the same version.
pub(crate) fn both_have(content: &str) -> (Server, Desk, Desk) {
    let mut server = Server::with(document(content));
    let (mut alice, mut bob) = (Desk::new("alice"), Desk::new("bob"));
    alice.ask(Command::Open, &mut server);
    bob.ask(Command::Open, &mut server);
    (server, alice, bob)
}

/// Returns Alice and Bob after both have read `base` and saved, Alice first.
///
/// Bob gets a 412, unless the two texts are the same.
pub(crate) fn both_save(base: &str, alices: &str, bobs: &str) -> (Server, Desk, Desk) {
    let (mut server, mut alice, mut bob) = both_have(base);
    alice.write(alices);
    alice.ask(Command::Save, &mut server);
    bob.write(bobs);
    bob.ask(Command::Save, &mut server);
    (server, alice, bob)
}

pub(crate) fn content(server: &Server) -> String {
    server.current().expect("the document exists").document.content
}

/// Makes the same decision about every open conflict.
pub(crate) fn decide_all(desk: &mut Desk, decision: &Decision) {
    let conflict = desk.editor.document_merge().expect("a merge is open");
    let open: Vec<ChangeId> = conflict.changes().iter().copied().filter(|&place| conflict.is_open(place)).collect();
    for place in open {
        desk.command(Command::Merge(MergeStep::Decide { place, decision: decision.clone() }));
    }
}
