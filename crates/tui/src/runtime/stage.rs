//! The stage: the menu, lessons and free play, one after the other on one terminal.
//!
//! Each of them has its own state, server, clients and tasks, so that none can affect the next.

use std::path::PathBuf;
use std::sync::Arc;

use client::{Client, Recorder};
use contract::Exchange;
use lesson::script::is_from_simulated_writer;
use lesson::{Leader, Lesson};
use terminal::features::TerminalFeatures;
use terminal::input::LineSource;
use terminal::tasks::Tasks;
use terminal::theme::Theme;
use tokio::sync::mpsc;

use super::drafts::DraftWriters;
use super::error::SessionError;
use super::host::{Runtime, editor_end, share_recorder};
use super::lesson_runner::{self, LessonHandles};
use super::memory_release::MemoryRelease;
use super::progress_keeper::{self, ProgressKeeper};
use super::servers::{FreePlay, RunningServer, ServerFactory};
use super::session_recorder::SessionRecorder;
use super::session_saver::SessionSaver;
use super::surface::{self, Surface};
use super::{feed, gate_control, question_lead};
use crate::action::KeyMap;
use crate::event::Event;
use crate::inbox::{EventReceiver, EventSender, inbox};
use crate::lesson_session::LessonRun;
use crate::plain::PlainSession;
use crate::progress::ProgressStore;
use crate::run::run;
use crate::session_start::{SessionPart, SessionStart, UserPlace};
use crate::state::{SessionEnd, StageNext, State};

/// The environment variable for the room's code, which a refusal names.
const ROOM_TOKEN_VARIABLE: &str = "IFMATCH_ROOM_TOKEN";

/// The configuration of the stage.
#[derive(Clone)]
pub struct StageConfig {
    /// Starts the servers.
    pub servers: Arc<dyn ServerFactory>,
    /// The lessons, in the order of the menu.
    pub lessons: Vec<Arc<Lesson>>,
    /// The part of the stage that is shown first.
    pub first: StageNext,
    /// The folder for texts that the user wants to keep as files.
    pub folder: PathBuf,
    /// The server of the room that the lessons' questions are put to, if there is one.
    pub room: Option<Client>,
    /// The user's progress in the lessons, or `None` if none is shown and kept.
    pub progress: Option<Arc<dyn ProgressStore>>,
    /// The log of this run, or `None` if there is none. The help shows its path.
    pub log: Option<PathBuf>,
    /// The recorder of the session, or `None` if it is not recorded.
    pub recorder: Option<SessionRecorder>,
    /// The theme.
    pub theme: Theme,
    /// The features of the terminal that are used.
    pub features: TerminalFeatures,
    /// The keys of all actions.
    pub keys: KeyMap,
    /// Whether tags are shown in full, and not only their version numbers.
    pub full_tags: bool,
}

/// Runs the stage on this terminal until the user leaves.
///
/// If there is a source of `lines`, the session runs line by line instead. The function must be awaited on the main
/// thread, not in a spawned task: a panic on the thread that draws restores the terminal; a panic elsewhere must not.
///
/// # Errors
///
/// If the terminal cannot be opened, a server cannot be started, or a lesson cannot begin.
pub async fn run_stage(config: StageConfig, lines: Option<LineSource>) -> Result<SessionEnd, SessionError> {
    let (sender, mut events) = inbox();
    let mut tasks = Tasks::new(sender.clone());
    let mut surface = surface::open(lines, &config.theme, config.features, &mut tasks, &sender)?;
    play_stage(config, lines, &mut surface, sender, &mut events).await
}

/// Runs the stage on any surface, with keys from `events`.
///
/// # Errors
///
/// See [`run_stage`].
pub async fn play_stage(
    config: StageConfig,
    lines: Option<LineSource>,
    surface: &mut dyn Surface,
    sender: EventSender,
    events: &mut EventReceiver,
) -> Result<SessionEnd, SessionError> {
    let mut config = config;
    config.theme.detect(surface.background());
    let mut next = config.first;
    let plain = lines.map(PlainSession::new);
    let mut stage = StageSession {
        config,
        lines,
        plain,
        register: String::new(),
        is_progress_trouble_told: false,
        is_refuted: false,
        surface,
        sender,
        events,
    };
    loop {
        let end = match next {
            StageNext::Menu(chosen) => stage.menu(chosen).await?,
            StageNext::Lesson(run) => stage.lesson(run).await?,
            StageNext::FreePlay => stage.free_play().await?,
        };
        match end {
            SessionEnd::Next(then) => next = then,
            end => return Ok(end),
        }
    }
}

