//! Ignoring an Enter that was meant for the view before a document.

use terminal::edit::Edit;
use terminal::event::TerminalEvent;
use terminal::key::Key;

use crate::action::{Context, KeyMeaning};
use crate::effect::Effect;
use crate::event::Event;
use crate::state::State;

/// Ignores Enter from now on, until the time of the returned effect has passed.
///
/// Plain mode has no keys, and in a lesson the script opens the documents.
pub(super) fn begin(state: &mut State) -> Option<Effect> {
    if state.plain.is_some() || state.lesson.course.is_some() {
        return None;
    }
    Some(Effect::ProtectFromEnter { turn: state.enter_protection.begin() })
}

/// Ends the protection if the event is input of the user other than Enter: who types is writing.
///
/// It begins again if the document has opened by itself, and the user has not entered it: a key may have been meant for
/// the view before, and so may the next one. So Enter enters such a document only after a pause.
pub(super) fn settle(state: &mut State, event: &Event) -> Option<Effect> {
    let is_newline = match event {
        Event::Terminal(TerminalEvent::Key(key)) => is_newline(state, *key),
        Event::Terminal(TerminalEvent::Pasted(_)) => false,
        Event::Terminal(TerminalEvent::Mouse(_)) => {
            state.enter_protection.end();
            return None;
        }
        _ => return None,
    };
    if state.awaits_entry() {
        let enters = is_newline && !state.enter_protection.is_on();
        return if enters { None } else { begin(state) };
    }
    if !is_newline {
        state.enter_protection.end();
    }
    None
}

/// Returns whether a key is an Enter for a document that has just come into view.
pub(super) fn ignores(state: &State, key: Key) -> bool {
    state.enter_protection.is_on() && state.context() == Context::Text && is_newline(state, key)
}

fn is_newline(state: &State, key: Key) -> bool {
    state.keys.meaning(key, Context::Text) == Some(KeyMeaning::Edit(Edit::Newline))
}
