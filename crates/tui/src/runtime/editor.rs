//! One editor on this terminal, from its first request to the last draft.

use std::path;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use client::{Client, ClientError, ClientLimits, Drafts, TrustRoots};
use contract::{Author, DocumentId, Token};
use futures_util::future::BoxFuture;
use terminal::features::TerminalFeatures;
use terminal::input::LineSource;
use terminal::tasks::Tasks;
use terminal::theme::Theme;

use super::drafts::{DraftWriters, UnwrittenDraft, lock};
use super::error::SessionError;
use super::host::{Runtime, editor_end, share_recorder};
use super::memory_release::MemoryRelease;
use super::progress_keeper::ProgressKeeper;
use super::session_recorder::SessionRecorder;
use super::session_saver::SessionSaver;
use super::surface::Surface;
use super::{export_file, gate_control, surface};
use crate::action::KeyMap;
use crate::drafts::KeptElsewhere;
use crate::event::Event;
use crate::ids::EditorIndex;
use crate::inbox::{EventReceiver, EventSender, inbox};
use crate::run::run;
use crate::session_start::{SessionPart, SessionStart, UserPlace};
use crate::state::{SessionEnd, State};

/// The configuration of one editor.
#[derive(Debug, Clone)]
pub struct EditorConfig {
    /// The address of the server.
    pub server: String,
    /// The trusted TLS roots if the address begins with https; `None` for the system's authorities.
    pub trust: Option<TrustRoots>,
    /// The author of all saves.
    pub me: Author,
    /// The token that is sent, if any.
    pub token: Option<Token>,
    /// The document to open; `None` for the list.
    pub document: Option<DocumentId>,
    /// The drafts that keep unsaved text; `None` to keep it in memory only.
    pub drafts: Option<Drafts>,
    /// The folder for texts that the user wants to keep as files.
    pub folder: PathBuf,
    /// Further folders to try for an unsaved text if neither its draft nor `folder` can be written.
    pub rescue_folders: Vec<PathBuf>,
    /// The machine that the user is at.
    ///
    /// If it is another one, the editor writes no file that the user asks for, and is not suspended.
    pub user_place: UserPlace,
    /// The log of this run, or `None` if there is none. The help shows its path.
    pub log: Option<PathBuf>,
    /// The recorder of the session, or `None` if it is not recorded.
    pub recorder: Option<SessionRecorder>,
    /// The function that returns free memory to the system, if there is one.
    ///
    /// It is called after a response about a long text, on another thread.
    pub release_memory: Option<fn()>,
    /// The theme.
    pub theme: Theme,
    /// The features of the terminal that are used.
    pub features: TerminalFeatures,
    /// The keys of all actions.
    pub keys: KeyMap,
    /// Whether the lines that others changed are marked.
    ///
    /// Newer versions are read in the background for that.
    pub marks_others: bool,
    /// Whether the requests say whether the text is edited or in a merge (`Ifmatch-Editing`).
    pub tells_editing: bool,
}

/// The end of an editor, and what happened to its unsaved texts.
#[derive(Debug)]
pub struct EditorEnd {
    /// How the session ended.
    pub end: Result<SessionEnd, SessionError>,
    /// The documents whose unsaved text is kept as a draft.
    pub kept: Vec<DocumentId>,
    /// The unsaved texts whose draft could not be written.
    pub unkept: Vec<UnkeptText>,
}

/// Unsaved text whose draft could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnkeptText {
    /// The document.
    pub document: DocumentId,
    /// The file to which the draft could not be written.
    pub draft: PathBuf,
    /// The cause, in plain words.
    pub cause: String,
    /// The file that contains the text, if there is one.
    pub file: Option<PathBuf>,
    /// Whether the user had the text sent to the terminal for its clipboard.
    pub is_copied: bool,
    /// The text itself, if it was not copied and no folder accepted a file.
    pub text: Option<String>,
}

/// The server's first response, which may still be on its way; an error refuses the user access.
pub type FirstAnswer = BoxFuture<'static, Result<(), ClientError>>;

/// Runs one editor on this terminal until the user leaves.
///
/// If there is a source of `lines`, the session runs line by line instead. The function must be awaited on the main
/// thread, like [`super::run_stage`].
///
/// # Errors
///
/// If the address cannot be used, the terminal cannot be opened, or the first response is a refusal that arrives before
/// the user has typed anything.
pub async fn run_editor(
    config: EditorConfig,
    first_answer: Option<FirstAnswer>,
    lines: Option<LineSource>,
) -> Result<EditorEnd, SessionError> {
    // An unusable address is reported before the terminal is claimed.
    let client = config.client()?;
    let (sender, mut events) = inbox();
    let mut tasks = Tasks::new(sender.clone());
    let surface = surface::open(lines, &config.theme, config.features, &mut tasks, &sender)?;
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
    let mut ended = play_editor(config, client, lines, surface, tasks, sender, &mut events).await?;
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
        let client = if self.tells_editing { client.with_editing_field() } else { client };
        Ok(client.with_token(self.token.as_ref()))
    }
}

