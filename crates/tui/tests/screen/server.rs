//! A model of the server: one document, its numbered versions, and the preconditions of writes.

use client::{DocumentListing, EntryChange, FoundDraft};
use contract::{
    Author, Deletion, Document, DocumentEntry, DocumentId, EntityTag, EventKind, Exchange, Message, Problem, Snapshot,
    Timestamp, Version,
};
use editor::{EditorRequest, Guard, PreconditionFailure, ResponseOutcome, Saved};
use lesson::player::{InstructorTask, Observation};
use lesson::script::ScriptedRequest;
use precondition::Policy;
use precondition::policy::Preconditions;
use tui::effect::DraftChoice;
use tui::event::{DocumentLook, ReadFailure};
use tui::{Effect, Event};

use crate::gate_model::Gate;
use crate::harness::id;

/// A response, and the event for all clients.
type Judged = (ResponseOutcome, Option<(EventKind, contract::DocumentEvent)>);

/// The model server.
pub(crate) struct Server {
    pub(crate) policy: Policy,
    /// Whether the server does not respond at all.
    pub(crate) down: bool,
    /// The model of the disk, which has the drafts.
    pub(crate) disk: Disk,
    /// The problem with which the server refuses every request, if it does.
    pub(crate) refuses: Option<Problem>,
    /// Whether a change of an entry gets no reply. The test sends the reply itself.
    pub(crate) delays_changes: bool,
    /// Whether the time in which Enter is ignored does not pass.
    pub(crate) is_double_click_time: bool,
    document: Option<Document>,
    author: Option<Author>,
    version: u64,
    /// Every version, the oldest first.
    history: Vec<(Version, Option<Document>)>,
    exchanges: u64,
    pub(crate) gate: Gate,
}

impl Server {
    /// Returns a server whose document already exists.
    pub(crate) fn with(content: &str) -> Self {
        let document = Document { title: "Bread".to_owned(), content: content.to_owned(), parent: None };
        let mut server = Self {
            policy: Policy::default(),
            down: false,
            disk: Disk::default(),
            refuses: None,
            delays_changes: false,
            is_double_click_time: false,
            document: None,
            author: None,
            version: 0,
            history: Vec::new(),
            exchanges: 0,
            gate: Gate::default(),
        };
        server.append(Some(document), &"Alice".parse().unwrap(), None);
        server.author = None;
        server
    }

    pub(crate) fn content(&self) -> &str {
        self.document.as_ref().map_or("", |document| &document.content)
    }

    pub(crate) fn etag(&self) -> EntityTag {
        tag(self.version)
    }

