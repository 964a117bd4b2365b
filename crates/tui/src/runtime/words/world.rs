//! The part of a story that is not the user's: delivered events, other clients, kills and restarts.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;

use contract::Hold;
use crossterm::event::KeyCode;
use terminal::event::{StopReason, TerminalEvent};
use terminal::key::Key;
use tokio::time::Instant;

use super::observe::{self, Freedom};
use super::play::{Kept, Play, TEXT};
use super::rig::{PATIENCE, Rig, Source};
use super::server::{LOOK, Writer};
use super::story::{Change, Ending, Kind};
use crate::action::{Action, Context};
use crate::event::Event;
use crate::overlay::Overlay;
use crate::plain;
use crate::state::{SessionEnd, State};

impl Play<'_> {
    /// Starts the session, and waits until each document is open but not yet read.
    pub(super) async fn open(&mut self) -> Kept {
        let end = Instant::now() + PATIENCE;
        let in_a_lesson = matches!(self.setting.kind, Kind::Lesson(_));
        loop {
            self.rig.turn().await;
            let open = |state: &State| {
                let all_have_one = state.people.panes.iter().all(|pane| pane.document().is_some());
                state.ended().is_none() && !state.people.panes.is_empty() && all_have_one
            };
            if self.rig.has_begun() && open(&self.rig.state()) {
                break;
            }
            if Instant::now() > end {
                return Err("the session does not begin".to_owned());
            }
            self.choose_a_draft().await;
            // In a pipe, the line that chooses a draft waits for the responses to all first requests.
            let sources = match self.setting.kind {
                Kind::Lesson(_) => &Source::ALL[..],
                Kind::Piped => &[Source::Rest, Source::Responses],
                _ => &[Source::Rest],
            };
            let next = sources.iter().find_map(|source| self.rig.next_from(*source));
            match next {
                Some(event) => self.rig.give(event).await,
                None => self.rig.progress(end).await,
            }
        }
        if in_a_lesson {
            return Ok(());
        }
        let people = self.rig.state().people.panes.len();
        let connected = |event: &&Event| matches!(event, Event::Connected { .. });
        self.rig
            .until("the streams are connected", |rig| rig.waiting(Source::Streams).filter(connected).count() == people)
            .await
    }

    /// Continues the newest draft if drafts are offered. The others stay on the disk.
    async fn choose_a_draft(&mut self) {
        if !self.rig.has_begun() || self.rig.waiting(Source::Rest).next().is_some() {
            return;
        }
        let state = self.rig.state();
        let Some(Overlay::Drafts(chooser)) = state.overlays.last() else { return };
        if chooser.offered().is_none_or(<[_]>::is_empty) {
            return;
        }
        if self.setting.kind.is_plain() && plain::waiting_lines(&state).is_some() {
            return;
        }
        if self.setting.kind.is_plain() {
            self.rig.give(TerminalEvent::Line("draft 1".to_owned())).await;
            return;
        }
        if chooser.selected().is_none() {
            self.rig.give(TerminalEvent::Key(Key::plain(KeyCode::Down))).await;
        }
        self.rig.give(TerminalEvent::Key(Key::plain(KeyCode::Enter))).await;
    }

    /// Waits until every request has its response or is held, and every event of the streams has arrived.
    pub(super) async fn rest(&mut self) -> Kept {
        if matches!(self.setting.kind, Kind::Lesson(_)) {
            // In a lesson, the instructor holds and releases requests.
            self.rig.turn().await;
            return Ok(());
        }
        let end = Instant::now() + PATIENCE;
        while !self.rig.has_ended() {
            self.rig.turn().await;
            let waits = self.rig.unanswered();
            let people = u64::try_from(self.rig.state().people.panes.len()).unwrap_or(0);
            let told = match self.streams_since {
                Some(since) => self.rig.heard >= (self.server.latest().await - since) * people,
                None => true,
            };
            if told && (waits == 0 || self.server.held().await.len() >= waits) {
                break;
            }
            if Instant::now() > end {
                return Err(format!("{waits} requests are neither answered nor held, or an event is lost"));
            }
            self.rig.progress(Instant::now() + LOOK).await;
        }
        Ok(())
    }

    /// Delivers some events of a source.
    ///
    /// Each response to an editor's request is delivered together with the events before it.
    pub(super) async fn deliver(&mut self, source: Source, count: u8) -> Kept {
        for _ in 0..count {
            loop {
                let Some(event) = self.rig.next_from(source) else { return Ok(()) };
                let last = source != Source::Responses || matches!(event, Event::Answered { .. });
                self.let_in(event).await?;
                if last {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Delivers one event, and checks that it does not change what a key means.
    async fn let_in(&mut self, event: Event) -> Kept {
        let before = self.rig.state();
        let (kind, opened) = (name_of(&event), views(&before));
        self.count(&event);
        let acting = before.lesson.course.as_ref().is_some_and(|course| course.is_busy() || course.is_silent());
        // A lesson may take back text that it has typed for its people.
        let freedom = if acting { Freedom::Own } else { Freedom::Keep };
        self.happens(event, freedom).await.map_err(|why| format!("{kind}: {why}"))?;
        if self.rig.has_ended() {
            return Ok(());
        }
        let after = self.rig.state();
        self.counts.borrow_mut().opened += views(&after).saturating_sub(opened);
        if before.kind != after.kind || means_the_same(before.context(), after.context(), self.setting.kind) {
            return Ok(());
        }
        let (from, to) = (before.context().place_name(), after.context().place_name());
        Err(format!("{kind} took the keys: they were {from}, and are now {to}"))
    }

    fn count(&mut self, event: &Event) {
        let mut counts = self.counts.borrow_mut();
        match event {
            Event::Answered { .. } => counts.responses += 1,
            Event::Heard { .. } | Event::Connected { .. } | Event::Disconnected { .. } => counts.events += 1,
            _ => counts.others += 1,
        }
    }

    /// Lets all timers run out: those before a retry, and those before a merge with typed text.
    pub(super) async fn wake(&mut self) -> Kept {
        let state = self.rig.state();
        for work in state.documents() {
            if work.editor.phase() == editor::EditorPhase::Offline {
                self.let_in(Event::Woke { work: work.key }).await?;
            }
            if work.editor.is_merge_outdated() {
                self.let_in(Event::Paused { work: work.key, merge_by: None }).await?;
            }
        }
        Ok(())
    }

    /// Has another client save a change.
    pub(super) async fn save_as(&mut self, who: Writer, change: Change) {
        self.changes += 1;
        let text = self.server.current().await.map_or_else(|| TEXT.to_owned(), |(document, _)| document.content);
        let text = change.of(&text, self.changes);
        self.server.writes(who, Some(&text)).await;
    }

    /// Kills the process, checks the disk and the server, starts the next process, and opens the document.
    pub(super) async fn kill(&mut self, quiet: bool) -> Kept {
        self.start_again(quiet).await?;
        self.open().await?;
        self.streams_since = Some(self.server.latest().await);
        Ok(())
    }

    /// Kills the process, and types before the next process has opened the document.
    ///
    /// If `killed`, that process is killed, too.
    pub(super) async fn type_early(&mut self, words: u8, saves: bool, killed: bool) -> Kept {
        self.start_again(true).await?;
        self.rig.until("the session begins", Rig::has_begun).await?;
        for number in 0..words {
            let word = self.ledger.next_word();
            if self.setting.kind.is_plain() {
                self.rig.give(TerminalEvent::Line(format!("add {word}"))).await;
            } else {
                for c in format!("{word} ").chars() {
                    self.rig.give(TerminalEvent::Key(Key::char(c))).await;
                }
                if saves && number == 0 {
                    self.rig.give(TerminalEvent::Key(Key::ctrl('s'))).await;
                }
            }
            self.ledger.put_in(word);
        }
        self.counts.borrow_mut().early += u64::from(words);
        if killed {
            self.start_again(true).await?;
        }
        self.open().await?;
        self.streams_since = Some(self.server.latest().await);
        self.happens(Event::Terminal(TerminalEvent::OutputTaken), Freedom::Keep).await
    }

    /// Kills the process, checks the disk and the server, and starts the next process.
    pub(super) async fn start_again(&mut self, quiet: bool) -> Kept {
        self.counts.borrow_mut().kills += 1;
        if quiet {
            self.all_is_kept().await?;
        }
        let safe = self.on_disk_and_server().await;
        self.ledger.leave_the_word();
        self.rig = self.setting.begin(self.server.relay.url());
        // The runtime has one thread for blocking work, so this waits until the dead process has finished its writes.
        let _ = tokio::task::spawn_blocking(|| {}).await;
        self.dead_process_holds_nothing().await?;
        let kept = self.on_disk_and_server().await;
        let lost: BTreeSet<String> = safe.difference(&kept).cloned().collect();
        let lost = self.ledger.still_wanted(&lost);
        if !lost.is_empty() {
            return Err(format!("{lost:?} were on the disk before the kill, and are not any more"));
        }
        // Words that had not reached the disk are gone with the process.
        let missing = self.ledger.all_but(&kept);
        if quiet && !missing.is_empty() {
            return Err(format!("{missing:?} are gone with the process"));
        }
        self.ledger.may_be_gone(missing);
        self.streams_since = None;
        Ok(())
    }

    /// Waits until no draft is locked: the system releases the locks of a dead process.
    async fn dead_process_holds_nothing(&self) -> Kept {
        let end = Instant::now() + PATIENCE;
        let is_held = |path: &Path| File::open(path).is_ok_and(|file| file.try_lock_shared().is_err());
        let locks = || fs::read_dir(&self.setting.drafts).into_iter().flatten().flatten().map(|entry| entry.path());
        while locks().filter(|path| path.extension().is_some_and(|ending| ending == "lock")).any(|path| is_held(&path))
        {
            if Instant::now() > end {
                return Err("a draft of the dead process is still locked".to_owned());
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Waits until every word is on the disk or on the server.
    async fn all_is_kept(&mut self) -> Kept {
        let end = Instant::now() + PATIENCE;
        loop {
            let kept = self.on_disk_and_server().await;
            let missing = self.ledger.all_but(&kept);
            if missing.is_empty() {
                return Ok(());
            }
            if Instant::now() > end {
                return Err(format!("{missing:?} never reach the disk"));
            }
            self.rig.progress(Instant::now() + LOOK).await;
        }
    }

    /// Waits until a condition holds for the content of all drafts on the disk.
    pub(super) async fn until_drafts(&mut self, holds: impl Fn(&str) -> bool) -> Kept {
        let end = Instant::now() + PATIENCE;
        while !holds(&all_files(&self.setting.drafts)) {
            if Instant::now() > end {
                return Err(format!("waited in vain: the drafts are {}", all_files(&self.setting.drafts)));
            }
            self.rig.progress(Instant::now() + LOOK).await;
        }
        Ok(())
    }

    /// Returns the words that outlive the process.
    pub(super) async fn on_disk_and_server(&mut self) -> BTreeSet<String> {
        let disk = all_files(&self.setting.drafts) + &all_files(&self.setting.folder);
        let mut kept = self.ledger.words_in(&disk);
        for text in self.server.history().await {
            kept.extend(self.ledger.words_in(text));
        }
        kept
    }

    /// Releases all requests, delivers all events and lets offline editors retry, until nothing happens.
    pub(super) async fn comes_to_rest(&mut self) -> Kept {
        self.note(format_args!("everything comes to rest"));
        self.server.hold(Hold::None).await;
        self.server.lose_next(0).await;
        for _ in 0..50 {
            if self.rig.has_ended() {
                break;
            }
            self.server.release_all().await;
            self.wake().await?;
            self.rest().await?;
            let waits = Source::ALL.into_iter().filter(|source| self.rig.waiting(*source).next().is_some());
            let waits: Vec<Source> = waits.collect();
            if waits.is_empty() && self.rig.unanswered() == 0 {
                break;
            }
            for source in waits {
                self.deliver(source, u8::MAX).await?;
            }
        }
        Ok(())
    }

    /// Changes the size of the terminal, and checks that only the picture changes.
    pub(super) async fn resize(&mut self, width: u16, height: u16) -> Kept {
        if self.setting.kind.is_plain() {
            return Ok(());
        }
        self.rig.resize(width, height);
        self.let_in(Event::Terminal(TerminalEvent::Resized { width, height })).await
    }

    /// Ends the program, and checks that every word is on the disk or on the server.
    pub(super) async fn ends(&mut self, ending: Ending) -> Kept {
        self.counts.borrow_mut().words += u64::try_from(self.ledger.count()).unwrap_or(0);
        if self.rig.has_ended() || !self.setting.kind.has_drafts() {
            return Ok(());
        }
        self.note(format_args!("the program ends: {ending:?}"));
        match ending {
            Ending::Stopped => {}
            Ending::Abandoned => self.leave(Key::char('l'), "leave").await?,
            Ending::Saved => self.leave(Key::char('s'), "save").await?,
        }
        // If not everything could be saved, the session has not ended yet.
        self.rig.give(TerminalEvent::Stopped(StopReason::Terminate)).await;
        self.rig.until("the program ends", Rig::has_ended).await?;
        if !matches!(self.rig.end(), Some(Ok(SessionEnd::Stopped(_) | SessionEnd::Quit))) {
            return Err(format!("the program ended with {:?}", self.rig.end()));
        }
        let kept = self.on_disk_and_server().await;
        let missing = self.ledger.all_but(&kept);
        if missing.is_empty() { Ok(()) } else { Err(format!("the program ended, and {missing:?} are nowhere")) }
    }

    /// Quits, and answers the question about unsaved text with this key or this line.
    async fn leave(&mut self, answer: Key, said: &str) -> Kept {
        if !self.is_at_a_text().await? {
            return Ok(());
        }
        let is_plain = self.setting.kind.is_plain();
        self.rig
            .give(if is_plain {
                Event::Terminal(TerminalEvent::Line("quit".to_owned()))
            } else {
                Event::Terminal(TerminalEvent::Key(Key::ctrl('q')))
            })
            .await;
        if self.rig.has_ended() || self.rig.state().context() != Context::Unsaved {
            return Ok(());
        }
        let state = self.rig.state();
        if said == "save" {
            self.before_acting(&state, Action::Confirm, Context::Unsaved).await?;
        }
        let event = if is_plain {
            Event::Terminal(TerminalEvent::Line(said.to_owned()))
        } else {
            Event::Terminal(TerminalEvent::Key(answer))
        };
        self.happens(event, Freedom::Keep).await?;
        self.comes_to_rest().await
    }
}

/// Returns how many documents have an open view.
fn views(state: &State) -> u64 {
    state.documents().filter(|work| observe::has_something_to_enter(work)).count().try_into().unwrap_or(0)
}

/// Returns whether keys mean the same in both contexts, or nothing in the second.
///
/// A lesson and its question count as one context. So do a list and any context after it in plain mode, in which a list
/// is closed as soon as it has been printed.
fn means_the_same(before: Context, after: Context, kind: Kind) -> bool {
    let in_a_lesson = |context| matches!(context, Context::Lesson | Context::Quiz | Context::Level);
    let list = |context| matches!(context, Context::Documents | Context::Versions | Context::PolicyComparison);
    let view = |context| matches!(context, Context::Merge | Context::Required | Context::Deleted);
    before == after
        || (view(before) && after == Context::Ended)
        || (in_a_lesson(before) && in_a_lesson(after))
        || (kind.is_plain() && list(before))
}

fn name_of(event: &Event) -> String {
    let all = format!("{event:?}");
    match event {
        Event::Answered { .. } | Event::Heard { .. } | Event::Disconnected { .. } | Event::Woke { .. } => {
            all.chars().take(300).collect()
        }
        _ => all.chars().take(40).collect(),
    }
}

/// Returns the content of all files of a folder and its subfolders.
fn all_files(folder: &Path) -> String {
    let mut all = String::new();
    let Ok(entries) = fs::read_dir(folder) else { return all };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            all += &all_files(&path);
        } else if let Ok(bytes) = fs::read(&path) {
            all += &String::from_utf8_lossy(&bytes);
        }
    }
    all
}
