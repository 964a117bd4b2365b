//! Merges three files on the screen, as the merge tool of a version control system.
//!
//! This is the usual editor with a server made of files ([`server`]). The server has their text; my file is an unsaved
//! text that started from the base. So the first read returns their text and the merge opens; a save whose `If-Match`
//! names their text writes the file.

mod input;
mod server;

use std::path::{self, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use client::{DraftWish, Drafts};
use contract::{Author, Document, DocumentId};
use editor::{Draft, EditorRequest, RequestId, ResponseOutcome};
use files::{ExpectedContent, SeenContent, WriteError, write};
use terminal::features::TerminalFeatures;
use terminal::input::LineSource;
use terminal::tasks::Tasks;
use terminal::theme::Theme;
use tokio::task::spawn_blocking;

use super::drafts::{DraftSubject, DraftWriters, FileDraftSubject};
use super::editor::{UnkeptText, early_texts, rescue};
use super::error::SessionError;
use super::export_file;
use super::host::{TYPING_PAUSE, editor_end, merge_deadline};
use super::surface::{self, Surface};
use crate::action::KeyMap;
use crate::effect::Effect;
use crate::enter_protection::PROTECTION_TIME;
use crate::event::Event;
use crate::ids::{DocumentKey, EditorIndex};
use crate::inbox::{EventSender, inbox};
use crate::open_document::OpenDocument;
use crate::run::{EventLoopHost, run};
use crate::state::{SessionEnd, State};
pub use input::MergeInput;
use server::FileServer;

/// The seat of the only editor.
const MERGE_SEAT: EditorIndex = 0;

/// How many times to try to write a merge without conflicts if a file changes before each write.
const MAX_WRITE_ATTEMPTS: usize = 10;

/// The inputs and the output of a merge of three files.
#[derive(Debug, Clone)]
pub struct MergeConfig {
    /// The name of the file in titles and messages.
    pub name: String,
    /// My text. The result is written to its file, unless `output` names another.
    pub mine: MergeInput,
    /// The text that both sides started from.
    pub base: MergeInput,
    /// The other side's text.
    pub theirs: MergeInput,
    /// Another file for the result, and its state before the merge; `None` to write to the file of `mine`.
    pub output: Option<(PathBuf, SeenContent)>,
    /// The absolute path by which drafts of earlier runs are found.
    ///
    /// It is the path of the merged file itself, since a merge tool may get copies under changing names.
    pub file: PathBuf,
    /// The drafts that keep unwritten decisions; `None` to keep these in memory only.
    pub drafts: Option<Drafts>,
    /// The folder for the backup of a file that is written in place, if its own folder accepts no new file.
    pub backups: Option<PathBuf>,
    /// The folder for texts that the user wants to keep as files.
    pub folder: PathBuf,
    /// Further folders to try for unwritten decisions if neither a draft nor `folder` can be written.
    pub rescue_folders: Vec<PathBuf>,
    /// The log of this run, or `None` if there is none. The help shows its path.
    pub log: Option<PathBuf>,
    /// The theme.
    pub theme: Theme,
    /// The features of the terminal that are used.
    pub features: TerminalFeatures,
    /// The keys of all actions.
    pub keys: KeyMap,
}

/// How a merge of three files ended.
#[derive(Debug)]
pub enum MergeToolEnd {
    /// The result was written.
    Saved,
    /// The result was written to this file, which the user named in place of the intended one.
    Elsewhere(PathBuf),
    /// The user left without a result.
    Left,
    /// The result could not be written, for this reason. There were no decisions to lose.
    Unwritten(String),
    /// The session ended in another way.
    Ended(SessionEnd),
    /// The session could not continue.
    Failed(SessionError),
}

/// The end of a merge of three files, and what happened to unwritten decisions.
#[derive(Debug)]
pub struct MergeEnded {
    /// How the merge ended.
    pub end: MergeToolEnd,
    /// Whether unwritten decisions are in a draft.
    pub is_kept: bool,
    /// The texts whose draft could not be written.
    pub unkept: Vec<UnkeptText>,
}

/// Merges three texts on this terminal until the result is written or the user leaves.
///
/// If there is a source of `lines`, the session runs line by line instead. If only one side has changed, or both have
/// changed equally, the result is written without showing anything. The function must be awaited on the main thread,
/// like [`super::run_stage`].
///
/// # Errors
///
/// If the terminal cannot be used.
pub async fn run_merge(config: MergeConfig, lines: Option<LineSource>) -> Result<MergeEnded, SessionError> {
    let MergeConfig {
        name,
        file,
        mine,
        base,
        theirs,
        output,
        backups,
        drafts,
        folder,
        rescue_folders,
        log,
        theme,
        features,
        keys,
    } = config;
    let me = author_for(&mine.label, "mine");
    let mut server = FileServer::new(name, [mine, base, theirs], output, backups);
    if let Some(end) = write_if_settled(&mut server) {
        return Ok(MergeEnded { end, is_kept: false, unkept: Vec::new() });
    }
    let keeps_drafts = drafts.is_some();
    let (sender, mut events) = inbox();
    let mut tasks = Tasks::new(sender.clone());
    let mut surface = surface::open(lines, &theme, features, &mut tasks, &sender)?;
    let mine = server.mine();
    let mut state = State::files(me, document(), mine.clone(), theme).with_keys(keys);
    state.size = surface.size().map_err(SessionError::Terminal)?.unwrap_or(state.size);
    state.theme.detect(surface.background());
    state.clipboard.is_private = !features.clipboard;
    state.disk.keeps_drafts = drafts.is_some();
    state.disk.log = log;
    state.disk.folder = path::absolute(&folder).unwrap_or_else(|_| folder.clone());
    if let Some(lines) = lines {
        state = state.in_plain(lines);
    }
    let server = Arc::new(Mutex::new(server));
    let mut host = MergeToolHost {
        surface: &mut surface,
        server: Arc::clone(&server),
        file,
        mine,
        writers: DraftWriters::new(drafts, sender.clone()),
        folder,
        tasks,
        disk_tasks: Tasks::new(sender.clone()),
        elsewhere: Arc::default(),
        events: sender,
    };
    let ran = run(&mut state, &mut events, &mut host).await;
    let MergeToolHost { tasks, disk_tasks, elsewhere, writers, folder, mine, .. } = host;
    drop(surface);
    drop(tasks);
    // A write that has begun must be completed.
    disk_tasks.finished().await;
    let elsewhere = lock(&elsewhere).take();
    let is_saved = lock(&server).is_saved();
    let is_quit = ran.is_ok() && matches!(state.ended(), Some(SessionEnd::Quit));
    if elsewhere.is_some() && is_quit {
        // The result is in a file, so no draft is needed.
        writers.want(MERGE_SEAT, document(), u64::MAX, DraftWish::Forgotten);
    }
    // Unwritten decisions must reach the disk before the program ends.
    let unwritten = writers.finished().await;
    let folders = [vec![folder], rescue_folders].concat();
    let unkept: Vec<UnkeptText> = unwritten.into_iter().filter_map(|draft| rescue(draft, &state, &folders)).collect();
    let is_decided =
        |work: &OpenDocument| work.editor.needs_draft() && !work.editor.draft().is_untouched_merge_of(&mine);
    let is_anything_kept = state.documents().any(is_decided) || early_texts(&state).next().is_some();
    let is_kept = keeps_drafts && unkept.is_empty() && is_anything_kept;
    let end = match (editor_end(ran, &state), elsewhere) {
        (Ok(SessionEnd::Quit), _) if is_saved => MergeToolEnd::Saved,
        (Ok(SessionEnd::Quit), Some(path)) => MergeToolEnd::Elsewhere(path),
        (Ok(SessionEnd::Quit), None) => MergeToolEnd::Left,
        (Ok(end), _) => MergeToolEnd::Ended(end),
        (Err(error), _) => MergeToolEnd::Failed(error),
    };
    let is_kept = is_kept && !matches!(end, MergeToolEnd::Saved | MergeToolEnd::Elsewhere(_));
    Ok(MergeEnded { end, is_kept, unkept })
}

/// Writes the result if the merge needs no user.
///
/// Returns how that ended, or `None` if the user is needed.
fn write_if_settled(server: &mut FileServer) -> Option<MergeToolEnd> {
    for _ in 0..MAX_WRITE_ATTEMPTS {
        let result = server.settled()?;
        match server.write(&result) {
            ResponseOutcome::Saved(_) => return Some(MergeToolEnd::Saved),
            ResponseOutcome::Refused(problem) => return Some(MergeToolEnd::Unwritten(problem.detail)),
            // A file has changed meanwhile, so the merge may need the user now.
            _ => {
                if let Err(why) = server.begin_again() {
                    return Some(MergeToolEnd::Unwritten(why));
                }
            }
        }
    }
    None
}

/// Returns the id of the document. Users see its title instead.
fn document() -> DocumentId {
    "merge".parse().expect("this is a valid id")
}

/// Returns the author that stands for a text, or `otherwise` if the text's label is not a valid author.
fn author_for(label: &str, otherwise: &'static str) -> Author {
    let known = label.parse().or_else(|_| otherwise.parse());
    known.expect("the replacement is a valid author")
}

/// Locks a mutex. If a thread panicked while it held the lock, the value is still consistent.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the subject of drafts: the file, with the texts that the server has.
fn subject(server: &Arc<Mutex<FileServer>>, file: &Path, events: &EventSender) -> DraftSubject {
    let (asked, begun, events) = (Arc::clone(server), Arc::clone(server), events.clone());
    DraftSubject::File(FileDraftSubject {
        path: file.to_owned(),
        // A draft of text that was typed before the files were read matches any texts.
        is_current: Arc::new(move |draft| draft.base.is_none() || lock(&asked).is_current(draft)),
        begin: Arc::new(move |draft| {
            let mut server = lock(&begun);
            let anew = Draft::new(Some(server.base()), server.mine());
            let draft = match draft {
                None => return anew,
                Some(early) if early.base.is_none() => {
                    return Draft { manual_edit: early.manual_edit, aside: early.aside, unread: early.unread, ..anew };
                }
                Some(draft) => draft,
            };
            server.restore(&draft);
            let news = "unwritten work from an earlier run is here again";
            let _ = events.send(Event::DraftNews(Ok(news.to_owned())));
            draft
        }),
    })
}

/// The host of a merge of files.
struct MergeToolHost<'a> {
    surface: &'a mut dyn Surface,
    server: Arc<Mutex<FileServer>>,
    /// The path by which drafts are found.
    file: PathBuf,
    /// My side at the beginning of the merge.
    mine: Document,
    writers: DraftWriters,
    folder: PathBuf,
    tasks: Tasks<EventSender>,
    /// The tasks that wait for the disk, which are never cancelled.
    disk_tasks: Tasks<EventSender>,
    /// The file to which the result was written in place of the intended one.
    elsewhere: Arc<Mutex<Option<PathBuf>>>,
    events: EventSender,
}