    /// Returns the events that result from an effect, in order.
    pub(crate) fn answer(&mut self, effect: &Effect, people: &[Author]) -> Vec<Event> {
        match effect {
            Effect::Open { seat, document } => vec![self.disk.open(*seat, document.clone())],
            Effect::ChooseDraft { seat, document, choice } => vec![self.disk.choose(*seat, document.clone(), choice)],
            Effect::KeepDraft { seat, document, generation, .. }
            | Effect::KeepEarlyDraft { seat, document, generation, .. }
            | Effect::ForgetDraft { seat, document, generation } => {
                self.disk.write(*seat, document.clone(), *generation).into_iter().collect()
            }
            Effect::Ask { .. } | Effect::SendAgain { .. } => {
                self.exchanges += 1;
                self.receive(effect, self.exchanges, people)
            }
            Effect::ProtectFromEnter { .. } if self.is_double_click_time => Vec::new(),
            Effect::ProtectFromEnter { turn } => vec![Event::EnterUnprotected { turn: *turn }],
            Effect::Gate(request) => self.answer_gate(request, people),
            Effect::ListVersions { document, .. } => {
                let listed = if self.down { Err("connection refused".to_owned()) } else { Ok(self.newest(usize::MAX)) };
                vec![Event::VersionsListed { document: document.clone(), listed }]
            }
            Effect::ReadVersion { document, number, .. } => {
                let (version, text) = &self.history[usize::try_from(*number).unwrap() - 1];
                let (etag, author) = (version.etag.clone(), Some(version.author.clone()));
                let snapshot = |document| Box::new(Snapshot { etag, author, at: Some(version.at), document });
                let read = text.clone().map(snapshot).ok_or_else(|| ReadFailure::Failed("it is a delete".to_owned()));
                vec![Event::VersionRead { document: document.clone(), number: *number, read }]
            }
            Effect::RestoreVersion { seat, document, number, guard, text } => {
                self.exchanges += 1;
                let author = &people[*seat];
                let ask = EditorRequest::Write {
                    guard: guard.clone(),
                    document: (**text).clone().into(),
                    want_current: true,
                };
                let (outcome, told) = self.judge(&ask, author, document);
                let exchanges = [None, Some(&outcome)]
                    .map(|outcome| Event::Exchanged(Box::new(self.exchange(&ask, author, outcome, self.exchanges))));
                let (seat, document, number) = (*seat, document.clone(), *number);
                let mut events = Vec::from(exchanges);
                events.push(Event::VersionRestored { seat, document, number, outcome });
                let heard = told.into_iter().flat_map(|(kind, event)| {
                    (0..people.len()).map(move |seat| Event::Heard { seat, kind, event: event.clone() })
                });
                events.extend(heard);
                events
            }
            Effect::LookAtServer { document } => {
                let document = document.clone();
                vec![Event::ServerSeen { look: self.look(&document), document }]
            }
            Effect::List { .. } if self.down => vec![Event::Listed(Err("connection refused".to_owned()))],
            Effect::ReadPolicy if self.down => vec![Event::PolicyRead(Err("connection refused".to_owned()))],
            Effect::List { .. } => vec![Event::Listed(Ok(self.listing()))],
            Effect::ChangeEntry { .. } if self.delays_changes => Vec::new(),
            Effect::ChangeEntry { seat, document, etag, change } => {
                let (outcome, told) = self.change_entry(&people[*seat], etag, change);
                let (seat, document, change) = (*seat, document.clone(), change.clone());
                let heard = (0..people.len()).zip(told.into_iter().cycle());
                let heard = heard.map(|(seat, (kind, event))| Event::Heard { seat, kind, event });
                std::iter::once(Event::EntryAnswered { seat, document, change, outcome }).chain(heard).collect()
            }
            Effect::ReadPolicy => vec![Event::PolicyRead(Ok(self.policy))],
            Effect::SetPreconditions { preconditions, .. } => {
                self.policy.preconditions = *preconditions;
                vec![Event::PolicySet(Ok(self.policy))]
            }
            Effect::KeepProgress { .. } => vec![Event::ProgressKept(Ok(()))],
            Effect::Instruct(task) => vec![Event::InstructorDone(Ok(self.instructed(task)))],
            Effect::Send { who, request, .. } => {
                self.exchanges += 1;
                let (ask, document) = (scripted(request), "welcome".parse().unwrap());
                let (outcome, _) = self.judge(&ask, who, &document);
                let [asked, answered] =
                    [None, Some(&outcome)].map(|outcome| self.exchange(&ask, who, outcome, self.exchanges));
                let told = [asked, answered].map(|exchange| Event::Exchanged(Box::new(exchange)));
                told.into_iter().chain([Event::Sent { who: who.clone() }]).collect()
            }
            // There is no clock: every pause ends immediately.
            Effect::Prefetch { seat, work, request, document, ask } => {
                self.exchanges += 1;
                let (outcome, _) = self.judge(ask, &people[*seat], document);
                let told = [None, Some(&outcome)].map(|outcome| {
                    let mut exchange = self.exchange(ask, &people[*seat], outcome, self.exchanges);
                    exchange.request.fields.push(("Sec-Purpose".to_owned(), "prefetch".to_owned()));
                    Event::Exchanged(Box::new(exchange))
                });
                told.into_iter().chain([Event::Prefetched { work: *work, request: *request, outcome }]).collect()
            }
            Effect::CompareLines { work, comparison, texts } => {
                let hunks = texts.hunks(None).into_iter().map(|hunk| (hunk.base, hunk.side)).collect();
                vec![Event::LinesCompared { work: *work, comparison: *comparison, hunks }]
            }
            Effect::AwaitPause { work } => vec![Event::Paused { work: *work, merge_by: None }],
            _ => Vec::new(),
        }
    }

