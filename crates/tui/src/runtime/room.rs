//! A room that the user watches on this terminal, from the server's record of all exchanges.

use std::path::PathBuf;
use std::sync::Arc;

use client::{Client, ClientError, ClientLimits, TrustRoots};
use contract::{Author, Token};
use terminal::features::TerminalFeatures;
use terminal::tasks::Tasks;
use terminal::theme::Theme;
use tokio::sync::mpsc;

use super::drafts::DraftWriters;
use super::error::SessionError;
use super::host::{Runtime, background_client, editor_end};
use super::memory_release::MemoryRelease;
use super::progress_keeper::ProgressKeeper;
use super::room_servers::RoomServers;
use super::session_recorder::SessionRecorder;
use super::session_saver::SessionSaver;
use super::surface::Surface as _;
use super::{gate_control, question_lead, surface};
use crate::action::KeyMap;
use crate::gate::GateRequest;
use crate::inbox::inbox;
use crate::room_hosting::RoomHosting;
use crate::run::run;
use crate::session_start::{SessionPart, SessionStart};
use crate::state::{SessionEnd, State};

/// The environment variable for the leader's code, which a refusal names.
const TOKEN_VARIABLE: &str = "IFMATCH_TOKEN";

/// The configuration of a room.
#[derive(Debug, Clone)]
pub struct RoomConfig {
    /// The address of the server.
    pub server: String,
    /// The addresses of further servers of the same store, whose records are shown as one with the first.
    pub more_servers: Vec<String>,
    /// The trusted TLS roots if the address begins with https; `None` for the system's authorities.
    pub trust: Option<TrustRoots>,
    /// The name under which the leader's own requests are sent.
    pub me: Author,
    /// The token that is sent, if any; on a server with tokens, the admin's.
    pub token: Option<Token>,
    /// The server, if it runs in this process and ends with this screen.
    pub hosting: Option<RoomHosting>,
    /// Saves the session.
    pub saver: SessionSaver,
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
}

impl RoomConfig {
    /// Returns the client that reads the record and sends what the leader asks for.
    ///
    /// # Errors
    ///
    /// If the address cannot be used.
    pub fn client(&self) -> Result<Client, ClientError> {
        self.client_of(&self.server)
    }

    fn client_of(&self, server: &str) -> Result<Client, ClientError> {
        let trust = self.trust.clone().unwrap_or_default();
        let client = Client::with_trust(&trust, server, self.me.clone(), ClientLimits::default())?;
        Ok(client.with_token(self.token.as_ref()))
    }
}

/// Shows a room on this terminal until the user leaves.
///
/// The function must be awaited on the main thread, like [`super::run_stage`].
///
/// # Errors
///
/// If the address cannot be used, or the terminal cannot be opened.
pub async fn run_room(config: RoomConfig) -> Result<SessionEnd, SessionError> {
    let client = config.client()?;
    let mut all = vec![client.clone()];
    for server in &config.more_servers {
        all.push(config.client_of(server)?);
    }
    let servers = RoomServers::of(&all);
    let (sender, mut events) = inbox();
    let mut tasks = Tasks::new(sender.clone());
    let mut surface = surface::open(None, &config.theme, config.features, &mut tasks, &sender)?;
    let RoomConfig { server, more_servers, hosting, saver, log, recorder, theme, keys, me, .. } = config;
    let (requests, received) = mpsc::unbounded_channel();
    // By the field of such requests, the screen tells its own from those of an editor of the same name.
    let leader = background_client(client.clone());
    tasks.spawn("question", question_lead::listen(leader.clone(), sender.clone()));
    tasks.spawn("question", question_lead::lead(leader, TOKEN_VARIABLE, received, sender.clone()));
    let server = hosting.as_ref().map_or(server, |hosting| hosting.address.clone());
    let size = surface.size().map_err(SessionError::Terminal)?;
    let state = State::room(server.clone(), theme);
    let start = SessionStart {
        keys,
        log,
        leader: Some(me),
        more_servers,
        ..SessionStart::new(SessionPart::Room, server, size.unwrap_or(state.size))
    };
    if let Some(recorder) = &recorder {
        recorder.start(&start);
    }
    let mut state = start.prepare(state).with_hosting(hosting);
    state.theme.detect(surface.background());
    let mut host = Runtime {
        surface: &mut surface,
        clients: vec![client],
        servers: servers.clone(),
        observer: None,
        writers: DraftWriters::new(None, sender.clone()),
        folder: PathBuf::new(),
        tasks,
        events: sender,
        holds: Arc::default(),
        playing: None,
        question_leader: Some(requests),
        saver,
        progress: ProgressKeeper::default(),
        recorder,
        memory: MemoryRelease::new(None),
    };
    let ran = run(&mut state, &mut events, &mut host).await;
    let Runtime { clients, tasks, holds, .. } = host;
    let holds = Arc::strong_count(&holds) > 1;
    drop(surface);
    drop(tasks);
    match (servers, clients.into_iter().next()) {
        (Some(servers), _) if holds => gate_control::leave_all(servers.lead_gate(GateRequest::Open)).await,
        (None, Some(leader)) if holds => gate_control::leave(leader).await,
        _ => {}
    }
    editor_end(ran, &state)
}
