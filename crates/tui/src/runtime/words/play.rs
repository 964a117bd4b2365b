//! One run: plays the steps of a story, and checks the promises after each event.
//!
//! The user's part is in `keys` and `lines`; all else is in `world`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use tempfile::TempDir;
use terminal::key::Key;

use super::counts::Counts;
use super::ledger::Ledger;
use super::observe;
use super::rig::Rig;
use super::server::TestServer;
use super::sessions::Setting;
use super::story::{Kind, Step, Story, UserCommand};
use crate::action::{Action, Context};
use crate::event::Event;
use crate::state::State;

/// The result of a check; `Err` says in words which promise was not kept.
pub(super) type Kept = Result<(), String>;

/// The text of every document at the beginning.
pub(super) const TEXT: &str = "# BREAD\n\nFLOUR\nWATER\nSALT\n";

/// One run.
pub(super) struct Play<'c> {
    pub(super) setting: Setting,
    pub(super) rig: Rig,
    pub(super) server: TestServer,
    pub(super) ledger: Ledger,
    pub(super) counts: &'c RefCell<Counts>,
    /// All that has happened, for the message about a broken promise.
    log: Vec<String>,
    /// The word inside which the user has moved the cursor.
    pub(super) inside: Option<String>,
    /// How many texts other clients have written.
    pub(super) changes: usize,
    /// The number of the event after which the streams begin; `None` if a stream may have missed one.
    pub(super) streams_since: Option<u64>,
    /// The folder that contains both folders of the setting.
    _folder: TempDir,
}

impl<'c> Play<'c> {
    /// Starts a session, and waits until the document is open but not yet read.
    pub(super) async fn begin(story: &Story, counts: &'c RefCell<Counts>) -> Result<Self, String> {
        Self::begin_with(story.kind, story.size, story.exists.then_some(TEXT), counts).await
    }

    /// Like [`Play::begin`], with a document that has this text, or without a document.
    pub(super) async fn begin_with(
        kind: Kind,
        size: (u16, u16),
        text: Option<&str>,
        counts: &'c RefCell<Counts>,
    ) -> Result<Self, String> {
        let mut play = Self::begin_unopened(kind, size, text, counts).await?;
        play.open().await?;
        play.streams_since = Some(play.server.latest().await);
        Ok(play)
    }

    /// Like [`Play::begin_with`], but before drafts have been found and the document has opened.
    pub(super) async fn begin_unopened(
        kind: Kind,
        size: (u16, u16),
        text: Option<&str>,
        counts: &'c RefCell<Counts>,
    ) -> Result<Self, String> {
        let (me, document) = ("Alice".parse().expect("a name"), "welcome".parse().expect("a name"));
        let server = TestServer::start(&document, &me, text).await;
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let (drafts, files) = (folder.path().join("drafts"), folder.path().join("files"));
        fs::create_dir(&files).map_err(|error| error.to_string())?;
        let setting = Setting { kind, size, me, document, drafts, folder: files };
        let rig = setting.begin(server.relay.url());
        let play = Self {
            setting,
            rig,
            server,
            ledger: Ledger::default(),
            counts,
            log: Vec::new(),
            inside: None,
            changes: 0,
            streams_since: None,
            _folder: folder,
        };
        counts.borrow_mut().runs += 1;
        Ok(play)
    }

    /// Plays one step.
    pub(super) async fn step(&mut self, step: &Step) -> Kept {
        if self.rig.has_ended() {
            return Ok(());
        }
        self.note(format_args!("{step:?}"));
        match *step {
            Step::Type(count) => self.type_on(count).await?,
            Step::Paste(count) => self.paste(count).await?,
            Step::Do(command) => self.do_it(command).await?,
            Step::Choose(which) => self.choose(which).await?,
            Step::Decide(which) => self.decide(which).await?,
            Step::Click(x, y) => self.click(x, y).await?,
            Step::Resize(width, height) => self.resize(width, height).await?,
            Step::Save(who, change) => self.save_as(who, change).await,
            Step::Delete(who) => self.server.writes(who, None).await,
            Step::Hold(hold) => self.server.hold(hold).await,
            Step::Release => {
                if let Some(first) = self.server.held().await.first() {
                    self.server.release(*first).await;
                }
            }
            Step::ReleaseAll => self.server.release_all().await,
            Step::Policy(preconditions) => self.server.set_policy(preconditions).await,
            Step::Lose => self.server.lose_next(1).await,
            Step::Cut => {
                self.streams_since = None;
                self.server.relay.cut();
            }
            Step::Deliver(source, count) => self.deliver(source, count).await?,
            Step::Wake => self.wake().await?,
            Step::Kill { quiet } => self.kill(quiet).await?,
            Step::Early { words, saves, killed } => self.type_early(words, saves, killed).await?,
        }
        self.rest().await
    }