    /// Performs a task of a lesson's instructor: sets the policy, or reads the document.
    fn instructed(&mut self, task: &InstructorTask) -> Option<Observation> {
        match task {
            InstructorTask::SetPolicy(policy) => self.policy = *policy,
            InstructorTask::Look(id) => {
                let versions = self.history.iter().map(|(version, _)| version.clone()).collect();
                return Some(Observation::Document { id: id.clone(), document: self.document.clone(), versions });
            }
            _ => {}
        }
        None
    }

    /// Returns the document as the stage reads it from the server itself.
    fn look(&self, document: &DocumentId) -> Result<Box<DocumentLook>, String> {
        if self.down {
            return Err("connection refused".to_owned());
        }
        let texts: Vec<_> =
            if document.as_str() == "welcome" { self.history.iter().rev().collect() } else { Vec::new() };
        let text = |at: usize| texts.get(at).and_then(|(_, text)| text.clone());
        let versions = texts.iter().map(|(version, _)| version.clone()).collect();
        Ok(Box::new(DocumentLook { versions, text: text(0), replaced: text(1) }))
    }

    /// Judges a request, and returns the events of its exchange, which gets this number.
    pub(crate) fn answered(&mut self, effect: &Effect, number: u64, people: &[Author]) -> Vec<Event> {
        let (seat, ask, document) = asked(effect);
        let author = &people[seat];
        let (outcome, told) = self.judge(&ask, author, &document);
        let exchange = self.exchange(&ask, author, Some(&outcome), number);
        let departed = self.exchange(&ask, author, None, number);
        let mut events = vec![Event::Exchanged(Box::new(departed)), Event::Exchanged(Box::new(exchange))];
        if let Effect::Ask { work, request, .. } = effect {
            events.push(Event::Answered { work: *work, request: *request, outcome, merge_by: None });
        }
        if let Some((kind, event)) = told {
            events.extend((0..people.len()).map(|seat| Event::Heard { seat, kind, event: event.clone() }));
        }
        events
    }

    /// Saves as an author who is not on the screen.
    pub(crate) fn saved_by(&mut self, name: &str, content: &str) -> Event {
        let author: Author = name.parse().unwrap();
        let document = self.document.clone().unwrap_or_default();
        let base = self.document.is_some().then(|| self.etag());
        self.append(Some(Document { content: content.to_owned(), ..document }), &author, base);
        Event::Heard { seat: 0, kind: EventKind::Changed, event: self.told(&author) }
    }

    /// Changes the title as an author who is not on the screen.
    pub(crate) fn retitled_by(&mut self, name: &str, title: &str) {
        let document = Document { title: title.to_owned(), ..self.document.clone().unwrap_or_default() };
        self.append(Some(document), &name.parse().unwrap(), Some(self.etag()));
    }

    pub(crate) fn title(&self) -> &str {
        self.document.as_ref().map_or("", |document| &document.title)
    }

    /// Saves as an author who is not on the screen, over the current version, with `held` as the base.
    pub(crate) fn saved_over(&mut self, name: &str, content: &str, held: EntityTag) {
        let document = self.document.clone().unwrap_or_default();
        let document = Document { content: content.to_owned(), ..document };
        self.append(Some(document), &name.parse().unwrap(), Some(held));
    }

    /// Returns the newest versions, newest first.
    pub(crate) fn newest(&self, most: usize) -> Vec<Version> {
        self.history.iter().rev().take(most).map(|(version, _)| version.clone()).collect()
    }

    /// Deletes the document as an author who is not on the screen.
    pub(crate) fn deleted_by(&mut self, name: &str) -> Event {
        let author: Author = name.parse().unwrap();
        self.append(None, &author, Some(self.etag()));
        Event::Heard { seat: 0, kind: EventKind::Deleted, event: self.told(&author) }
    }

