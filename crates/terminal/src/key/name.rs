//! The names of keys in a configuration: `ctrl-s`, `alt-1`, `shift-tab`, `f6`, `page-up`, `?`.
//!
//! On the screen, a key is shown as it is labelled on the keyboard: see its `Display`.

use std::str::FromStr;

use crossterm::event::{KeyCode, KeyModifiers};
use thiserror::Error;

use super::Key;

/// The keys that have a word for a name, apart from the function keys.
const NAMED: [(&str, KeyCode); 15] = [
    ("esc", KeyCode::Esc),
    ("enter", KeyCode::Enter),
    ("tab", KeyCode::Tab),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("page-up", KeyCode::PageUp),
    ("page-down", KeyCode::PageDown),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
];

const MODIFIERS: [(&str, KeyModifiers); 3] =
    [("ctrl-", KeyModifiers::CONTROL), ("alt-", KeyModifiers::ALT), ("shift-", KeyModifiers::SHIFT)];

/// The highest function key: kitty's keyboard protocol knows 35, and most keyboards have 12.
const MAX_FUNCTION_KEY: u8 = 35;

/// The reason why a text does not name a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyNameError {
    /// There is no such key.
    #[error("'{0}' is not a key")]
    Unknown(String),
    /// Terminals send another key instead.
    #[error("terminals send {sent} for '{named}'; write '{}'", sent.name())]
    SentAs {
        /// The name.
        named: String,
        /// The key that terminals send.
        sent: Key,
    },
    /// Terminals ignore Shift for this key.
    #[error("terminals do not tell '{named}' from '{}'; leave out 'shift-'", without.name())]
    ShiftIgnored {
        /// The name.
        named: String,
        /// The key without Shift.
        without: Key,
    },
    /// Shift with a character types another character.
    #[error("'{0}' types another character; write that character instead")]
    ShiftTypes(String),
}

impl Key {
    /// Returns the name of the key in a configuration, such as `ctrl-s`. It parses as the same key.
    #[must_use]
    pub fn name(self) -> String {
        let modifiers = MODIFIERS.into_iter().filter(|(_, modifier)| self.modifiers.contains(*modifier));
        let mut name: String = modifiers.map(|(prefix, _)| prefix).collect();
        match (NAMED.into_iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((word, _)), _) => name.push_str(word),
            (None, KeyCode::Char(c)) => name.push(c),
            (None, code) => name.push_str(&code.to_string().to_lowercase()),
        }
        name
    }

    /// Returns whether every terminal sends the key, even without kitty's keyboard protocol.
    #[must_use]
    pub fn is_sent_by_every_terminal(self) -> bool {
        let (control, alt, shift) =
            [KeyModifiers::CONTROL, KeyModifiers::ALT, KeyModifiers::SHIFT].map(|m| self.modifiers.contains(m)).into();
        match self.code {
            KeyCode::Char(c) if control => !alt && (c.is_ascii_lowercase() || c == ' '),
            KeyCode::Char(c) => !alt || c.is_ascii(),
            KeyCode::Tab => !control && !alt,
            KeyCode::Enter | KeyCode::Backspace => !control && !shift,
            KeyCode::F(number) => self.modifiers.is_empty() && number <= 12,
            KeyCode::Esc
            | KeyCode::Delete
            | KeyCode::Insert
            | KeyCode::Home
            | KeyCode::End
            | KeyCode::PageUp
            | KeyCode::PageDown
            | KeyCode::Up
            | KeyCode::Down
            | KeyCode::Left
            | KeyCode::Right => self.modifiers.is_empty(),
            _ => false,
        }
    }

    /// Returns the names of the most common keys, one of which an unknown name may have meant.
    #[must_use]
    pub fn common_names() -> Vec<String> {
        let named = NAMED.into_iter().map(|(name, _)| name.to_owned());
        let functions = (1..=12).map(|number| Self::f(number).name());
        let letters = ('a'..='z').flat_map(|letter| [Self::ctrl(letter).name(), Self::alt(letter).name()]);
        named.chain(functions).chain(letters).chain(["shift-tab".to_owned()]).collect()
    }
}

impl FromStr for Key {
    type Err = KeyNameError;

