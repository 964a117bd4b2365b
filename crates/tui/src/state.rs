//! All that the program knows: people and their documents, the wire, what lies on top, who has the keys.
//!
//! It changes in `update` alone and is drawn by `draw`, which changes nothing. There is no
//! I/O and no clock in it, so a test can drive it as the loop does.

mod clipboard;
mod disk;
mod leaving;
mod lessons;
mod people;
mod server;
mod status;

use std::sync::Arc;

use contract::{Author, Document, DocumentId, EntityTag};
use lesson::Lesson;
use terminal::theme::{Role, Theme};
use traffic::LostLines;

use crate::action::Context;
use crate::drafts::DraftChooser;
use crate::effect::Effect;
use crate::gate::GateView;
use crate::ids::DocumentKey;
use crate::lesson_session::{LessonRun, LessonSession};
use crate::menu::Menu;
use crate::open_document::OpenDocument;
use crate::overlay::{DocumentChooser, Overlay};
use crate::pane::Pane;
use crate::plain::PlainSession;
use crate::wire::{PanelMode, Wire};
pub(crate) use clipboard::Clipboard;
pub(crate) use disk::Disk;
pub(crate) use leaving::Leaving;
pub use leaving::{SessionEnd, StageNext};
pub(crate) use lessons::LessonView;
pub(crate) use people::{Focus, People};
pub(crate) use server::ServerView;
pub(crate) use status::{NoteLifetime, ProgramNote, Status};

/// Which kind of session this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionKind {
    /// The lessons to choose from.
    Menu,
    /// A lesson: several people side by side, who do what its course says.
    Lesson,
    /// Free play: several people side by side, a policy to switch, and a coach.
    Stage,
    /// One editor.
    Single,
    /// One merge of three files, with no server but these.
    Files,
}

/// All that the program knows.
#[derive(Debug, Clone)]
pub struct State {
    pub(crate) theme: Theme,
    pub(crate) kind: SessionKind,
    /// The terminal's columns and rows.
    pub(crate) size: (u16, u16),
    pub(crate) people: People,
    /// What lies over the editors and the wire; the last has the keys.
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) clipboard: Clipboard,
    pub(crate) server: ServerView,
    pub(crate) lesson: LessonView,
    pub(crate) status: Status,
    pub(crate) disk: Disk,
    pub(crate) leaving: Leaving,
    /// In plain mode: what was heard and said so far.
    pub(crate) plain: Option<PlainSession>,
    keys_given: u64,
}

impl State {
    /// Free play: these people side by side.
    #[must_use]
    pub fn stage(people: Vec<Author>, document: &DocumentId, server: String, theme: Theme) -> Self {
        let mut state = Self::new(SessionKind::Stage, people, server, theme);
        for pane in &mut state.people.panes {
            pane.opens_first = Some(document.clone());
        }
        state
    }

    /// The lessons to choose from, one of them chosen.
    #[must_use]
    pub fn menu(lessons: &[Arc<Lesson>], chosen: usize, theme: Theme) -> Self {
        let mut state = Self::new(SessionKind::Menu, Vec::new(), String::new(), theme);
        state.lesson.menu = Menu::new(lessons, chosen);
        state.server.wire_shown = PanelMode::Off;
        state
    }

    /// A lesson, or `None` if there is no lesson of that number.
    #[must_use]
    pub fn lesson(lessons: &[Arc<Lesson>], run: LessonRun, server: String, theme: Theme) -> Option<Self> {
        let lesson = lessons.get(run.lesson)?;
        let course = LessonSession::new(Arc::clone(lesson), run, lessons.len());
        let mut state = Self::new(SessionKind::Lesson, lesson.people.clone(), server, theme);
        state.server.policy = Some(course.player().first_policy());
        state.server.wire_shown = PanelMode::Sequence;
        state.people.focus = Focus::Lesson;
        state.lesson.course = Some(course);
        Some(state)
    }

    /// One editor; without a document, with the list to choose from.
    #[must_use]
    pub fn editor(me: Author, document: Option<DocumentId>, server: String, theme: Theme) -> Self {
        let mut state = Self::new(SessionKind::Single, vec![me], server, theme);
        state.overlays.push(match document {
            Some(document) => Overlay::Drafts(Box::new(DraftChooser::new(0, document))),
            None => Overlay::Documents(Box::new(DocumentChooser::loading())),
        });
        state
    }

    /// Three files to be merged; `me` is whose file mine is, and `mine` that file: its title is the name of what is
    /// written.
    #[must_use]
    pub fn files(me: Author, document: DocumentId, mine: Document, theme: Theme) -> Self {
        let mut state = Self::new(SessionKind::Files, vec![me], String::new(), theme);
        state.disk.my_file = Some(mine);
        state.server.wire_shown = PanelMode::Off;
        state.overlays.push(Overlay::Drafts(Box::new(DraftChooser::new(0, document))));
        state
    }

    fn new(kind: SessionKind, people: Vec<Author>, server: String, theme: Theme) -> Self {
        let panes = people.into_iter().map(Pane::new).collect();
        Self {
            theme,
            kind,
            size: (80, 24),
            people: People { panes, seat: 0, focus: Focus::Editor },
            overlays: Vec::new(),
            clipboard: Clipboard::default(),
            server: ServerView {
                address: server,
                policy: None,
                doubted_policy: None,
                wanted: None,
                gate: GateView { follows: kind == SessionKind::Stage, ..GateView::default() },
                wire: Wire::default(),
                wire_shown: PanelMode::List,
            },
            lesson: LessonView::default(),
            status: Status::default(),
            disk: Disk { keeps_drafts: kind == SessionKind::Single, ..Disk::default() },
            leaving: Leaving::default(),
            plain: None,
            keys_given: 0,
        }
    }