    fn judge(&mut self, ask: &EditorRequest, author: &Author, document: &DocumentId) -> Judged {
        if self.down {
            return (ResponseOutcome::Unanswered("connection refused".to_owned()), None);
        }
        if let Some(problem) = &self.refuses {
            return (ResponseOutcome::Refused(Box::new(problem.clone())), None);
        }
        if document.as_str() != "welcome" && matches!(ask, EditorRequest::Read { .. }) {
            return (ResponseOutcome::Absent, None);
        }
        match ask {
            EditorRequest::Read { unless } if unless.as_ref() == self.snapshot().as_ref().map(|now| &now.etag) => {
                (ResponseOutcome::NotModified, None)
            }
            EditorRequest::Read { .. } => {
                (self.snapshot().map_or(ResponseOutcome::Gone(self.deletion()), ResponseOutcome::Read), None)
            }
            EditorRequest::Write { guard, .. } | EditorRequest::Delete { guard } if self.refusal(guard).is_some() => {
                (self.refusal(guard).expect("it was refused a line above"), None)
            }
            EditorRequest::Write { guard, document, .. } => self.save(guard, document.to_document(), author),
            EditorRequest::Delete { guard } => {
                self.append(None, author, named(guard));
                (ResponseOutcome::Deleted, Some((EventKind::Deleted, self.told(author))))
            }
        }
    }

    /// Changes the entry of the document in the list.
    fn change_entry(&mut self, author: &Author, etag: &EntityTag, change: &EntryChange) -> Judged {
        let guard = Guard::IfMatch(etag.clone());
        let Some(document) = self.document.clone() else { return (ResponseOutcome::Gone(self.deletion()), None) };
        let document = match change {
            EntryChange::Title(title) => Document { title: title.clone(), ..document },
            EntryChange::Parent(parent) => Document { parent: parent.clone(), ..document },
            EntryChange::Delete => return self.judge(&EditorRequest::Delete { guard }, author, &id("welcome")),
        };
        let ask = EditorRequest::Write { guard, document: document.into(), want_current: true };
        self.judge(&ask, author, &id("welcome"))
    }

    fn save(&mut self, guard: &Guard, document: Document, author: &Author) -> Judged {
        let seen = matches!(guard, Guard::IfMatch(tag) if *tag == self.etag());
        let created = self.document.is_none();
        if self.document.as_ref() == Some(&document) {
            // A write that changes nothing makes no version.
            let saved = Saved { etag: self.etag(), at: None, created, replayed: false, overwrote: None };
            return (ResponseOutcome::Saved(saved), None);
        }
        let ignored = self.policy.preconditions == Preconditions::Ignored;
        let overwrote = (!seen && !created && ignored).then(|| self.etag());
        self.append(Some(document), author, named(guard));
        let saved = Saved { etag: self.etag(), at: None, created, replayed: false, overwrote };
        let kind = if created { EventKind::Created } else { EventKind::Changed };
        (ResponseOutcome::Saved(saved), Some((kind, self.told(author))))
    }

    fn refusal(&self, guard: &Guard) -> Option<ResponseOutcome> {
        let failed = || {
            ResponseOutcome::Failed(Box::new(PreconditionFailure {
                current: self.snapshot(),
                etag: self.document.is_some().then(|| self.etag()),
                deleted: self.deletion(),
                ..PreconditionFailure::default()
            }))
        };
        match (self.policy.preconditions, guard) {
            (Preconditions::Ignored, _) | (Preconditions::Optional, Guard::Unconditional) => None,
            (Preconditions::Required, Guard::Unconditional) => {
                let detail = "This write names no version, so it could overwrite one that its writer has not seen. Send If-Match with the tag of the version that it replaces, or If-None-Match: * for a document that is new.".to_owned();
                Some(ResponseOutcome::Required(Box::new(Problem { status: 428, detail, ..Problem::default() })))
            }
            (_, Guard::IfMatch(tag)) => (self.document.is_none() || *tag != self.etag()).then(failed),
            (_, Guard::IfNoneMatchAny) => self.document.is_some().then(failed),
        }
    }

    fn append(&mut self, document: Option<Document>, author: &Author, based_on: Option<EntityTag>) {
        let parent_etag = (self.version > 0).then(|| self.etag());
        self.version += 1;
        self.document.clone_from(&document);
        self.author = Some(author.clone());
        let version = Version {
            version: self.version,
            etag: self.etag(),
            author: author.clone(),
            at: Timestamp::from_millis(1_795_323_611_123 + 1000 * self.version),
            parent_etag,
            based_on,
            deleted: document.is_none(),
        };
        self.history.push((version, document));
    }

