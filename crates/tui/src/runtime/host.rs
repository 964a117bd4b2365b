//! Where effects meet the world: real clients, a real clock, and a surface. Each effect is begun here and ends as an
//! event, however it ends.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use client::{Backoff, Client, ClientError, DraftWish, RawRequest, Recorder, Scope, StreamEvent, plain_cause};
use contract::Hold;
use lesson::WriteGate;
use lesson::player::InstructorTask;
use lesson::script::ScriptedRequest;
use precondition::Policy;
use precondition::policy::Preconditions;
use terminal::tasks::Tasks;
use tokio::time::timeout;

use super::drafts::{DraftSubject, DraftWriters};
use super::error::SessionError;
use super::lesson_runner::{LessonHandles, with_write_gate};
use super::surface::Surface;
use super::{export_file, feed, gate_control, lesson_runner};
use crate::effect::Effect;
use crate::event::{Event, ReadFailure};
use crate::gate::GateRequest;
use crate::ids::{DocumentKey, EditorIndex};
use crate::inbox::EventSender;
use crate::run::EventLoopHost;
use crate::state::{SessionEnd, State};
use crate::versions::MAX_VERSIONS;

/// How long two texts may be compared before a user who wants to see the merge begins to wait. The merge is made
/// where the keys are read: a thread of its own would let the user type into a text that is about to be merged, and
/// what was typed would make the merge stale before it is seen. So it has to be short, and a text that needs longer is
/// shown in coarser regions.
pub(super) const MERGE_BUDGET: Duration = Duration::from_millis(500);

/// How long nothing is typed before an open merge is made again with the text as it is.
pub(super) const TYPING_PAUSE: Duration = Duration::from_millis(300);

/// For how many seconds a request may have no answer before the user is told.
pub(super) const SILENT_SECONDS: u64 = 2;

/// Until when a merge may compare texts that begins now.
pub(super) fn merge_deadline() -> Instant {
    Instant::now() + MERGE_BUDGET
}

/// The real world.
pub(super) struct Runtime<'a> {
    pub(super) surface: &'a mut dyn Surface,
    pub(super) clients: Vec<Client>,
    pub(super) keepers: DraftWriters,
    /// The folder for texts that the user wants as files.
    pub(super) folder: PathBuf,
    pub(super) tasks: Tasks<EventSender>,
    pub(super) events: EventSender,
    /// Shared with each task that has the gate hold something.
    pub(super) holds: Arc<()>,
    /// The lesson, if there is one.
    pub(super) playing: Option<LessonHandles>,
}

impl EventLoopHost for Runtime<'_> {
    type Error = SessionError;

    fn execute(&mut self, effect: Effect) -> Result<(), SessionError> {
        match effect {
            Effect::Ask { seat, work, request, document, ask } => {
                let (gate, events) = (self.write_gate(), self.events.clone());
                self.spawn("request", seat, |client| async move {
                    let asked = client.execute(&document, &ask);
                    let (outcome, merge_by) = match gate {
                        // A lesson is the same in each run, however slow the machine is.
                        Some(gate) => (with_write_gate(asked, gate, client.author().clone(), events).await, None),
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
                    // A token that lets its owner edit need not let them lead, and there is nothing wrong with that.
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
                // If the loop has ended, the program is ending already.
                let _ = self.events.send(Event::CopySent { work, generation, sent });
            }
            Effect::Print(lines) => self.surface.print(lines),
            Effect::AdvanceClock(milliseconds) => self.advance_clock(milliseconds),
            Effect::Instruct(task) => self.instruct(task),
            Effect::Send { seat, request, .. } => self.send_scripted(seat, request),
            Effect::Compare => self.compare_policies(),
            Effect::ScheduleStep { turn, after } => self.send_after(after, Event::Paced { turn }),
            // A merge of files alone has a result that goes to another file.
            Effect::WriteElsewhere { .. } => {}
            Effect::Suspend => self.surface.suspend().map_err(SessionError::Terminal)?,
            Effect::RedrawAll => self.surface.reclaim().map_err(SessionError::Terminal)?,
        }
        Ok(())
    }

    fn show(&mut self, state: &State) -> Result<(), SessionError> {
        // What was there before stays until the lesson is at the step that the user wants.
        if state.is_silent() { Ok(()) } else { self.surface.show(state).map_err(SessionError::of_output) }
    }
}

impl Runtime<'_> {
    /// Returns where a lesson's writes wait between judging and writing.
    fn write_gate(&self) -> Option<WriteGate> {
        self.playing.as_ref().map(|playing| playing.lesson_server.write_gate.clone())
    }

    fn advance_clock(&self, milliseconds: u64) {
        if let Some(playing) = &self.playing {
            playing.lesson_server.clock.advance(milliseconds);
        }
    }

    fn instruct(&self, task: InstructorTask) {
        if let Some(playing) = &self.playing {
            // The leader is there for as long as this is.
            let _ = playing.instructions.send(task);
        }
    }

    /// Sends a request that a lesson spells out.
    fn send_scripted(&mut self, seat: EditorIndex, request: ScriptedRequest) {
        if let Some(write_gate) = self.write_gate() {
            let events = self.events.clone();
            self.spawn("request", seat, |client| lesson_runner::send(client, request, write_gate, events));
        }
    }

    /// Plays the lesson under every policy.
    fn compare_policies(&mut self) {
        if let Some(playing) = &self.playing {
            let takes = lesson_runner::compare(Arc::clone(&playing.lesson), Arc::clone(&playing.servers));
            self.tell_when_done("takes", async { Event::Compared(takes.await) });
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

/// How a session ended, when the loop did.
pub(super) fn editor_end(ran: Result<(), SessionError>, state: &State) -> Result<SessionEnd, SessionError> {
    ran.map(|()| state.ended().cloned().unwrap_or(SessionEnd::Quit))
}

/// Lets all clients record on one wire, and listens, for each of them, to what happens to documents.
pub(super) fn share_recorder(
    clients: Vec<Client>,
    tasks: &mut Tasks<EventSender>,
    events: &EventSender,
) -> Vec<Client> {
    let sender = events.clone();
    // What crossed the wire is told before its results.
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

/// A client that looks at what is there. It is not on the wire, and nothing of it waits at the gate: no user could see
/// it there, and release it.
pub(super) fn ready_client(client: Client) -> Client {
    client.without_recording().bypassing_gate()
}

/// Waits for the outcome of a request, and tells every second how long there has been none.
pub(super) async fn told_while_unanswered<T>(
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

/// Does something with the disk without blocking the loop. An error comes in plain words.
pub(super) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, String> {
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
