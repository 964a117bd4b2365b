//! Changes of title and parent, and deletes from the list: the prompt and the requests.
//!
//! A document that is in view, or has unsaved text here, is changed in its own text: the change is part of the draft,
//! and is saved with it. Any other is changed by one request about the version that the list shows.

use client::EntryChange;
use contract::{DocumentEntry, DocumentId, EntityTag};
use editor::ResponseOutcome;
use terminal::edit::Edit;
use terminal::theme::Role;

use super::documents::{on_changed, shown_list};
use super::{lesson_events, other_writes};
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::entry_messages;
use crate::ids::{DocumentKey, EditorIndex};
use crate::open_document::{OpenDocument, Properties};
use crate::overlay::Overlay;
use crate::plain::listed;
use crate::property_prompt::{Property, PropertyPrompt, PropertyTarget, with_value};
use crate::state::State;

/// Opens the prompt for a property of the selected entry.
///
/// Without a list, it is about the document in view.
pub(super) fn edit_property(state: &mut State, property: Property) -> Vec<Effect> {
    let entry = selected_entry(state);
    let open = match &entry {
        Some(entry) => open_key(state, &entry.id),
        None => state.document().map(|work| work.key),
    };
    let prompt = match (open.and_then(|key| state.documents().find(|work| work.key == key)), entry) {
        (Some(work), _) => {
            let before = Properties::of(work.editor.mine());
            PropertyPrompt::new(work.editor.id().clone(), property, PropertyTarget::Open(work.key), before)
        }
        (None, Some(DocumentEntry { id, title, etag, parent, .. })) => {
            PropertyPrompt::new(id, property, PropertyTarget::Listed(etag), Properties { title, parent })
        }
        (None, None) => return Vec::new(),
    };
    state.overlays.push(Overlay::Property(Box::new(prompt)));
    Vec::new()
}

/// Returns the selected entry, if the list is the topmost overlay and a document of it is selected.
fn selected_entry(state: &State) -> Option<DocumentEntry> {
    let Some(Overlay::Documents(documents)) = state.overlays.last() else { return None };
    documents.selected_entry().cloned()
}

/// Returns the key of an open document whose own text is to be changed instead of the entry.
fn open_key(state: &State, id: &DocumentId) -> Option<DocumentKey> {
    let pane = state.people.panes.get(state.people.seat)?;
    let is_in_view = |work: &OpenDocument| pane.document().is_some_and(|shown| shown.key == work.key);
    let found = pane.documents().iter().find(|work| work.editor.id() == id)?;
    (is_in_view(found) || found.editor.has_unsaved()).then_some(found.key)
}

/// Edits the line of the prompt. For an open document, its text changes with each key.
pub(super) fn type_in(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let Some(Overlay::Property(prompt)) = state.overlays.last_mut() else { return Vec::new() };
    let is_changed = prompt.type_in(edit, &mut state.clipboard.register);
    let PropertyTarget::Open(key) = prompt.target else { return Vec::new() };
    match prompt.typed() {
        Ok(typed) if is_changed => set_properties(state, key, typed),
        Ok(_) => Vec::new(),
        Err(why) => {
            prompt.trouble = Some(why);
            Vec::new()
        }
    }
}

/// Sets title and parent of an open document, which takes a lesson over.
fn set_properties(state: &mut State, key: DocumentKey, properties: Properties) -> Vec<Effect> {
    let effects = state.find(key).map_or_else(Vec::new, |work| work.set_properties(properties));
    if !effects.is_empty() && state.lesson.course.is_some() {
        lesson_events::fork(state);
    }
    effects
}

/// Closes the prompt without a change.
pub(super) fn close_prompt(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Property(prompt)) = state.overlays.pop() else { return Vec::new() };
    match prompt.target {
        PropertyTarget::Open(key) => set_properties(state, key, prompt.before),
        PropertyTarget::Listed(_) => Vec::new(),
    }
}

/// Submits the prompt: the change stays in the text of an open document, or is requested.
pub(super) fn submit(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Property(prompt)) = state.overlays.last_mut() else { return Vec::new() };
    let typed = match prompt.typed() {
        Ok(typed) => typed,
        Err(why) => {
            prompt.trouble = Some(why);
            return Vec::new();
        }
    };
    if prompt.is_sent {
        return state.say_unavailable("a request is under way");
    }
    let (document, property) = (prompt.document.clone(), prompt.property);
    match &prompt.target {
        _ if typed == prompt.before => {
            state.overlays.pop();
            Vec::new()
        }
        PropertyTarget::Open(key) => {
            let (key, before) = (*key, prompt.before.clone());
            state.overlays.pop();
            keep_in_text(state, key, before, &document, property)
        }
        PropertyTarget::Listed(etag) => {
            let (seat, etag) = (state.people.seat, etag.clone());
            prompt.is_sent = true;
            prompt.trouble = None;
            request(state, seat, document, etag, property.change_to(typed))
        }
    }
}

