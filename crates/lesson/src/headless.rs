//! The runner without a screen, which carries out cues with real clients and a real server.
//!
//! The runner never waits for time to pass. After a cue, it waits until the request of that person is in one of three
//! states: it has a response; the server reports that the gate holds it (`/control/exchanges`); or it was evaluated and
//! waits at the [`WriteGate`](crate::WriteGate). Then the next cue has its turn. So each run has the same course,
//! however the threads are scheduled.
//!
//! Editors receive no events here. They learn only from their own responses, so that a lesson can tell when they learn
//! something.

mod leader;
mod lesson_server;
mod level;
mod swarm_run;

use std::collections::BTreeMap;

use client::{Client, ClientError, Exchanges, RawRequest, Recorder};
use contract::{Author, Exchange, Policy};
use editor::{Editor, EditorEffect, EditorInput, RequestId, ResponseOutcome};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::editor_action::to_input;
use crate::player::{Cue, InstructorTask, Observation, Player};
use crate::run_log::{EditorView, RunLog};
use crate::script::{EditorAction, Lesson, ScriptedRequest};
use crate::stepping::{RequestProgress, StepTurn, Stepping};

pub use leader::Leader;
use lesson_server::REQUEST_TIMEOUT;
pub use lesson_server::{LessonServer, PlayError};
pub use level::{LevelWay, play_level};

/// The `Host` in the record. It replaces the real one, whose port differs from run to run.
const HOST: &str = "127.0.0.1:4280";

/// The people of a lesson, as clients of its server.
#[derive(Debug)]
pub struct HeadlessRunner {
    lesson_server: LessonServer,
    leader: Leader,
    wire: Recorder,
    seen: UnboundedReceiver<Exchange>,
    /// The stream of held and ended exchanges; it is closed while simulated writers write.
    live: Option<Exchanges>,
    seats: BTreeMap<Author, Seat>,
    /// Whether simulated writers are left out.
    skips_swarms: bool,
}

/// A person in a lesson.
#[derive(Debug)]
struct Seat {
    client: Client,
    /// The person's editor, or `None` if they only send scripted requests.
    editor: Option<Editor>,
    under_way: Option<SentRequestTask>,
}

/// A request without a response.
#[derive(Debug)]
struct SentRequestTask {
    /// The editor's id for the request, or `None` for a scripted request.
    request: Option<RequestId>,
    /// Ends with the outcome for the editor, or `None` for a scripted request.
    outcome: JoinHandle<Option<ResponseOutcome>>,
}

impl HeadlessRunner {
    /// Creates the lesson's documents on the server, and an editor for each person.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached, or refuses a document or the policy.
    pub async fn new(lesson_server: LessonServer, lesson: &Lesson, policy: Policy) -> Result<Self, PlayError> {
        let leader = Leader::new(lesson_server.clone(), lesson, policy).await?;
        let live = Some(leader.exchanges().await?);
        let clock = lesson_server.clock.clone();
        let (wire, seen) = Recorder::with_clock(std::sync::Arc::new(move || clock.now()));
        let mut runner = Self { lesson_server, leader, wire, seen, live, seats: BTreeMap::new(), skips_swarms: false };
        for who in lesson.senders() {
            runner.seat(&who)?;
        }
        Ok(runner)
    }

    /// Carries out the step that was begun, and judges the goal of a level if the step may have reached it.
    async fn run_step(&mut self, stepping: &mut Stepping) -> Result<(), PlayError> {
        loop {
            match stepping.next_turn() {
                StepTurn::Cue(cue) => self.run_cue(cue, stepping).await?,
                StepTurn::View(who) => self.view(&who, stepping)?,
                StepTurn::StepOver | StepTurn::GoalJudged { .. } => {}
                StepTurn::Rest => return Ok(()),
                // Each cue has ended before the next turn.
                StepTurn::Wait => return Err(PlayError::Stuck),
            }
        }
    }

    /// Carries out one cue, until its request has a response or is held.
    async fn run_cue(&mut self, cue: Cue, stepping: &mut Stepping) -> Result<(), PlayError> {
        if let Cue::Instruct(InstructorTask::Swarm(_)) = cue {
            // A run is thousands of requests, and bounds those without a response itself.
            return self.carry_out(cue, stepping).await;
        }
        timeout(REQUEST_TIMEOUT, self.carry_out(cue, stepping)).await.map_err(|_| PlayError::Stuck)?
    }

