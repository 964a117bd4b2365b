//! Edits of a text, as values, and the keys that make them in every text field.
//!
//! [`edit_for`] has the conventional keys: a letter types itself, an arrow moves the cursor, Shift with an arrow
//! selects. A program does not list these in its table of actions. [`shortcut_for`] has the keys for undo, the
//! clipboard and the like; a program lists those in its table, with a help text.

use crossterm::event::{KeyCode, KeyModifiers};

use crate::key::Key;

/// An edit of a text, or a move of its cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Types a character.
    Insert(char),
    /// Inserts a whole text as one change: a paste.
    InsertText(String),
    /// Inserts a text that came from a document, and keeps its carriage returns.
    InsertExact(String),
    /// Begins a new line, indented like the one that the cursor is in.
    Newline,
    /// Indents the lines of the selection; without one, inserts blanks up to the next tab stop, or a tab.
    Indent,
    /// Takes one level of indentation from the lines of the selection, or from that of the cursor.
    Unindent,
    /// Moves the lines of the selection, or that of the cursor, above the line above.
    MoveLinesUp,
    /// Moves the lines of the selection, or that of the cursor, below the line below.
    MoveLinesDown,
    /// Inserts a copy of the lines of the selection, or of that of the cursor, below them.
    DuplicateLines,
    /// Deletes the lines of the selection, or that of the cursor.
    DeleteLines,
    /// Joins the lines of the selection, or that of the cursor and the next one, with a blank between them.
    JoinLines,
    /// Clears an input of one line. It does nothing in a text.
    ClearLine,
    /// Deletes the selection, or the character before the cursor.
    Backspace,
    /// Deletes the selection, or the character under the cursor.
    Delete,
    /// Deletes the word before the cursor.
    DeleteWordBefore,
    /// Deletes the word after the cursor.
    DeleteWordAfter,
    /// Moves the cursor.
    Move {
        /// The destination.
        to: Motion,
        /// Whether the text between the old and the new position is selected.
        select: bool,
    },
    /// Selects everything.
    SelectAll,
    /// Undoes the last change.
    Undo,
    /// Makes the undone change again.
    Redo,
    /// Copies the selection into the register.
    Copy,
    /// Moves the selection into the register.
    Cut,
    /// Inserts the text in the register.
    Paste,
}

impl Edit {
    /// Returns whether the edit can change the text.
    ///
    /// Others change only the cursor, the selection or the register.
    #[must_use]
    pub const fn changes_text(&self) -> bool {
        !matches!(self, Self::Move { .. } | Self::SelectAll | Self::Copy)
    }
}

/// A destination of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// One character back.
    Left,
    /// One character forward.
    Right,
    /// One row of the screen up: a line, or a part of a line that is wrapped.
    Up,
    /// One row of the screen down.
    Down,
    /// One word back.
    WordLeft,
    /// One word forward.
    WordRight,
    /// The beginning of the line.
    LineStart,
    /// The end of the line.
    LineEnd,
    /// The beginning of the row on the screen; from there, that of the line.
    RowStart,
    /// The end of the row on the screen; from there, that of the line.
    RowEnd,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// The beginning of the text.
    Top,
    /// The end of the text.
    Bottom,
    /// The beginning of the line with that number, counted from 0; of the last line if there are fewer.
    Line(usize),
}

/// The key that undoes the last change.
pub const UNDO: Key = Key::ctrl('z');

/// The key that makes the undone change again.
pub const REDO: Key = Key::ctrl('y');

/// The key that cuts the selection.
pub const CUT: Key = Key::ctrl('x');

/// The key that copies the selection.
pub const COPY: Key = Key::ctrl('c');

/// The key that pastes the text that was cut or copied.
pub const PASTE: Key = Key::ctrl('v');

/// The key that selects the whole text.
pub const SELECT_ALL: Key = Key::ctrl('a');

/// The key that indents the selected lines.
pub const INDENT: Key = Key::plain(KeyCode::Tab);

/// The key that unindents the selected lines.
pub const UNINDENT: Key = Key::shift(KeyCode::Tab);

/// The key that moves the selected lines up. The Linux console does not tell it from the arrow alone.
pub const MOVE_LINES_UP: Key = Key { code: KeyCode::Up, modifiers: KeyModifiers::ALT };

/// The key that moves the selected lines down. The Linux console does not tell it from the arrow alone.
pub const MOVE_LINES_DOWN: Key = Key { code: KeyCode::Down, modifiers: KeyModifiers::ALT };

