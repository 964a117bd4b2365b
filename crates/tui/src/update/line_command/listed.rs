//! Changes of a document of the list that was printed last: its title, its parent, or a delete.

use contract::DocumentEntry;

use super::super::entries;
use super::print::print;
use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::plain::changes::sentence;
use crate::plain::listed::find;
use crate::property_prompt::Property;
use crate::state::State;

/// Changes the title or the parent of a listed document. An empty parent is none.
pub(super) fn change(state: &mut State, name: &str, property: Property, value: &str) -> Vec<Effect> {
    let Some(entry) = entry(state, name) else { return Vec::new() };
    match entries::change(state, entry, property, value) {
        Ok(effects) => effects,
        Err(why) => {
            print(state, sentence(&why));
            Vec::new()
        }
    }
}

/// Asks whether to delete a listed document.
pub(super) fn ask_to_delete(state: &mut State, name: &str) -> Vec<Effect> {
    if let Some(entry) = entry(state, name) {
        state.overlays.push(Overlay::DeleteEntry(Box::new(entry)));
    }
    Vec::new()
}

/// Returns the entry of a listed document, or says why there is none.
fn entry(state: &mut State, name: &str) -> Option<DocumentEntry> {
    let found = state.plain.as_ref().and_then(|plain| find(&plain.listed, name)).cloned();
    match found {
        Some(document) if document.entry.is_some() => return document.entry,
        Some(document) => print(state, format!("The server does not have '{}'.", document.id)),
        None => print(
            state,
            format!(
                "'{name}' is not in the list that was printed last; 'documents' prints it. A change names the version \
                 that the list shows."
            ),
        ),
    }
    None
}
