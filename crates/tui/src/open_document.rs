//! One open document: the editor's state machine, and the text buffer that is kept in step with it.
//!
//! Each change of the buffer is fed to the machine. If the machine replaces the text (after a response, or when it
//! sends a merge), the buffer is loaded again. All decisions are the machine's. [`views`] knows whether keys go to the
//! text or to a view around it.

mod fresh_lines;
mod properties;
mod undone_merge;
mod views;

use std::ops::Range;
use std::time::Instant;

use contract::{Author, DocumentId, Snapshot};
use editor::{
    ChangeId, Command, DocumentMerge, Draft, Editor, EditorInput, EditorNotice, EditorRequest, TextChange, WorkingCopy,
    Writer,
};
use merge_view::action::MergeAction;
use merge_view::{MergeView, PaneShare};
use ratatui::layout::{Position, Size};
use terminal::buffer::{LineEndings, TextBuffer};
use terminal::edit::Edit;
use text::Text;
use traffic::LostLines;

use crate::action::{Action, KeyMeaning};
use crate::drafts::DraftProgress;
use crate::effect::Effect;
use crate::ids::{DocumentKey, EditorIndex};
use crate::scroll::Scroll;
use fresh_lines::FreshLines;
pub(crate) use properties::Properties;
use properties::PropertyHistory;
use undone_merge::UndoneMerge;
pub(crate) use views::OpenedView;
use views::OpenedViews;

/// A document that is open in an editor.
#[derive(Debug, Clone)]
pub(crate) struct OpenDocument {
    pub(crate) key: DocumentKey,
    seat: EditorIndex,
    pub(crate) editor: Editor,
    pub(crate) buffer: TextBuffer,
    /// The view of the machine's merge, if there is a merge.
    pub(crate) merge_view: Option<MergeView>,
    /// The revision of the machine's text that the buffer holds.
    loaded: u64,
    /// The number of invisible characters in the text, and one of them.
    pub(crate) unseen: (usize, Option<char>),
    /// The lines that a followed save has changed.
    fresh: FreshLines,
    /// The lines of others that the user has taken back with a merge.
    pub(crate) undone_merge: UndoneMerge,
    /// The views that open by themselves around the text, and the one that the user has entered.
    views: OpenedViews,
    /// Counts the edits of the text.
    edits: u64,
    /// The count of edits when the timer for a pause in typing was set, or `None` if no timer is running.
    pause: Option<u64>,
    /// The document that was discarded or replaced by an old version.
    ///
    /// If an edit brings its text back, its title and its parent come back too.
    let_go: Option<WorkingCopy>,
    properties: PropertyHistory,
    /// The document that the user's last save replaced, as far as the user knew.
    pub(crate) replaced: Option<WorkingCopy>,
    /// The lines of the user's last save that the version read last does not have.
    pub(crate) missing: Option<LostLines>,
    /// The progress of writing the draft of this document.
    pub(crate) draft: DraftProgress,
    /// The seconds that the request in flight has been without a response, once they are worth showing.
    pub(crate) unanswered: Option<u64>,
    /// The scroll position of the panel.
    pub(crate) panel_scroll: Scroll,
}

impl OpenDocument {
    pub(crate) fn new(key: DocumentKey, seat: EditorIndex, id: DocumentId, me: Author, draft: Option<Draft>) -> Self {
        let editor = Editor::new(id, me, draft);
        // A draft of an earlier run can be undone, back to its base.
        let base = editor.base().map_or_else(Text::new, |base| base.document.content.clone());
        let buffer = TextBuffer::restored(base, &editor.mine().content);
        Self::with_editor(key, seat, editor, buffer)
    }

    /// Returns the document of a merge of files.
    pub(crate) fn of_files(
        key: DocumentKey,
        seat: EditorIndex,
        id: DocumentId,
        me: Author,
        draft: Option<Draft>,
    ) -> Self {
        let editor = Editor::new(id, me, draft).of_files();
        let buffer = TextBuffer::new(&editor.mine().content);
        Self::with_editor(key, seat, editor, buffer)
    }

