//! One run: a story carried out step by step, and after each event the promises that are kept whatever happens.
//!
//! What the user does is in `hands`, what the world does in `world`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use tempfile::TempDir;
use terminal::key::Key;

use super::counts::Counts;
use super::ledger::Ledger;
use super::rig::Rig;
use super::server::TestServer;
use super::sessions::Setting;
use super::sight;
use super::story::{Deed, Kind, Step, Story};
use crate::action::{Action, Context};
use crate::event::Event;
use crate::state::State;

/// The result of checking what the editor promises; `Err` says in words which promise was not kept.
pub(super) type Kept = Result<(), String>;

/// The text that every document begins with.
pub(super) const TEXT: &str = "# BREAD\n\nFLOUR\nWATER\nSALT\n";

/// One run.
pub(super) struct Play<'c> {
    pub(super) setting: Setting,
    pub(super) rig: Rig,
    pub(super) server: TestServer,
    pub(super) ledger: Ledger,
    pub(super) counts: &'c RefCell<Counts>,
    /// What happened so far, to be read when a promise is broken.
    log: Vec<String>,
    /// The word into whose middle the user took the cursor.
    pub(super) inside: Option<String>,
    /// How many texts somebody else has written.
    pub(super) changes: usize,
    /// The number of the event that the streams begin after; none once a stream may have missed something.
    pub(super) streams_since: Option<u64>,
    /// Both folders of the setting.
    _folder: TempDir,
}

impl<'c> Play<'c> {
    /// Begins a session. The document is not read yet.
    pub(super) async fn begin(story: &Story, counts: &'c RefCell<Counts>) -> Result<Self, String> {
        Self::begin_with(story.kind, story.size, story.exists.then_some(TEXT), counts).await
    }

    /// The same with this text in the document.
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

    /// The same, where it is not known yet which drafts there are.
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

    /// Carries one step out.
    pub(super) async fn step(&mut self, step: &Step) -> Kept {
        if self.rig.has_ended() {
            return Ok(());
        }
        self.note(format_args!("{step:?}"));
        match *step {
            Step::Type(count) => self.type_on(count).await?,
            Step::Paste(count) => self.paste(count).await?,
            Step::Do(deed) => self.do_it(deed).await?,
            Step::Choose(which) => self.choose(which).await?,
            Step::Decide(which) => self.decide(which).await?,
            Step::Click(x, y) => self.click(x, y).await?,
            Step::Resize(width, height) => self.resize(width, height).await?,
            Step::Save(who, change) => self.somebody_saves(who, change).await,
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

    /// What happened, one line each, the newest last.
    pub(super) fn story_so_far(&self) -> String {
        self.log.iter().fold(String::new(), |mut story, line| {
            // Memory takes all that is written.
            let _ = writeln!(story, "  {line}");
            story
        })
    }

    pub(super) fn note(&mut self, what: std::fmt::Arguments<'_>) {
        self.log.push(what.to_string());
    }

    /// Sends one event in, and checks what holds after any event. `freedom` says whether words may be gone because of
    /// it.
    pub(super) async fn happens(&mut self, event: Event, freedom: sight::Freedom) -> Kept {
        let before = self.words_here(freedom);
        self.rig.give(event).await;
        if freedom == sight::Freedom::Own {
            // A draft may go on to have them for a while, in the merge that was made before.
            let after = self.words_here(freedom);
            self.ledger.may_be_gone(before.difference(&after).cloned().collect());
        }
        let state = self.rig.state();
        for work in state.documents() {
            let (buffer, mine) = (work.buffer.text(), &work.editor.mine().content);
            if buffer != *mine {
                return Err(format!("the buffer says {buffer:?}, the machine {mine:?}"));
            }
        }
        let missing = self.missing(&state, freedom).await;
        if missing.is_empty() {
            return Ok(());
        }
        if freedom == sight::Freedom::Own {
            self.ledger.may_be_gone(missing);
            return Ok(());
        }
        Err(format!("{missing:?} were typed and are nowhere"))
    }

    /// The words that are in a text of this session.
    fn words_here(&self, freedom: sight::Freedom) -> BTreeSet<String> {
        self.ledger.words_in(&sight::places(&self.rig.state(), freedom).join("\n"))
    }

    /// The words that are neither here nor on the server nor on the disk.
    async fn missing(&mut self, state: &State, freedom: sight::Freedom) -> BTreeSet<String> {
        let here = sight::places(state, freedom);
        let here: Vec<&str> = here.iter().map(String::as_str).collect();
        if self.ledger.missing(&here).is_empty() {
            return BTreeSet::new();
        }
        let there = self.server.history().await;
        let missing = self.ledger.missing(&here.into_iter().chain(there).collect::<Vec<_>>());
        if missing.is_empty() {
            return missing;
        }
        // A draft of an earlier run that was not gone on with is still there.
        let kept = self.on_disk_and_server().await;
        missing.difference(&kept).cloned().collect()
    }

    /// Whether the keys are where the user can type into a document, after going back there if they were elsewhere.
    pub(super) async fn is_at_a_text(&mut self) -> Result<bool, String> {
        for _ in 0..4 {
            let state = self.rig.state();
            if self.rig.has_ended() || state.document().is_none() {
                return Ok(false);
            }
            match state.context() {
                context if sight::is_text(context) => return Ok(true),
                Context::Lesson | Context::Quiz => self.press(Key::alt('1')).await?,
                _ => self.press(Key::plain(crossterm::event::KeyCode::Esc)).await?,
            }
        }
        Ok(sight::is_text(self.rig.state().context()))
    }

    async fn do_it(&mut self, deed: Deed) -> Kept {
        match self.setting.kind {
            Kind::Plain => self.say_it(deed).await,
            Kind::Piped => self.pipe_it(deed).await,
            _ => self.do_by_key(deed).await,
        }
    }

    /// Decides something in the merge, which is entered first.
    async fn decide(&mut self, which: u8) -> Kept {
        if self.setting.kind == Kind::Piped {
            return self.pipe_any(which).await;
        }
        let is_open = |state: &State| state.document().is_some_and(|work| work.editor.document_merge().is_some());
        if self.rig.state().context() == Context::Text && is_open(&self.rig.state()) {
            self.do_it(Deed::Enter).await?;
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

/// What nobody presses here: it ends the session.
pub(super) const fn ends_it(action: Action) -> bool {
    matches!(action, Action::Quit | Action::Menu | Action::LeaveLesson | Action::Abandon)
}
