//! Following the saves of other users: the switch, and the highlight of what they changed.
//!
//! The editor's state machine decides what is followed. The highlight ends with the next key, or after a moment.

use terminal::event::TerminalEvent;
use terminal::theme::Role;

use super::editor::with_document;
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::event::Event;
use crate::ids::DocumentKey;
use crate::open_document::OpenDocument;
use crate::pane::Pane;
use crate::state::State;

/// Turns following on or off for the document in view.
pub(super) fn toggle(state: &mut State) -> Vec<Effect> {
    let Some(on) = state.document().map(|work| !work.editor.follows()) else {
        return state.say_unavailable("no document is open");
    };
    let mut effects = with_document(state, |work, _| work.set_follow(on));
    let key = state.hint_for(Action::Follow, Context::Text);
    let words = if on {
        format!("this text follows saves by others while it has no edits; {key} turns that off")
    } else {
        "this text does not follow saves by others any more".to_owned()
    };
    effects.extend(state.say(Role::Info, words));
    effects
}

/// Ends the highlights if the event is a key, a paste or a click.
pub(super) fn settle(state: &mut State, event: &Event) {
    let is_input =
        matches!(event, Event::Terminal(TerminalEvent::Key(_) | TerminalEvent::Pasted(_) | TerminalEvent::Mouse(_)));
    if is_input {
        state.people.panes.iter_mut().flat_map(Pane::documents_mut).for_each(OpenDocument::settle_fresh_lines);
    }
}

/// Ends a highlight after its time, unless a newer one has begun.
pub(super) fn on_shown(state: &mut State, key: DocumentKey, highlight: u64) -> Vec<Effect> {
    if let Some(work) = state.find(key) {
        work.end_highlight(highlight);
    }
    Vec::new()
}