    fn snapshot(&self) -> Option<Snapshot> {
        let document = self.document.clone()?;
        Some(Snapshot { etag: self.etag(), author: self.author.clone(), at: None, document })
    }

    fn deletion(&self) -> Option<Deletion> {
        let author = self.author.clone()?;
        self.document.is_none().then(|| Deletion { etag: self.etag(), author, at: Timestamp::default() })
    }

    fn told(&self, author: &Author) -> contract::DocumentEvent {
        let id = "welcome".parse().unwrap();
        contract::DocumentEvent { id, etag: self.etag(), author: author.clone(), at: Timestamp::default() }
    }

    fn listing(&self) -> DocumentListing {
        let entry = |document: &Document| DocumentEntry {
            id: "welcome".parse().unwrap(),
            title: document.title.clone(),
            etag: self.etag(),
            author: self.author.clone().unwrap_or_else(|| "Alice".parse().unwrap()),
            updated_at: Timestamp::default(),
            parent: document.parent.clone(),
        };
        DocumentListing {
            documents: self.document.iter().map(entry).collect(),
            as_of: Some(Timestamp::from_millis(180_000)),
            ..DocumentListing::default()
        }
    }

    /// Returns a request as the wire records it, with its response if there is one.
    pub(crate) fn exchange(
        &self,
        ask: &EditorRequest,
        author: &Author,
        outcome: Option<&ResponseOutcome>,
        number: u64,
    ) -> Exchange {
        let field = |name: &str, value: String| (name.to_owned(), value);
        let (method, guard) = match ask {
            EditorRequest::Read { .. } => ("GET", None),
            EditorRequest::Write { guard, .. } => ("PUT", Some(guard)),
            EditorRequest::Delete { guard } => ("DELETE", Some(guard)),
        };
        let mut request = Message::default();
        if let EditorRequest::Write { document, .. } = ask {
            request.body = serde_json::to_string(document).unwrap();
            request.fields.push(field("Content-Length", request.body.len().to_string()));
        }
        match (guard, ask) {
            (Some(Guard::IfMatch(tag)), _) => request.fields.push(field("If-Match", tag.to_string())),
            (Some(Guard::IfNoneMatchAny), _) => request.fields.push(field("If-None-Match", "*".to_owned())),
            (_, EditorRequest::Read { unless: Some(tag) }) => {
                request.fields.push(field("If-None-Match", tag.to_string()));
            }
            _ => {}
        }
        let (status, mut response) = (outcome.and_then(status), Message::default());
        if self.document.is_some() && status.is_some() {
            response.fields.push(field("ETag", self.etag().to_string()));
        }
        // A read, and a refusal that carries the current version, show its text.
        let shown = match outcome {
            Some(ResponseOutcome::Read(snapshot)) => Some(&snapshot.document),
            Some(ResponseOutcome::Failed(failed)) => failed.current.as_ref().map(|current| &current.document),
            _ => None,
        };
        if let Some(document) = shown {
            response.body = serde_json::to_string(document).unwrap();
        }
        let mistakes: Vec<_> = self.policy.mistakes().map(|(member, word)| format!("{member}={word}")).collect();
        if !mistakes.is_empty() {
            response.fields.push(field("Ifmatch-Unsafe", mistakes.join(", ")));
        }
        if let Some(ResponseOutcome::Saved(Saved { overwrote: Some(overwritten), .. })) = outcome {
            response.fields.push(field("Ifmatch-Overwrote", overwritten.to_string()));
        }
        Exchange {
            number,
            author: Some(author.clone()),
            client_address: None,
            server: None,
            received: Timestamp::default(),
            judged: None,
            answered: None,
            method: method.to_owned(),
            target: "/api/documents/welcome".to_owned(),
            request,
            status,
            response: status.map(|_| response),
            lost: (outcome.is_some() && status.is_none()).then(|| "connection refused".to_owned()),
            evaluation: Vec::new(),
            anomalies: Vec::new(),
        }
    }
}

