//! Replaces the characters of a frame that a terminal with only ASCII cannot show.
//!
//! ratatui draws lines with box characters, and the messages of other crates contain typographic quotes and dashes.
//! This module replaces them at the end of drawing, so no other code has to care. Cells marked `AS_WRITTEN`, the text
//! of documents, stay as they are: two lines that differ must not look the same. Letters in messages stay too.

use ratatui::buffer::Buffer;

use crate::theme::AS_WRITTEN;

/// Replaces, in place, the characters that a terminal without Unicode cannot show.
pub fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.modifier.contains(AS_WRITTEN) {
            cell.modifier.remove(AS_WRITTEN);
            continue;
        }
        let mut symbol = cell.symbol().chars();
        if let (Some(c), None) = (symbol.next(), symbol.next())
            && let Some(plain) = ascii_for(c)
        {
            cell.set_char(plain);
        }
    }
}

/// Returns the ASCII replacement of a character, or `None` for letters and for ASCII.
const fn ascii_for(c: char) -> Option<char> {
    Some(match c {
        '─' | '━' | '═' | '–' | '—' | '·' | '•' => '-',
        '│' | '┃' | '║' => '|',
        '┌'..='╋' | '╔'..='╬' | '╭'..='╰' | '✓' => '+',
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        '…' => '~',
        '×' | '✗' => 'x',
        '→' | '▶' => '>',
        '←' | '◀' => '<',
        '↑' => '^',
        '↓' => 'v',
        // Control pictures: `?` at least shows that there is a control character.
        '␀'..='␡' => '?',
        '\u{a0}' => ' ',
        _ => return None,
    })
}
