//! One open document: the machine, and the buffer that is kept in step with it.
//!
//! Each change of the buffer is told to the machine; if the machine replaces the text (a response came, a merge is on
//! its way to the server), the buffer is loaded again. Nothing is decided here: the machine decides. Which keys go to
//! the text and which to a view around it is in [`views`].

mod views;

use std::time::Instant;

use contract::{Author, Document, DocumentId, Snapshot};
use editor::{ChangeId, Command, DocumentMerge, Draft, Editor, EditorInput, EditorRequest};
use merge_view::action::MergeAction;
use merge_view::{MergeView, PaneShare};
use ratatui::layout::Size;
use terminal::buffer::{LineEndings, TextBuffer};
use terminal::edit::Edit;
use terminal::sanitize::is_hidden;
use traffic::LostLines;

use crate::action::{Action, KeyMeaning};
use crate::drafts::DraftProgress;
use crate::effect::Effect;
use crate::ids::{DocumentKey, EditorIndex};
use crate::scroll::Scroll;
pub(crate) use views::OpenedView;
use views::OpenedViews;

/// A document that is open in an editor.
#[derive(Debug, Clone)]
pub(crate) struct OpenDocument {
    pub(crate) key: DocumentKey,
    seat: EditorIndex,
    pub(crate) editor: Editor,
    pub(crate) buffer: TextBuffer,
    /// There is one for as long as the machine has a merge in view.
    pub(crate) merge_view: Option<MergeView>,
    /// The revision of the machine's text that the buffer holds.
    loaded: u64,
    /// How many characters of the text are invisible, and the first of them.
    pub(crate) unseen: (usize, Option<char>),
    /// What has opened by itself around the text, and whether the user has entered it.
    views: OpenedViews,
    /// How often the text was edited.
    edits: u64,
    /// The count of edits when the timer was set that waits for a pause in typing; `None` if none is running.
    pause: Option<u64>,
    /// What was let go with its document, or for an old version: where its text comes back, its title and its parent
    /// do.
    let_go: Option<Document>,
    /// What my last save took the place of, as far as I knew.
    pub(crate) replaced: Option<Document>,
    /// What of my last save is not in the version that I read last.
    pub(crate) missing: Option<LostLines>,
    /// What became of the draft of this document.
    pub(crate) draft: DraftProgress,
    /// For how many seconds the request in flight has had no answer, once they are worth telling.
    pub(crate) unanswered: Option<u64>,
    /// How far the panel is scrolled.
    pub(crate) panel_scroll: Scroll,
}

impl OpenDocument {
    pub(crate) fn new(key: DocumentKey, seat: EditorIndex, id: DocumentId, me: Author, draft: Option<Draft>) -> Self {
        Self::with_editor(key, seat, Editor::new(id, me, draft))
    }

    /// A merge of files.
    pub(crate) fn of_files(
        key: DocumentKey,
        seat: EditorIndex,
        id: DocumentId,
        me: Author,
        draft: Option<Draft>,
    ) -> Self {
        Self::with_editor(key, seat, Editor::new(id, me, draft).of_files())
    }

    fn with_editor(key: DocumentKey, seat: EditorIndex, editor: Editor) -> Self {
        let buffer = TextBuffer::new(&editor.mine().content);
        let loaded = editor.revision();
        let mut work = Self {
            key,
            seat,
            editor,
            buffer,
            merge_view: None,
            loaded,
            unseen: (0, None),
            views: OpenedViews::default(),
            edits: 0,
            pause: None,
            let_go: None,
            replaced: None,
            missing: None,
            draft: DraftProgress::default(),
            unanswered: None,
            panel_scroll: Scroll::default(),
        };
        work.show_text();
        work
    }

    fn show_text(&mut self) {
        self.unseen = last_character(&self.buffer);
    }

    /// Tells the machine what happened, and keeps the buffer and the views in step.
    pub(crate) fn feed(&mut self, input: EditorInput) -> Vec<Effect> {
        let by_user = matches!(
            input,
            EditorInput::Command(_)
                | EditorInput::Typed(_)
                | EditorInput::ManualEdit(_)
                | EditorInput::OpenLines(_)
                | EditorInput::Unplaced(_)
                | EditorInput::Cut(_)
                | EditorInput::Placed
                | EditorInput::AsideDismissed
                | EditorInput::Unread(_)
                | EditorInput::LeftUnread(_)
                | EditorInput::UnreadDismissed
        );
        self.feed_input(input, by_user)
    }

