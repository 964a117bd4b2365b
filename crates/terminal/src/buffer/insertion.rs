//! What is inserted for a key or a paste: the line ends of the text around it, and the byte order mark in front of it.

use super::TextBuffer;
use super::history::EditRun;
use super::line_endings::{LineEndings, is_crlf};

/// The byte order mark.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl TextBuffer {
    pub(super) fn insert_char(&mut self, c: char) -> bool {
        self.skip_byte_order_mark();
        let run = if c.is_whitespace() { EditRun::None } else { EditRun::Typing };
        self.replace_selection(c.encode_utf8(&mut [0; 4]), run)
    }

    /// Begins a new line.
    pub(super) fn insert_line_end(&mut self) -> bool {
        self.skip_byte_order_mark();
        self.replace_selection(self.line_end_here(), EditRun::None)
    }

    /// Inserts a text from elsewhere. Its lines end as those around it do.
    pub(super) fn insert_text(&mut self, text: &str) -> bool {
        self.skip_byte_order_mark();
        let text = with_line_feeds(text);
        match self.line_end_here() {
            "\n" => self.replace_selection(&text, EditRun::None),
            line_end => self.replace_selection(&text.replace('\n', line_end), EditRun::None),
        }
    }

    /// Inserts a text that was in a document before.
    ///
    /// It stays byte for byte what it is, unless all lines here end alike: then its lines end as they do.
    pub(super) fn insert_exact(&mut self, text: &str) -> bool {
        self.skip_byte_order_mark();
        match self.endings {
            LineEndings::Mixed => self.replace_selection(text, EditRun::None),
            LineEndings::Lf if self.has_all_line_ends_selected() => self.replace_selection(text, EditRun::None),
            LineEndings::Lf => self.replace_selection(&text.replace("\r\n", "\n"), EditRun::None),
            LineEndings::CrLf => {
                let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
                self.replace_selection(&text, EditRun::None)
            }
        }
    }

    /// Returns whether no line end would be left if the selection were deleted.
    fn has_all_line_ends_selected(&self) -> bool {
        let replaced = self.caret.replaced();
        self.text.line_at(replaced.end) - self.text.line_at(replaced.start) == self.text.line_count() - 1
    }

    /// Returns the line end that is typed at the cursor.
    ///
    /// Among mixed line ends, it is that of the line that is divided; in the last line, that of the line above.
    fn line_end_here(&self) -> &'static str {
        let is_crlf = match self.endings {
            LineEndings::Lf => false,
            LineEndings::CrLf => true,
            LineEndings::Mixed => {
                let replaced = self.caret.replaced();
                let (top, bottom) = (self.text.line_at(replaced.start), self.text.line_at(replaced.end));
                if bottom + 1 < self.text.line_count() {
                    is_crlf(&self.text, bottom)
                } else {
                    top.checked_sub(1).is_some_and(|above| is_crlf(&self.text, above))
                }
            }
        };
        if is_crlf { "\r\n" } else { "\n" }
    }

    /// Moves the cursor behind a byte order mark: in front of it, typed text would make it a character of the text.
    fn skip_byte_order_mark(&mut self) {
        let has_mark = || self.text.chunks().next().is_some_and(|chunk| chunk.starts_with(BYTE_ORDER_MARK));
        if self.caret.head == 0 && self.caret.selection().is_none() && has_mark() {
            self.caret.move_to(BYTE_ORDER_MARK.len(), false);
        }
    }
}

/// Returns a text with its line ends as line feeds.
///
/// Terminals send a pasted line end as CR, LF or both.
#[must_use]
pub fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