    /// Returns how the session ended, or `None` while it goes on.
    #[must_use]
    pub fn ended(&self) -> Option<&SessionEnd> {
        self.leaving.ended.as_ref()
    }

    /// Returns where the keys are.
    #[must_use]
    pub fn context(&self) -> Context {
        if let Some(screen) = self.overlays.last() {
            return screen.context();
        }
        if self.kind == SessionKind::Menu {
            return Context::Menu;
        }
        match (self.people.focus, self.document()) {
            (Focus::Lesson, _) if self.is_asking() => Context::Quiz,
            (Focus::Lesson, _) => Context::Lesson,
            (Focus::Wire, _) => Context::Wire,
            (Focus::Editor, Some(work)) => work.context(),
            (Focus::Editor, None) => Context::Text,
        }
    }

    /// Whether this is not to be seen: a lesson is being played up to the step that the user wants.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.lesson.course.as_ref().is_some_and(LessonSession::is_silent)
    }

    /// Whether a lesson's question is open.
    pub(crate) fn is_asking(&self) -> bool {
        self.lesson.course.as_ref().is_some_and(LessonSession::is_asking)
    }

    /// Whether the lesson that is played here claimed something that does not hold.
    pub(crate) fn is_refuted(&self) -> bool {
        self.lesson.course.as_ref().is_some_and(|course| course.player().run_log().failures().next().is_some())
    }

    /// Returns what has the keys unless the user gave them to another.
    pub(crate) fn default_focus(&self) -> Focus {
        if self.lesson.course.is_some() { Focus::Lesson } else { Focus::Editor }
    }

    /// Whether this is the stage, in free play.
    pub(crate) fn is_stage(&self) -> bool {
        self.kind == SessionKind::Stage
    }

    /// Whether people sit side by side here.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.kind, SessionKind::Stage | SessionKind::Lesson)
    }

    /// Whether there is text of the user's that is not saved. In a lesson all texts are the lesson's until the user
    /// takes its course over.
    pub(crate) fn has_unsaved_text(&self) -> bool {
        let is_the_lessons = self.lesson.course.as_ref().is_some_and(|course| !course.is_taken_over());
        !is_the_lessons && self.documents().any(|work| work.editor.has_unsaved())
    }

    /// Whether the user has put in anything that is not saved: in a text, before its document is open, or to be pasted.
    pub(crate) fn has_words_of_the_user(&self) -> bool {
        let is_typed_ahead = self.people.panes.iter().flat_map(Pane::aheads).any(|ahead| ahead.text().is_some());
        self.has_unsaved_text() || is_typed_ahead || !self.clipboard.register.is_empty()
    }

    /// Whether three files are merged, and there is no server but these.
    pub(crate) fn is_files(&self) -> bool {
        self.kind == SessionKind::Files
    }

    /// Returns the drafts to choose from, or that are looked for, if a document is being opened.
    pub(crate) fn draft_chooser(&self) -> Option<&DraftChooser> {
        self.overlays.iter().find_map(Overlay::draft_chooser)
    }

    /// Like [`State::draft_chooser`], to be changed.
    pub(crate) fn draft_chooser_mut(&mut self) -> Option<&mut DraftChooser> {
        self.overlays.iter_mut().find_map(Overlay::draft_chooser_mut)
    }

    /// Returns the person who has the keys, or had them last.
    pub(crate) fn pane(&self) -> &Pane {
        &self.people.panes[self.people.seat]
    }

    /// The same, to be changed.
    pub(crate) fn pane_mut(&mut self) -> &mut Pane {
        &mut self.people.panes[self.people.seat]
    }

    /// Returns the document that the keys are about; `None` before one was chosen.
    pub(crate) fn document(&self) -> Option<&OpenDocument> {
        self.people.panes.get(self.people.seat)?.document()
    }

    /// Returns the open document with that key, in any editor.
    pub(crate) fn find(&mut self, key: DocumentKey) -> Option<&mut OpenDocument> {
        self.people.panes.iter_mut().find_map(|pane| pane.find(key))
    }

    /// Returns every open document of every person.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &OpenDocument> {
        self.people.panes.iter().flat_map(Pane::documents)
    }

    /// Returns what that version of a document overwrote unseen, if that is known here.
    pub(crate) fn lost_since(&self, document: &DocumentId, version: &EntityTag) -> Option<&LostLines> {
        self.status.gone.iter().find(|gone| gone.document == *document && gone.since == *version)
    }

    /// Says something that is not about one document, until the next key. Nothing else is to be done for it.
    pub(crate) fn say(&mut self, role: Role, words: String) -> Vec<Effect> {
        self.status.note = Some(ProgramNote { about: NoteLifetime::TheMoment, role, words });
        Vec::new()
    }

    /// Says why nothing happened. Nothing else is to be done for it.
    pub(crate) fn say_unavailable(&mut self, why: &str) -> Vec<Effect> {
        self.say(Role::Info, format!("not now: {why}"))
    }

    /// A key that no document had before.
    pub(crate) fn next_key(&mut self) -> DocumentKey {
        self.keys_given += 1;
        DocumentKey(self.keys_given)
    }
}