    /// The same; `by_user` says whether it is the user's own doing, and not that of a response, a timer or a script.
    fn feed_input(&mut self, input: EditorInput, by_user: bool) -> Vec<Effect> {
        let before = self.views_before(!by_user);
        let effects = self.editor.update(input);
        self.follow_views(before);
        self.sync_with_editor();
        let mut effects: Vec<_> = effects.into_iter().map(|effect| self.lift_effect(effect)).collect();
        if !by_user {
            // Merging again may have taken a text by hand out of the result.
            effects.extend(self.report_manual_edit());
            effects.extend(self.save_again());
        }
        effects
    }

    /// Does what a lesson's script says. A script sends commands and no keys: it enters nothing, and leaves nothing
    /// that the user has entered.
    pub(crate) fn apply_input(&mut self, input: EditorInput) -> Vec<Effect> {
        self.set_scripted(true);
        if let EditorInput::Typed(document) = &input {
            self.buffer.replace(&document.content);
            self.show_text();
        }
        let mut effects = self.feed_input(input, false);
        effects.extend(self.catch_up());
        effects
    }

    /// Carries out a command of the user. A write that it sends gives the keys back to the text: what is typed from
    /// then on is text.
    pub(crate) fn command(&mut self, command: Command) -> Vec<Effect> {
        self.set_scripted(false);
        self.panel_scroll = Scroll::default();
        let effects = self.feed(EditorInput::Command(command));
        let writes = |effect: &Effect| {
            matches!(effect, Effect::Ask { ask: EditorRequest::Write { .. } | EditorRequest::Delete { .. }, .. })
        };
        if effects.iter().any(writes) {
            self.leave();
        }
        effects
    }

    /// Merges again with the text as it is now, if it has changed since.
    pub(crate) fn catch_up(&mut self) -> Vec<Effect> {
        if self.editor.is_merge_outdated() { self.feed(EditorInput::Paused { merge_by: None }) } else { Vec::new() }
    }

    /// The same, if no timer is to be waited for.
    pub(crate) fn catch_up_now(&mut self) -> Vec<Effect> {
        self.pause = None;
        self.catch_up()
    }

    /// The timer has run out that waits for a pause in typing. If typing has gone on since, it waits again.
    pub(crate) fn on_pause(&mut self, merge_by: Option<Instant>) -> Vec<Effect> {
        if self.pause.take() == Some(self.edits) {
            return if self.editor.is_merge_outdated() {
                self.feed(EditorInput::Paused { merge_by })
            } else {
                Vec::new()
            };
        }
        self.await_pause()
    }

    /// Sets the timer that waits for a pause in typing, if there is a merge to be made again and none is running.
    fn await_pause(&mut self) -> Vec<Effect> {
        if !self.editor.is_merge_outdated() || self.pause.is_some() {
            return Vec::new();
        }
        self.pause = Some(self.edits);
        vec![Effect::AwaitPause { work: self.key }]
    }

    /// Changes the text, with `register` for what is cut and copied.
    pub(crate) fn edit(&mut self, edit: &Edit, register: &mut String) -> Vec<Effect> {
        if !self.buffer.apply(edit, register) {
            return Vec::new();
        }
        self.show_text();
        let content = self.buffer.text();
        let back = self.let_go.take_if(|document| document.content == content);
        let document = back.unwrap_or_else(|| Document { content, ..self.editor.mine().clone() });
        let mut effects = if *edit == Edit::Cut { self.feed(EditorInput::Cut(register.clone())) } else { Vec::new() };
        effects.extend(self.on_typed(document));
        effects
    }

    fn on_typed(&mut self, document: Document) -> Vec<Effect> {
        self.set_scripted(false);
        self.edits += 1;
        let mut effects = self.feed(EditorInput::Typed(document));
        effects.extend(self.await_pause());
        effects
    }

    /// Gives the document another title.
    pub(crate) fn set_title(&mut self, title: &str) -> Vec<Effect> {
        let document = Document { title: title.to_owned(), ..self.editor.mine().clone() };
        self.on_typed(document)
    }

    /// Makes that change of the merge the one at hand.
    pub(crate) fn go_to(&mut self, place: ChangeId) {
        if let (Some(view), Some(conflict)) = (&mut self.merge_view, self.editor.document_merge()) {
            view.go_to(conflict, place);
        }
    }

