//! Writes lines as a text again, each with the right ending.

use crate::format::Format;
use crate::text::{Ending, Line, LineText};
use std::ops::Range;

/// Writes lines one after the other.
pub(crate) struct TextWriter {
    out: Vec<u8>,
    format: Format,
    /// Whether every line gets the ending of the format, or keeps its own.
    uniform: bool,
    /// The end of the last line's content.
    content_end: usize,
}

impl TextWriter {
    pub(crate) fn new(format: Format, uniform: bool) -> Self {
        Self { out: Vec::new(), format, uniform, content_end: 0 }
    }

    /// Returns the line ending of the format.
    pub(crate) fn ending(&self) -> Ending {
        self.format.ending
    }

    /// Writes lines. If endings are mixed, a line without an ending gets `missing`.
    pub(crate) fn write<'a>(&mut self, lines: impl IntoIterator<Item = Line<'a>>, missing: Ending) {
        for line in lines {
            let ending = if self.uniform { self.format.ending } else { line.ending.unwrap_or(missing) };
            self.out.extend_from_slice(line.content);
            self.content_end = self.out.len();
            self.out.extend_from_slice(ending.bytes());
        }
    }

    /// Writes lines of a text; copies them as a whole if they have the right endings.
    pub(crate) fn copy(&mut self, text: &LineText, range: Range<usize>, missing: Ending) {
        // Only the last line of a text can lack an ending. If endings are uniform, the first line's is that of all.
        let fits = !self.uniform || text.line(range.start).ending == Some(self.format.ending);
        let whole = if fits && text.line(range.end - 1).ending.is_none() { range.end - 1 } else { range.end };
        if fits && whole > range.start {
            self.out.extend_from_slice(text.slice(range.start..whole));
            let ending = text.line(whole - 1).ending.map_or(0, |ending| ending.bytes().len());
            self.content_end = self.out.len() - ending;
            self.write(text.lines(whole..range.end), missing);
        } else {
            self.write(text.lines(range), missing);
        }
    }

    /// Writes a line that is in none of the texts.
    pub(crate) fn write_content(&mut self, content: &[u8]) {
        self.write([Line { content, ending: Some(self.format.ending) }], self.format.ending);
    }

    /// Returns the lines as a piece of a text: each of them has an ending.
    pub(crate) fn into_piece(self) -> Vec<u8> {
        self.out
    }

    /// Returns the lines as a whole text with a final newline, whatever the format says.
    pub(crate) fn into_text_with_final_newline(mut self) -> Vec<u8> {
        self.format.final_newline = true;
        self.into_text()
    }

    /// Returns the lines as a whole text, with the byte order mark and the final newline of the format.
    pub(crate) fn into_text(mut self) -> Vec<u8> {
        if !self.format.final_newline {
            self.out.truncate(self.content_end);
        }
        if self.format.byte_order_mark {
            self.out.splice(0..0, crate::text::BYTE_ORDER_MARK.iter().copied());
        }
        self.out
    }
}
