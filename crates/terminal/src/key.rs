//! A key in normal form, independent of the terminal that sent it.
//!
//! Terminals disagree: some send Shift and a small letter, others the capital; some send Shift-Tab as a separate key.
//! Here each key has one form, so that a table of actions can name it. What a key *does* is not defined here.

mod name;

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde::{Deserialize, Serialize};

pub use name::KeyNameError;

/// A key with its modifiers, in normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The key. A letter is the character that it types; a capital has no Shift in `modifiers`.
    pub code: KeyCode,
    /// Control, Alt, and Shift for keys that type nothing.
    pub modifiers: KeyModifiers,
}

impl Key {
    /// Returns a key without modifiers.
    #[must_use]
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, modifiers: KeyModifiers::NONE }
    }

    /// Returns the key that types a character.
    #[must_use]
    pub const fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// Returns Control with a small letter.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
    }

    /// Returns Alt with a character.
    #[must_use]
    pub const fn alt(c: char) -> Self {
        Self { code: KeyCode::Char(c), modifiers: KeyModifiers::ALT }
    }

    /// Returns Shift with a key that types nothing.
    #[must_use]
    pub const fn shift(code: KeyCode) -> Self {
        Self { code, modifiers: KeyModifiers::SHIFT }
    }

    /// Returns a function key, counted from 1.
    #[must_use]
    pub const fn f(number: u8) -> Self {
        Self::plain(KeyCode::F(number))
    }

    /// Returns the modifiers without Shift.
    #[must_use]
    pub fn held(self) -> KeyModifiers {
        self.modifiers.difference(KeyModifiers::SHIFT)
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        Self::normal(Self { code: event.code, modifiers: event.modifiers.intersection(known) })
    }
}

impl Key {
    /// Returns the normal form of a key.
    ///
    /// A terminal with kitty's keyboard protocol tells Ctrl-I from Tab, and others do not. Both mean the same here, so
    /// that no key depends on the terminal.
    fn normal(Self { code, modifiers }: Self) -> Self {
        let unshifted = modifiers.difference(KeyModifiers::SHIFT);
        let uncontrolled = modifiers.difference(KeyModifiers::CONTROL);
        match code {
            KeyCode::BackTab => Self { code: KeyCode::Tab, modifiers: modifiers | KeyModifiers::SHIFT },
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::CONTROL) => match c.to_ascii_lowercase() {
                // Some terminals send Ctrl-H for Backspace, and some paste a line feed unchanged, which is Ctrl-J.
                'h' => Self { code: KeyCode::Backspace, modifiers: uncontrolled },
                'j' | 'm' => Self { code: KeyCode::Enter, modifiers: uncontrolled },
                'i' => Self { code: KeyCode::Tab, modifiers: uncontrolled },
                '[' => Self { code: KeyCode::Esc, modifiers: uncontrolled },
                // With Control, the case of a letter has no meaning: terminals send either.
                c => Self { code: KeyCode::Char(c), modifiers: unshifted },
            },
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::SHIFT) => {
                Self { code: KeyCode::Char(c.to_ascii_uppercase()), modifiers: unshifted }
            }
            code => Self { code, modifiers },
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in
            [(KeyModifiers::CONTROL, "Ctrl-"), (KeyModifiers::ALT, "Alt-"), (KeyModifiers::SHIFT, "Shift-")]
        {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            // The label on the keyboard is a capital: Ctrl-S.
            KeyCode::Char(c) if self.modifiers.contains(KeyModifiers::CONTROL) => {
                write!(f, "{}", c.to_ascii_uppercase())
            }
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            code => write!(f, "{code}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_has_one_form_for_all_terminals() {
        let key = |code, modifiers| Key::from(KeyEvent::new(code, modifiers));
        assert_eq!(key(KeyCode::Char('n'), KeyModifiers::SHIFT), Key::char('N'));
        assert_eq!(key(KeyCode::Char('N'), KeyModifiers::SHIFT), Key::char('N'));
        assert_eq!(key(KeyCode::Char('S'), KeyModifiers::CONTROL), Key::ctrl('s'));
        assert_eq!(key(KeyCode::BackTab, KeyModifiers::NONE), Key::shift(KeyCode::Tab));
        assert_eq!(key(KeyCode::BackTab, KeyModifiers::SHIFT), Key::shift(KeyCode::Tab));
        assert_eq!(key(KeyCode::Left, KeyModifiers::SHIFT), Key::shift(KeyCode::Left));
        assert_eq!(key(KeyCode::Char('h'), KeyModifiers::CONTROL), Key::plain(KeyCode::Backspace));
        assert_eq!(key(KeyCode::Char('j'), KeyModifiers::CONTROL), Key::plain(KeyCode::Enter));
        assert_eq!(key(KeyCode::Char('i'), KeyModifiers::CONTROL), Key::plain(KeyCode::Tab));
        assert_eq!(key(KeyCode::Char('['), KeyModifiers::CONTROL), Key::plain(KeyCode::Esc));
        let control_alt = KeyModifiers::CONTROL | KeyModifiers::ALT;
        assert_eq!(key(KeyCode::Char('h'), control_alt).to_string(), "Alt-Backspace");
    }

    #[test]
    fn keys_are_displayed_as_labelled_on_the_keyboard() {
        let names = [
            (Key::ctrl('s'), "Ctrl-S"),
            (Key::alt('1'), "Alt-1"),
            (Key::f(6), "F6"),
            (Key::char('N'), "N"),
            (Key::shift(KeyCode::Tab), "Shift-Tab"),
            (Key::plain(KeyCode::Esc), "Esc"),
            (Key::plain(KeyCode::Enter), "Enter"),
            (Key::char(' '), "Space"),
        ];
        for (key, name) in names {
            assert_eq!(key.to_string(), name);
        }
    }
}