    /// Hands a key to the merge view that the user has entered.
    pub(crate) fn merge(&mut self, pressed: &KeyMeaning, register: &mut String) -> Vec<Effect> {
        let mut effects = self.catch_up();
        let conflict = self.views.shown(&self.editor);
        let (Some(view), Some(conflict)) = (&mut self.merge_view, conflict) else { return effects };
        let is_cut = matches!(pressed, KeyMeaning::Edit(Edit::Cut)) && view.is_writing();
        let before = is_cut.then(|| register.clone());
        let input = pressed.in_merge();
        if input.is_none() {
            view.forget_note();
        }
        let step = input.and_then(|input| view.handle(&input, conflict, register));
        // A merge that is over takes no decision; what is written by hand there is kept.
        if let Some(step) = step.filter(|_| !self.views.has_ended()) {
            effects.extend(self.command(Command::Merge(step)));
        }
        if matches!(pressed, KeyMeaning::Act(Action::Merge(MergeAction::AcceptEdit))) {
            effects.extend(self.preview_overwrite());
        }
        if before.is_some_and(|before| before != *register) {
            effects.extend(self.feed(EditorInput::Cut(register.clone())));
        }
        effects.extend(self.report_manual_edit());
        effects
    }

    /// Tells the machine what is being written by hand, so that it is kept as any other text is.
    fn report_manual_edit(&mut self) -> Vec<Effect> {
        let hands = self.hands();
        let is_known = hands == self.editor.hands() && self.editor.knows_hands();
        if is_known || self.merge_view.is_none() {
            return Vec::new();
        }
        self.feed(EditorInput::ManualEdit(hands))
    }

    /// Has the lines kept that were said for a place in the text and are not there yet.
    pub(crate) fn keep_open_lines(&mut self, lines: Option<String>) -> Vec<Effect> {
        if self.editor.open_lines() == lines.as_deref() {
            return Vec::new();
        }
        self.feed(EditorInput::OpenLines(lines))
    }

    /// Has the lines kept that wait for their turn.
    pub(crate) fn keep_unread(&mut self, lines: Option<String>) -> Vec<Effect> {
        if self.editor.unread() == lines.as_deref() {
            return Vec::new();
        }
        self.feed(EditorInput::Unread(lines))
    }

    /// Has a text kept that has lost its place.
    pub(crate) fn keep_unplaced(&mut self, text: String) -> Vec<Effect> {
        let effects = self.feed(EditorInput::Unplaced(text));
        // It was not written by hand in a merge, and the caller says where it is.
        self.take_rescued();
        effects
    }

    /// The user leaves: what they took out of the text is not kept.
    pub(crate) fn let_go_of_aside(&mut self) -> Vec<Effect> {
        if self.editor.aside().is_none() { Vec::new() } else { self.feed(EditorInput::AsideDismissed) }
    }

    /// Returns what is being written by hand in the merge, and is nowhere else.
    pub(crate) fn manual_text(&self) -> Option<String> {
        self.merge_view.as_ref()?.manual_text()
    }

    /// Tells the merge view how much room it has.
    pub(crate) fn fit_merge(&mut self, room: Size, share: PaneShare) {
        if let (Some(view), Some(conflict)) = (&mut self.merge_view, self.views.shown(&self.editor)) {
            view.fit(conflict, room, share);
        }
    }

    /// How my text comes back once that one stands in its place. The steps of a text do not outlive a change of its
    /// line ends.
    pub(crate) fn undo_action_for(&self, text: &str) -> Action {
        if self.buffer.endings() == LineEndings::of(text) { Action::Undo } else { Action::Paste }
    }

    /// How a text that is let go comes back.
    pub(crate) fn undo_action(&self) -> Action {
        self.undo_action_for("")
    }

    /// Makes an old version my text, in such a way that [`OpenDocument::undo_action_for`] its text brings mine back.
    pub(crate) fn bring_back(&mut self, version: Snapshot, register: &mut String) -> Vec<Effect> {
        let Snapshot { etag, document, .. } = version;
        if self.undo_action_for(&document.content) == Action::Paste {
            *register = self.buffer.text();
        }
        // If the content stays as it is, no step of it can be taken back.
        self.let_go = Some(self.editor.mine().clone()).filter(|mine| mine.content != document.content);
        let mut effects = self.command(Command::BringBack { etag, document: Box::new(document) });
        effects.extend(self.catch_up());
        self.leave();
        effects
    }

