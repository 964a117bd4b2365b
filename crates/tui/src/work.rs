//! One open document: the machine, and the buffer that is kept in step with it.
//!
//! Each change of the buffer is told to the machine; where the machine replaces the text (an answer came, a merge was
//! saved), the buffer is loaded anew. Nothing is decided here: the machine decides.

use contract::{Author, Document, DocumentId, Snapshot};
use editor::{Command, Draft, Editor, Input, Notice, Place, State};
use ratatui::layout::Size;

use crate::action::{Action, Context, Pressed};
use crate::buffer::{Buffer, Endings};
use crate::edit::Edit;
use crate::effect::Effect;
use crate::event::Seat;
use crate::gone::Gone;
use crate::merge_view::{self, MergeView};
use crate::screen::Scroll;
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
    /// Whether the person wanted something that may end in a panel, and has done nothing else since. No panel opens
    /// without it: what only the server did must not take the keys from somebody who types.
    panel_wanted: bool,
    /// What was let go with its document, or for an old version: where its text comes back, its title and its parent do.
    let_go: Option<Document>,
    /// What my last save took the place of, as far as I knew.
    pub(crate) replaced: Option<Document>,
    /// What of my last save is not in the version that I read last.
    pub(crate) missing: Option<Gone>,
    /// Whether the machine was told of something that is written by hand.
    told_by_hand: bool,
    /// How far the panel is scrolled.
    pub(crate) panel_scroll: Scroll,
}

impl Work {
    pub(crate) fn new(key: WorkKey, seat: Seat, id: DocumentId, me: Author, draft: Option<Draft>) -> Self {
        let editor = Editor::new(id, me, draft);
        let buffer = Buffer::new(&editor.mine().content);
        let loaded = editor.revision();
        let mut work = Self {
            key,
            seat,
            editor,
            buffer,
            merge_view: None,
            loaded,
            unseen: (0, None),
            panel_wanted: false,
            let_go: None,
            replaced: None,
            missing: None,
            told_by_hand: false,
            panel_scroll: Scroll::default(),
        };
        work.look_at_the_text();
        work
    }

    fn look_at_the_text(&mut self) {
        self.unseen = unseen(&self.buffer);
    }

    /// Where the keys are when they are in this document.
    pub(crate) fn context(&self) -> Context {
        if let Some(view) = &self.merge_view {
            view.context()
        } else if !self.panel_wanted {
            Context::Text
        } else if self.was_told_to_name_a_version() {
            Context::Required
        } else if self.waits_for_a_choice() {
            Context::Deleted
        } else {
            Context::Text
        }
    }

    /// Whether the last thing that happened was a 428.
    fn was_told_to_name_a_version(&self) -> bool {
        matches!(self.editor.notice(), Some(Notice::Required(_)))
    }

    /// Whether the document is gone, and what becomes of my text is not yet said.
    pub(crate) fn waits_for_a_choice(&self) -> bool {
        matches!(self.editor.state(), State::DeletedBy(_)) && self.editor.base().is_some()
    }

    /// Tells the machine what happened, and keeps the buffer in step.
    pub(crate) fn feed(&mut self, input: Input) -> Vec<Effect> {
        let answered = matches!(input, Input::Answered { .. });
        let effects = self.editor.update(input);
        self.follow();
        if answered && !self.was_told_to_name_a_version() && !self.waits_for_a_choice() {
            self.panel_wanted = false;
        }
        effects.into_iter().map(|effect| self.effect(effect)).collect()
    }

    /// Does what a lesson says, as if somebody had pressed the keys; but no panel opens, because nobody waits for one.
    pub(crate) fn perform(&mut self, input: Input) -> Vec<Effect> {
        self.panel_wanted = false;
        if let Input::Typed(document) = &input {
            self.buffer.replace(&document.content);
            self.look_at_the_text();
        }
        self.feed(input)
    }

    /// Wants something of the machine.
    pub(crate) fn command(&mut self, command: Command) -> Vec<Effect> {
        self.panel_wanted = may_end_in_a_panel(&command);
        self.panel_scroll = Scroll::default();
        self.feed(Input::Command(command))
    }

    /// Changes the text, with `register` for what is cut and copied.
    pub(crate) fn edit(&mut self, edit: &Edit, register: &mut String) -> Vec<Effect> {
        self.panel_wanted = false;
        if !self.buffer.apply(edit, register) {
            return Vec::new();
        }
        self.look_at_the_text();
        let content = self.buffer.text();
        let back = self.let_go.take_if(|document| document.content == content);
        let document = back.unwrap_or_else(|| Document { content, ..self.editor.mine().clone() });
        self.feed(Input::Typed(document))
    }

