//! Lines put together into a text again, each with the ending it is due.

use crate::format::Format;
use crate::text::{Ending, Line, Text};
use std::ops::Range;

/// Writes lines one after the other.
pub(crate) struct TextWriter {
    out: Vec<u8>,
    format: Format,
    /// Whether every line gets the ending of the format, or keeps its own.
    uniform: bool,
    /// Where the last line's content ends.
    content_end: usize,
}

impl TextWriter {
    pub(crate) fn new(format: Format, uniform: bool) -> Self {
        Self { out: Vec::new(), format, uniform, content_end: 0 }
    }

    /// How lines end in the format.
    pub(crate) fn ending(&self) -> Ending {
        self.format.ending
    }

    /// Writes some lines. Where endings are mixed, a line without one gets the one given.
    pub(crate) fn write<'a>(&mut self, lines: impl IntoIterator<Item = Line<'a>>, missing: Ending) {
        for line in lines {
            let ending = if self.uniform { self.format.ending } else { line.ending.unwrap_or(missing) };
            self.out.extend_from_slice(line.content);
            self.content_end = self.out.len();
            self.out.extend_from_slice(ending.bytes());
        }
    }

    /// Writes some lines of a text, at once where they end as they have to.
    pub(crate) fn copy(&mut self, text: &Text, range: Range<usize>, missing: Ending) {
        // All lines of a text but the last have endings; the first tells for all where they are uniform.
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

    /// Writes a line that no text has.
    pub(crate) fn write_content(&mut self, content: &[u8]) {
        self.write([Line { content, ending: Some(self.format.ending) }], self.format.ending);
    }

    /// The lines as a piece of a text: each of them ends.
    pub(crate) fn into_piece(self) -> Vec<u8> {
        self.out
    }

    /// The lines as a whole text in which the last line ends, whatever the format says.
    pub(crate) fn into_text_with_final_newline(mut self) -> Vec<u8> {
        self.format.final_newline = true;
        self.into_text()
    }

    /// The lines as a whole text: with its byte order mark, and with the last line as the format has it.
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