impl EventLoopHost for MergeToolHost<'_> {
    type Error = SessionError;

    fn execute(&mut self, effect: Effect) -> Result<(), SessionError> {
        match effect {
            Effect::Open { seat, document } => {
                let subject = subject(&self.server, &self.file, &self.events);
                self.writers.open(subject, seat, document);
            }
            Effect::ChooseDraft { seat, document, choice } => self.writers.choose(seat, document, choice),
            Effect::KeepDraft { seat, document, generation, draft } => {
                // A merge without decisions can be repeated at any time, so it needs no draft.
                let is_untouched = draft.is_untouched_merge_of(&self.mine);
                let wish = if is_untouched { DraftWish::Forgotten } else { DraftWish::Kept(Box::new(draft)) };
                self.writers.want(seat, document, generation, wish);
            }
            Effect::KeepEarlyDraft { .. } | Effect::ForgetDraft { .. } => self.writers.execute(effect),
            Effect::Ask { work, request, ask, .. } => self.answer_request(work, request, ask),
            Effect::KeepFile { name, text } => {
                let folder = self.folder.clone();
                self.spawn_work("file", move || {
                    Event::FileKept(export_file::keep(&folder, &name, &text).map_err(|error| error.to_string()))
                });
            }
            Effect::KeepFileAs { work, generation, path, text } => {
                let path = self.folder.join(path);
                self.spawn_work("file", move || {
                    let kept = export_file::keep_as(&path, &text).map_err(|error| error.to_string());
                    Event::FileKeptAs { work, generation, kept }
                });
            }
            Effect::Copy { work, generation, text } => {
                let sent = self.surface.copy(&text).map_err(|error| error.to_string());
                // If the loop has ended, the program is ending already.
                let _ = self.events.send(Event::CopySent { work, generation, sent });
            }
            Effect::FillClipboard(text) => {
                if let Err(error) = self.surface.fill_clipboard(&text) {
                    let _ = self.events.send(Event::ClipboardNotFilled(error.to_string()));
                }
            }
            Effect::WriteElsewhere { path, text } => {
                let elsewhere = Arc::clone(&self.elsewhere);
                self.spawn_work("file", move || {
                    let written = match write(&path, text.as_bytes(), ExpectedContent::Absent, None) {
                        Ok(()) => Ok(lock(&elsewhere).insert(path).clone()),
                        Err(WriteError::Changed) => Err("there is a file of that name already".to_owned()),
                        Err(error) => Err(error.to_string()),
                    };
                    Event::WrittenElsewhere { text, written }
                });
            }
            Effect::AwaitPause { work } => {
                let events = self.events.clone();
                self.tasks.spawn("pause", async move {
                    tokio::time::sleep(TYPING_PAUSE).await;
                    // If the loop has ended, the program is ending already.
                    let _ = events.send(Event::Paused { work, merge_by: Some(merge_deadline()) });
                });
            }
            Effect::ProtectFromEnter { turn } => {
                let events = self.events.clone();
                self.tasks.spawn("timer", async move {
                    tokio::time::sleep(PROTECTION_TIME).await;
                    let _ = events.send(Event::EnterUnprotected { turn });
                });
            }
            Effect::Print(lines) => self.surface.print(lines),
            Effect::Suspend => self.surface.suspend().map_err(SessionError::Terminal)?,
            Effect::RedrawAll => self.surface.reclaim().map_err(SessionError::Terminal)?,
            Effect::UseKeyboardProtocol => self.surface.use_keyboard_protocol().map_err(SessionError::Terminal)?,
            // The other effects need a real server.
            _ => {}
        }
        Ok(())
    }

    fn show(&mut self, state: &State) -> Result<(), SessionError> {
        self.surface.show(state).map_err(SessionError::of_output)
    }
}