    fn from_str(text: &str) -> Result<Self, KeyNameError> {
        let (modifiers, rest) = split_modifiers(text);
        let lower = rest.to_lowercase();
        let code = match (NAMED.into_iter().find(|(name, _)| *name == lower), single_char(rest)) {
            (Some((_, code)), _) => code,
            (None, Some(c)) => KeyCode::Char(c),
            (None, None) => match lower.strip_prefix('f').and_then(|number| number.parse().ok()) {
                Some(number @ 1..=MAX_FUNCTION_KEY) => KeyCode::F(number),
                _ => return Err(KeyNameError::Unknown(text.to_owned())),
            },
        };
        check(text, Self { code, modifiers })
    }
}

/// Returns the modifiers that a name begins with, and the rest of the name.
fn split_modifiers(text: &str) -> (KeyModifiers, &str) {
    let mut found = (KeyModifiers::NONE, text);
    while let Some((modifiers, rest)) = MODIFIERS.into_iter().find_map(|(prefix, modifier)| {
        let (start, rest) = found.1.split_at_checked(prefix.len())?;
        (start.eq_ignore_ascii_case(prefix) && !rest.is_empty()).then_some((modifier, rest))
    }) {
        found = (found.0 | modifiers, rest);
    }
    found
}

fn single_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|c| chars.next().is_none() && !c.is_control())
}

/// Returns the key in normal form, or why terminals do not send it.
fn check(text: &str, key: Key) -> Result<Key, KeyNameError> {
    let named = text.to_owned();
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let without = Key { modifiers: key.held(), ..key };
    match key.code {
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::CONTROL) => {
            let sent = Key::normal(without);
            match c.to_ascii_lowercase() {
                _ if sent.code != KeyCode::Char(c.to_ascii_lowercase()) => Err(KeyNameError::SentAs { named, sent }),
                _ if shift => Err(KeyNameError::ShiftIgnored { named, without: sent }),
                _ => Ok(sent),
            }
        }
        KeyCode::Char(c) if shift && c.is_alphabetic() => Ok(Key::normal(key)),
        KeyCode::Char(_) if shift => Err(KeyNameError::ShiftTypes(named)),
        _ => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_as_its_key() {
        for name in Key::common_names().iter().map(String::as_str).chain([
            "?",
            "M",
            "-",
            "ctrl-space",
            "alt--",
            "alt-M",
            "ctrl-alt-x",
            "shift-left",
            "ctrl-shift-home",
            "f35",
            "é",
        ]) {
            match name.parse::<Key>() {
                Ok(key) => assert_eq!(key.name(), name),
                Err(KeyNameError::SentAs { .. }) => {
                    assert!(["ctrl-h", "ctrl-i", "ctrl-j", "ctrl-m"].contains(&name), "{name}");
                }
                Err(other) => panic!("{name}: {other}"),
            }
        }
    }

    #[test]
    fn case_of_words_and_order_of_modifiers_do_not_matter() {
        let key = |text: &str| text.parse::<Key>().unwrap();
        assert_eq!(key("Ctrl-S"), Key::ctrl('s'));
        assert_eq!(key("ESC"), Key::plain(KeyCode::Esc));
        assert_eq!(key("shift-ctrl-Left"), key("ctrl-shift-left"));
        assert_eq!(key("shift-m"), Key::char('M'));
        assert_ne!(key("m"), key("M"), "a capital is another key");
    }

    #[test]
    fn key_that_terminals_do_not_send_is_refused() {
        let refused = |text: &str| text.parse::<Key>().unwrap_err().to_string();
        assert_eq!(refused("ctl-s"), "'ctl-s' is not a key");
        assert_eq!(refused("f36"), "'f36' is not a key");
        assert_eq!(refused(""), "'' is not a key");
        assert_eq!(refused("ctrl-"), "'ctrl-' is not a key");
        assert_eq!(refused("ctrl-i"), "terminals send Tab for 'ctrl-i'; write 'tab'");
        assert_eq!(refused("ctrl-shift-s"), "terminals do not tell 'ctrl-shift-s' from 'ctrl-s'; leave out 'shift-'");
        assert_eq!(refused("shift-1"), "'shift-1' types another character; write that character instead");
    }

    #[test]
    fn keys_of_some_terminals_only_are_known() {
        let is_common = |text: &str| text.parse::<Key>().unwrap().is_sent_by_every_terminal();
        assert!(
            ["m", "?", "ctrl-s", "alt-k", "f12", "shift-tab", "esc", "alt-enter", "page-up"]
                .map(is_common)
                .iter()
                .all(|is| *is)
        );
        assert!(
            !["ctrl-1", "ctrl-enter", "shift-enter", "f13", "shift-f1", "ctrl-alt-x", "shift-up"]
                .map(is_common)
                .iter()
                .any(|is| *is)
        );
    }
}
