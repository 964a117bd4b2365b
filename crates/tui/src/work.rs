//! One open document: the machine, and the buffer that is kept in step with it.
//!
//! Each change of the buffer is told to the machine; where the machine replaces the text (an answer came, a merge was
//! saved), the buffer is loaded anew. Nothing is decided here: the machine decides.

use contract::{Author, Document, DocumentId};
use editor::{Command, Draft, Editor, Input, Notice, State};
use ratatui::layout::Size;

use crate::action::{Action, Context, Pressed};
use crate::buffer::{Buffer, Endings};
use crate::edit::Edit;
use crate::effect::Effect;
use crate::event::Seat;
use crate::merge_view::{self, MergeView};
use crate::visible::is_hidden;

/// Tells open documents apart, for as long as the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WorkKey(pub(crate) u64);

/// A document that is open in somebody's editor.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) key: WorkKey,
    seat: Seat,
    pub(crate) editor: Editor,
    pub(crate) buffer: Buffer,
    /// There is one for as long as the machine has a merge in view.
    pub(crate) merge_view: Option<MergeView>,
    /// The revision of the machine's text that the buffer holds.
    loaded: u64,
    /// How many characters of the text are seen by nobody, and the first of them.
    pub(crate) unseen: (usize, Option<char>),
    /// Whether the choice that a delete by somebody else leaves was put away for the moment.
    choice_put_away: bool,
}

impl Work {
    pub(crate) fn new(key: WorkKey, seat: Seat, id: DocumentId, me: Author, draft: Option<Draft>) -> Self {
        let editor = Editor::new(id, me, draft);
        let buffer = Buffer::new(&editor.mine().content);
        let loaded = editor.revision();
        Self { key, seat, editor, buffer, merge_view: None, loaded, unseen: (0, None), choice_put_away: false }
            .looked_at()
    }

    fn looked_at(mut self) -> Self {
        self.unseen = unseen(&self.buffer);
        self
    }

    /// Where the keys are when they are in this document.
    pub(crate) fn context(&self) -> Context {
        if let Some(view) = &self.merge_view {
            view.context()
        } else if self.asks_what_becomes_of_it() {
            Context::Deleted
        } else if matches!(self.editor.notice(), Some(Notice::Required(_))) {
            Context::Required
        } else {
            Context::Text
        }
    }

    /// Whether the document is gone, and what becomes of my text is not yet said.
    fn asks_what_becomes_of_it(&self) -> bool {
        matches!(self.editor.state(), State::DeletedBy(_)) && self.editor.base().is_some() && !self.choice_put_away
    }

    /// Puts the choice away, or brings it back.
    pub(crate) fn put_choice_away(&mut self, away: bool) {
        self.choice_put_away = away;
    }

    /// Tells the machine what happened, and keeps the buffer in step.
    pub(crate) fn feed(&mut self, input: Input) -> Vec<Effect> {
        let effects = self.editor.update(input);
        self.follow();
        effects.into_iter().map(|effect| self.effect(effect)).collect()
    }

    /// Wants something of the machine.
    pub(crate) fn command(&mut self, command: Command) -> Vec<Effect> {
        self.feed(Input::Command(command))
    }

    /// Changes the text, with `register` for what is cut and copied.
    pub(crate) fn edit(&mut self, edit: &Edit, register: &mut String) -> Vec<Effect> {
        if !self.buffer.apply(edit, register) {
            return Vec::new();
        }
        self.unseen = unseen(&self.buffer);
        let document = Document { content: self.buffer.text(), ..self.editor.mine().clone() };
        self.feed(Input::Typed(document))
    }

    /// Hands a key to the merge view.
    pub(crate) fn merge(&mut self, pressed: &Pressed, register: &mut String) -> Vec<Effect> {
        let (Some(view), Some(conflict)) = (&mut self.merge_view, self.editor.conflict()) else { return Vec::new() };
        match merge_view::handle(pressed, conflict, view, register) {
            Some(command) => self.command(command),
            None => Vec::new(),
        }
    }

    /// What is being written by hand in the merge, and stands nowhere else.
    pub(crate) fn text_by_hand(&self) -> Option<String> {
        self.merge_view.as_ref()?.text_by_hand()
    }

    /// Tells the merge view how much room it has.
    pub(crate) fn fit_merge(&mut self, room: Size) {
        if let (Some(view), Some(conflict)) = (&mut self.merge_view, self.editor.conflict()) {
            view.fit(conflict, room);
        }
    }

    /// Saves; where open conflicts are in the way, the merge view goes to the first of them.
    pub(crate) fn save(&mut self, register: &mut String) -> Vec<Effect> {
        if self.merge_view.is_some() {
            return self.merge(&Pressed::Act(Action::Save), register);
        }
        self.command(Command::Save)
    }

    fn follow(&mut self) {
        if self.editor.revision() != self.loaded {
            self.loaded = self.editor.revision();
            self.buffer.replace(&self.editor.mine().content);
            self.unseen = unseen(&self.buffer);
        }
        match (self.editor.conflict(), &mut self.merge_view) {
            (Some(conflict), Some(view)) => view.renewed(conflict),
            (Some(conflict), None) => self.merge_view = Some(MergeView::new(conflict)),
            (None, _) => self.merge_view = None,
        }
        if !matches!(self.editor.state(), State::DeletedBy(_)) {
            self.choice_put_away = false;
        }
    }

    /// The machine's wish, with what the world needs to know to carry it out.
    fn effect(&self, effect: editor::Effect) -> Effect {
        let (seat, work, document) = (self.seat, self.key, self.editor.id().clone());
        match effect {
            editor::Effect::Send { request, ask } => Effect::Ask { seat, work, request, document, ask },
            editor::Effect::WakeAfter(after) => Effect::Wake { work, after },
            editor::Effect::KeepDraft(draft) => Effect::KeepDraft { seat, document, draft },
            editor::Effect::ForgetDraft => Effect::ForgetDraft { seat, document },
        }
    }
}

/// What nobody sees in a text, tabs aside, and carriage returns where they belong to mixed line ends.
fn unseen(buffer: &Buffer) -> (usize, Option<char>) {
    let mixed = buffer.endings() == Endings::Mixed;
    let characters = buffer.lines().iter().flat_map(|line| line.chars());
    let mut hidden = characters.filter(|c| is_hidden(*c) && *c != '\t' && !(mixed && *c == '\r'));
    let first = hidden.next();
    (usize::from(first.is_some()) + hidden.count(), first)
}
