//! What typing does to a text: the keys that every text field knows, as values.
//!
//! These are conventions that nobody rebinds (a letter types itself, an arrow moves, Shift with it selects), so they
//! are not rows of the table of actions. What has a name and a place in the help, such as undo, is there.

use crossterm::event::{KeyCode, KeyModifiers};

use crate::key::Key;

/// Something to do to a text, or to where its cursor stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Types a character.
    Insert(char),
    /// Puts in a whole text as one change: a paste.
    InsertText(String),
    /// Puts in a text that was in a document before, with the carriage returns that it has.
    InsertExact(String),
    /// Begins a new line.
    Newline,
    /// Deletes what is selected, or the character before the cursor.
    Backspace,
    /// Deletes what is selected, or the character under the cursor.
    Delete,
    /// Deletes the word before the cursor.
    DeleteWordBefore,
    /// Deletes the word after the cursor.
    DeleteWordAfter,
    /// Moves the cursor; with `select`, the text between is selected.
    Move {
        /// Where to.
        to: Motion,
        /// Whether what lies between is selected.
        select: bool,
    },
    /// Selects everything.
    SelectAll,
    /// Takes back the last change.
    Undo,
    /// Makes the change again that was taken back.
    Redo,
    /// Keeps what is selected in the register.
    Copy,
    /// Keeps what is selected in the register, and deletes it.
    Cut,
    /// Puts in what the register keeps.
    Paste,
}

/// Where a cursor can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// One character back.
    Left,
    /// One character on.
    Right,
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// One word back.
    WordLeft,
    /// One word on.
    WordRight,
    /// The beginning of the line.
    LineStart,
    /// The end of the line.
    LineEnd,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// The beginning of the text.
    Top,
    /// The end of the text.
    Bottom,
    /// The beginning of the line with that number, counted from 0, or of the last one.
    Line(usize),
}

/// What a key does in a text, none where it does nothing.
#[must_use]
pub fn edit_for(key: Key) -> Option<Edit> {
    let control = key.held() == KeyModifiers::CONTROL;
    let alone = key.held().is_empty();
    match key.code {
        KeyCode::Char(c) if alone => Some(Edit::Insert(c)),
        KeyCode::Tab if key.modifiers.is_empty() => Some(Edit::Insert('\t')),
        KeyCode::Enter => Some(Edit::Newline),
        KeyCode::Backspace if alone => Some(Edit::Backspace),
        KeyCode::Backspace => Some(Edit::DeleteWordBefore),
        KeyCode::Delete if alone => Some(Edit::Delete),
        KeyCode::Delete => Some(Edit::DeleteWordAfter),
        code => {
            let to = motion(code, control)?;
            Some(Edit::Move { to, select: key.modifiers.contains(KeyModifiers::SHIFT) })
        }
    }
}

/// Where a key moves the cursor; `far` with Control.
const fn motion(code: KeyCode, far: bool) -> Option<Motion> {
    Some(match (code, far) {
        (KeyCode::Left, false) => Motion::Left,
        (KeyCode::Left, true) => Motion::WordLeft,
        (KeyCode::Right, false) => Motion::Right,
        (KeyCode::Right, true) => Motion::WordRight,
        (KeyCode::Up, _) => Motion::Up,
        (KeyCode::Down, _) => Motion::Down,
        (KeyCode::Home, false) => Motion::LineStart,
        (KeyCode::Home, true) => Motion::Top,
        (KeyCode::End, false) => Motion::LineEnd,
        (KeyCode::End, true) => Motion::Bottom,
        (KeyCode::PageUp, _) => Motion::PageUp,
        (KeyCode::PageDown, _) => Motion::PageDown,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_type_and_arrows_move() {
        assert_eq!(edit_for(Key::char('N')), Some(Edit::Insert('N')));
        assert_eq!(edit_for(Key::ctrl('n')), None, "a key with Control types nothing");
        assert_eq!(edit_for(Key::alt('n')), None);
        assert_eq!(edit_for(Key::shift(KeyCode::Left)), Some(Edit::Move { to: Motion::Left, select: true }));
        let far = Key { code: KeyCode::Home, modifiers: KeyModifiers::CONTROL };
        assert_eq!(edit_for(far), Some(Edit::Move { to: Motion::Top, select: false }));
        assert_eq!(edit_for(Key::shift(KeyCode::Tab)), None);
    }
}
