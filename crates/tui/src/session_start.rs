//! How a session starts: all that its state is made of before the first event.
//!
//! With the events that follow, it is the whole input of a session: a record of both can be replayed.

use std::path::PathBuf;
use std::sync::Arc;

use contract::{Author, DocumentId};
use editor::MarkedChanges;
use lesson::Lesson;
use serde::{Deserialize, Serialize};
use terminal::theme::Theme;

use crate::action::KeyMap;
use crate::lesson_session::LessonRun;
use crate::progress::LoadedProgress;
use crate::server_names::ServerNames;
use crate::state::{SessionKind, State};

/// The part of the program that a session shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionPart {
    /// One editor.
    Editor {
        /// The author.
        me: Author,
        /// The document, or `None` for the list of documents.
        document: Option<DocumentId>,
    },
    /// The menu of lessons, with this one selected.
    Menu(usize),
    /// A lesson.
    Lesson(LessonRun),
    /// A room that the user watches.
    Room,
    /// Free play: several people, and the document that they open.
    FreePlay {
        /// The people.
        people: Vec<Author>,
        /// The document.
        document: DocumentId,
    },
}

/// The machine that a user is at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserPlace {
    /// The one that the program runs on.
    #[default]
    Here,
    /// Another one, so that the files of this one are not theirs.
    Elsewhere,
}

/// How a session starts.
#[expect(clippy::struct_excessive_bools, reason = "they are independent settings")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionStart {
    /// The part of the program that the session shows.
    pub part: SessionPart,
    /// The server's address, for display.
    pub server: String,
    /// In a room: the addresses of further servers of the same store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_servers: Vec<String>,
    /// The terminal's columns and rows.
    pub size: (u16, u16),
    /// Whether tags are shown in full.
    pub full_tags: bool,
    /// The keys of all actions.
    pub keys: KeyMap,
    /// Whether unsaved text is kept as drafts.
    pub keeps_drafts: bool,
    /// The machine that the user is at.
    #[serde(default)]
    pub user_place: UserPlace,
    /// Whether an editor marks the lines that others changed.
    ///
    /// It reads newer versions in the background for that.
    pub marks_others: bool,
    /// Whether text that is copied stays in the program, and is not sent to the terminal's clipboard.
    #[serde(default)]
    pub has_private_clipboard: bool,
    /// The folder for exported texts, in the form in which it is displayed.
    pub folder: PathBuf,
    /// The log, which the help names.
    pub log: Option<PathBuf>,
    /// The text that was cut or copied in an earlier session of the stage.
    pub register: String,
    /// Whether the user was told that the progress cannot be read or kept.
    pub is_progress_trouble_told: bool,
    /// Whether the questions of lessons are put to a room.
    #[serde(default)]
    pub has_room: bool,
    /// In a room: the name under which this screen sends its own requests.
    #[serde(default)]
    pub leader: Option<Author>,
    /// The user's progress in the lessons, in a session that shows it.
    pub progress: Option<LoadedProgress>,
}

impl SessionStart {
    /// Returns the start of a session that has nothing from an earlier one, and uses no disk.
    #[must_use]
    pub fn new(part: SessionPart, server: String, size: (u16, u16)) -> Self {
        Self {
            part,
            server,
            more_servers: Vec::new(),
            size,
            full_tags: false,
            keys: KeyMap::default(),
            keeps_drafts: false,
            user_place: UserPlace::Here,
            marks_others: false,
            has_private_clipboard: false,
            folder: PathBuf::new(),
            log: None,
            register: String::new(),
            is_progress_trouble_told: false,
            has_room: false,
            leader: None,
            progress: None,
        }
    }

    /// Returns the state of the session, or `None` if it shows a lesson that is not in `lessons`.
    #[must_use]
    pub fn state(&self, lessons: &[Arc<Lesson>], theme: Theme) -> Option<State> {
        let server = self.server.clone();
        let state = match &self.part {
            SessionPart::Editor { me, document } => State::editor(me.clone(), document.clone(), server, theme),
            SessionPart::Menu(chosen) => State::menu(lessons, *chosen, theme),
            SessionPart::Lesson(run) => State::lesson(lessons, *run, server, theme)?,
            SessionPart::Room => State::room(server, theme),
            SessionPart::FreePlay { people, document } => State::stage(people.clone(), document, server, theme),
        };
        Some(self.prepare(state))
    }

    /// Returns whether the session shows lessons, so that it can be replayed only with the same ones.
    pub(crate) fn needs_lessons(&self) -> bool {
        matches!(self.part, SessionPart::Menu(_) | SessionPart::Lesson(_))
    }

    /// Returns a state with everything but its part of the program set.
    pub(crate) fn prepare(&self, state: State) -> State {
        let mut state = state.with_full_tags(self.full_tags).with_keys(self.keys.clone());
        state.server.address.clone_from(&self.server);
        state.server.names = ServerNames::of([&self.server].into_iter().chain(&self.more_servers).map(String::as_str));
        state.size = self.size;
        state.disk.keeps_drafts = self.keeps_drafts;
        state.disk.is_remote = self.user_place == UserPlace::Elsewhere;
        if self.marks_others && state.kind == SessionKind::Single {
            state.marked_changes = MarkedChanges::All;
        }
        state.disk.folder.clone_from(&self.folder);
        state.disk.log.clone_from(&self.log);
        state.clipboard.is_private = self.has_private_clipboard;
        state.clipboard.register.clone_from(&self.register);
        state.lesson.is_progress_trouble_told = self.is_progress_trouble_told;
        state.room.leader.clone_from(&self.leader);
        state.lesson.room = self.has_room.then(Box::default);
        match &self.progress {
            Some(loaded) => state.with_progress(loaded.clone()),
            None => state,
        }
    }
}
