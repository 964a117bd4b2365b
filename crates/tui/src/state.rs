//! The whole state of the program: people and their documents, the wire, overlays, and the focus.
//!
//! Only `update` changes it; `draw` reads it. It has no I/O and no clock, so a test can drive it as the loop does.

mod clipboard;
mod disk;
mod leaving;
mod lessons;
mod people;
mod server;
mod signs;
mod status;

use std::sync::Arc;

use contract::{ANONYMOUS, ApiPath, Author, Document, DocumentId, EntityTag, Timestamp};
use editor::MarkedChanges;
use lesson::Lesson;
use terminal::person_style;
use terminal::theme::{Role, Theme};
use traffic::LostLines;

use crate::action::{Context, KeyMap};
use crate::documents::DocumentChooser;
use crate::drafts::DraftChooser;
use crate::effect::Effect;
use crate::enter_protection::EnterProtection;
use crate::find::LastSearch;
use crate::gate::GateView;
use crate::ids::DocumentKey;
use crate::lesson_session::{LessonRun, LessonSession, OpenQuestion};
use crate::list_ages::ListAges;
use crate::menu::Menu;
use crate::open_document::OpenDocument;
use crate::opened_for_all::OpenedForAll;
use crate::overlay::Overlay;
use crate::palette::Palette;
use crate::pane::Pane;
use crate::plain::PlainSession;
use crate::property_prompt::PropertyPrompt;
use crate::room_hosting::RoomHosting;
use crate::room_question::RoomQuestion;
use crate::room_view::RoomView;
use crate::server_document::ServerDocument;
use crate::server_names::ServerNames;
use crate::wire::{PanelMode, Wire};
pub(crate) use clipboard::Clipboard;
pub(crate) use disk::Disk;
pub(crate) use leaving::Leaving;
pub use leaving::{SessionEnd, StageNext};
pub(crate) use lessons::LessonView;
pub(crate) use people::{Focus, People};
pub(crate) use server::ServerView;
pub(crate) use signs::PersonSigns;
pub(crate) use status::{NoteLifetime, ProgramNote, Status};

/// The kind of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionKind {
    /// The menu of lessons.
    Menu,
    /// A lesson: several people side by side, who do what its script says.
    Lesson,
    /// Free play: several people side by side, a policy to switch, and a coach.
    Stage,
    /// One editor.
    Single,
    /// A merge of three files, without a server.
    Files,
    /// A room that the user leads or watches: a server that other people use.
    Room,
}

/// The whole state of the program.
#[derive(Debug, Clone)]
pub struct State {
    pub(crate) theme: Theme,
    /// The keys of all actions.
    pub(crate) keys: KeyMap,
    /// Whether tags are shown in full everywhere.
    pub(crate) full_tags: bool,
    pub(crate) kind: SessionKind,
    /// The terminal's columns and rows.
    pub(crate) size: (u16, u16),
    pub(crate) people: People,
    /// The screens over the editors and the wire; the last one has the keys.
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) clipboard: Clipboard,
    pub(crate) last_search: LastSearch,
    /// Which changed lines are marked in a text.
    pub(crate) marked_changes: MarkedChanges,
    pub(crate) server: ServerView,
    /// The people who use the server, in a session that watches them.
    pub(crate) room: Box<RoomView>,
    /// The leader's question to the room, in an editor.
    pub(crate) room_question: Box<RoomQuestion>,
    /// In an editor: the document that the leader opens for all.
    pub(crate) opened_for_all: OpenedForAll,
    /// Whether Enter is ignored, since a document has just come into view.
    pub(crate) enter_protection: EnterProtection,
    pub(crate) lesson: Box<LessonView>,
    /// It is boxed, because the futures of the stage have the whole state in them.
    pub(crate) status: Box<Status>,
    /// The time since the list of documents was made.
    pub(crate) list_ages: ListAges,
    pub(crate) signs: PersonSigns,
    pub(crate) disk: Disk,
    pub(crate) leaving: Leaving,
    /// In plain mode: the lines that were read and printed so far.
    pub(crate) plain: Option<PlainSession>,
    keys_given: u64,
}

impl State {
    /// Returns the state of free play, with these people side by side.
    #[must_use]
    pub fn stage(people: Vec<Author>, document: &DocumentId, server: String, theme: Theme) -> Self {
        let mut state = Self::new(SessionKind::Stage, people, server, theme);
        for pane in &mut state.people.panes {
            pane.opens_first = Some(document.clone());
        }
        state
    }

