//! A session: the state with a real terminal, real clients and a real clock around it.
//!
//! This is the one place where effects meet the world. Each is begun here and ends as an event, however it ends.

mod drafts;
mod export_file;
mod feed;
mod gate_control;
mod lesson_runner;
mod mergetool;
mod recorder;
mod stage;
mod surface;

use std::io::{self, IsTerminal as _};
use std::path::{self, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use client::{
    Backoff, Client, ClientError, ClientLimits, DraftWish, Drafts, RawRequest, Recorder, Scope, StreamEvent,
    TrustRoots, plain_cause,
};
use contract::{Author, DocumentId, Hold, Token};
use futures_util::future::BoxFuture;
use lesson::{CastError, WriteGate};
use precondition::Policy;
use precondition::policy::Preconditions;
use terminal::input::LineSource;
use terminal::tasks::Tasks;
use terminal::theme::Theme;
use thiserror::Error;
use tokio::time::timeout;

use crate::drafts::KeptElsewhere;
use crate::effect::Effect;
use crate::event::{Event, ReadFailure};
use crate::gate::GateRequest;
use crate::ids::{DocumentKey, EditorIndex};
use crate::inbox::{EventReceiver, EventSender, inbox};
use crate::run::{EventLoopHost, run};
use crate::state::{SessionEnd, State};
use crate::versions::MAX_VERSIONS;
use drafts::{DraftSubject, DraftWriters, UnwrittenDraft, lock};
use lesson_runner::{LessonHandles, with_write_gate};
pub use mergetool::{MergeConfig, MergeEnded, MergeInput, MergeToolEnd, run_merge};
pub use recorder::{Recording, record};
pub use stage::{FreePlay, RunningServer, ServerFactory, StageConfig, play_stage, run_stage};
pub use surface::Surface;
use terminal::output::is_gone;

/// How long two texts may be compared before somebody who wants to see the merge begins to wait. The merge is made
/// where the keys are read: a thread of its own would let somebody type into a text that is about to be merged, and
/// what was typed would make the merge stale before it is seen. So it has to be short, and a text that needs longer is
/// shown in coarser regions.
const MERGE_BUDGET: Duration = Duration::from_millis(500);

/// How long nothing is typed before an open merge is made again with the text as it is.
const TYPING_PAUSE: Duration = Duration::from_millis(300);

/// For how many seconds a request may have no answer before the user is told.
const SILENT_SECONDS: u64 = 2;

/// Until when a merge may compare texts that begins now.
fn merge_deadline() -> Instant {
    Instant::now() + MERGE_BUDGET
}

/// Why a session could not begin, or go on.
#[derive(Debug, Error)]
pub enum SessionError {
    /// The terminal would not do what it was told.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[source] io::Error),
    /// Standard output, which is not a terminal, does not take what is written to it.
    #[error("standard output cannot be written to: {0}")]
    Output(#[source] io::Error),
    /// A thread could not be started.
    #[error("the program cannot start its threads: {0}")]
    Threads(#[source] io::Error),
    /// A client could not be made of what was given.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A server of the stage.
    #[error("the server: {0}")]
    House(String),
    /// A lesson could not begin.
    #[error("the lesson cannot begin: {0}")]
    Lesson(#[from] CastError),
    /// A lesson that nobody leads came to no end.
    #[error("the lesson cannot go on: {0}")]
    Stuck(String),
}

impl SessionError {
    /// Why something could not be shown.
    fn of_output(error: io::Error) -> Self {
        if io::stdout().is_terminal() { Self::Terminal(error) } else { Self::Output(error) }
    }

    /// Whether there was no terminal any more before the session began.
    #[must_use]
    pub fn is_hang_up(&self) -> bool {
        matches!(self, Self::Terminal(error) if is_gone(error))
    }
}

/// What one editor needs.
#[derive(Debug, Clone)]
pub struct EditorConfig {
    /// Where the server is.
    pub server: String,
    /// Whom to believe that they are that server, where the address begins with https; none for the system's
    /// authorities.
    pub trust: Option<TrustRoots>,
    /// Who writes.
    pub me: Author,
    /// What the server wants to be shown, where it wants that.
    pub token: Option<Token>,
    /// The document to open; none for the list.
    pub document: Option<DocumentId>,
    /// Where unsaved text is kept; none to keep it in this program only.
    pub drafts: Option<Drafts>,
    /// The folder for texts that somebody wants to keep as files.
    pub folder: PathBuf,
    /// Further folders for an unsaved text that neither its draft nor that folder takes, in the order of trying.
    pub rescue_folders: Vec<PathBuf>,
    /// What things look like.
    pub theme: Theme,
}

/// How an editor ended.
#[derive(Debug)]
pub struct EditorEnd {
    /// How.
    pub end: Result<SessionEnd, SessionError>,
    /// The documents whose unsaved text is kept as a draft, as far as that is known.
    pub kept: Vec<DocumentId>,
    /// The unsaved texts that no draft keeps, because it could not be written.
    pub unkept: Vec<UnkeptText>,
}

/// Unsaved text whose draft could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnkeptText {
    /// Of which document.
    pub document: DocumentId,
    /// Where the draft is not.
    pub draft: PathBuf,
    /// Why not, in plain words.
    pub cause: String,
    /// The file that the text is in, if there is one.
    pub file: Option<PathBuf>,
    /// Whether the user had it sent to the terminal for its clipboard.
    pub is_copied: bool,
    /// The text itself, if it is in no file and was not copied: no folder takes it.
    pub text: Option<String>,
}

/// The server's first answer, which is still waited for: whether it lets the user in.
pub type FirstAnswer = BoxFuture<'static, Result<(), ClientError>>;

/// Runs one editor on this terminal, or line by line if `lines` says so, until the user leaves. To be awaited on the
/// main thread, as [`run_stage`].
///
/// A first answer that refuses ends the editor with that error, unless the user has typed something by then.
pub async fn run_editor(
    config: EditorConfig,
    first_answer: Option<FirstAnswer>,
    lines: Option<LineSource>,
) -> Result<EditorEnd, SessionError> {
    // An address that cannot be used is told before the terminal is taken.
    let client = config.client()?;
    let (sender, mut events) = inbox();
    let mut tasks = Tasks::new(sender.clone());
    let rim = surface::open(lines, &mut tasks, &sender)?;
    let refusal = Arc::new(Mutex::new(None));
    if let Some(first_answer) = first_answer {
        let (refusal, sender) = (Arc::clone(&refusal), sender.clone());
        tasks.spawn("first answer", async move {
            if let Err(error) = first_answer.await {
                *lock(&refusal) = Some(error);
                let _ = sender.deliver(Event::NotLetIn).await;
            }
        });
    }
    let mut ended = play_editor(config, client, lines, rim, tasks, sender, &mut events).await?;
    if matches!(ended.end, Ok(SessionEnd::NotLetIn))
        && let Some(error) = lock(&refusal).take()
    {
        ended.end = Err(error.into());
    }
    Ok(ended)
}

impl EditorConfig {
    fn client(&self) -> Result<Client, ClientError> {
        let trust = self.trust.clone().unwrap_or_default();
        let client = Client::with_trust(&trust, &self.server, self.me.clone(), ClientLimits::default())?;
        Ok(match &self.token {
            Some(token) => client.with_token(token),
            None => client,
        })
    }
}

/// Runs one editor on any surface, which is given back before the last drafts are waited for. `sender` is where all
/// that this session begins is told; what comes out of `events` is taken in.
async fn play_editor(
    config: EditorConfig,
    client: Client,
    lines: Option<LineSource>,
    mut surface: impl Surface,
    mut tasks: Tasks<EventSender>,
    sender: EventSender,
    events: &mut EventReceiver,
) -> Result<EditorEnd, SessionError> {
    let EditorConfig { server, me, document, drafts, folder, rescue_folders, theme, .. } = config;
    let mut state = State::editor(me, document, server, theme);
    let clients = share_recorder(vec![client], &mut tasks, &sender);
    state.size = surface.size().map_err(SessionError::Terminal)?.unwrap_or(state.size);
    state.keeps_drafts = drafts.is_some();
    state.folder = path::absolute(&folder).unwrap_or_else(|_| folder.clone());
    if let Some(lines) = lines {
        state = state.in_plain(lines);
    }
    let keepers = DraftWriters::new(drafts, sender.clone());
    let shown_on = &mut surface;
    let mut world = Runtime {
        surface: shown_on,
        clients,
        keepers,
        folder,
        tasks,
        events: sender,
        holds: Arc::default(),
        playing: None,
    };
    let ran = run(&mut state, events, &mut world).await;
    let Runtime { clients, keepers, tasks, holds, folder, .. } = world;
    let holds = Arc::strong_count(&holds) > 1;
    drop(surface);
    drop(tasks);
    // Unsaved text reaches the disk before the program ends, even if its document has not opened.
    let unwritten = keepers.finished().await;
    let folders = [vec![folder], rescue_folders].concat();
    let unkept = unwritten.into_iter().filter_map(|draft| rescue(draft, &state, &folders));
    let unkept: Vec<UnkeptText> = unkept.collect();
    let kept_in = Some(&state).filter(|state| state.keeps_drafts);
    let early = kept_in.into_iter().flat_map(early_texts);
    let unsaved = kept_in.into_iter().flat_map(State::documents).filter(|work| work.editor.needs_draft());
    let unsaved = unsaved.map(|work| work.editor.id().clone()).chain(early.map(|(_, document, _)| document));
    let kept = unsaved.filter(|document| !unkept.iter().any(|text| text.document == *document)).collect();
    if let Some(leader) = clients.into_iter().next().filter(|_| holds) {
        gate_control::leave(leader).await;
    }
    Ok(EditorEnd { end: editor_end(ran, &state), kept, unkept })
}

/// Returns what is kept of documents which have not opened, with their seats and names.
fn early_texts(state: &State) -> impl Iterator<Item = (EditorIndex, DocumentId, String)> {
    let aheads =
        state.panes.iter().enumerate().flat_map(|(seat, pane)| pane.aheads().iter().map(move |one| (seat, one)));
    aheads.filter_map(|(seat, ahead)| Some((seat, ahead.document.clone(), ahead.kept_text()?)))
}

/// What became of a text whose draft could not be written: it is where the user put it, or it is put into a file
/// now, in the first of the folders that takes it. `None` if nothing of it is unsaved any more.
fn rescue(draft: UnwrittenDraft, state: &State, folders: &[PathBuf]) -> Option<UnkeptText> {
    let UnwrittenDraft { seat, document, path, cause } = draft;
    let mut unkept = UnkeptText { document, draft: path, cause, file: None, is_copied: false, text: None };
    if let Some((_, _, text)) = early_texts(state).find(|(of, about, _)| *of == seat && *about == unkept.document) {
        unkept.put_into_a_file(folders, text);
        return Some(unkept);
    }
    let works = state.panes.get(seat)?.documents();
    let work = works.iter().find(|work| *work.editor.id() == unkept.document && work.editor.needs_draft())?;
    match work.draft.elsewhere() {
        Some(KeptElsewhere::File(file)) => unkept.file = Some(file.clone()),
        Some(KeptElsewhere::Terminal) => unkept.is_copied = true,
        None => unkept.put_into_a_file(folders, work.text_to_rescue()),
    }
    Some(unkept)
}

impl UnkeptText {
    /// Writes the text into a new file in the first of the folders that takes one, or has it here if none does.
    fn put_into_a_file(&mut self, folders: &[PathBuf], text: String) {
        let name = format!("{}-mine", self.document);
        let written = folders.iter().find_map(|folder| {
            let written = export_file::keep(folder, &name, &text);
            written.inspect_err(|error| tracing::warn!(%error, folder = %folder.display(), "a text is not kept")).ok()
        });
        match written {
            Some(file) => self.file = Some(file),
            None => self.text = Some(text),
        }
    }
}

/// How a session ended, when the loop did.
fn editor_end(ran: Result<(), SessionError>, state: &State) -> Result<SessionEnd, SessionError> {
    ran.map(|()| state.ended().cloned().unwrap_or(SessionEnd::Quit))
}

/// Lets all clients record on one wire, and listens, for each of them, to what happens to documents.
fn share_recorder(clients: Vec<Client>, tasks: &mut Tasks<EventSender>, events: &EventSender) -> Vec<Client> {
    let sender = events.clone();
    // What crossed the wire is told before what somebody makes of it.
    let wire = Recorder::with_listener(Arc::new(|| SystemTime::now().into()), move |exchange| {
        // Nobody listening any more means that the program is ending already.
        let _ = sender.send(Event::Exchanged(Box::new(exchange)));
    });
    let clients: Vec<_> = clients.into_iter().map(|client| client.recorded_by(wire.clone())).collect();
    for (seat, client) in clients.iter().enumerate() {
        tasks.spawn("events", listen(seat, client.clone().without_recording(), events.clone()));
    }
    clients
}

async fn listen(seat: EditorIndex, client: Client, events: EventSender) {
    let mut watch = client.watch(Scope::All, Backoff::default());
    loop {
        let told = match watch.next().await {
            StreamEvent::Connected => events.deliver(Event::Connected { seat }).await,
            StreamEvent::Disconnected(why) => {
                tracing::info!(%why, seat, "the event stream broke off");
                events.deliver(Event::Disconnected { seat }).await
            }
            // An editor has to hear of each version of its own: it tells from it which others are older.
            StreamEvent::Heard { kind, event } if event.author == *client.author() => {
                events.deliver(Event::Heard { seat, kind, event }).await
            }
            StreamEvent::Heard { kind, event } => events.deliver_newest(Event::Heard { seat, kind, event }).await,
        };
        if told.is_err() {
            return;
        }
    }
}

/// A client that looks at what is there. It is not on the wire, and nothing of it waits at the gate: nobody could see
/// it there, and let it go on.
fn ready_client(client: Client) -> Client {
    client.without_recording().bypassing_gate()
}

/// The real world.
struct Runtime<'a> {
    surface: &'a mut dyn Surface,
    clients: Vec<Client>,
    keepers: DraftWriters,
    /// Where texts go that somebody wants as files.
    folder: PathBuf,
    tasks: Tasks<EventSender>,
    events: EventSender,
    /// Shared with each task that has the gate hold something.
    holds: Arc<()>,
    /// The lesson, where there is one.
    playing: Option<LessonHandles>,
}

impl EventLoopHost for Runtime<'_> {
    type Error = SessionError;

    fn execute(&mut self, effect: Effect) -> Result<(), SessionError> {
        match effect {
            Effect::Ask { seat, work, request, document, ask } => {
                let (brake, events) = (self.write_gate(), self.events.clone());
                self.spawn("request", seat, |client| async move {
                    let asked = client.execute(&document, &ask);
                    let (outcome, merge_by) = match brake {
                        // A lesson is the same in each run, however slow the machine is.
                        Some(brake) => (with_write_gate(asked, brake, client.author().clone(), events).await, None),
                        None => (told_while_unanswered(asked, work, events).await, Some(merge_deadline())),
                    };
                    Event::Answered { work, request, outcome, merge_by }
                });
            }
            Effect::List { seat } => self.spawn("list", seat, |client| async move {
                Event::Listed(ready_client(client).documents().await.map_err(|error| error.to_string()))
            }),
            Effect::ListVersions { seat, document } => self.spawn("versions", seat, |client| async move {
                let listed = match ready_client(client).versions(&document, MAX_VERSIONS).await {
                    // A document that has never been has no versions, and there is nothing wrong with that.
                    Err(ClientError::Refused(problem)) if problem.status == 404 => Ok(Vec::new()),
                    listed => listed.map_err(|error| error.to_string()),
                };
                Event::VersionsListed { document, listed }
            }),
            Effect::ReadVersion { seat, document, number } => self.spawn("version", seat, move |client| async move {
                let read = ready_client(client).version(&document, number).await;
                Event::VersionRead { document, number, read: read.map(Box::new).map_err(ReadFailure::from) }
            }),
            Effect::ReadPolicy => self.spawn("policy", 0, |client| async move {
                match client.without_recording().policy().await {
                    Ok(guarded) => Event::PolicyRead(Ok(guarded.policy)),
                    // A token that lets somebody edit need not let them lead, and there is nothing wrong with that.
                    Err(ClientError::Refused(problem)) if problem.status == 403 => Event::PolicyWithheld,
                    Err(error) => Event::PolicyRead(Err(error.to_string())),
                }
            }),
            Effect::SetPreconditions { seat, preconditions } => self.spawn("policy", seat, move |client| async move {
                Event::PolicySet(set_preconditions(&client, preconditions).await.map_err(|error| error.to_string()))
            }),
            Effect::Gate(GateRequest::Hold(hold)) if hold != Hold::None => {
                if let Some(leader) = self.clients.first().cloned() {
                    let (events, kept) = (self.events.clone(), Arc::clone(&self.holds));
                    self.tasks.spawn("gate", async move {
                        gate_control::hold(leader, hold, events).await;
                        drop(kept);
                    });
                }
            }
            Effect::Gate(wish) => self.spawn("gate", 0, |client| gate_control::execute(client, wish)),
            Effect::FollowRecord => {
                if let Some(leader) = self.clients.first() {
                    self.tasks.spawn("record", feed::follow(leader.clone().without_recording(), self.events.clone()));
                }
            }
            Effect::SendAgain { seat, exchange } => {
                if let (Some(client), Ok(plain)) = (self.clients.get(seat).cloned(), RawRequest::replay_of(&exchange)) {
                    // What comes of it is on the wire.
                    self.tasks.spawn("again", async move { drop(client.send_raw(plain).await) });
                }
            }
            Effect::AwaitPause { work } => {
                self.tell_when_done("pause", async move {
                    tokio::time::sleep(TYPING_PAUSE).await;
                    Event::Paused { work, merge_by: Some(merge_deadline()) }
                });
            }
            Effect::Wake { work, after } => self.send_after(after, Event::Woke { work }),
            Effect::Open { seat, document } => {
                let Some(client) = self.clients.get(seat) else { return Ok(()) };
                self.keepers.open(DraftSubject::Document(client.clone()), seat, document);
            }
            Effect::ChooseDraft { seat, document, choice } => self.keepers.choose(seat, document, choice),
            Effect::KeepDraft { seat, document, generation, draft } => {
                self.keepers.want(seat, document, generation, DraftWish::Kept(Box::new(draft)));
            }
            Effect::KeepEarlyDraft { .. } | Effect::ForgetDraft { .. } => self.keepers.carry_out(effect),
            Effect::KeepFile { name, text } => {
                let folder = self.folder.clone();
                self.tell_when_done("file", async move {
                    Event::FileKept(run_blocking(move || export_file::keep(&folder, &name, &text)).await)
                });
            }
            Effect::KeepFileAs { work, generation, path, text } => {
                let path = self.folder.join(path);
                self.tell_when_done("file", async move {
                    let kept = run_blocking(move || export_file::keep_as(&path, &text)).await;
                    Event::FileKeptAs { work, generation, kept }
                });
            }
            Effect::Copy { work, generation, text } => {
                let sent = self.surface.copy(&text).map_err(|error| error.to_string());
                // If nobody listens any more, the program is ending already.
                let _ = self.events.send(Event::CopySent { work, generation, sent });
            }
            Effect::Print(lines) => self.surface.print(lines),
            Effect::AdvanceClock(_) | Effect::Instruct(_) | Effect::Send { .. } | Effect::Compare => self.lead(effect),
            Effect::ScheduleStep { turn, after } => self.send_after(after, Event::Paced { turn }),
            // A merge of files alone has a result that goes to another file.
            Effect::WriteElsewhere { .. } => {}
            Effect::Suspend => self.surface.suspend().map_err(SessionError::Terminal)?,
            Effect::RedrawAll => self.surface.reclaim().map_err(SessionError::Terminal)?,
        }
        Ok(())
    }

    fn show(&mut self, state: &State) -> Result<(), SessionError> {
        // What was there before stays until the lesson is where somebody wants to be.
        if state.is_silent() { Ok(()) } else { self.surface.show(state).map_err(SessionError::of_output) }
    }
}

impl Runtime<'_> {
    /// Where a lesson's writes wait between judging and writing.
    fn write_gate(&self) -> Option<WriteGate> {
        self.playing.as_ref().map(|playing| playing.house.brake.clone())
    }

    /// What only the leader of a lesson does.
    fn lead(&mut self, effect: Effect) {
        let Some(playing) = &self.playing else { return };
        match effect {
            Effect::AdvanceClock(milliseconds) => playing.house.clock.advance(milliseconds),
            Effect::Instruct(errand) => {
                // She is there for as long as this is.
                let _ = playing.errands.send(errand);
            }
            Effect::Send { seat, request, .. } => {
                let (brake, events) = (playing.house.brake.clone(), self.events.clone());
                self.spawn("request", seat, |client| lesson_runner::send(client, request, brake, events));
            }
            Effect::Compare => {
                let takes = lesson_runner::compare(Arc::clone(&playing.lesson), Arc::clone(&playing.houses));
                self.tell_when_done("takes", async { Event::Compared(takes.await) });
            }
            _ => {}
        }
    }

    /// Begins something that a client does, and tells what came of it.
    fn spawn<F>(&mut self, name: &'static str, seat: EditorIndex, work: impl FnOnce(Client) -> F)
    where
        F: Future<Output = Event> + Send + 'static,
    {
        let Some(client) = self.clients.get(seat) else { return };
        self.tell_when_done(name, work(client.clone()));
    }

    fn send_after(&mut self, after: Duration, event: Event) {
        self.tell_when_done("timer", async move {
            tokio::time::sleep(after).await;
            event
        });
    }

    fn tell_when_done(&mut self, name: &'static str, work: impl Future<Output = Event> + Send + 'static) {
        let events = self.events.clone();
        self.tasks.spawn(name, async move {
            let event = work.await;
            let _ = events.deliver(event).await;
        });
    }
}

/// Waits for the outcome of a request, and tells every second how long there has been none.
async fn told_while_unanswered<T>(request: impl Future<Output = T>, work: DocumentKey, events: EventSender) -> T {
    let mut request = std::pin::pin!(request);
    let mut seconds = 0;
    loop {
        match timeout(Duration::from_secs(1), &mut request).await {
            Ok(outcome) => return outcome,
            Err(_) => seconds += 1,
        }
        if seconds >= SILENT_SECONDS {
            // If nobody listens any more, the program is ending already.
            let _ = events.deliver(Event::Unanswered { work, seconds }).await;
        }
    }
}

/// Does something with the disk where nobody waits for it. An error comes in plain words.
async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, String> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| error.to_string()).and_then(|done| done.map_err(|error| plain_cause(&error)))
}

/// Changes what the server insists on, and nothing else of its policy. The change names the policy that it replaces,
/// as any write should.
async fn set_preconditions(client: &Client, preconditions: Preconditions) -> Result<Policy, ClientError> {
    let guarded = client.clone().without_recording().policy().await?;
    let wanted = Policy { preconditions, ..guarded.policy };
    Ok(client.set_policy(wanted, &guarded.etag).await?.policy)
}

#[cfg(test)]
mod words;
