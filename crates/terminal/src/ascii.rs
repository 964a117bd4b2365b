//! A frame for a terminal that has only ASCII: signs that it lacks are replaced.
//!
//! The frame's lines come from the library, and sentences come from other crates with the marks of good print. All of
//! them pass here, at the end of drawing, so that none of their authors has to know. The text of documents is left as
//! it is: two lines that differ must not look the same. So are letters in sentences.

use ratatui::buffer::Buffer;

use crate::theme::AS_WRITTEN;

/// Replaces, in place, the signs that a terminal without Unicode cannot show.
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

/// Returns the sign in ASCII for another one, or `None` for letters and for signs in ASCII.
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
        // The pictures of control characters: that there is one is more than nothing.
        '␀'..='␡' => '?',
        '\u{a0}' => ' ',
        _ => return None,
    })
}