/// Runs one editor on any surface, which is released before the program waits for the last drafts.
///
/// The tasks of this session send their results to `sender`; the loop takes its events from `events`. A test may put
/// itself between the two.
pub(super) async fn play_editor(
    config: EditorConfig,
    client: Client,
    lines: Option<LineSource>,
    mut surface: impl Surface,
    mut tasks: Tasks<EventSender>,
    sender: EventSender,
    events: &mut EventReceiver,
) -> Result<EditorEnd, SessionError> {
    let EditorConfig { server, me, document, drafts, folder, rescue_folders, .. } = config;
    let EditorConfig { user_place, log, recorder, release_memory, theme, features, keys, marks_others, .. } = config;
    let clients = share_recorder(vec![client], &mut tasks, &sender);
    let size = surface.size().map_err(SessionError::Terminal)?;
    let state = State::editor(me.clone(), document.clone(), server.clone(), theme);
    let start = SessionStart {
        keeps_drafts: drafts.is_some(),
        user_place,
        folder: path::absolute(&folder).unwrap_or_else(|_| folder.clone()),
        log,
        keys,
        marks_others,
        has_private_clipboard: !features.clipboard,
        ..SessionStart::new(SessionPart::Editor { me, document }, server, size.unwrap_or(state.size))
    };
    if let Some(recorder) = &recorder {
        recorder.start(&start);
    }
    let mut state = start.prepare(state);
    state.theme.detect(surface.background());
    if let Some(lines) = lines {
        state = state.in_plain(lines);
    }
    let writers = DraftWriters::new(drafts, sender.clone());
    let mut host = Runtime {
        surface: &mut surface,
        clients,
        servers: None,
        observer: None,
        writers,
        folder,
        tasks,
        events: sender,
        holds: Arc::default(),
        playing: None,
        question_leader: None,
        saver: SessionSaver::default(),
        progress: ProgressKeeper::default(),
        memory: MemoryRelease::new(release_memory),
        recorder,
    };
    let ran = run(&mut state, events, &mut host).await;
    let Runtime { clients, writers, tasks, holds, folder, .. } = host;
    let holds = Arc::strong_count(&holds) > 1;
    drop(surface);
    drop(tasks);
    // Unsaved text must reach the disk before the program ends, even if its document has not opened.
    let unwritten = writers.finished().await;
    let folders = [vec![folder], rescue_folders].concat();
    let unkept = unwritten.into_iter().filter_map(|draft| rescue(draft, &state, &folders));
    let unkept: Vec<UnkeptText> = unkept.collect();
    let kept_in = Some(&state).filter(|state| state.disk.keeps_drafts);
    let early = kept_in.into_iter().flat_map(early_texts);
    let unsaved = kept_in.into_iter().flat_map(State::documents).filter(|work| work.editor.needs_draft());
    let unsaved = unsaved.map(|work| work.editor.id().clone()).chain(early.map(|(_, document, _)| document));
    let kept = unsaved.filter(|document| !unkept.iter().any(|text| text.document == *document)).collect();
    if let Some(leader) = clients.into_iter().next().filter(|_| holds) {
        gate_control::leave(leader).await;
    }
    Ok(EditorEnd { end: editor_end(ran, &state), kept, unkept })
}

/// Returns the kept texts of documents that have not opened, with their seats and ids.
pub(super) fn early_texts(state: &State) -> impl Iterator<Item = (EditorIndex, DocumentId, String)> {
    let aheads =
        state.people.panes.iter().enumerate().flat_map(|(seat, pane)| pane.aheads().iter().map(move |one| (seat, one)));
    aheads.filter_map(|(seat, ahead)| Some((seat, ahead.document.clone(), ahead.kept_text()?)))
}

/// Keeps the text of a draft that could not be written, and returns its present place.
///
/// If the user has not put the text elsewhere, it is now written to a file in the first folder that accepts one.
/// Returns `None` if the document has no unsaved text any more.
pub(super) fn rescue(draft: UnwrittenDraft, state: &State, folders: &[PathBuf]) -> Option<UnkeptText> {
    let UnwrittenDraft { seat, document, path, cause } = draft;
    let mut unkept = UnkeptText { document, draft: path, cause, file: None, is_copied: false, text: None };
    if let Some((_, _, text)) = early_texts(state).find(|(of, about, _)| *of == seat && *about == unkept.document) {
        unkept.put_into_a_file(folders, text);
        return Some(unkept);
    }
    let works = state.people.panes.get(seat)?.documents();
    let work = works.iter().find(|work| *work.editor.id() == unkept.document && work.editor.needs_draft())?;
    match work.draft.elsewhere() {
        Some(KeptElsewhere::File(file)) => unkept.file = Some(file.clone()),
        Some(KeptElsewhere::Terminal) => unkept.is_copied = true,
        None => unkept.put_into_a_file(folders, work.text_to_rescue()),
    }
    Some(unkept)
}

impl UnkeptText {
    /// Writes the text to a new file in the first folder that accepts one, or else keeps it in `self.text`.
    fn put_into_a_file(&mut self, folders: &[PathBuf], text: String) {
        let name = format!("{}-mine", self.document);
        let written = folders.iter().find_map(|folder| {
            let written = export_file::keep(folder, &name, &text);
            written
                .inspect_err(|error| tracing::warn!(%error, folder = %folder.display(), "unsaved text is not written"))
                .ok()
        });
        match written {
            Some(file) => self.file = Some(file),
            None => self.text = Some(text),
        }
    }
}
