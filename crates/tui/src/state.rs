//! All that the program knows: people and their documents, the wire, what lies on top, who has the keys.
//!
//! It changes in [`crate::update`] alone and is drawn by [`crate::draw`], which changes nothing. There is no I/O and
//! no clock in it, so a test can drive it as the loop does.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use contract::{Author, Document, DocumentId, EntityTag};
use lesson::Lesson;
use precondition::Policy;
use precondition::policy::Preconditions;
use terminal::event::StopReason;
use terminal::theme::{Role, Theme};
use traffic::LostLines;

use crate::action::Context;
use crate::coach::Milestones;
use crate::drafts::DraftChooser;
use crate::effect::Effect;
use crate::gate::GateView;
use crate::ids::{DocumentKey, EditorIndex};
use crate::lesson_session::{LessonRun, LessonSession};
use crate::menu::Menu;
use crate::open_document::OpenDocument;
use crate::overlay::{DocumentChooser, Overlay};
use crate::pane::Pane;
use crate::plain::PlainSession;
use crate::wire::{PanelMode, Wire};

/// How the program ended, or what comes next on the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionEnd {
    /// Somebody quit.
    Quit,
    /// Somebody quit who heard a lesson line by line, and something in it was claimed that does not hold.
    Refuted,
    /// The stage goes on with something else.
    Next(StageNext),
    /// The server does not let the user in, or is not there, and nothing was typed.
    NotLetIn,
    /// The operating system wanted it to.
    Stopped(StopReason),
    /// A task of the program panicked, so that the rest could not be relied on.
    TaskDied {
        /// Which.
        name: &'static str,
        /// With what words.
        why: String,
    },
}

/// What the stage shows next. Each begins with a state, a server and clients of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageNext {
    /// The menu, with that lesson chosen.
    Menu(usize),
    /// A lesson.
    Lesson(LessonRun),
    /// Two editors and no lesson.
    FreePlay,
}

/// What has the keys while nothing lies on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The course of the lesson, where there is one.
    Lesson,
    /// The editor of the seat in [`State::seat`].
    Editor,
    /// The wire panel.
    Wire,
}

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

/// Something that the program itself has to say.
#[derive(Debug, Clone)]
pub(crate) struct ProgramNote {
    pub(crate) about: NoteLifetime,
    pub(crate) role: Role,
    pub(crate) words: String,
}

/// How long a note is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoteLifetime {
    /// Until the next key.
    TheMoment,
    /// Until the next key, or until the policy is known.
    Policy,
}

/// All that the program knows.
#[derive(Debug, Clone)]
pub struct State {
    pub(crate) theme: Theme,
    pub(crate) kind: SessionKind,
    /// The lessons to choose from, where that is what is shown.
    pub(crate) menu: Menu,
    /// The lesson that is being played.
    pub(crate) course: Option<LessonSession>,
    /// The terminal's columns and rows.
    pub(crate) size: (u16, u16),
    /// The server's address, to be shown.
    pub(crate) server: String,
    pub(crate) panes: Vec<Pane>,
    /// Whose editor has the keys, or had them last.
    pub(crate) seat: EditorIndex,
    pub(crate) focus: Focus,
    pub(crate) wire: Wire,
    /// How the panel shows it.
    pub(crate) wire_shown: PanelMode,
    pub(crate) screens: Vec<Overlay>,
    /// What was cut or copied last, by anybody.
    pub(crate) register: String,
    /// What was pasted where it had no place, and no document was open to keep it.
    pub(crate) kept: Option<String>,
    /// What the server insists on, as far as known.
    pub(crate) policy: Option<Policy>,
    /// The policy that a response has contradicted, while it is read again.
    pub(crate) doubted_policy: Option<Policy>,
    /// What it shall insist on, while a change is under way.
    pub(crate) wanted: Option<Preconditions>,
    /// The server's gate, as far as it is known.
    pub(crate) gate: GateView,
    pub(crate) milestones: Milestones,
    /// What was buried here, the newest first, as far as its text is known.
    pub(crate) gone: VecDeque<LostLines>,
    /// What the program itself has to say, which is not about one document.
    pub(crate) note: Option<ProgramNote>,
    /// In a merge of files: my file as it was read, with the name of the file that is written as its title.
    pub(crate) my_file: Option<Document>,
    /// Whether unsaved text is to be kept on the disk, and comes back in the next run. Whether it *is*, each document
    /// knows.
    pub(crate) keeps_drafts: bool,
    /// The folder for texts that are kept as files, as it is shown.
    pub(crate) folder: PathBuf,
    /// Whether it goes to [`State::way_out`] as soon as all that is unsaved is on the disk as drafts.
    pub(crate) waits_for_drafts: bool,
    /// Where it goes from here as soon as nothing is unsaved, while that is waited for or asked.
    pub(crate) quitting: bool,
    pub(crate) way_out: SessionEnd,
    pub(crate) ended: Option<SessionEnd>,
    /// Where there is no screen: what was heard and said so far.
    pub(crate) plain: Option<PlainSession>,
    keys_given: u64,
}

impl State {
    /// Free play: these people side by side.
    #[must_use]
    pub fn stage(people: Vec<Author>, document: &DocumentId, server: String, theme: Theme) -> Self {
        let mut state = Self::new(SessionKind::Stage, people, server, theme);
        for pane in &mut state.panes {
            pane.opens_first = Some(document.clone());
        }
        state
    }

    /// The lessons to choose from, one of them chosen.
    #[must_use]
    pub fn menu(lessons: &[Arc<Lesson>], chosen: usize, theme: Theme) -> Self {
        let menu = Menu::new(lessons, chosen);
        Self { menu, wire_shown: PanelMode::Off, ..Self::new(SessionKind::Menu, Vec::new(), String::new(), theme) }
    }