/// Returns a request that is written out in a lesson: a PUT with or without If-Match, or else a GET.
fn scripted(request: &ScriptedRequest) -> EditorRequest {
    if request.method != "PUT" {
        return EditorRequest::Read { unless: None };
    }
    let if_match = request.fields.iter().find(|(name, _)| name == "If-Match");
    let tag = if_match.map(|(_, value)| value.parse().expect("the player has filled it in"));
    let document = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
    EditorRequest::Write { guard: tag.map_or(Guard::Unconditional, Guard::IfMatch), document, want_current: false }
}

/// The disk: what earlier runs left there, and the fate of drafts.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    /// The drafts that are offered.
    pub(crate) offered: Vec<FoundDraft>,
    /// How drafts are written.
    pub(crate) writes: Writes,
}

/// How drafts are written.
#[derive(Debug, Default)]
pub(crate) enum Writes {
    /// Each draft is written immediately.
    #[default]
    AtOnce,
    /// Each write fails, for this reason.
    Never(&'static str),
    /// No result is reported; the test reports one itself.
    Slowly,
}

impl Disk {
    fn open(&self, seat: usize, document: DocumentId) -> Event {
        match self.offered.clone() {
            offered if offered.is_empty() => Event::Opened { seat, document, draft: None },
            offered => Event::DraftsOffered { seat, document, offered, trouble: None },
        }
    }

    fn choose(&mut self, seat: usize, document: DocumentId, choice: &DraftChoice) -> Event {
        match choice {
            DraftChoice::Without => Event::Opened { seat, document, draft: None },
            DraftChoice::Take(id) => {
                let taken = self.offered.iter().position(|found| found.id == *id).expect("it was offered");
                let draft = Some(self.offered.remove(taken).draft);
                Event::Opened { seat, document, draft }
            }
            DraftChoice::Discard(id) => {
                self.offered.retain(|found| found.id != *id);
                self.open(seat, document)
            }
        }
    }

    fn write(&self, seat: usize, document: DocumentId, generation: u64) -> Option<Event> {
        match self.writes {
            Writes::AtOnce => Some(Event::DraftWritten { seat, document, generation }),
            Writes::Never(why) => Some(Event::DraftFailed { seat, document, generation, why: why.to_owned() }),
            Writes::Slowly => None,
        }
    }
}

/// Returns the seat, the request and the document of an effect that sends a request.
pub(crate) fn asked(effect: &Effect) -> (usize, EditorRequest, DocumentId) {
    match effect {
        Effect::Ask { seat, ask, document, .. } => (*seat, ask.clone(), document.clone()),
        Effect::SendAgain { seat, exchange } => {
            let named = exchange.request.field("If-Match").map(|tag| Guard::IfMatch(tag.parse().unwrap()));
            let guard = named.unwrap_or(Guard::Unconditional);
            let ask = match serde_json::from_str(&exchange.request.body) {
                Ok(document) => EditorRequest::Write { guard, document, want_current: false },
                Err(_) => EditorRequest::Read { unless: None },
            };
            (*seat, ask, "welcome".parse().unwrap())
        }
        other => panic!("not a request: {other:?}"),
    }
}

fn named(guard: &Guard) -> Option<EntityTag> {
    if let Guard::IfMatch(tag) = guard { Some(tag.clone()) } else { None }
}

fn status(outcome: &ResponseOutcome) -> Option<u16> {
    Some(match outcome {
        ResponseOutcome::NotModified => 304,
        ResponseOutcome::Saved(saved) | ResponseOutcome::Altered(saved, _) if saved.created => 201,
        ResponseOutcome::Read(_) | ResponseOutcome::Saved(_) | ResponseOutcome::Altered(..) => 200,
        ResponseOutcome::Deleted => 204,
        ResponseOutcome::Failed(_) => 412,
        ResponseOutcome::Required(_) => 428,
        ResponseOutcome::Absent => 404,
        ResponseOutcome::Gone(_) => 410,
        ResponseOutcome::Refused(_) => 400,
        ResponseOutcome::TooManyRequests { .. } => 429,
        ResponseOutcome::Unanswered(_) | ResponseOutcome::Unsent(_) => return None,
    })
}

fn tag(version: u64) -> EntityTag {
    format!("\"v{version}-0000000{version}\"").parse().unwrap()
}
