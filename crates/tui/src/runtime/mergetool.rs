//! Three files merged on the screen: what a version control system calls a merge tool.
//!
//! It is the editor that is used everywhere, before a server that is made of files ([`server`]). The server has theirs;
//! my file is an unsaved text that started from the base. So the first read meets theirs, the merge opens, and the save
//! that names theirs writes the file.

mod input;
mod server;

use std::path::{self, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use client::{DraftWish, Drafts};
use contract::{Author, Document, DocumentId};
use editor::{Draft, EditorRequest, RequestId, ResponseOutcome};
use files::{ExpectedContent, SeenContent, WriteError, write};
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
use crate::effect::Effect;
use crate::event::Event;
use crate::ids::{DocumentKey, EditorIndex};
use crate::inbox::{EventSender, inbox};
use crate::open_document::OpenDocument;
use crate::run::{EventLoopHost, run};
use crate::state::{SessionEnd, State};
pub use input::MergeInput;
use server::FileServer;

/// There is one editor.
const MERGE_SEAT: EditorIndex = 0;

/// How often a merge without a conflict is made again because a file changed while it was written.
const MAX_WRITE_ATTEMPTS: usize = 10;

/// The inputs and the output of a merge of three files.
#[derive(Debug, Clone)]
pub struct MergeConfig {
    /// The name of the file in titles and messages.
    pub name: String,
    /// My text. The result is written to its file, unless `output` names another.
    pub mine: MergeInput,
    /// What both started from.
    pub base: MergeInput,
    /// The other's text.
    pub theirs: MergeInput,
    /// The file that the result is written to, and what it was before, if that is not mine.
    pub output: Option<(PathBuf, SeenContent)>,
    /// The absolute path by which drafts of earlier runs are found: that of the file, whatever its copies are called.
    pub file: PathBuf,
    /// Where decisions are kept that are not written yet; `None` to keep them in this program only.
    pub drafts: Option<Drafts>,
    /// The folder for the backup of a file that has to be written in place, if its own folder takes no new file.
    pub backups: Option<PathBuf>,
    /// The folder for texts that a person wants to keep as files.
    pub folder: PathBuf,
    /// Further folders for decisions that neither a draft nor that folder takes, in the order of trying.
    pub rescue_folders: Vec<PathBuf>,
    /// What things look like.
    pub theme: Theme,
}

/// How a merge of three files ended.
#[derive(Debug)]
pub enum MergeToolEnd {
    /// The result was written.
    Saved,
    /// The result was written to that file, which is not the one that it was meant for.
    Elsewhere(PathBuf),
    /// The person left without a result.
    Left,
    /// The result could not be written, and nothing was decided by a person that could be lost with it.
    Unwritten(String),
    /// It ended otherwise.
    Ended(SessionEnd),
    /// The terminal could not be used any more.
    Failed(SessionError),
}

/// How a merge of three files ended, and what became of decisions that were not written.
#[derive(Debug)]
pub struct MergeEnded {
    /// How.
    pub end: MergeToolEnd,
    /// Whether they are in a draft.
    pub is_kept: bool,
    /// The text that no draft keeps, because it could not be written.
    pub unkept: Vec<UnkeptText>,
}

/// Merges three texts on this terminal, or line by line if `lines` says so, until the result is written or the person
/// leaves. If one side changed nothing, or both made the same of it, there is nothing to look at: the result is written
/// at once. To be awaited on the main thread, as [`super::run_stage`].
///
/// # Errors
///
/// If the terminal cannot be used.
pub async fn run_merge(config: MergeConfig, lines: Option<LineSource>) -> Result<MergeEnded, SessionError> {
    let MergeConfig { name, file, mine, base, theirs, output, backups, drafts, folder, rescue_folders, theme } = config;
    let me = person(&mine.label, "mine");
    let mut server = FileServer::new(name, [mine, base, theirs], output, backups);
    if let Some(end) = write_if_settled(&mut server) {
        return Ok(MergeEnded { end, is_kept: false, unkept: Vec::new() });
    }
    let keeps_drafts = drafts.is_some();
    let (sender, mut events) = inbox();
    let mut tasks = Tasks::new(sender.clone());
    let mut surface = surface::open(lines, &mut tasks, &sender)?;
    let mine = server.mine();
    let mut state = State::files(me, document(), mine.clone(), theme);
    state.size = surface.size().map_err(SessionError::Terminal)?.unwrap_or(state.size);
    state.disk.keeps_drafts = drafts.is_some();
    state.disk.folder = path::absolute(&folder).unwrap_or_else(|_| folder.clone());
    if let Some(lines) = lines {
        state = state.in_plain(lines);
    }
    let server = Arc::new(Mutex::new(server));
    let mut world = MergeToolHost {
        surface: &mut surface,
        server: Arc::clone(&server),
        file,
        mine,
        keepers: DraftWriters::new(drafts, sender.clone()),
        folder,
        tasks,
        writes: Tasks::new(sender.clone()),
        elsewhere: Arc::default(),
        events: sender,
    };
    let ran = run(&mut state, &mut events, &mut world).await;
    let MergeToolHost { tasks, writes, elsewhere, keepers, folder, mine, .. } = world;
    drop(surface);
    drop(tasks);
    // A file that is being written is written to its end.
    writes.finished().await;
    let elsewhere = lock(&elsewhere).take();
    let is_saved = lock(&server).is_saved();
    let is_quit = ran.is_ok() && matches!(state.ended(), Some(SessionEnd::Quit));
    if elsewhere.is_some() && is_quit {
        // The result is in a file: there is nothing left to go on with.
        keepers.want(MERGE_SEAT, document(), u64::MAX, DraftWish::Forgotten);
    }
    // What was decided and not written reaches the disk before the program ends.
    let unwritten = keepers.finished().await;
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

/// Writes the result if there is nothing to look at, and says how that ended.
fn write_if_settled(server: &mut FileServer) -> Option<MergeToolEnd> {
    for _ in 0..MAX_WRITE_ATTEMPTS {
        let result = server.settled()?;
        match server.write(&result) {
            ResponseOutcome::Saved(_) => return Some(MergeToolEnd::Saved),
            ResponseOutcome::Refused(problem) => return Some(MergeToolEnd::Unwritten(problem.detail)),
            // A file has changed in this very moment: then there may be something to look at.
            _ => {
                if let Err(why) = server.begin_again() {
                    return Some(MergeToolEnd::Unwritten(why));
                }
            }
        }
    }
    None
}

/// The name of the document: its title says more.
fn document() -> DocumentId {
    "merge".parse().expect("this is a name")
}

/// Somebody who is called as a text is. A name that is none for people is replaced.
fn person(name: &str, otherwise: &'static str) -> Author {
    let known = name.parse().or_else(|_| otherwise.parse());
    known.expect("the words that stand in for a name are names")
}

/// A lock whose holder panicked is as good as any: what it holds is whole at every moment.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What drafts are looked for: the file, with the texts that the server has.
fn subject(server: &Arc<Mutex<FileServer>>, file: &Path, events: &EventSender) -> DraftSubject {
    let (asked, begun, events) = (Arc::clone(server), Arc::clone(server), events.clone());
    DraftSubject::File(FileDraftSubject {
        path: file.to_owned(),
        // What was typed before the files were read fits to any.
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
            let news = "what was typed or decided in an earlier run, and not written, is here again";
            let _ = events.send(Event::DraftNews(Ok(news.to_owned())));
            draft
        }),
    })
}

