//! Lines put together into a text again, each with the ending it is due.

use crate::format::Format;
use crate::text::{Ending, Line};

/// Writes lines one after the other.
pub(crate) struct Writer {
    out: Vec<u8>,
    format: Format,
    /// Whether every line gets the ending of the format, or keeps its own.
    uniform: bool,
    /// Where the last line's content ends.
    content_end: usize,
}

impl Writer {
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

    /// The lines as a piece of a text: each of them ends.
    pub(crate) fn piece(self) -> Vec<u8> {
        self.out
    }

    /// The lines as a whole text: with its byte order mark, and with the last line as the format has it.
    pub(crate) fn whole(mut self) -> Vec<u8> {
        if !self.format.final_newline {
            self.out.truncate(self.content_end);
        }
        if self.format.byte_order_mark {
            self.out.splice(0..0, crate::text::BYTE_ORDER_MARK.iter().copied());
        }
        self.out
    }
}
