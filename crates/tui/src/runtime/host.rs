//! Executes effects with real clients, a real clock and a surface.
//!
//! Work that takes time is started here; its result, or its failure, comes back as an event.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use client::{Backoff, Client, ClientError, DraftWish, RawRequest, Recorder, Scope, StreamEvent, plain_cause};
use contract::{Document, DocumentId, FaultSettings, Hold};
use editor::{EditorRequest, Guard, LineComparison};
use lesson::WriteGate;
use lesson::player::InstructorTask;
use lesson::script::ScriptedRequest;
use precondition::Policy;
use precondition::policy::Preconditions;
use terminal::tasks::Tasks;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::drafts::{DraftSubject, DraftWriters, add_drafts};
use super::error::SessionError;
use super::lesson_runner::{LessonHandles, with_write_gate};
use super::memory_release::MemoryRelease;
use super::progress_keeper::ProgressKeeper;
use super::room_servers::RoomServers;
use super::session_recorder::SessionRecorder;
use super::session_saver::SessionSaver;
use super::surface::Surface;
use super::{export_file, feed, gate_control, lesson_runner, room_answer, room_requests, server_look};
use crate::effect::{Effect, RecordStart};
use crate::enter_protection::PROTECTION_TIME;
use crate::event::{Event, ReadFailure};
use crate::gate::GateRequest;
use crate::ids::{DocumentKey, EditorIndex};
use crate::inbox::EventSender;
use crate::question_lead::LeadRequest;
use crate::run::EventLoopHost;
use crate::state::{SessionEnd, State};
use crate::versions::MAX_VERSIONS;

/// How long a merge may compare texts.
///
/// Merges are computed on the thread that reads the keys. On another thread, the user could type meanwhile, and the
/// merge would be outdated before it is seen. So a merge must be quick; texts that need longer are shown in coarser
/// regions.
pub(super) const MERGE_BUDGET: Duration = Duration::from_millis(500);

/// How long the lines that a followed save has changed are highlighted.
const HIGHLIGHT_TIME: Duration = Duration::from_secs(3);

/// The pause before a newer version is read in the background, in which further saves may be announced.
const PREFETCH_PAUSE: Duration = Duration::from_millis(500);

/// How long a comparison of lines in the background may take; after that, the marks are coarser.
const COMPARISON_BUDGET: Duration = Duration::from_secs(2);

/// The pause in typing after which an open merge is repeated with the present text.
pub(super) const TYPING_PAUSE: Duration = Duration::from_millis(300);

/// How many seconds a request may have no response before the user is told.
pub(super) const SILENT_SECONDS: u64 = 2;

/// Returns the deadline for comparing texts in a merge that begins now.
pub(super) fn merge_deadline() -> Instant {
    Instant::now() + MERGE_BUDGET
}

/// The host of an editor or the stage.
pub(super) struct Runtime<'a> {
    pub(super) surface: &'a mut dyn Surface,
    pub(super) clients: Vec<Client>,
    /// The servers of a room that has several.
    pub(super) servers: Option<RoomServers>,
    /// On the stage: the client that looks at the server itself, past any proxy of a lesson.
    pub(super) observer: Option<Client>,
    pub(super) writers: DraftWriters,
    /// The folder for texts that the user keeps as files.
    pub(super) folder: PathBuf,
    pub(super) tasks: Tasks<EventSender>,
    pub(super) events: EventSender,
    /// Shared with each task that holds requests at the gate: the strong count tells if there is one.
    pub(super) holds: Arc<()>,
    /// The lesson, if there is one.
    pub(super) playing: Option<LessonHandles>,
    /// Takes a leader's requests about the room's question, on the stage or on the screen of a room.
    pub(super) question_leader: Option<mpsc::UnboundedSender<LeadRequest>>,
    /// Saves the session of a room.
    pub(super) saver: SessionSaver,
    pub(super) progress: ProgressKeeper,
    /// Returns memory to the system after a response about a long text.
    pub(super) memory: MemoryRelease,
    /// The recorder of the session, if it is recorded.
    pub(super) recorder: Option<SessionRecorder>,
}