    /// Gives the document another title.
    pub(crate) fn entitle(&mut self, title: &str) -> Vec<Effect> {
        self.panel_wanted = false;
        let document = Document { title: title.to_owned(), ..self.editor.mine().clone() };
        self.feed(Input::Typed(document))
    }

    /// Makes that change of the merge the one at hand.
    pub(crate) fn go_to(&mut self, place: Place) {
        if let (Some(view), Some(conflict)) = (&mut self.merge_view, self.editor.conflict()) {
            view.go_to(conflict, place);
        }
    }

    /// Hands a key to the merge view.
    pub(crate) fn merge(&mut self, pressed: &Pressed, register: &mut String) -> Vec<Effect> {
        let (Some(view), Some(conflict)) = (&mut self.merge_view, self.editor.conflict()) else { return Vec::new() };
        match merge_view::handle(pressed, conflict, view, register) {
            Some(command) => {
                let mut effects = self.command(command);
                effects.extend(self.tell_what_is_by_hand());
                effects
            }
            None => self.tell_what_is_by_hand(),
        }
    }

    /// Tells the machine what is being written by hand, so that it is kept as any other text is.
    fn tell_what_is_by_hand(&mut self) -> Vec<Effect> {
        let by_hand = self.merge_view.as_ref().and_then(MergeView::text_by_hand);
        // What an earlier run left stays until there is something in its place.
        if by_hand.as_deref() == self.editor.by_hand() || (by_hand.is_none() && !self.told_by_hand) {
            return Vec::new();
        }
        self.told_by_hand = by_hand.is_some();
        self.feed(Input::WrittenByHand(by_hand))
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

    /// How my text comes back once that one stands in its place. The steps of a text do not outlive a change of its line
    /// ends, nor mixed ones.
    pub(crate) fn way_back_from(&self, text: &str) -> Action {
        let endings = Endings::of(text);
        if self.buffer.endings() == endings && endings != Endings::Mixed { Action::Undo } else { Action::Paste }
    }

    /// How a text that is let go comes back.
    pub(crate) fn way_back(&self) -> Action {
        self.way_back_from("")
    }

    /// Makes an old version my text, in such a way that [`Work::way_back_from`] its text brings mine back.
    pub(crate) fn bring_back(&mut self, version: Snapshot, register: &mut String) -> Vec<Effect> {
        let Snapshot { etag, document, .. } = version;
        if self.way_back_from(&document.content) == Action::Paste {
            *register = self.buffer.text();
        }
        // Where the content stays as it is, no step of it can be taken back.
        self.let_go = Some(self.editor.mine().clone()).filter(|mine| mine.content != document.content);
        self.command(Command::BringBack { etag, document: Box::new(document) })
    }

    /// Lets my text go with the document, in such a way that [`Work::way_back`] brings it back.
    pub(crate) fn let_go(&mut self, register: &mut String) -> Vec<Effect> {
        if self.way_back() == Action::Paste {
            *register = self.buffer.text();
        }
        self.let_go = Some(self.editor.mine().clone());
        self.command(Command::DeleteMineToo)
    }

    fn follow(&mut self) {
        if self.editor.revision() != self.loaded {
            self.loaded = self.editor.revision();
            self.buffer.replace(&self.editor.mine().content);
            self.look_at_the_text();
        }
        match (self.editor.conflict(), &mut self.merge_view) {
            (Some(conflict), Some(view)) => view.renewed(conflict),
            (Some(conflict), None) => self.merge_view = Some(MergeView::new(conflict)),
            (None, _) => self.merge_view = None,
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

/// Whether the answer to that may be a panel: a 428 that explains itself, or the choice that a delete leaves.
const fn may_end_in_a_panel(command: &Command) -> bool {
    matches!(
        command,
        Command::Save
            | Command::SaveCarelessly
            | Command::DoItRight
            | Command::Reload
            | Command::OverwriteTheirs
            | Command::CreateAgain
    )
}

/// What nobody sees in a text, tabs aside, and carriage returns where they belong to mixed line ends.
fn unseen(buffer: &Buffer) -> (usize, Option<char>) {
    let mixed = buffer.endings() == Endings::Mixed;
    let characters = buffer.lines().iter().flat_map(|line| line.chars());
    let mut hidden = characters.filter(|c| is_hidden(*c) && *c != '\t' && !(mixed && *c == '\r'));
    let first = hidden.next();
    (usize::from(first.is_some()) + hidden.count(), first)
}