    /// A lesson, or `None` if there is no lesson of that number.
    #[must_use]
    pub fn lesson(lessons: &[Arc<Lesson>], run: LessonRun, server: String, theme: Theme) -> Option<Self> {
        let lesson = lessons.get(run.lesson)?;
        let course = LessonSession::new(Arc::clone(lesson), run, lessons.len());
        Some(Self {
            policy: Some(course.player.first_policy()),
            course: Some(course),
            focus: Focus::Lesson,
            wire_shown: PanelMode::Sequence,
            ..Self::new(SessionKind::Lesson, lesson.people.clone(), server, theme)
        })
    }

    /// One editor; without a document, with the list to choose from.
    #[must_use]
    pub fn editor(me: Author, document: Option<DocumentId>, server: String, theme: Theme) -> Self {
        let mut state = Self::new(SessionKind::Single, vec![me], server, theme);
        state.screens.push(match document {
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
        state.my_file = Some(mine);
        state.wire_shown = PanelMode::Off;
        state.screens.push(Overlay::Drafts(Box::new(DraftChooser::new(0, document))));
        state
    }

    fn new(kind: SessionKind, people: Vec<Author>, server: String, theme: Theme) -> Self {
        Self {
            theme,
            kind,
            menu: Menu::default(),
            course: None,
            size: (80, 24),
            server,
            panes: people.into_iter().map(Pane::new).collect(),
            seat: 0,
            focus: Focus::Editor,
            wire: Wire::default(),
            wire_shown: PanelMode::List,
            screens: Vec::new(),
            register: String::new(),
            kept: None,
            policy: None,
            doubted_policy: None,
            wanted: None,
            gate: GateView { follows: kind == SessionKind::Stage, ..GateView::default() },
            milestones: Milestones::default(),
            gone: VecDeque::new(),
            note: None,
            my_file: None,
            keeps_drafts: kind == SessionKind::Single,
            folder: PathBuf::new(),
            waits_for_drafts: false,
            quitting: false,
            way_out: SessionEnd::Quit,
            ended: None,
            plain: None,
            keys_given: 0,
        }
    }

    /// How the program ended; none while it goes on.
    #[must_use]
    pub fn ended(&self) -> Option<&SessionEnd> {
        self.ended.as_ref()
    }

    /// Where the keys are.
    #[must_use]
    pub fn context(&self) -> Context {
        if let Some(screen) = self.screens.last() {
            return screen.context();
        }
        if self.kind == SessionKind::Menu {
            return Context::Menu;
        }
        match (self.focus, self.document()) {
            (Focus::Lesson, _) if self.is_asking() => Context::Quiz,
            (Focus::Lesson, _) => Context::Lesson,
            (Focus::Wire, _) => Context::Wire,
            (Focus::Editor, Some(work)) => work.context(),
            (Focus::Editor, None) => Context::Text,
        }
    }

    /// Whether nobody should see this: a lesson is being played up to where somebody wants to be.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.course.as_ref().is_some_and(LessonSession::is_silent)
    }

    /// Whether a lesson's question is open.
    pub(crate) fn is_asking(&self) -> bool {
        self.course.as_ref().is_some_and(LessonSession::is_asking)
    }

    /// Whether the lesson that is played here claimed something that does not hold.
    pub(crate) fn is_refuted(&self) -> bool {
        self.course.as_ref().is_some_and(|course| course.player.run_log().failures().next().is_some())
    }

    /// What has the keys where nobody took them.
    pub(crate) fn default_focus(&self) -> Focus {
        if self.course.is_some() { Focus::Lesson } else { Focus::Editor }
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
        let is_the_lessons = self.course.as_ref().is_some_and(|course| !course.is_taken_over());
        !is_the_lessons && self.documents().any(|work| work.editor.has_unsaved())
    }

    /// Whether the user has put in anything that is not saved: in a text, before its document is open, or to be pasted.
    pub(crate) fn has_words_of_the_user(&self) -> bool {
        let is_typed_ahead = self.panes.iter().flat_map(Pane::aheads).any(|ahead| ahead.text().is_some());
        self.has_unsaved_text() || is_typed_ahead || !self.register.is_empty()
    }

    /// Whether three files are merged, and there is no server but these.
    pub(crate) fn is_files(&self) -> bool {
        self.kind == SessionKind::Files
    }

    /// The person who has the keys, or had them last.
    pub(crate) fn pane(&self) -> &Pane {
        &self.panes[self.seat]
    }

    /// The same, to be changed.
    pub(crate) fn pane_mut(&mut self) -> &mut Pane {
        &mut self.panes[self.seat]
    }

    /// The document that the keys are about; none before one was chosen.
    pub(crate) fn document(&self) -> Option<&OpenDocument> {
        self.panes.get(self.seat)?.document()
    }

    /// The open document with that key, whoever has it open.
    pub(crate) fn find(&mut self, key: DocumentKey) -> Option<&mut OpenDocument> {
        self.panes.iter_mut().find_map(|pane| pane.find(key))
    }

    /// Every open document of everybody.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &OpenDocument> {
        self.panes.iter().flat_map(Pane::documents)
    }

    /// What that version of a document buried, where that is known.
    pub(crate) fn lost_since(&self, document: &DocumentId, version: &EntityTag) -> Option<&LostLines> {
        self.gone.iter().find(|gone| gone.document == *document && gone.since == *version)
    }

    /// Says something that is not about one document, until the next key. Nothing else is to be done for it.
    pub(crate) fn say(&mut self, role: Role, words: String) -> Vec<Effect> {
        self.note = Some(ProgramNote { about: NoteLifetime::TheMoment, role, words });
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