    /// Lets my text go with the document, in such a way that [`OpenDocument::undo_action`] brings it back.
    pub(crate) fn discard_mine(&mut self, register: &mut String) -> Vec<Effect> {
        if self.undo_action() == Action::Paste {
            *register = self.buffer.text();
        }
        self.let_go = Some(self.editor.mine().clone());
        let effects = self.command(Command::DiscardMine);
        self.leave();
        effects
    }

    fn sync_with_editor(&mut self) {
        if self.editor.revision() != self.loaded {
            self.loaded = self.editor.revision();
            self.buffer.replace(&self.editor.mine().content);
            self.show_text();
        }
        if self.views.has_ended() {
            // The user is still in it.
            return;
        }
        match (self.editor.document_merge(), &mut self.merge_view) {
            (Some(conflict), Some(view)) => view.on_remerge(conflict),
            (Some(conflict), None) => {
                let mut view = MergeView::new(conflict);
                view.bring_back(conflict, self.editor.hands());
                self.merge_view = Some(view);
            }
            (None, _) => self.merge_view = None,
        }
    }

    /// The text as a file takes it whose draft cannot be written: the result of the merge if there is one, else my
    /// text, and what was written by hand and stands in neither.
    pub(crate) fn text_to_rescue(&self) -> String {
        // The result of a merge lacks what was typed since it was made.
        let conflict = self.editor.document_merge().filter(|_| !self.editor.is_merge_outdated());
        let result = conflict.and_then(DocumentMerge::result);
        let text = result.map_or_else(|| self.editor.mine().content.clone(), |result| result.content);
        let by_hand = self.editor.all_manual_edits().filter(|by_hand| !text.contains(by_hand.trim_end_matches('\n')));
        let not_placed = [self.editor.open_lines(), self.editor.left_unread(), self.editor.unread()];
        let aside = self.editor.aside().filter(|aside| !text.contains(aside.trim_end_matches('\n')));
        match by_hand
            .into_iter()
            .chain(not_placed.into_iter().flatten().map(str::to_owned))
            .chain(aside)
            .reduce(|all, more| format!("{}\n{more}", all.trim_end_matches('\n')))
        {
            Some(by_hand) if text.is_empty() => by_hand,
            Some(by_hand) => format!("{}\n\n{by_hand}", text.trim_end_matches('\n')),
            None => text,
        }
    }

    /// Says what has to be kept of this document, whatever is kept of it.
    pub(crate) fn keep_draft(&mut self) -> Effect {
        let draft = self.editor.draft();
        self.lift_effect(editor::EditorEffect::KeepDraft(draft))
    }

    /// Says that nothing has to be kept of this document.
    pub(crate) fn forget_draft(&mut self) -> Effect {
        self.lift_effect(editor::EditorEffect::ForgetDraft)
    }

    /// The machine's wish, with what the world needs to know to carry it out.
    fn lift_effect(&mut self, effect: editor::EditorEffect) -> Effect {
        let (seat, work, document) = (self.seat, self.key, self.editor.id().clone());
        match effect {
            editor::EditorEffect::Send { request, ask } => Effect::Ask { seat, work, request, document, ask },
            editor::EditorEffect::WakeAfter(after) => Effect::Wake { work, after },
            editor::EditorEffect::KeepDraft(draft) => {
                let generation = self.draft.want(true);
                Effect::KeepDraft { seat, document, generation, draft }
            }
            editor::EditorEffect::ForgetDraft => {
                let generation = self.draft.want(false);
                Effect::ForgetDraft { seat, document, generation }
            }
        }
    }
}

/// Returns the invisible characters of a text, tabs aside, and carriage returns that belong to mixed line ends.
fn last_character(buffer: &TextBuffer) -> (usize, Option<char>) {
    let mixed = buffer.endings() == LineEndings::Mixed;
    let characters = buffer.lines().iter().flat_map(|line| line.chars());
    let mut hidden = characters.filter(|c| is_hidden(*c) && *c != '\t' && !(mixed && *c == '\r'));
    let first = hidden.next();
    (usize::from(first.is_some()) + hidden.count(), first)
}