    /// Returns the state of the menu of lessons, with one of them selected.
    #[must_use]
    pub fn menu(lessons: &[Arc<Lesson>], chosen: usize, theme: Theme) -> Self {
        let mut state = Self::new(SessionKind::Menu, Vec::new(), String::new(), theme);
        state.lesson.menu = Menu::new(lessons, chosen);
        state.server.wire_shown = PanelMode::Off;
        state
    }

    /// Returns the state of a lesson, or `None` if there is no lesson of that number.
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

    /// Returns the state of one editor; without a document, it shows the list of documents.
    #[must_use]
    pub fn editor(me: Author, document: Option<DocumentId>, server: String, theme: Theme) -> Self {
        let mut state = Self::new(SessionKind::Single, vec![me], server, theme);
        state.overlays.push(match document {
            Some(document) => Overlay::Drafts(Box::new(DraftChooser::new(0, document))),
            None => Overlay::Documents(Box::new(DocumentChooser::loading())),
        });
        state
    }

    /// Returns the state of a room: the people who use a server, and the wire.
    #[must_use]
    pub fn room(server: String, theme: Theme) -> Self {
        let mut state = Self::new(SessionKind::Room, Vec::new(), server, theme);
        state.server.wire = Wire::of_server_record();
        state.server.gate.follows = true;
        state.people.focus = Focus::Wire;
        state
    }

    /// Returns the same state with the server of the room, if that ends with this screen.
    #[must_use]
    pub fn with_hosting(mut self, hosting: Option<RoomHosting>) -> Self {
        self.room.hosting = hosting;
        self
    }

