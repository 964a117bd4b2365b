//! Opening a document, with the draft that was chosen and the text that was typed ahead.

use std::sync::Arc;

use contract::DocumentId;
use editor::{Command, Draft, EditorInput, MarkedChanges};
use terminal::edit::Edit;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{drafts, editor as keys, enter_protection, line_command};
use crate::action::{Action, Context};
use crate::ahead::Ahead;
use crate::drafts::first_line;
use crate::effect::Effect;
use crate::ids::EditorIndex;
use crate::open_document::{OpenDocument, Properties};
use crate::pane::Pane;
use crate::state::{SessionKind, State};

/// Opens a document, unless it is open, and brings it into view.
pub(super) fn on_opened(
    state: &mut State,
    seat: EditorIndex,
    document: DocumentId,
    draft: Option<Draft>,
) -> Vec<Effect> {
    drafts::on_opened(state, seat, &document);
    let has_typed = state.people.panes.get(seat).is_some_and(|pane| pane.typed_ahead(&document).is_some());
    let mut effects = open(state, seat, document, draft);
    // Who has typed ahead goes on writing, and Enter is part of that.
    if seat == state.people.seat && !has_typed {
        effects.extend(enter_protection::begin(state));
    }
    effects
}

fn open(state: &mut State, seat: EditorIndex, document: DocumentId, draft: Option<Draft>) -> Vec<Effect> {
    let key = state.next_key();
    let Some(pane) = state.people.panes.get_mut(seat) else { return Vec::new() };
    let ahead = pane.take_ahead(&document);
    let title = pane.new_title.take().filter(|(id, _)| *id == document && draft.is_none()).map(|(_, title)| title);
    if pane.show(&document) {
        return go_on_from(state, seat, ahead, false);
    }
    let me = pane.me.clone();
    let left = draft.as_ref().map(|draft| {
        let owned = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        (owned(&draft.manual_edit), owned(&draft.unread))
    });
    let aside = draft.as_ref().and_then(what_is_out);
    let had_draft = draft.is_some();
    let marked = if state.plain.is_some() { MarkedChanges::None } else { state.marked_changes };
    let begin = if state.kind == SessionKind::Files { OpenDocument::of_files } else { OpenDocument::new };
    let work = pane.open(begin(key, seat, document, me, draft));
    let mut effects = work.feed(EditorInput::MarkChanges(marked));
    effects.extend(work.command(Command::Open));
    if let Some(title) = title {
        effects.extend(begin_with_title(work, title));
    }
    if let Some((by_hand, unread)) = left {
        offer_what_was_left(state, by_hand, unread);
    }
    if let Some(text) = aside {
        offer_aside(state, &text);
    }
    effects.extend(go_on_from(state, seat, ahead, had_draft));
    if let (Some(text), Some(work)) =
        (state.clipboard.kept.take(), state.people.panes.get_mut(seat).and_then(Pane::document_mut))
    {
        effects.extend(work.keep_unplaced(text));
    }
    effects
}

/// Gives a document the title that the user typed to create it. Undo brings its id back as the title.
fn begin_with_title(work: &mut OpenDocument, title: String) -> Vec<Effect> {
    let before = Properties::of(work.editor.mine());
    let effects = work.set_properties(Properties { title, ..before.clone() });
    work.remember_properties(before);
    effects
}