impl EventLoopHost for Runtime<'_> {
    type Error = SessionError;

    #[expect(clippy::too_many_lines, reason = "each effect has a line")]
    fn execute(&mut self, effect: Effect) -> Result<(), SessionError> {
        match effect {
            Effect::Ask { seat, work, request, document, ask } => {
                let (gate, events) = (self.write_gate(), self.events.clone());
                self.spawn("request", seat, |client| async move {
                    let asked = client.execute(&document, &ask);
                    let (outcome, merge_by) = match gate {
                        // A lesson has no deadline, so that each run is the same on any machine.
                        Some(gate) => (with_write_gate(asked, gate, client.author().clone(), events).await, None),
                        None => (report_while_unanswered(asked, work, events).await, Some(merge_deadline())),
                    };
                    Event::Answered { work, request, outcome, merge_by }
                });
            }
            Effect::List { seat } => {
                let drafts = self.writers.folder();
                self.spawn("list", seat, |client| async move {
                    let client = background_client(client);
                    let mut listed = client.list_documents().await.map_err(|error| error.to_string());
                    if let Ok(listing) = &mut listed {
                        add_drafts(listing, drafts, &client).await;
                    }
                    Event::Listed(listed)
                });
            }
            Effect::ChangeEntry { seat, document, etag, change } => {
                self.spawn("change", seat, move |client| async move {
                    let outcome = client.change_entry(&document, &etag, &change).await;
                    Event::EntryAnswered { seat, document, change, outcome }
                });
            }
            Effect::ListVersions { seat, document } => self.spawn("versions", seat, |client| async move {
                let listed = match background_client(client).versions(&document, MAX_VERSIONS).await {
                    // A document that has never existed has no versions, which is not an error.
                    Err(ClientError::Refused(problem)) if problem.status == 404 => Ok(Vec::new()),
                    listed => listed.map_err(|error| error.to_string()),
                };
                Event::VersionsListed { document, listed }
            }),
            Effect::ReadVersion { seat, document, number } => self.spawn("version", seat, move |client| async move {
                let read = background_client(client).version(&document, number).await;
                Event::VersionRead { document, number, read: read.map(Box::new).map_err(ReadFailure::from) }
            }),
            Effect::RestoreVersion { seat, document, number, guard, text } => {
                self.restore_version(seat, document, number, guard, *text);
            }
            Effect::LookAtServer { document } => self.look_at_server(document),
            Effect::TellEditing(editing) => self.clients.iter().for_each(|client| client.set_editing(editing)),
            Effect::ReadQuestion => self.spawn("question", 0, |client| async move {
                let read = background_client(client).question().await;
                Event::QuestionRead(read.map(|asked| asked.map(Box::new)).map_err(|error| error.to_string()))
            }),
            Effect::AnswerQuestion(sent) => self.spawn("answer", 0, |client| async move {
                let result = room_answer::send(&client, &sent).await;
                Event::QuestionAnswered { sent, result }
            }),
            Effect::LeadQuestion(request) => {
                if let Some(leader) = &self.question_leader {
                    // The task that carries the requests out runs for as long as this sender exists.
                    let _ = leader.send(request);
                }
            }
            Effect::ReadPolicy => self.spawn("policy", 0, |client| async move {
                match client.without_recording().policy().await {
                    Ok(now) => Event::PolicyRead(Ok(now.value)),
                    // A token that permits editing need not permit leading, which is not an error.
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
                    if let Some(servers) = self.servers.clone() {
                        self.tasks.spawn("gate", async move {
                            servers.hold(hold, events).await;
                            drop(kept);
                        });
                        return Ok(());
                    }
                    self.tasks.spawn("gate", async move {
                        gate_control::hold(leader, hold, events).await;
                        drop(kept);
                    });
                }
            }
            Effect::Gate(wish) => match self.servers.clone() {
                Some(servers) => self.tell_when_done("gate", servers.lead_gate(wish)),
                None => self.spawn("gate", 0, |client| gate_control::execute(client, wish)),
            },
            Effect::SetFaults(faults) => self.set_faults(faults),
            Effect::Room(request) => {
                if let Some(led) = self.servers.as_ref().and_then(|servers| servers.lead_each(&request)) {
                    self.tell_when_done("room", led);
                    return Ok(());
                }
                let saver = self.saver.clone();
                self.spawn("room", 0, |client| room_requests::execute(client, request, saver));
            }
            Effect::FollowRecord(start) => self.follow_record(start),
            Effect::SendAgain { seat, exchange } => {
                if let (Some(client), Ok(plain)) = (self.clients.get(seat).cloned(), RawRequest::replay_of(&exchange)) {
                    // The result appears on the wire.
                    self.tasks.spawn("again", async move { drop(client.send_raw(plain).await) });
                }
            }
            Effect::AwaitPause { work } => self.await_pause(work),
            Effect::Prefetch { seat, work, request, document, ask } => {
                self.spawn("prefetch", seat, |client| async move {
                    tokio::time::sleep(PREFETCH_PAUSE).await;
                    let outcome = client.bypassing_gate().prefetching().execute(&document, &ask).await;
                    Event::Prefetched { work, request, outcome }
                });
            }
            Effect::CompareLines { work, comparison, texts } => self.compare_lines(work, comparison, texts),
            Effect::ProtectFromEnter { turn } => self.send_after(PROTECTION_TIME, Event::EnterUnprotected { turn }),
            Effect::AwaitListAge { turn, after } => self.await_list_age(turn, after),
            Effect::ShowFreshLines { work, highlight } => self.await_highlight(work, highlight),
            Effect::Wake { work, after } => self.send_after(after, Event::Woke { work }),
            Effect::Open { seat, document } => {
                let Some(client) = self.clients.get(seat) else { return Ok(()) };
                self.writers.open(DraftSubject::Document(client.clone()), seat, document);
            }
            Effect::ChooseDraft { seat, document, choice } => self.writers.choose(seat, document, choice),
            Effect::KeepDraft { seat, document, generation, draft } => {
                self.writers.want(seat, document, generation, DraftWish::Kept(Box::new(draft)));
            }
            Effect::KeepEarlyDraft { .. } | Effect::ForgetDraft { .. } => self.writers.execute(effect),
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
            Effect::Copy { work, generation, text } => self.copy(work, generation, &text),
            Effect::FillClipboard(text) => {
                if let Err(error) = self.surface.fill_clipboard(&text) {
                    let _ = self.events.send(Event::ClipboardNotFilled(error.to_string()));
                }
            }
            Effect::Print(lines) => self.surface.print(lines),
            Effect::AdvanceClock(milliseconds) => self.advance_clock(milliseconds),
            Effect::Instruct(task) => self.instruct(task),
            Effect::Send { seat, request, .. } => self.send_scripted(seat, request),
            Effect::Compare => self.compare_policies(),
            Effect::KeepProgress { lesson, achievement } => {
                self.progress.record(lesson, achievement, self.events.clone());
            }
            Effect::ScheduleStep { turn, after } => self.send_after(after, Event::Paced { turn }),
            // Only a merge of files can write its result to another file.
            Effect::WriteElsewhere { .. } => {}
            Effect::Suspend => self.surface.suspend().map_err(SessionError::Terminal)?,
            Effect::RedrawAll => self.surface.reclaim().map_err(SessionError::Terminal)?,
            Effect::UseKeyboardProtocol => self.surface.use_keyboard_protocol().map_err(SessionError::Terminal)?,
        }
        Ok(())
    }

    fn record(&mut self, event: &Event) {
        self.memory.note(event);
        if let Some(recorder) = &self.recorder {
            recorder.event(event);
        }
    }

    fn show(&mut self, state: &State) -> Result<(), SessionError> {
        // The previous frame stays until the lesson has reached the step that the user chose.
        if state.is_silent() {
            return Ok(());
        }
        if let Some(recorder) = &self.recorder {
            recorder.frame();
        }
        self.surface.show(state).map_err(SessionError::of_output)?;
        self.memory.after_frame(state);
        Ok(())
    }
}