/// The key that duplicates the selected lines.
pub const DUPLICATE_LINES: Key = Key::ctrl('d');

/// The key that deletes the selected lines.
pub const DELETE_LINES: Key = Key::ctrl('k');

/// The key that joins the selected lines. Ctrl-J is the line feed, which some terminals send for Enter.
pub const JOIN_LINES: Key = Key::alt('j');

/// The key that clears an input of one line, as in a shell. It is not a shortcut of a text.
pub const CLEAR_LINE: Key = Key::ctrl('u');

/// Returns the edit of a shortcut such as [`UNDO`], or `None` if the key is not a shortcut.
///
/// A program that binds these edits to other keys does not call this.
#[must_use]
pub fn shortcut_for(key: Key) -> Option<Edit> {
    let shortcuts = [
        (UNDO, Edit::Undo),
        (REDO, Edit::Redo),
        (CUT, Edit::Cut),
        (COPY, Edit::Copy),
        (PASTE, Edit::Paste),
        (SELECT_ALL, Edit::SelectAll),
        (INDENT, Edit::Indent),
        (UNINDENT, Edit::Unindent),
        (MOVE_LINES_UP, Edit::MoveLinesUp),
        (MOVE_LINES_DOWN, Edit::MoveLinesDown),
        (DUPLICATE_LINES, Edit::DuplicateLines),
        (DELETE_LINES, Edit::DeleteLines),
        (JOIN_LINES, Edit::JoinLines),
    ];
    shortcuts.into_iter().find(|(of, _)| *of == key).map(|(_, edit)| edit)
}

/// Returns the edit that a key makes by convention, or `None` if it makes none.
#[must_use]
pub fn edit_for(key: Key) -> Option<Edit> {
    let control = key.held() == KeyModifiers::CONTROL;
    let alone = key.held().is_empty();
    let alt = key.held() == KeyModifiers::ALT;
    match key.code {
        // On a Mac, terminals send these for Option with an arrow or with Delete, as a shell's line editor wants.
        KeyCode::Char('b') if alt => Some(Edit::Move { to: Motion::WordLeft, select: false }),
        KeyCode::Char('f') if alt => Some(Edit::Move { to: Motion::WordRight, select: false }),
        KeyCode::Char('d') if alt => Some(Edit::DeleteWordAfter),
        KeyCode::Char(c) if alone => Some(Edit::Insert(c)),
        KeyCode::Tab if key.modifiers.is_empty() => Some(Edit::Insert('\t')),
        KeyCode::Enter => Some(Edit::Newline),
        KeyCode::Backspace if alone => Some(Edit::Backspace),
        KeyCode::Backspace => Some(Edit::DeleteWordBefore),
        KeyCode::Delete if alone => Some(Edit::Delete),
        KeyCode::Delete => Some(Edit::DeleteWordAfter),
        code => {
            let is_word = alt && matches!(code, KeyCode::Left | KeyCode::Right);
            let to = motion(code, control || is_word)?;
            Some(Edit::Move { to, select: key.modifiers.contains(KeyModifiers::SHIFT) })
        }
    }
}

/// Returns the cursor motion of a key.
///
/// `far` is true if Control is held, or Alt with an arrow to the side.
const fn motion(code: KeyCode, far: bool) -> Option<Motion> {
    Some(match (code, far) {
        (KeyCode::Left, false) => Motion::Left,
        (KeyCode::Left, true) => Motion::WordLeft,
        (KeyCode::Right, false) => Motion::Right,
        (KeyCode::Right, true) => Motion::WordRight,
        (KeyCode::Up, _) => Motion::Up,
        (KeyCode::Down, _) => Motion::Down,
        (KeyCode::Home, false) => Motion::RowStart,
        (KeyCode::Home, true) => Motion::Top,
        (KeyCode::End, false) => Motion::RowEnd,
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
    fn alt_moves_by_words_in_every_form_that_terminals_send() {
        let left = Some(Edit::Move { to: Motion::WordLeft, select: false });
        let right = Some(Edit::Move { to: Motion::WordRight, select: false });
        let arrow = |code| edit_for(Key { code, modifiers: KeyModifiers::ALT });
        assert_eq!([edit_for(Key::alt('b')), arrow(KeyCode::Left)], [left.clone(), left]);
        assert_eq!([edit_for(Key::alt('f')), arrow(KeyCode::Right)], [right.clone(), right]);
        assert_eq!(edit_for(Key::alt('d')), Some(Edit::DeleteWordAfter));
    }

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
