//! Copying: text goes to the program's register and to the terminal's clipboard, and a note says so.
//!
//! The terminal does not say whether it takes the text, so the note does not claim it.

use terminal::features::MAX_CLIPBOARD_BYTES;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::state::State;

/// Says what was copied or cut, and sends it to the terminal's clipboard.
///
/// `before` is what the register had; an empty register means that nothing was copied. `done` is `copied` or `cut`.
pub(super) fn announce(state: &mut State, before: String, done: &str) -> Vec<Effect> {
    if state.clipboard.register.is_empty() {
        state.clipboard.register = before;
        return Vec::new();
    }
    let text = &state.clipboard.register;
    let what = counted(text);
    let paste = state.hint_for(Action::Paste, Context::Text);
    if state.clipboard.is_private {
        return state.say(Role::Info, format!("{what} {done}; {paste} pastes here"));
    }
    if text.len() > MAX_CLIPBOARD_BYTES {
        let words = format!("{what} {done}, for {paste} here only: too long for the terminal's clipboard");
        return state.say(Role::Warning, words);
    }
    let effect = Effect::FillClipboard(text.clone());
    state.say(Role::Info, format!("{what} {done}, also to the terminal's clipboard if it accepts OSC 52"));
    vec![effect]
}

/// Says that a copied text is in the register only.
pub(super) fn on_not_filled(state: &mut State, why: &str) -> Vec<Effect> {
    let paste = state.hint_for(Action::Paste, Context::Text);
    state.say(Role::Warning, format!("copied for {paste} here only: {}", sanitize(why)))
}

/// Returns '3 words', '2 lines' or, of a text without words, '1 character'.
fn counted(text: &str) -> String {
    let (lines, words) = (text.lines().count(), text.split_whitespace().count());
    let (count, what) = match (lines, words) {
        (2.., _) => (lines, "line"),
        (_, 0) => (text.chars().count(), "character"),
        (_, words) => (words, "word"),
    };
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_counted_in_its_largest_unit() {
        for (text, words) in [
            ("one", "1 word"),
            ("  one two ", "2 words"),
            ("one two\n", "2 words"),
            ("one\ntwo", "2 lines"),
            ("one\n\n", "2 lines"),
            (" ", "1 character"),
            ("\n", "1 character"),
        ] {
            assert_eq!(counted(text), words, "{text:?}");
        }
    }
}