impl Runtime<'_> {
    /// Follows the server's record of exchanges.
    fn follow_record(&mut self, start: RecordStart) {
        if let Some(servers) = self.servers.clone() {
            self.tasks.spawn("record", servers.follow(start, self.events.clone()));
        } else if let Some(leader) = self.clients.first() {
            self.tasks.spawn("record", feed::follow(leader.clone().without_recording(), start, self.events.clone()));
        }
    }

    /// Reports a pause in typing.
    fn await_pause(&mut self, work: DocumentKey) {
        self.tell_when_done("pause", async move {
            tokio::time::sleep(TYPING_PAUSE).await;
            Event::Paused { work, merge_by: Some(merge_deadline()) }
        });
    }

    /// Has the server inject these faults.
    fn set_faults(&mut self, faults: FaultSettings) {
        if let Some(servers) = self.servers.clone() {
            self.tell_when_done("faults", servers.set_faults(faults));
            return;
        }
        self.spawn("faults", 0, move |client| async move {
            let set = background_client(client).set_faults(faults).await;
            Event::FaultsSet(set.map(|()| faults).map_err(|error| error.to_string()))
        });
    }

    /// Sends a version as a new one.
    fn restore_version(&mut self, seat: EditorIndex, document: DocumentId, number: u64, guard: Guard, text: Document) {
        let (gate, events) = (self.write_gate(), self.events.clone());
        self.spawn("restore", seat, move |client| async move {
            // A 412 then names the author of the newer version.
            let ask = EditorRequest::Write { guard, document: text.into(), want_current: true };
            let asked = client.execute(&document, &ask);
            let outcome = match gate {
                Some(gate) => with_write_gate(asked, gate, client.author().clone(), events).await,
                None => asked.await,
            };
            Event::VersionRestored { seat, document, number, outcome }
        });
    }

    /// Ends the highlight of a followed save after its time.
    fn await_highlight(&mut self, work: DocumentKey, highlight: u64) {
        self.send_after(HIGHLIGHT_TIME, Event::FreshLinesShown { work, highlight });
    }

    /// Reports that an age in the list of documents is told in other words.
    fn await_list_age(&mut self, turn: u64, after: Duration) {
        let began = SystemTime::now();
        self.tell_when_done("timer", async move {
            tokio::time::sleep(after).await;
            // Timers stop while a machine is suspended, and its clock may be set.
            let waited = began.elapsed().unwrap_or(after).max(after);
            Event::ListAged { turn, waited }
        });
    }

    /// Compares the lines of two texts once typing has paused, without blocking the loop.
    fn compare_lines(&mut self, work: DocumentKey, comparison: u64, texts: LineComparison) {
        self.tell_when_done("comparison", async move {
            tokio::time::sleep(TYPING_PAUSE).await;
            let deadline = Some(Instant::now() + COMPARISON_BUDGET);
            let compared = tokio::task::spawn_blocking(move || texts.hunks(deadline)).await;
            let hunks = compared.unwrap_or_default().into_iter().map(|hunk| (hunk.base, hunk.side)).collect();
            Event::LinesCompared { work, comparison, hunks }
        });
    }

    /// Reads a document as the server has it.
    fn look_at_server(&mut self, document: DocumentId) {
        let Some(client) = self.observer.clone() else { return };
        self.tell_when_done("look", async move {
            let look = server_look::look(&background_client(client), &document).await;
            Event::ServerSeen { document, look: look.map(Box::new).map_err(|error| error.to_string()) }
        });
    }

    /// Returns the lesson's write gate, or `None` if no lesson is being played.
    fn write_gate(&self) -> Option<WriteGate> {
        self.playing.as_ref().map(|playing| playing.lesson_server.write_gate.clone())
    }

    /// Sends a text to the terminal for its clipboard.
    fn copy(&mut self, work: DocumentKey, generation: u64, text: &str) {
        let sent = self.surface.copy(text).map_err(|error| error.to_string());
        // If the loop has ended, the program is ending already.
        let _ = self.events.send(Event::CopySent { work, generation, sent });
    }

    fn advance_clock(&self, milliseconds: u64) {
        if let Some(playing) = &self.playing {
            playing.lesson_server.clock.advance(milliseconds);
        }
    }

    fn instruct(&self, task: InstructorTask) {
        if let Some(playing) = &self.playing {
            // The instructor's task runs for as long as this sender exists.
            let _ = playing.instructions.send(task);
        }
    }

    /// Sends a request that is written out in the lesson.
    fn send_scripted(&mut self, seat: EditorIndex, request: ScriptedRequest) {
        if let Some(write_gate) = self.write_gate() {
            let events = self.events.clone();
            self.spawn("request", seat, |client| lesson_runner::send(client, request, write_gate, events));
        }
    }

    /// Plays the lesson under every policy.
    fn compare_policies(&mut self) {
        if let Some(playing) = &self.playing {
            let runs = lesson_runner::compare(Arc::clone(&playing.lesson), Arc::clone(&playing.servers));
            self.tell_when_done("comparison", async { Event::Compared(runs.await) });
        }
    }

    /// Starts a task with the client of a seat, and sends the event that the task returns.
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