/// Makes the change of an open document one step that can be undone, and says so.
fn keep_in_text(
    state: &mut State,
    key: DocumentKey,
    before: Properties,
    document: &DocumentId,
    property: Property,
) -> Vec<Effect> {
    let undo = state.hint_for(Action::Undo, Context::Text);
    let save = state.hint_for(Action::Save, Context::Text);
    if let Some(work) = state.find(key) {
        work.remember_properties(before);
    }
    let words =
        format!("the {} is part of your text of '{document}': {save} saves it, {undo} undoes it", property.name());
    state.say(Role::Info, words)
}

/// Changes a property of a listed document to a value, without a prompt.
///
/// # Errors
///
/// Returns why that value is not possible.
pub(super) fn change(
    state: &mut State,
    entry: DocumentEntry,
    property: Property,
    value: &str,
) -> Result<Vec<Effect>, String> {
    let DocumentEntry { id, title, parent, etag, .. } = entry;
    let open = open_key(state, &id);
    let open = open.and_then(|key| state.find(key)).map(|work| (work.key, Properties::of(work.editor.mine())));
    let before = open.as_ref().map_or(Properties { title, parent }, |(_, before)| before.clone());
    let wanted = with_value(&id, property, value, &before)?;
    if let Some((key, before)) = open {
        let mut effects = set_properties(state, key, wanted);
        effects.extend(keep_in_text(state, key, before, &id, property));
        return Ok(effects);
    }
    Ok(request(state, state.people.seat, id, etag, property.change_to(wanted)))
}

/// Asks whether to delete the selected document of the list.
pub(super) fn ask_to_delete(state: &mut State) -> Vec<Effect> {
    if let Some(entry) = selected_entry(state) {
        state.overlays.push(Overlay::DeleteEntry(Box::new(entry)));
    }
    Vec::new()
}

/// Deletes the document that the question is about, in the version that the question names.
pub(super) fn delete(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::DeleteEntry(entry)) = state.overlays.pop() else { return Vec::new() };
    let DocumentEntry { id, etag, .. } = *entry;
    request(state, state.people.seat, id, etag, EntryChange::Delete)
}

/// Requests a change of the version with this tag.
fn request(
    state: &mut State,
    seat: EditorIndex,
    document: DocumentId,
    etag: EntityTag,
    change: EntryChange,
) -> Vec<Effect> {
    let mut effects = other_writes::on_begun(state, seat, &document);
    effects.push(Effect::ChangeEntry { seat, document, etag, change });
    effects
}

/// Handles the outcome of a change. The list is requested again, whatever the outcome is.
pub(super) fn on_answered(
    state: &mut State,
    seat: EditorIndex,
    document: &DocumentId,
    change: &EntryChange,
    outcome: &ResponseOutcome,
) -> Vec<Effect> {
    let is_done = matches!(outcome, ResponseOutcome::Saved(_) | ResponseOutcome::Deleted);
    let repeat = match change {
        _ if state.plain.is_some() => format!("'{}' repeats it", entry_messages::command(change)),
        EntryChange::Delete => format!("{} deletes it", state.hint_for(Action::Delete, Context::Documents)),
        EntryChange::Title(_) | EntryChange::Parent(_) => {
            format!("{} repeats it", state.hint_for(Action::Confirm, Context::Property))
        }
    };
    let Some(me) = state.people.panes.get(seat).map(|pane| pane.me.clone()) else { return Vec::new() };
    let (role, words) = entry_messages::outcome(&me, document, change, outcome, &repeat);
    let waits = |screen: &Overlay| matches!(screen, Overlay::Property(prompt) if prompt.is_sent && prompt.document == *document);
    let prompt = state.overlays.iter().position(waits);
    match prompt {
        Some(at) if is_done => {
            state.overlays.remove(at);
        }
        Some(at) => {
            if let Some(Overlay::Property(prompt)) = state.overlays.get_mut(at) {
                prompt.on_failure(outcome, words.clone());
            }
        }
        None => {}
    }
    if let Some(plain) = &mut state.plain {
        listed::on_changed(&mut plain.listed, document, change, outcome);
    }
    if prompt.is_none() || is_done {
        let is_plain = state.plain.is_some();
        match shown_list(state).filter(|_| !is_plain) {
            Some(documents) => documents.set_answer(role, words),
            None => _ = state.say(role, words),
        }
    }
    let mut effects = on_changed(state);
    effects.extend(other_writes::on_ended(state, seat, document, outcome));
    effects
}