    async fn carry_out(&mut self, cue: Cue, stepping: &mut Stepping) -> Result<(), PlayError> {
        match cue {
            // The run log already has these, and there is no user.
            Cue::Say(_) | Cue::Ask(_) | Cue::YourTurn(_) => {}
            Cue::Tick(milliseconds) => self.lesson_server.clock.advance(milliseconds),
            Cue::Perform { who, action } => self.perform(who, &action, stepping).await?,
            Cue::Send { who, request } => self.send(who, &request, stepping).await?,
            Cue::Instruct(InstructorTask::Swarm(_)) if self.skips_swarms => {}
            Cue::Instruct(task) => {
                stepping.begin_instruction();
                let seen = self.instruct(&task).await?;
                stepping.on_instructed(seen);
            }
            Cue::Release { who, lost } => self.release(who, lost, stepping).await?,
        }
        Ok(())
    }

    /// Has the leader perform a task.
    ///
    /// Simulated writers send thousands of requests, of which no step waits for one. So the stream of exchanges is
    /// closed meanwhile.
    async fn instruct(&mut self, task: &InstructorTask) -> Result<Option<Observation>, PlayError> {
        if !matches!(task, InstructorTask::Swarm(_)) {
            return self.leader.perform(task).await;
        }
        self.live = None;
        let seen = self.leader.perform(task).await?;
        self.live = Some(self.leader.exchanges().await?);
        Ok(seen)
    }

    fn seat(&mut self, who: &Author) -> Result<(), PlayError> {
        let client = Client::new(self.leader.address(), who.clone())?.recorded_by(self.wire.clone());
        self.seats.insert(who.clone(), Seat { client, editor: None, under_way: None });
        Ok(())
    }

    fn seat_of(&mut self, who: &Author) -> Result<&mut Seat, PlayError> {
        self.seats.get_mut(who).ok_or_else(|| PlayError::UnknownPerson(who.clone()))
    }

    async fn perform(&mut self, who: Author, action: &EditorAction, stepping: &mut Stepping) -> Result<(), PlayError> {
        let seat = self.seat_of(&who)?;
        if let EditorAction::Open(id) = action {
            seat.editor = Some(Editor::new(id.clone(), who.clone(), None));
        }
        let Some(editor) = &mut seat.editor else { return Err(PlayError::UnknownPerson(who)) };
        match to_input(action, editor) {
            Ok(input) => {
                let effects = editor.update(input);
                self.apply_effects(&who, effects, stepping).await?;
            }
            Err(why) => stepping.observe(Observation::Off { who: who.clone(), why }),
        }
        stepping.wait_for(who);
        Ok(())
    }

    /// Carries out the effects of an editor.
    ///
    /// Timers are steps of a lesson (`try-again`), and drafts are not kept.
    async fn apply_effects(
        &mut self,
        who: &Author,
        effects: Vec<EditorEffect>,
        stepping: &mut Stepping,
    ) -> Result<(), PlayError> {
        for effect in effects {
            if let EditorEffect::Send { request, ask } = effect {
                let seat = self.seat_of(who)?;
                let Some(id) = seat.editor.as_ref().map(|editor| editor.id().clone()) else { continue };
                let client = seat.client.clone();
                let outcome = tokio::spawn(async move { Some(client.execute(&id, &ask).await) });
                seat.under_way = Some(SentRequestTask { request: Some(request), outcome });
                stepping.on_sent(who.clone());
                Box::pin(self.wait_until_idle(who, stepping)).await?;
            }
        }
        Ok(())
    }

    async fn send(&mut self, who: Author, request: &ScriptedRequest, stepping: &mut Stepping) -> Result<(), PlayError> {
        let plain = RawRequest::new(&request.method, &request.target, &request.fields, request.body.clone())?;
        let seat = self.seat_of(&who)?;
        let client = seat.client.clone();
        let outcome = tokio::spawn(async move {
            // The recorder has the response.
            let _ = client.send_raw(plain).await;
            None
        });
        seat.under_way = Some(SentRequestTask { request: None, outcome });
        stepping.on_sent(who.clone());
        self.wait_until_idle(&who, stepping).await
    }