impl MergeToolHost<'_> {
    /// Has the server of files answer a request, on a thread that may wait for the disk.
    fn answer_request(&mut self, work: DocumentKey, request: RequestId, ask: EditorRequest) {
        let server = Arc::clone(&self.server);
        self.spawn_work("files", move || {
            let outcome = lock(&server).answer(ask);
            Event::Answered { work, request, outcome, merge_by: Some(merge_deadline()) }
        });
    }

    /// Starts disk work, and sends the event that the work returns.
    fn spawn_work(&mut self, name: &'static str, work: impl FnOnce() -> Event + Send + 'static) {
        let events = self.events.clone();
        self.disk_tasks.spawn(name, async move {
            match spawn_blocking(work).await {
                Ok(event) => {
                    // The send must not wait for capacity: these tasks are awaited after the loop has ended.
                    let _ = events.send(event);
                }
                Err(end) if end.is_panic() => std::panic::resume_unwind(end.into_panic()),
                // The runtime is shutting down and accepts no more work.
                Err(_) => {}
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The process is killed during the search for drafts, or right after it.
    #[tokio::test]
    async fn keys_typed_before_files_are_read_outlive_a_kill() {
        let folder = tempfile::tempdir().unwrap();
        let text = |name: &str| {
            let (path, text) = (folder.path().join(name), format!("{name}\n"));
            std::fs::write(&path, &text).unwrap();
            MergeInput { label: name.to_owned(), path, text }
        };
        let server = FileServer::new("recipe".to_owned(), [text("mine"), text("base"), text("theirs")], None, None);
        let anew = Draft::new(Some(server.base()), server.mine());
        let (server, file) = (Arc::new(Mutex::new(server)), folder.path().join("mine"));
        let drafts = Drafts::new(folder.path().join("drafts"));
        let (sender, _events) = inbox();
        let mut writers = DraftWriters::new(Some(drafts.clone()), sender.clone());
        writers.open(subject(&server, &file, &sender), MERGE_SEAT, document());
        let early = Draft::for_unplaced_text(&document(), None, Some("meant for a text".to_owned()));
        writers.want(MERGE_SEAT, document(), 1, DraftWish::Early(Some(Box::new(early))));
        writers.finished().await;

        let (sender, mut events) = inbox();
        let mut writers = DraftWriters::new(Some(drafts), sender.clone());
        writers.open(subject(&server, &file, &sender), MERGE_SEAT, document());
        let Some(Event::Opened { draft: Some(draft), .. }) = events.recv().await else { panic!("there is a choice") };
        assert_eq!(draft, Draft { unread: Some("meant for a text".into()), ..anew });
    }

    #[test]
    fn label_that_is_not_a_valid_author_is_replaced() {
        for label in ["\u{3164}", "HEAD\u{200b}", "", "\u{2800}", "two  spaces"] {
            assert_eq!(author_for(label, "mine").as_str(), "mine", "{label:?}");
        }
        assert_eq!(author_for("feature/zoë", "mine").as_str(), "feature/zoë");
    }
}