/// The terminal, and the files.
struct MergeToolHost<'a> {
    surface: &'a mut dyn Surface,
    server: Arc<Mutex<FileServer>>,
    /// The path by which drafts are found.
    file: PathBuf,
    /// My side, as it was at the beginning.
    mine: Document,
    keepers: DraftWriters,
    folder: PathBuf,
    tasks: Tasks<EventSender>,
    /// What waits for the disk, and is never broken off.
    writes: Tasks<EventSender>,
    /// The file that the result was written to in place of the one that it was meant for.
    elsewhere: Arc<Mutex<Option<PathBuf>>>,
    events: EventSender,
}

impl EventLoopHost for MergeToolHost<'_> {
    type Error = SessionError;

    fn execute(&mut self, effect: Effect) -> Result<(), SessionError> {
        match effect {
            Effect::Open { seat, document } => {
                let subject = subject(&self.server, &self.file, &self.events);
                self.keepers.open(subject, seat, document);
            }
            Effect::ChooseDraft { seat, document, choice } => self.keepers.choose(seat, document, choice),
            Effect::KeepDraft { seat, document, generation, draft } => {
                // A merge in which nothing was decided can be made again at any time.
                let is_worthless = draft.is_untouched_merge_of(&self.mine);
                let wish = if is_worthless { DraftWish::Forgotten } else { DraftWish::Kept(Box::new(draft)) };
                self.keepers.want(seat, document, generation, wish);
            }
            Effect::KeepEarlyDraft { .. } | Effect::ForgetDraft { .. } => self.keepers.carry_out(effect),
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
                // If nobody listens any more, the program is ending already.
                let _ = self.events.send(Event::CopySent { work, generation, sent });
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
                    // Nobody listening any more means that it is ending already.
                    let _ = events.send(Event::Paused { work, merge_by: Some(merge_deadline()) });
                });
            }
            Effect::Print(lines) => self.surface.print(lines),
            Effect::Suspend => self.surface.suspend().map_err(SessionError::Terminal)?,
            Effect::RedrawAll => self.surface.reclaim().map_err(SessionError::Terminal)?,
            // There is no other server.
            _ => {}
        }
        Ok(())
    }

    fn show(&mut self, state: &State) -> Result<(), SessionError> {
        self.surface.show(state).map_err(SessionError::of_output)
    }
}