/// Applies what was typed ahead to a document that has just opened: its text, and the requested save.
///
/// The draft that kept the text ahead is replaced or removed. So is a draft of an earlier run (`had_draft`) if it
/// contains nothing that the document lacks.
fn go_on_from(state: &mut State, seat: EditorIndex, ahead: Option<Ahead>, had_draft: bool) -> Vec<Effect> {
    let is_kept = ahead.as_ref().is_some_and(Ahead::is_kept);
    let saves = ahead.as_ref().is_some_and(|ahead| ahead.saves);
    let typed = ahead.as_ref().and_then(Ahead::text);
    if let (Some(work), Some(ahead)) = (state.people.panes.get_mut(seat).and_then(Pane::document_mut), ahead) {
        work.draft.go_on_from(&ahead.draft);
    }
    let mut effects = type_in(state, seat, typed);
    effects.extend(line_command::keep_waiting(state));
    let Some(work) = state.people.panes.get_mut(seat).and_then(Pane::document_mut) else { return effects };
    let is_told = effects.iter().any(|effect| matches!(effect, Effect::KeepDraft { .. } | Effect::ForgetDraft { .. }));
    if (is_kept || had_draft) && !is_told && !work.editor.needs_draft() {
        // The draft contains nothing that its base lacks, and would be offered forever.
        effects.push(work.forget_draft());
    } else if is_kept && !is_told {
        effects.push(work.keep_draft());
    }
    if saves {
        effects.extend(keys::save_of(state, seat));
    }
    effects
}

/// Returns the text that was cut from a draft in an earlier run, unless the draft contains it again.
fn what_is_out(draft: &Draft) -> Option<String> {
    let aside = draft.aside.as_deref()?;
    let is_out = !draft.mine.content.to_string().contains(aside.trim_end_matches('\n'));
    is_out.then(|| aside.to_owned())
}

/// Offers to paste the text that an earlier run cut, below what the register already holds.
fn offer_aside(state: &mut State, text: &str) {
    if state.plain.is_some() {
        line_command::offer_aside(state, text);
    } else if state.clipboard.register.is_empty() {
        let (first, paste) = (first_line(text), state.hint_for(Action::Paste, Context::Text));
        state.say(Role::Info, format!("cut or replaced in an earlier run: '{}'; {paste} pastes it", sanitize(&first)));
    }
    let above = state.clipboard.register.trim_end_matches('\n');
    state.clipboard.register = if above.is_empty() { text.to_owned() } else { format!("{above}\n{text}") };
}

/// Offers to paste text of an earlier run that is in no document, and lines that were not carried out.
fn offer_what_was_left(state: &mut State, by_hand: Option<String>, unread: Option<String>) {
    if state.plain.is_some() {
        if let Some(text) = &by_hand {
            line_command::offer_again(state, text);
        }
        if let Some(text) = &unread {
            line_command::offer_unread(state, text);
        }
    } else if let Some(text) = by_hand.as_ref().or(unread.as_ref()) {
        let what = if by_hand.is_some() { "in no text yet" } else { "not read before it ended" };
        let (first, paste) = (first_line(text), state.hint_for(Action::Paste, Context::Text));
        let words = format!("typed in an earlier run and {what}: '{}'; {paste} pastes it", sanitize(&first));
        state.say(Role::Info, words);
    }
    let all = by_hand.into_iter().chain(unread).reduce(|all, text| format!("{}\n{text}", all.trim_end_matches('\n')));
    if let Some(all) = all {
        state.clipboard.register = all;
    }
}

/// Inserts the text that was typed while the document was loading.
///
/// In a merge of files, the text goes to the register instead: inserting it unseen would change a file.
fn type_in(state: &mut State, seat: EditorIndex, typed: Option<String>) -> Vec<Effect> {
    if let Some(typed) = typed.as_ref().filter(|_| state.is_files()) {
        let paste = state.hint_for(Action::Paste, Context::Text);
        let words = format!("typed before the files were read: '{}'; {paste} pastes it", sanitize(&first_line(typed)));
        if !state.clipboard.register.is_empty() && !state.clipboard.register.ends_with('\n') {
            state.clipboard.register.push('\n');
        }
        state.clipboard.register.push_str(typed);
        state.say(Role::Warning, words);
        let work = state.people.panes.get_mut(seat).and_then(Pane::document_mut);
        return work.map_or_else(Vec::new, |work| work.feed(EditorInput::LeftUnread(typed.clone())));
    }
    let work = state.people.panes.get_mut(seat).and_then(Pane::document_mut);
    let (Some(work), Some(typed)) = (work, typed) else { return Vec::new() };
    work.edit(&Edit::InsertText(typed), &mut state.clipboard.register)
}
