//! Three files merged on the screen: what a version control system calls a merge tool.
//!
//! It is the editor that everybody uses, before a server that is made of the three files. It holds theirs; my file is
//! an unsaved text that started from the base. So the first read meets theirs, the merge opens, and a save that names
//! theirs is the result.

use std::path::PathBuf;

use contract::{Author, Document, DocumentId, EntityTag, Snapshot};
use editor::{Ask, Draft, Failed, Guard, Outcome, Saved};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{SessionError, file};
use crate::effect::Effect;
use crate::event::Event;
use crate::input::{self, Pending, Signals};
use crate::panic::PanicHook;
use crate::run::{World, run};
use crate::state::{End, State};
use crate::tasks::Tasks;
use crate::terminal::TerminalGuard;
use crate::theme::Theme;

/// One of three texts to be merged.
#[derive(Debug, Clone)]
pub struct MergeText {
    /// What it is called on the screen: a label, or the name of a file.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// What a merge of three files needs.
#[derive(Debug, Clone)]
pub struct MergeConfig {
    /// My text; its name is also that of the result.
    pub mine: MergeText,
    /// What both started from.
    pub base: MergeText,
    /// The other's text.
    pub theirs: MergeText,
    /// The folder for texts that somebody wants to keep as files.
    pub folder: PathBuf,
    /// What things look like.
    pub theme: Theme,
}

/// How a merge of three files ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeEnd {
    /// This is the result. Nothing is written yet.
    Saved(String),
    /// Somebody left without a result.
    Left,
    /// It ended otherwise.
    Ended(End),
}

/// Merges three texts on this terminal until somebody saves the result or leaves. Where there is nothing to look at,
/// because one side changed nothing or both made the same of it, no screen appears. To be awaited on the main thread, as
/// [`super::run_stage`].
pub async fn run_merge(config: MergeConfig) -> Result<MergeEnd, SessionError> {
    let MergeConfig { mine, base, theirs, folder, theme } = config;
    if mine.text == theirs.text || base.text == theirs.text {
        return Ok(MergeEnd::Saved(mine.text));
    }
    if mine.text == base.text {
        return Ok(MergeEnd::Saved(theirs.text));
    }
    let (sender, mut events) = unbounded_channel();
    let mut tasks = Tasks::new(sender.clone());
    let (signals, pending) = (Signals::listen(), Pending::default());
    let terminal = TerminalGuard::claim(sender.clone())?;
    let _hook = PanicHook::set(terminal.modes());
    tasks.spawn("terminal", input::read_terminal(pending.clone(), sender.clone()));
    tokio::spawn(signals.tell(pending, sender.clone()));
    let (mut state, first) = State::files(person(&mine.name, "mine"), document(), theme);
    state.size = terminal.size()?;
    let files = Files::new(mine, base, theirs);
    let mut world = Three { terminal, files, folder, tasks, events: sender };
    let end = run(state, first, &mut events, &mut world).await;
    let Three { terminal, files, tasks, .. } = world;
    drop(terminal);
    drop(tasks);
    Ok(match (end?.ended().cloned(), files.saved) {
        (Some(End::Quit) | None, Some(result)) => MergeEnd::Saved(result),
        (Some(End::Quit) | None, None) => MergeEnd::Left,
        (Some(other), _) => MergeEnd::Ended(other),
    })
}

/// What the result is called where a document has a name: its title says more.
fn document() -> DocumentId {
    "merge".parse().expect("this is a name")
}

/// Somebody who is called as a text is. A name that is none for people is replaced.
fn person(name: &str, otherwise: &'static str) -> Author {
    let known = name.parse().or_else(|_| otherwise.parse());
    known.expect("the words that stand in for a name are names")
}

/// The server that is made of the three files.
struct Files {
    draft: Draft,
    theirs: Snapshot,
    saved: Option<String>,
}

impl Files {
    fn new(mine: MergeText, base: MergeText, theirs: MergeText) -> Self {
        let title = mine.name;
        let version = |tag: &str, author: Option<Author>, content: String| Snapshot {
            etag: tag.parse::<EntityTag>().expect("what stands here is a tag"),
            author,
            at: None,
            document: Document { title: title.clone(), content, parent: None },
        };
        let other = person(&theirs.name, "theirs");
        let other = if person(&title, "mine") == other { person("theirs", "theirs") } else { other };
        let draft = Draft {
            base: Some(version("\"base\"", None, base.text)),
            mine: Document { title: title.clone(), content: mine.text, parent: None },
            by_hand: None,
        };
        Self { draft, theirs: version("\"theirs\"", Some(other), theirs.text), saved: None }
    }

    /// Judges as any server does: a write that names theirs replaces it, every other one is shown theirs first.
    fn answer(&mut self, ask: Ask) -> Outcome {
        let current = self.theirs.etag.clone();
        match ask {
            Ask::Read { unless } if unless.as_ref() == Some(&current) => Outcome::NotModified,
            Ask::Read { .. } => Outcome::Read(self.theirs.clone()),
            Ask::Write { guard: Guard::IfMatch(tag), document, .. } if tag == current => {
                self.saved = Some(document.content);
                Outcome::Saved(Saved { etag: current, at: None, created: false, replayed: false, overwrote: None })
            }
            Ask::Write { .. } | Ask::Delete { .. } => {
                let failed = Failed { current: Some(self.theirs.clone()), etag: Some(current), ..Failed::default() };
                Outcome::Failed(Box::new(failed))
            }
        }
    }
}

/// The terminal, and the three files.
struct Three {
    terminal: TerminalGuard,
    files: Files,
    folder: PathBuf,
    tasks: Tasks,
    events: UnboundedSender<Event>,
}

impl World for Three {
    type Error = SessionError;

    fn carry_out(&mut self, effect: Effect) -> Result<(), SessionError> {
        let event = match effect {
            Effect::Open { seat, document } => Event::Opened { seat, document, draft: Some(self.files.draft.clone()) },
            Effect::Ask { work, request, ask, .. } => {
                let outcome = self.files.answer(ask);
                Event::Answered { work, request, outcome, merge_by: Some(super::merge_by()) }
            }
            Effect::KeepFile { name, text } => {
                let kept = file::keep(&self.folder, &name, &text);
                Event::FileKept(kept.map_err(|error| error.to_string()))
            }
            Effect::AwaitPause { work } => {
                let events = self.events.clone();
                self.tasks.spawn("pause", async move {
                    tokio::time::sleep(super::TYPING_PAUSE).await;
                    // Nobody listening any more means that it is ending already.
                    let _ = events.send(Event::Paused { work, merge_by: Some(super::merge_by()) });
                });
                return Ok(());
            }
            Effect::Suspend => return Ok(self.terminal.suspend()?),
            Effect::Reclaim => return Ok(self.terminal.reclaim()?),
            // There is no other server, and the three files are the drafts.
            _ => return Ok(()),
        };
        // Nobody listening any more means that it is ending already.
        let _ = self.events.send(event);
        Ok(())
    }

    fn show(&mut self, state: &State) -> Result<(), SessionError> {
        Ok(self.terminal.draw(state)?)
    }
}