impl MergeToolHost<'_> {
    /// Asks the server that is made of files. A write takes as long as the disk does.
    fn answer_request(&mut self, work: DocumentKey, request: RequestId, ask: EditorRequest) {
        let server = Arc::clone(&self.server);
        self.spawn_work("files", move || {
            let outcome = lock(&server).answer(ask);
            Event::Answered { work, request, outcome, merge_by: Some(merge_deadline()) }
        });
    }

    /// Begins something that waits for the disk, and tells what came of it.
    fn spawn_work(&mut self, name: &'static str, work: impl FnOnce() -> Event + Send + 'static) {
        let events = self.events.clone();
        self.writes.spawn(name, async move {
            match spawn_blocking(work).await {
                Ok(event) => {
                    // After the loop has ended, events are not taken in any more: there is no waiting for room then.
                    let _ = events.send(event);
                }
                Err(end) if end.is_panic() => std::panic::resume_unwind(end.into_panic()),
                // The runtime is going down, and takes nothing on any more.
                Err(_) => {}
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The process is killed while it looks for drafts, or right after it.
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
        let mut keepers = DraftWriters::new(Some(drafts.clone()), sender.clone());
        keepers.open(subject(&server, &file, &sender), MERGE_SEAT, document());
        let early = Draft::for_unplaced_text(&document(), None, Some("meant for a text".to_owned()));
        keepers.want(MERGE_SEAT, document(), 1, DraftWish::Early(Some(Box::new(early))));
        keepers.finished().await;

        let (sender, mut events) = inbox();
        let mut keepers = DraftWriters::new(Some(drafts), sender.clone());
        keepers.open(subject(&server, &file, &sender), MERGE_SEAT, document());
        let Some(Event::Opened { draft: Some(draft), .. }) = events.recv().await else { panic!("there is a choice") };
        assert_eq!(draft, Draft { unread: Some("meant for a text".to_owned()), ..anew });
    }

    #[test]
    fn label_that_cannot_be_seen_is_no_name() {
        for label in ["\u{3164}", "HEAD\u{200b}", "", "\u{2800}", "two  spaces"] {
            assert_eq!(person(label, "mine").as_str(), "mine", "{label:?}");
        }
        assert_eq!(person("feature/zoë", "mine").as_str(), "feature/zoë");
    }
}
