//! What is inserted for a key or a paste: the line ends of the text around it, and the byte order mark in front of it.

use super::TextBuffer;
use super::history::EditKind;
use super::line_endings::{LineEndings, is_crlf};

/// The byte order mark.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

impl TextBuffer {
    pub(super) fn insert_char(&mut self, c: char) -> bool {
        self.skip_byte_order_mark();
        let kind = if c.is_whitespace() { EditKind::Blank } else { EditKind::Letter };
        self.replace_selection(c.encode_utf8(&mut [0; 4]), kind)
    }

    /// Begins a new line, indented like the one that is divided.
    ///
    /// Blanks that would be left at the end of the line are not: the new line begins before them.
    pub(super) fn insert_line_end(&mut self) -> bool {
        self.skip_byte_order_mark();
        let replaced = self.caret.replaced();
        let (start, blanks) = self.indentation_before(replaced.start);
        let new = self.line_end_here().to_owned() + &blanks;
        let is_in_blanks = start + blanks.len() == replaced.start;
        let from = if is_in_blanks { start } else { replaced.start };
        self.change(from..replaced.end, &new, EditKind::Whole)
    }

    /// Inserts a text from elsewhere. Its lines end as those around it do.
    pub(super) fn insert_text(&mut self, text: &str) -> bool {
        self.skip_byte_order_mark();
        let text = with_line_feeds(text);
        match self.line_end_here() {
            "\n" => self.replace_selection(&text, EditKind::Whole),
            line_end => self.replace_selection(&text.replace('\n', line_end), EditKind::Whole),
        }
    }

    /// Inserts a text that was in a document before.
    ///
    /// It stays byte for byte what it is, unless all lines here end alike: then its lines end as they do.
    pub(super) fn insert_exact(&mut self, text: &str) -> bool {
        self.skip_byte_order_mark();
        match self.endings {
            LineEndings::Mixed => self.replace_selection(text, EditKind::Whole),
            LineEndings::Lf if self.has_all_line_ends_selected() => self.replace_selection(text, EditKind::Whole),
            LineEndings::Lf => self.replace_selection(&text.replace("\r\n", "\n"), EditKind::Whole),
            LineEndings::CrLf => {
                let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
                self.replace_selection(&text, EditKind::Whole)
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
    pub(super) fn line_end_here(&self) -> &'static str {
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

    pub(super) fn has_byte_order_mark(&self) -> bool {
        self.text.chunks().next().is_some_and(|chunk| chunk.starts_with(BYTE_ORDER_MARK))
    }

    /// Moves the cursor behind a byte order mark: in front of it, typed text would make it a character of the text.
    pub(super) fn skip_byte_order_mark(&mut self) {
        if self.caret.head == 0 && self.caret.selection().is_none() && self.has_byte_order_mark() {
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