    /// Returns all that has happened, one event a line, the newest last.
    pub(super) fn story_so_far(&self) -> String {
        self.log.iter().fold(String::new(), |mut story, line| {
            // Writing to a string cannot fail.
            let _ = writeln!(story, "  {line}");
            story
        })
    }

    pub(super) fn note(&mut self, what: std::fmt::Arguments<'_>) {
        self.log.push(what.to_string());
    }

    /// Sends one event to the loop, and checks the promises that hold after any event.
    ///
    /// `freedom` says whether words may be gone because of the event.
    pub(super) async fn happens(&mut self, event: Event, freedom: observe::Freedom) -> Kept {
        let before = self.words_here(freedom);
        self.rig.give(event).await;
        if freedom == observe::Freedom::Own {
            // The words may be gone even if a draft still has them for a while, in the merge of before the event.
            let after = self.words_here(freedom);
            self.ledger.may_be_gone(before.difference(&after).cloned().collect());
        }
        let state = self.rig.state();
        for work in state.documents() {
            let (buffer, mine) = (work.buffer.text(), &work.editor.mine().content);
            if *mine != buffer {
                return Err(format!("the buffer has {buffer:?}, but the editor has {mine:?}"));
            }
        }
        let missing = self.missing(&state, freedom).await;
        if missing.is_empty() {
            return Ok(());
        }
        if freedom == observe::Freedom::Own {
            self.ledger.may_be_gone(missing);
            return Ok(());
        }
        Err(format!("{missing:?} were typed, but are nowhere"))
    }

    /// Returns the words that are in a text of this session.
    fn words_here(&self, freedom: observe::Freedom) -> BTreeSet<String> {
        self.ledger.words_in(&observe::places(&self.rig.state(), freedom).join("\n"))
    }

    /// Returns the words that are neither in this session nor on the server nor on the disk.
    async fn missing(&mut self, state: &State, freedom: observe::Freedom) -> BTreeSet<String> {
        let here = observe::places(state, freedom);
        let here: Vec<&str> = here.iter().map(String::as_str).collect();
        if self.ledger.missing(&here).is_empty() {
            return BTreeSet::new();
        }
        let there = self.server.history().await;
        let missing = self.ledger.missing(&here.into_iter().chain(there).collect::<Vec<_>>());
        if missing.is_empty() {
            return missing;
        }
        // A draft of an earlier run that was not continued is still on the disk.
        let kept = self.on_disk_and_server().await;
        missing.difference(&kept).cloned().collect()
    }

    /// Goes back to a text that the user can type into. Returns whether there is one.
    pub(super) async fn is_at_a_text(&mut self) -> Result<bool, String> {
        for _ in 0..4 {
            let state = self.rig.state();
            if self.rig.has_ended() || state.document().is_none() {
                return Ok(false);
            }
            match state.context() {
                context if observe::is_text(context) => return Ok(true),
                Context::Lesson | Context::Quiz | Context::Level => self.press(Key::alt('1')).await?,
                _ => self.press(Key::plain(crossterm::event::KeyCode::Esc)).await?,
            }
        }
        Ok(observe::is_text(self.rig.state().context()))
    }

    async fn do_it(&mut self, command: UserCommand) -> Kept {
        match self.setting.kind {
            Kind::Plain => self.say_it(command).await,
            Kind::Piped => self.pipe_it(command).await,
            _ => self.do_by_key(command).await,
        }
    }

    /// Enters the merge, if one is open, and decides something.
    async fn decide(&mut self, which: u8) -> Kept {
        if self.setting.kind == Kind::Piped {
            return self.pipe_any(which).await;
        }
        let is_open = |state: &State| state.document().is_some_and(|work| work.editor.document_merge().is_some());
        if self.rig.state().context() == Context::Text && is_open(&self.rig.state()) {
            self.do_it(UserCommand::Enter).await?;
        }
        if self.rig.has_ended() || self.rig.state().context() != Context::Merge {
            return Ok(());
        }
        if self.setting.kind == Kind::Plain {
            return self.say_a_decision(which).await;
        }
        self.press_a_decision(which).await
    }

    async fn choose(&mut self, which: u8) -> Kept {
        match self.setting.kind {
            Kind::Plain => self.say_any(which).await,
            Kind::Piped => self.pipe_any(which).await,
            _ => self.press_any(which).await,
        }
    }
}

/// Returns whether an action ends the session, so that no story performs it.
pub(super) const fn ends_it(action: Action) -> bool {
    matches!(action, Action::Quit | Action::Menu | Action::LeaveLesson | Action::Abandon | Action::Palette)
}