struct StageSession<'a> {
    config: StageConfig,
    lines: Option<LineSource>,
    /// In plain mode: the session so far.
    plain: Option<PlainSession>,
    /// The text that was cut or copied, or pasted when there was no text to paste it into.
    register: String,
    /// Whether the user was told that the progress cannot be read or kept.
    is_progress_trouble_told: bool,
    /// Whether a claim of a lesson that was played did not hold.
    is_refuted: bool,
    surface: &'a mut dyn Surface,
    sender: EventSender,
    events: &'a mut EventReceiver,
}

/// The clients of one part of the stage.
#[derive(Default)]
struct StageClients {
    /// One for each person.
    people: Vec<Client>,
    /// The client that looks at the server itself.
    observer: Option<Client>,
}

impl StageSession<'_> {
    async fn menu(&mut self, chosen: usize) -> Result<SessionEnd, SessionError> {
        let state = State::menu(&self.config.lessons, chosen, self.config.theme);
        let tasks = Tasks::new(self.sender.clone());
        self.run(SessionPart::Menu(chosen), state, StageClients::default(), None, tasks).await
    }

    async fn free_play(&mut self) -> Result<SessionEnd, SessionError> {
        let RunningServer { at, close } = self.config.servers.free_play().await.map_err(SessionError::Server)?;
        let FreePlay { server, people, document } = at;
        let clients = people.iter().map(|person| Client::new(&server, person.clone()));
        let clients = clients.collect::<Result<Vec<_>, _>>()?;
        let mut tasks = Tasks::new(self.sender.clone());
        let clients = share_recorder(clients, &mut tasks, &self.sender);
        let part = SessionPart::FreePlay { people: people.clone(), document: document.clone() };
        let state = State::stage(people, &document, server, self.config.theme);
        let clients = StageClients { observer: clients.first().cloned(), people: clients };
        let end = self.run(part, state, clients, None, tasks).await;
        close.await.map_err(SessionError::Server)?;
        end
    }

    async fn lesson(&mut self, run: LessonRun) -> Result<SessionEnd, SessionError> {
        let RunningServer { at: lesson_server, close } =
            self.config.servers.lesson().await.map_err(SessionError::Server)?;
        let lessons = &self.config.lessons;
        let begun = State::lesson(lessons, run, lesson_server.server.clone(), self.config.theme);
        let Some(mut state) = begun else {
            return Ok(SessionEnd::Next(StageNext::Menu(0)));
        };
        let (Some(lesson), Some(policy)) = (lessons.get(run.lesson).cloned(), state.server.policy) else {
            return Ok(SessionEnd::Next(StageNext::Menu(0)));
        };
        let told = self.sender.clone();
        let leader = Leader::new(lesson_server.clone(), &lesson, policy).await?.with_swarm_listener(move |progress| {
            // If the loop has ended, the user has left the lesson.
            let _ = told.send(Event::SwarmProgressed(Box::new(progress)));
        });
        leader.address().clone_into(&mut state.server.address);
        let mut tasks = Tasks::new(self.sender.clone());
        // A run of simulated writers has thousands of exchanges. The stage shows their counts instead.
        let is_shown = |exchange: &Exchange| !is_from_simulated_writer(exchange);
        tasks.spawn("record", feed::forward(leader.exchanges().await?, self.sender.clone(), is_shown));
        let (clock, told) = (lesson_server.clock.clone(), self.sender.clone());
        let wire = Recorder::with_listener(Arc::new(move || clock.now()), move |exchange| {
            // If the loop has ended, the user has left the lesson.
            let _ = told.send(Event::Exchanged(Box::new(exchange)));
        });
        let clients = lesson.senders().into_iter().map(|who| Client::new(leader.address(), who));
        let clients =
            clients.map(|client| Ok(client?.recorded_by(wire.clone()))).collect::<Result<_, SessionError>>()?;
        let observer = lesson.people.first().map(|who| Client::new(&lesson_server.server, who.clone())).transpose()?;
        let clients = StageClients { people: clients, observer };
        let (instructions, leading) = lesson_runner::run_instructor(leader, self.sender.clone());
        let servers = Arc::clone(&self.config.servers);
        let playing = LessonHandles { lesson_server, instructions, lesson, servers };
        let end = self.run(SessionPart::Lesson(run), state, clients, Some(playing), tasks).await;
        // The next part of the stage has its own server, and need not wait for the end of this one.
        tokio::spawn(async move {
            let led = leading.await.map_err(|error| error.to_string()).and_then(|led| led);
            let ended = close.await;
            if let Err(why) = led.and(ended) {
                tracing::info!(why, "the server of a lesson did not end well");
            }
        });
        end
    }

    /// Runs one state to its end.
    ///
    /// Afterwards none of its tasks are running, and the queue contains only the user's events, for the next part of
    /// the stage.
    async fn run(
        &mut self,
        part: SessionPart,
        mut state: State,
        clients: StageClients,
        playing: Option<LessonHandles>,
        mut tasks: Tasks<EventSender>,
    ) -> Result<SessionEnd, SessionError> {
        let shows_progress = matches!(part, SessionPart::Menu(_) | SessionPart::Lesson(_));
        let progress =
            if shows_progress { Some(progress_keeper::load(self.config.progress.clone()).await) } else { None };
        let start = SessionStart {
            part,
            server: state.server.address.clone(),
            more_servers: Vec::new(),
            size: self.surface.size().map_err(SessionError::Terminal)?.unwrap_or(state.size),
            full_tags: self.config.full_tags,
            keys: self.config.keys.clone(),
            keeps_drafts: false,
            user_place: UserPlace::Here,
            marks_others: false,
            has_private_clipboard: !self.config.features.clipboard,
            folder: PathBuf::new(),
            log: self.config.log.clone(),
            register: std::mem::take(&mut self.register),
            is_progress_trouble_told: self.is_progress_trouble_told,
            has_room: self.config.room.is_some() && state.lesson.course.is_some(),
            leader: None,
            progress,
        };
        if let Some(recorder) = &self.config.recorder {
            recorder.start(&start);
        }
        state = start.prepare(state);
        if let Some(plain) = self.plain.take() {
            state = state.continue_in_plain(plain);
        }
        let room = self.config.room.clone().filter(|_| state.lesson.course.is_some()).map(|client| {
            let (requests, received) = mpsc::unbounded_channel();
            tasks.spawn("room", question_lead::listen(client.clone(), self.sender.clone()));
            let lead = question_lead::lead(client, ROOM_TOKEN_VARIABLE, received, self.sender.clone());
            tasks.spawn("room", lead);
            requests
        });
        let writers = DraftWriters::new(None, self.sender.clone());
        let (folder, events) = (self.config.folder.clone(), self.sender.clone());
        let mut host = Runtime {
            memory: MemoryRelease::default(),
            surface: &mut *self.surface,
            clients: clients.people,
            servers: None,
            observer: clients.observer,
            writers,
            folder,
            tasks,
            events,
            holds: Arc::default(),
            playing,
            question_leader: room,
            saver: SessionSaver::default(),
            progress: ProgressKeeper::new(self.config.progress.clone()),
            recorder: self.config.recorder.clone(),
        };
        let ran = run(&mut state, self.events, &mut host).await;
        let Runtime { clients, writers, tasks, holds, progress, .. } = host;
        let holds = Arc::strong_count(&holds) > 1;
        tasks.stopped().await;
        progress.finished().await;
        // The stage keeps no drafts, so the result is empty.
        drop(writers.finished().await);
        if let Some(leader) = clients.into_iter().next().filter(|_| holds) {
            gate_control::leave(leader).await;
        }
        let open = state.lesson.room.as_ref().and_then(|room| room.unrevealed().cloned());
        if let (Some(client), Some(question)) = (&self.config.room, open) {
            question_lead::leave(client.clone(), question).await;
        }
        self.plain = state.plain.take().map(PlainSession::carried);
        self.register = std::mem::take(&mut state.clipboard.register);
        // The user may have switched it, or the terminal may have reported its background late.
        self.config.theme = state.theme;
        self.is_progress_trouble_told = state.lesson.is_progress_trouble_told;
        let mut left = Vec::new();
        while let Some(event) = self.events.try_recv() {
            left.push(event);
        }
        for event in left.into_iter().filter(Event::is_from_outside) {
            match &mut self.plain {
                // This line came before all lines that reach the queue from now on.
                Some(plain) if event.is_said() => plain.on_event(&event, false),
                // `self.events` is the receiver, so this cannot fail.
                _ => drop(self.sender.send(event)),
            }
        }
        self.is_refuted |= state.is_refuted();
        match editor_end(ran, &state)? {
            SessionEnd::Quit if self.is_refuted && self.lines.is_some() => Ok(SessionEnd::Refuted),
            end => Ok(end),
        }
    }
}