    /// Returns the state of a merge of three files.
    ///
    /// `mine` is the user's file, with the name of the file to write as its title; `me` is its author.
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
            keys: KeyMap::default(),
            full_tags: false,
            kind,
            size: (80, 24),
            people: People { panes, seat: 0, focus: Focus::Editor, selecting: None, lesson_before_wire: false },
            overlays: Vec::new(),
            clipboard: Clipboard::default(),
            last_search: LastSearch::default(),
            marked_changes: if kind == SessionKind::Single { MarkedChanges::Mine } else { MarkedChanges::None },
            server: ServerView {
                address: server,
                names: ServerNames::default(),
                policy: None,
                doubted_policy: None,
                wanted: None,
                gate: GateView { follows: kind == SessionKind::Stage, ..GateView::default() },
                document: ServerDocument::default(),
                wire: Wire::default(),
                told_editing: None,
                wire_shown: PanelMode::List,
            },
            room: Box::default(),
            room_question: Box::default(),
            opened_for_all: OpenedForAll::default(),
            enter_protection: EnterProtection::default(),
            lesson: Box::default(),
            status: Box::default(),
            list_ages: ListAges::default(),
            signs: PersonSigns::default(),
            disk: Disk { keeps_drafts: kind == SessionKind::Single, ..Disk::default() },
            leaving: Leaving::default(),
            plain: None,
            keys_given: 0,
        }
    }

    /// Returns the state with tags shown in full, or shortened on the stage.
    #[must_use]
    pub fn with_full_tags(self, full_tags: bool) -> Self {
        Self { full_tags, ..self }
    }

    /// Returns the state with the keys of a configuration.
    #[must_use]
    pub fn with_keys(self, keys: KeyMap) -> Self {
        Self { keys, ..self }
    }

    /// Returns the keys of all actions.
    #[must_use]
    pub fn keys(&self) -> &KeyMap {
        &self.keys
    }

    /// Returns how the session ended, or `None` if it has not ended.
    #[must_use]
    pub fn ended(&self) -> Option<&SessionEnd> {
        self.leaving.ended.as_ref()
    }

    /// Returns the context that the next key applies to.
    #[must_use]
    pub fn context(&self) -> Context {
        if let Some(screen) = self.overlays.last() {
            return screen.context();
        }
        self.context_without_overlays()
    }

    fn context_without_overlays(&self) -> Context {
        if self.kind == SessionKind::Menu {
            return Context::Menu;
        }
        match (self.people.focus, self.document()) {
            (Focus::Lesson, _) if self.is_asking() => Context::Quiz,
            (Focus::Lesson, _) if self.is_in_level() => Context::Level,
            (Focus::Lesson, _) => Context::Lesson,
            (Focus::Wire, _) => Context::Wire,
            (Focus::Editor, Some(work)) => work.context(),
            (Focus::Editor, None) => Context::Text,
        }
    }

    /// Returns the context of the view that the help and the palette are about: the one below them.
    pub(crate) fn context_below(&self) -> Context {
        let is_about_it = |screen: &&Overlay| !matches!(screen, Overlay::Help(_) | Overlay::Palette(_));
        match self.overlays.iter().rev().find(is_about_it) {
            Some(screen) => screen.context(),
            None => self.context_without_overlays(),
        }
    }

    /// Returns whether nothing is drawn or printed, since a lesson is being replayed up to a step.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.lesson.course.as_ref().is_some_and(LessonSession::is_silent)
    }

    /// Returns the question of the current step of the lesson, open or answered.
    pub(crate) fn question(&self) -> Option<&OpenQuestion> {
        self.lesson.course.as_ref()?.asked.as_ref()
    }

    /// Returns whether a question of the lesson is open.
    pub(crate) fn is_asking(&self) -> bool {
        self.lesson.course.as_ref().is_some_and(LessonSession::is_asking)
    }

    /// Returns whether [`crate::action::Action::Enter`] leads to the leader's question, or back from it.
    ///
    /// A question that waits for an answer comes first. Otherwise, a view around the text that waits for a decision
    /// does.
    pub(crate) fn enters_room_question(&self) -> bool {
        let context = self.context();
        if context == Context::RoomQuestion || self.room_question.asked().is_none() {
            return context == Context::RoomQuestion;
        }
        let decides = || self.document().is_some_and(|work| work.open_view().is_some() && !work.is_entered());
        context != Context::Text || self.room_question.waits_for_me() || !decides()
    }

    /// Returns whether this program decides what the gate holds.
    pub(crate) fn leads_gate(&self) -> bool {
        self.is_stage() || self.lesson.course.is_some() || self.server.gate.is_mine
    }

    /// Returns whether the document in view has opened by itself, and the user has not entered it.
    ///
    /// Keys do not change its text, also while it is being opened.
    pub(crate) fn awaits_entry(&self) -> bool {
        let document = match self.overlays.last() {
            None if self.people.focus == Focus::Editor => self.document().map(|work| work.editor.id()),
            Some(Overlay::Drafts(chooser)) if chooser.offered().is_none() => Some(&chooser.document),
            _ => None,
        };
        document.is_some_and(|document| self.opened_for_all.is_unentered(document))
    }

    /// Returns whether the learner plays a level.
    pub(crate) fn is_in_level(&self) -> bool {
        self.lesson.course.as_ref().is_some_and(LessonSession::is_in_level)
    }

    /// Returns whether a claim of the lesson failed.
    pub(crate) fn is_refuted(&self) -> bool {
        self.lesson.course.as_ref().is_some_and(|course| course.player().run_log().failures().next().is_some())
    }

    /// Returns the focus without the wire: the lesson if there is one, else the editor.
    ///
    /// In a level, the editor has it: the learner plays.
    pub(crate) fn default_focus(&self) -> Focus {
        // A room has no editor.
        if self.is_room() {
            return Focus::Wire;
        }
        if self.lesson.course.is_some() && !self.is_in_level() { Focus::Lesson } else { Focus::Editor }
    }

    /// Returns whether this is the stage in free play.
    pub(crate) fn is_stage(&self) -> bool {
        self.kind == SessionKind::Stage
    }

    /// Returns whether this is a room that the user watches.
    pub(crate) fn is_room(&self) -> bool {
        self.kind == SessionKind::Room
    }

    /// Returns whether several people have editors side by side.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.kind, SessionKind::Stage | SessionKind::Lesson)
    }

    /// Returns whether the user has unsaved text.
    ///
    /// In a lesson, all texts belong to the lesson until the user takes it over.
    pub(crate) fn has_unsaved_text(&self) -> bool {
        let is_the_lessons = self.lesson.course.as_ref().is_some_and(|course| !course.is_taken_over());
        !is_the_lessons && self.documents().any(|work| work.editor.has_unsaved())
    }

    /// Returns whether the user has unsaved input: in a document, typed ahead of one, or in the register.
    pub(crate) fn has_words_of_the_user(&self) -> bool {
        let is_typed_ahead = self.people.panes.iter().flat_map(Pane::aheads).any(|ahead| ahead.text().is_some());
        self.has_unsaved_text() || is_typed_ahead || !self.clipboard.register.is_empty()
    }

    /// Returns whether this is a merge of three files, without a server.
    pub(crate) fn is_files(&self) -> bool {
        self.kind == SessionKind::Files
    }

    /// Returns the palette if it is open.
    pub(crate) fn palette(&self) -> Option<&Palette> {
        if let Some(Overlay::Palette(palette)) = self.overlays.last() { Some(palette) } else { None }
    }

    /// Returns the list of documents if it is right below the topmost overlay.
    pub(crate) fn list_below(&self) -> Option<&DocumentChooser> {
        let (_, below) = self.overlays.split_last()?;
        below.last()?.documents()
    }

    /// Returns the present by the clock of the server that made a list, or `None` if the list has no time.
    pub(crate) fn list_time(&self, documents: &DocumentChooser) -> Option<Timestamp> {
        documents.as_of().map(|as_of| self.list_ages.now(as_of))
    }

    /// Returns the prompt for a title or a parent, if it is the topmost overlay.
    pub(crate) fn property_prompt(&self) -> Option<&PropertyPrompt> {
        if let Some(Overlay::Property(prompt)) = self.overlays.last() { Some(prompt) } else { None }
    }

    /// Returns the chooser of drafts if a document is being opened.
    pub(crate) fn draft_chooser(&self) -> Option<&DraftChooser> {
        self.overlays.iter().find_map(Overlay::draft_chooser)
    }

    /// Like [`State::draft_chooser`], but mutable.
    pub(crate) fn draft_chooser_mut(&mut self) -> Option<&mut DraftChooser> {
        self.overlays.iter_mut().find_map(Overlay::draft_chooser_mut)
    }

    /// Returns the pane that has the keys, or had them last.
    pub(crate) fn pane(&self) -> &Pane {
        &self.people.panes[self.people.seat]
    }

    /// Like [`State::pane`], but mutable.
    pub(crate) fn pane_mut(&mut self) -> &mut Pane {
        &mut self.people.panes[self.people.seat]
    }

    /// Returns the document in view of the current pane, or `None` if none was opened yet.
    pub(crate) fn document(&self) -> Option<&OpenDocument> {
        self.people.panes.get(self.people.seat)?.document()
    }

    /// Returns the document that a view about one document shows.
    ///
    /// In a room, it is the one of the selected exchange, or else the one that most people use.
    pub(crate) fn document_in_view(&self) -> Option<DocumentId> {
        if let Some(work) = self.document() {
            return Some(work.editor.id().clone());
        }
        if !self.is_room() {
            return None;
        }
        let target = self.server.wire.selected().and_then(|entry| ApiPath::parse(&entry.exchange.target));
        let selected = target.and_then(|path| path.document().cloned());
        selected.or_else(|| self.room.room.documents().first().map(|(document, _)| (*document).clone()))
    }

    /// Returns the document that is selected in the list of documents, whether or not it exists.
    pub(crate) fn selected_document(&self) -> Option<DocumentId> {
        self.overlays.iter().rev().find_map(Overlay::documents)?.chosen()?.ok()
    }

    /// Returns the open document with this key, in any pane.
    pub(crate) fn find(&mut self, key: DocumentKey) -> Option<&mut OpenDocument> {
        self.people.panes.iter_mut().find_map(|pane| pane.find(key))
    }

    /// Returns the open documents of all panes.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &OpenDocument> {
        self.people.panes.iter().flat_map(Pane::documents)
    }

    /// Returns the lines that a version of a document overwrote unseen, or `None` if they are not known.
    pub(crate) fn lost_since(&self, document: &DocumentId, version: &EntityTag) -> Option<&LostLines> {
        self.status.gone.iter().find(|gone| gone.document == *document && gone.since == *version)
    }

    /// Shows a note of the program until the next key. Returns no effects.
    pub(crate) fn say(&mut self, role: Role, words: String) -> Vec<Effect> {
        self.status.note = Some(ProgramNote { about: NoteLifetime::TheMoment, role, words });
        Vec::new()
    }

    /// Returns a person's glyph and colour; those of an unknown person if there is no name, or 'anonymous'.
    pub(crate) fn sign_of(&self, author: Option<&Author>) -> (&'static str, Role) {
        let author = author.filter(|author| author.as_str() != ANONYMOUS);
        self.theme.person(author.map_or(person_style::NO_AUTHOR, |author| self.signs.number(author)))
    }

    /// Shows a note that says why an action did nothing. Returns no effects.
    pub(crate) fn say_unavailable(&mut self, why: &str) -> Vec<Effect> {
        self.say(Role::Info, format!("not now: {why}"))
    }

    /// Returns a key that no document had before.
    pub(crate) fn next_key(&mut self) -> DocumentKey {
        self.keys_given += 1;
        DocumentKey(self.keys_given)
    }
}