    fn with_editor(key: DocumentKey, seat: EditorIndex, editor: Editor, buffer: TextBuffer) -> Self {
        let loaded = editor.revision();
        let mut work = Self {
            key,
            seat,
            editor,
            buffer,
            merge_view: None,
            loaded,
            unseen: (0, None),
            fresh: FreshLines::default(),
            undone_merge: UndoneMerge::default(),
            views: OpenedViews::default(),
            edits: 0,
            pause: None,
            let_go: None,
            properties: PropertyHistory::default(),
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
        self.unseen = self.buffer.hidden_characters();
    }

    /// Feeds an input to the machine, and keeps the buffer and the views in step.
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
                | EditorInput::Follow(_)
                | EditorInput::MarkChanges(_)
        );
        self.feed_input(input, by_user)
    }

    /// Like [`OpenDocument::feed`], for a known origin.
    ///
    /// `by_user` says that the input comes from the user, not from a response, a timer or a script.
    fn feed_input(&mut self, input: EditorInput, by_user: bool) -> Vec<Effect> {
        let before = self.views_before(!by_user);
        let effects = self.editor.update(input);
        self.follow_views(before);
        let highlight = self.sync_with_editor();
        self.undone_merge.follow(&self.editor);
        let mut effects: Vec<_> = effects.into_iter().map(|effect| self.lift_effect(effect)).collect();
        effects.extend(highlight);
        if !by_user {
            // The remerge may have dropped a text that was written by hand.
            effects.extend(self.report_manual_edit());
            effects.extend(self.save_again());
        }
        effects
    }

    /// Applies an input of a lesson's script.
    ///
    /// A script sends commands, not keys: it neither enters a view nor leaves one that the user has entered.
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

    /// Carries out a command of the user.
    ///
    /// If the command sends a write, the focus moves back to the text: what is typed from then on is text.
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

    /// Remerges with the current text, if the text has changed since the last merge.
    pub(crate) fn catch_up(&mut self) -> Vec<Effect> {
        if self.editor.is_merge_outdated() { self.feed(EditorInput::Paused { merge_by: None }) } else { Vec::new() }
    }

    /// Like [`OpenDocument::catch_up`], and cancels the timer that waits for a pause in typing.
    pub(crate) fn catch_up_now(&mut self) -> Vec<Effect> {
        self.pause = None;
        self.catch_up()
    }

    /// Handles the timer for a pause in typing: remerges, or waits again if typing has gone on.
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

    /// Sets the timer for a pause in typing, if the merge is outdated and no timer is running.
    fn await_pause(&mut self) -> Vec<Effect> {
        if !self.editor.is_merge_outdated() || self.pause.is_some() {
            return Vec::new();
        }
        self.pause = Some(self.edits);
        vec![Effect::AwaitPause { work: self.key }]
    }

    /// Applies an edit to the text; `register` holds the text that is cut, copied or pasted.
    pub(crate) fn edit(&mut self, edit: &Edit, register: &mut String) -> Vec<Effect> {
        if let Some(properties) = self.properties.apply(edit, self.editor.mine()) {
            return self.set_properties(properties);
        }
        let taken_back = (*edit == Edit::Undo && self.buffer.undoes_replacement()).then(|| self.buffer.snapshot());
        if !self.buffer.apply(edit, register) {
            return Vec::new();
        }
        self.show_text();
        let content = self.buffer.snapshot();
        let back = self.let_go.take_if(|document| document.content == content);
        let mine = back.unwrap_or_else(|| WorkingCopy { content, ..self.editor.mine().clone() });
        let mut effects = if *edit == Edit::Cut { self.feed(EditorInput::Cut(register.clone())) } else { Vec::new() };
        effects.extend(self.on_typed(mine));
        if let Some(before) = taken_back {
            self.undone_merge.on_taken_back(&before, &self.editor);
        }
        effects
    }

    /// Replaces parts of the text as one step; see [`TextBuffer::replace_ranges`].
    pub(crate) fn replace_ranges(&mut self, replacements: &[(Range<usize>, String)]) -> Vec<Effect> {
        if !self.buffer.replace_ranges(replacements) {
            return Vec::new();
        }
        self.show_text();
        let content = self.buffer.snapshot();
        self.on_typed(WorkingCopy { content, ..self.editor.mine().clone() })
    }

    /// Returns the change against the base at the cursor, or `None` if there is none.
    pub(crate) fn change_at_cursor(&self) -> Option<TextChange> {
        self.editor.changes()?.at(self.buffer.cursor_line())
    }

    /// Returns who made the change at a line in the newer version, or `None` if that is not known.
    pub(crate) fn author_of_change(&self, line: usize) -> Option<&Author> {
        let change = self.editor.changes()?.at(line)?;
        self.editor.introduced_by(&change)?.author.as_ref()
    }

    /// Gives the lines of the change at the cursor the text of the base again, as one step.
    pub(crate) fn revert_change(&mut self) -> Vec<Effect> {
        let reversal = self.change_at_cursor().and_then(|change| self.editor.changes()?.reversal(&change));
        let Some((range, old)) = reversal else { return Vec::new() };
        let start = range.start;
        let effects = self.replace_ranges(&[(range, old)]);
        self.buffer.put_cursor(start);
        effects
    }

    fn on_typed(&mut self, mine: WorkingCopy) -> Vec<Effect> {
        self.set_scripted(false);
        self.edits += 1;
        let mut effects = self.feed(EditorInput::Typed(mine));
        effects.extend(self.await_pause());
        effects
    }

    /// Changes title and parent of the document.
    pub(crate) fn set_properties(&mut self, properties: Properties) -> Vec<Effect> {
        let mine = properties.with_content_of(self.editor.mine());
        if mine == *self.editor.mine() { Vec::new() } else { self.on_typed(mine) }
    }

    /// Makes the change since `before` one step that can be undone.
    pub(crate) fn remember_properties(&mut self, before: Properties) {
        if before != Properties::of(self.editor.mine()) {
            self.properties.remember(self.buffer.snapshot(), before);
        }
    }

    /// Returns whether undoing takes back a replacement of the text, and not a change of title or parent.
    pub(crate) fn undoes_replacement(&self) -> bool {
        self.buffer.undoes_replacement() && !self.properties.takes(&Edit::Undo, &self.editor.mine().content)
    }

    /// Moves the merge view to a change.
    pub(crate) fn go_to(&mut self, place: ChangeId) {
        if let (Some(view), Some(conflict)) = (&mut self.merge_view, self.editor.document_merge()) {
            view.go_to(conflict, place);
        }
    }

    /// Passes the meaning of a key to the merge view that the user has entered.
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
        // A merge that is over takes no decisions; text that is written by hand there is kept.
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

    /// Reports the text that is being written by hand to the machine, which keeps it like all other text.
    fn report_manual_edit(&mut self) -> Vec<Effect> {
        let hands = self.hands();
        let is_known = hands == self.editor.hands() && self.editor.knows_hands();
        if is_known || self.merge_view.is_none() {
            return Vec::new();
        }
        self.feed(EditorInput::ManualEdit(hands))
    }

    /// Keeps the lines of an open block of plain mode, which are not in the text yet.
    pub(crate) fn keep_open_lines(&mut self, lines: Option<String>) -> Vec<Effect> {
        if self.editor.open_lines() == lines.as_deref() {
            return Vec::new();
        }
        self.feed(EditorInput::OpenLines(lines))
    }

    /// Keeps the waiting lines of plain mode.
    pub(crate) fn keep_unread(&mut self, lines: Option<String>) -> Vec<Effect> {
        if self.editor.unread() == lines.as_deref() {
            return Vec::new();
        }
        self.feed(EditorInput::Unread(lines))
    }

    /// Keeps a text whose position in the document is gone.
    pub(crate) fn keep_unplaced(&mut self, text: String) -> Vec<Effect> {
        let effects = self.feed(EditorInput::Unplaced(text));
        // This text was not written by hand in a merge, and the caller says where to find it.
        self.take_rescued();
        effects
    }

    /// Drops the text that was cut from the document: the user leaves.
    pub(crate) fn let_go_of_aside(&mut self) -> Vec<Effect> {
        if self.editor.aside().is_none() { Vec::new() } else { self.feed(EditorInput::AsideDismissed) }
    }

    /// Returns the text that is being written by hand in the merge, which is not accepted yet.
    pub(crate) fn manual_text(&self) -> Option<String> {
        self.merge_view.as_ref()?.manual_text()
    }

    /// Wraps the lines of the text and of the merge, or shows each line in one row.
    pub(crate) fn set_wrapped(&mut self, is_wrapped: bool) {
        self.buffer.set_wrapped(is_wrapped);
        if let (Some(view), Some(conflict)) = (&mut self.merge_view, self.views.shown(&self.editor)) {
            view.set_wrapped(conflict, is_wrapped);
        }
    }

    /// Scrolls the merge view for a mouse's wheel, at a position that is counted from the view's corner.
    pub(crate) fn wheel_over_merge(&mut self, at: Position, rows: i16) {
        if let (Some(view), Some(conflict)) = (&mut self.merge_view, self.views.shown(&self.editor)) {
            view.wheel(conflict, at, rows);
        }
    }

    /// Tells the merge view the size of its area.
    pub(crate) fn fit_merge(&mut self, room: Size, share: PaneShare) {
        if let (Some(view), Some(conflict)) = (&mut self.merge_view, self.views.shown(&self.editor)) {
            view.fit(conflict, room, share);
        }
    }

    /// Returns the action that brings the user's text back after `text` has replaced it.
    ///
    /// The undo history does not survive a change of the line ends.
    pub(crate) fn undo_action_for(&self, text: &str) -> Action {
        if self.buffer.endings() == LineEndings::of(text) { Action::Undo } else { Action::Paste }
    }

    /// Returns the action that brings a discarded text back.
    pub(crate) fn undo_action(&self) -> Action {
        self.undo_action_for("")
    }

    /// Replaces the user's text with an old version.
    ///
    /// [`OpenDocument::undo_action_for`] the version's text brings the user's text back.
    pub(crate) fn bring_back(&mut self, version: Snapshot, register: &mut String) -> Vec<Effect> {
        let Snapshot { etag, document, .. } = version;
        if self.undo_action_for(&document.content) == Action::Paste {
            *register = self.buffer.text();
        }
        // If the content is the same, there is nothing to undo.
        self.let_go = Some(self.editor.mine().clone()).filter(|mine| mine.content != document.content);
        let mut effects = self.command(Command::BringBack { etag, document: Box::new(document) });
        effects.extend(self.catch_up());
        self.leave();
        effects
    }

    /// Discards the user's text with the document. [`OpenDocument::undo_action`] brings the text back.
    pub(crate) fn discard_mine(&mut self, register: &mut String) -> Vec<Effect> {
        if self.undo_action() == Action::Paste {
            *register = self.buffer.text();
        }
        self.let_go = Some(self.editor.mine().clone());
        let effects = self.command(Command::DiscardMine);
        self.leave();
        effects
    }

    /// Loads the machine's text if it was replaced.
    ///
    /// Returns the effect that ends the highlight of a followed save.
    fn sync_with_editor(&mut self) -> Option<Effect> {
        let highlight = (self.editor.revision() != self.loaded).then(|| self.load_text()).flatten();
        if self.views.has_ended() {
            // The user is still in the merge that has ended.
            return highlight;
        }
        match (self.editor.document_merge(), &mut self.merge_view) {
            (Some(conflict), Some(view)) => view.on_remerge(conflict),
            (Some(conflict), None) => {
                let mut view = MergeView::new(conflict);
                view.set_wrapped(conflict, self.buffer.is_wrapped());
                view.bring_back(conflict, self.editor.hands());
                self.merge_view = Some(view);
            }
            (None, _) => self.merge_view = None,
        }
        highlight
    }

    fn load_text(&mut self) -> Option<Effect> {
        self.loaded = self.editor.revision();
        self.properties.clear();
        let is_followed = self.editor.follows() && matches!(self.editor.notice(), Some(EditorNotice::Reloaded { .. }));
        let before = self.buffer.snapshot();
        if is_followed {
            self.buffer.replace_for_good(&self.editor.mine().content);
        } else {
            self.buffer.replace(&self.editor.mine().content);
        }
        let is_my_choice = matches!(self.editor.notice(), Some(EditorNotice::BroughtBack(_) | EditorNotice::Discarded));
        if self.buffer.undoes_replacement() && !is_my_choice {
            // While the result of a merge is being saved, the base is the version of the other author.
            let base = self.editor.base();
            match base.map(|base| self.editor.writer_of(base.author.as_ref(), &base.etag)) {
                // A version of my own, such as a restored one, has no lines of others.
                Some(Writer::Me) => {}
                Some(Writer::Named(author)) => self.undone_merge.on_replaced(Some(author)),
                _ => self.undone_merge.on_replaced(None),
            }
        }
        self.show_text();
        is_followed.then(|| {
            let highlight = self.fresh.highlight(&before, &self.buffer.snapshot());
            Effect::ShowFreshLines { work: self.key, highlight }
        })
    }

    /// Turns on or off that the document follows the saves of other users.
    pub(crate) fn set_follow(&mut self, on: bool) -> Vec<Effect> {
        self.feed(EditorInput::Follow(on))
    }

    /// Returns whether a line is highlighted because a followed save has just changed it.
    pub(crate) fn is_fresh(&self, line: usize) -> bool {
        self.fresh.contains(line)
    }

    /// Ends the highlight of the lines that a followed save has changed.
    pub(crate) fn settle_fresh_lines(&mut self) {
        self.fresh.settle();
    }

    /// Ends the highlight with that number, unless a newer one has begun.
    pub(crate) fn end_highlight(&mut self, highlight: u64) {
        self.fresh.end(highlight);
    }

    /// Returns the whole unsaved text, for a file or the clipboard.
    ///
    /// It is the result of the merge if there is one, or else the user's text. All kept text that is not part of it
    /// follows.
    pub(crate) fn text_to_rescue(&self) -> String {
        // The result of an outdated merge lacks the text that was typed after the merge.
        let conflict = self.editor.document_merge().filter(|_| !self.editor.is_merge_outdated());
        let result = conflict.and_then(DocumentMerge::result);
        let text = result.map_or_else(|| self.editor.mine().content.to_string(), |result| result.content);
        let by_hand = self.editor.all_manual_edits().filter(|by_hand| !text.contains(by_hand.trim_end_matches('\n')));
        let not_placed = [self.editor.open_lines(), self.editor.left_unread(), self.editor.unread()];
        let aside = self.editor.aside().filter(|aside| !text.contains(aside.trim_end_matches('\n'))).map(str::to_owned);
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

    /// Returns the effect that writes the draft of this document, whether or not it has changed.
    pub(crate) fn keep_draft(&mut self) -> Effect {
        let draft = self.editor.draft();
        self.lift_effect(editor::EditorEffect::KeepDraft(draft))
    }

    /// Returns the effect that removes the draft of this document.
    pub(crate) fn forget_draft(&mut self) -> Effect {
        self.lift_effect(editor::EditorEffect::ForgetDraft)
    }

    /// Converts an effect of the machine into an effect of the program.
    fn lift_effect(&mut self, effect: editor::EditorEffect) -> Effect {
        let (seat, work, document) = (self.seat, self.key, self.editor.id().clone());
        match effect {
            editor::EditorEffect::Send { request, ask } => Effect::Ask { seat, work, request, document, ask },
            editor::EditorEffect::Prefetch { request, ask } => Effect::Prefetch { seat, work, request, document, ask },
            editor::EditorEffect::CompareLines { comparison, texts } => {
                Effect::CompareLines { work, comparison, texts }
            }
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