    /// Waits until the person's request has a response, is lost or is held.
    async fn wait_until_idle(&mut self, who: &Author, stepping: &mut Stepping) -> Result<(), PlayError> {
        let write_gate = self.lesson_server.write_gate.clone();
        let (live, seats) = (&mut self.live, &mut self.seats);
        let under_way = seats.get_mut(who).and_then(|seat| seat.under_way.as_mut());
        let Some(under_way) = under_way else { return Ok(()) };
        let rest = tokio::select! {
            outcome = &mut under_way.outcome => IdleState::Over(outcome?),
            held = held_at_gate(live, who) => IdleState::Held(RequestProgress::AtGate(held?)),
            () = write_gate.holds(who) => IdleState::Held(RequestProgress::AtWriteGate),
        };
        self.drain(stepping);
        let outcome = match rest {
            IdleState::Held(at) => {
                stepping.on_held(who, at);
                return Ok(());
            }
            IdleState::Over(outcome) => outcome,
        };
        stepping.on_ended(who);
        let seat = self.seat_of(who)?;
        let request = seat.under_way.take().and_then(|under_way| under_way.request);
        if let (Some(editor), Some(request), Some(outcome)) = (&mut seat.editor, request, outcome) {
            let effects = editor.update(EditorInput::ResponseReceived { request, outcome, merge_by: None });
            self.view(who, stepping)?;
            self.apply_effects(who, effects, stepping).await?;
        }
        Ok(())
    }

    /// Reports the exchanges recorded so far.
    fn drain(&mut self, stepping: &mut Stepping) {
        while let Ok(mut exchange) = self.seen.try_recv() {
            for (_, value) in exchange.request.fields.iter_mut().filter(|(name, _)| name == "Host") {
                HOST.clone_into(value);
            }
            stepping.on_exchange(exchange);
        }
    }

    fn view(&mut self, who: &Author, stepping: &mut Stepping) -> Result<(), PlayError> {
        if let Some(editor) = &self.seat_of(who)?.editor {
            stepping.observe(Observation::Editor { who: who.clone(), view: EditorView::from(editor) });
        }
        Ok(())
    }

    async fn release(&mut self, who: Author, lost: bool, stepping: &mut Stepping) -> Result<(), PlayError> {
        let Some(at) = stepping.release(&who) else { return Ok(()) };
        let gate = match at {
            RequestProgress::AtGate(number) => Some(number),
            RequestProgress::AtWriteGate | RequestProgress::Going => None,
        };
        self.leader.perform(&InstructorTask::Release { who: who.clone(), gate, lost }).await?;
        self.wait_until_idle(&who, stepping).await
    }

    /// Releases all held requests, so that the server can end.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached, or refuses.
    pub async fn finish(self) -> Result<(), PlayError> {
        for seat in self.seats.values() {
            if let Some(under_way) = &seat.under_way {
                under_way.outcome.abort();
            }
        }
        self.leader.finish().await
    }
}

/// The state in which a request no longer moves.
enum IdleState {
    Over(Option<ResponseOutcome>),
    Held(RequestProgress),
}

/// Waits until the server reports that a request of the author is held.
async fn held_at_gate(live: &mut Option<Exchanges>, who: &Author) -> Result<u64, ClientError> {
    // It is open whenever a step waits.
    let Some(live) = live else { return std::future::pending().await };
    loop {
        let exchange = live.next().await?;
        if exchange.is_open() && exchange.author.as_ref() == Some(who) {
            return Ok(exchange.number);
        }
    }
}

/// Plays a lesson to its end, and returns its run log.
///
/// Claims that do not hold are not errors: they are in the log.
///
/// # Errors
///
/// If the lesson cannot continue: the server cannot be reached or refuses a request, or a step waits for something that
/// cannot happen.
pub async fn play(player: Player, lesson_server: LessonServer) -> Result<RunLog, PlayError> {
    let mut runner = HeadlessRunner::new(lesson_server, player.lesson(), player.first_policy()).await?;
    let mut stepping = Stepping::new(player);
    while stepping.begin_step() {
        runner.run_step(&mut stepping).await?;
    }
    runner.finish().await?;
    Ok(stepping.into_player().into_run_log())
}