/// Returns how a session ended, after its loop has.
pub(super) fn editor_end(ran: Result<(), SessionError>, state: &State) -> Result<SessionEnd, SessionError> {
    ran.map(|()| state.ended().cloned().unwrap_or(SessionEnd::Quit))
}

/// Has all clients record on one wire, and follows an event stream for each of them.
pub(super) fn share_recorder(
    clients: Vec<Client>,
    tasks: &mut Tasks<EventSender>,
    events: &EventSender,
) -> Vec<Client> {
    let sender = events.clone();
    // An exchange is reported before the result of its request.
    let wire = Recorder::with_listener(Arc::new(|| SystemTime::now().into()), move |exchange| {
        // If the loop has ended, the program is ending already.
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
            StreamEvent::Question(asked) if seat == 0 => events.deliver(Event::QuestionHeard(asked)).await,
            StreamEvent::Room(settings) if seat == 0 => events.deliver(Event::RoomSettingsHeard(settings)).await,
            // One editor hears of it for all.
            StreamEvent::Question(_) | StreamEvent::Room(_) => Ok(()),
            // An editor must hear of each of its own versions, to know which versions of others are older.
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

/// Returns a client for reads that the user does not see on the wire.
///
/// The client's requests bypass the gate: no user could see them there and release them.
pub(super) fn background_client(client: Client) -> Client {
    client.without_recording().bypassing_gate()
}

/// Waits for the outcome of a request, and reports if there is none for a while.
///
/// After [`SILENT_SECONDS`], there is an event every second.
pub(super) async fn report_while_unanswered<T>(
    request: impl Future<Output = T>,
    work: DocumentKey,
    events: EventSender,
) -> T {
    let mut request = std::pin::pin!(request);
    let mut seconds = 0;
    loop {
        match timeout(Duration::from_secs(1), &mut request).await {
            Ok(outcome) => return outcome,
            Err(_) => seconds += 1,
        }
        if seconds >= SILENT_SECONDS {
            // If the loop has ended, the program is ending already.
            let _ = events.deliver(Event::Unanswered { work, seconds }).await;
        }
    }
}

/// Runs disk work without blocking the loop. Returns an error in plain words.
pub(super) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, String> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| error.to_string()).and_then(|done| done.map_err(|error| plain_cause(&error)))
}

/// Changes whether the server requires preconditions, and nothing else of its policy.
///
/// The change is conditional, as any write should be: it names the version of the policy that it replaces.
async fn set_preconditions(client: &Client, preconditions: Preconditions) -> Result<Policy, ClientError> {
    let now = client.clone().without_recording().policy().await?;
    let wanted = Policy { preconditions, ..now.value };
    Ok(client.set_policy(wanted, &now.etag).await?.value)
}
