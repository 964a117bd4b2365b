//! A text divided into lines, and its properties as a whole.
//!
//! A line ends at `\n` and nowhere else: a lone carriage return, a form feed or a Unicode line separator is content, as
//! in git and in most editors. A line is its content and its ending. A byte order mark precedes the first line and
//! belongs to none. The division is between bytes, so a text in any encoding survives; one in UTF-8 yields lines in
//! UTF-8.

use std::ops::Range;

use bytes::Bytes;

use crate::line_index::{LineIndex, count_line_feeds};

pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// `\n`
    Lf,
    /// `\r\n`
    Crlf,
}

impl Ending {
    /// Returns the bytes of the ending.
    #[must_use]
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::Crlf => b"\r\n",
        }
    }
}

/// One line: its content, and its ending if it has one. Only the last line of a text may have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Line<'a> {
    /// The bytes before the ending.
    pub content: &'a [u8],
    /// The ending, if there is one.
    pub ending: Option<Ending>,
}

/// A text, divided into lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineText {
    /// Shared by clones, and with an owner that the caller may have.
    bytes: Bytes,
    index: LineIndex,
    /// Whether the lines have different endings.
    mixed: bool,
}

impl From<Vec<u8>> for LineText {
    /// Divides a text into lines. A byte order mark at its start is kept aside.
    ///
    /// # Panics
    ///
    /// If the text has 4 GiB or more.
    fn from(bytes: Vec<u8>) -> Self {
        Self::of_owner(bytes)
    }
}

impl LineText {
    /// Divides a text into lines that another value owns. The bytes are shared, not copied.
    ///
    /// A byte order mark at its start is kept aside.
    ///
    /// # Panics
    ///
    /// If the text has 4 GiB or more.
    #[must_use]
    pub fn of_owner<T: AsRef<[u8]> + Send + 'static>(owner: T) -> Self {
        let bytes = Bytes::from_owner(owner);
        let start = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        Self::index_from(bytes, start)
    }

    /// Divides a copy of a text into lines. A byte order mark at its start is kept aside.
    ///
    /// # Panics
    ///
    /// If the text has 4 GiB or more.
    ///
    /// # Examples
    ///
    /// ```
    /// use merge::{Ending, LineText};
    ///
    /// let text = LineText::new(b"one\r\ntwo");
    /// assert_eq!(text.len(), 2);
    /// assert_eq!((text.line(0).content, text.line(0).ending), (&b"one"[..], Some(Ending::Crlf)));
    /// assert_eq!(text.line(1).ending, None);
    /// ```
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }

    /// Divides a piece of a text into lines. A byte order mark is content like any other.
    pub(crate) fn piece(bytes: &[u8]) -> Self {
        Self::index_from(Bytes::copy_from_slice(bytes), 0)
    }

    fn index_from(bytes: Bytes, start: usize) -> Self {
        // The line feeds are counted first, so that the index never grows and is never larger than necessary.
        let counted = count_line_feeds(&bytes[start..]);
        let mut index = LineIndex::new(counted + 1, bytes.len());
        index.push(start);
        let (mut returns, mut reached) = (0, start);
        while reached < bytes.len() {
            let end = index.next(&bytes, reached);
            returns += usize::from(bytes[reached..end].ends_with(b"\r\n"));
            reached = end;
            index.push(end);
        }
        let mixed = returns > 0 && returns < counted;
        Self { bytes, index, mixed }
    }

    /// Returns whether the lines have different endings.
    pub(crate) fn mixes_endings(&self) -> bool {
        self.mixed
    }

    /// Returns the bytes of some lines, with their endings.
    pub(crate) fn slice(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[self.index.start(&self.bytes, range.start)..self.index.start(&self.bytes, range.end)]
    }

    /// Returns the text as it was given, to the byte.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the number of lines. The empty text has none; `"a"` and `"a\n"` have one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.lines()
    }

    /// Returns whether lines have only a few bytes each, so that data per line is expensive.
    pub(crate) fn has_short_lines(&self) -> bool {
        self.index.are_short()
    }

    /// Returns whether there are no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the line with this index, from 0.
    ///
    /// # Panics
    ///
    /// If there is no such line.
    #[must_use]
    pub fn line(&self, number: usize) -> Line<'_> {
        let start = self.index.start(&self.bytes, number);
        self.line_between(start..self.index.end(&self.bytes, number, start))
    }

    /// Returns the line at these bytes.
    pub(crate) fn line_between(&self, place: Range<usize>) -> Line<'_> {
        let whole = &self.bytes[place];
        match whole.strip_suffix(b"\n") {
            None => Line { content: whole, ending: None },
            Some(content) => match content.strip_suffix(b"\r") {
                None => Line { content, ending: Some(Ending::Lf) },
                Some(content) => Line { content, ending: Some(Ending::Crlf) },
            },
        }
    }

    /// Returns the lines of a range, in order.
    ///
    /// # Panics
    ///
    /// If the range extends beyond the last line.
    #[must_use]
    pub fn lines(&self, range: Range<usize>) -> Lines<'_> {
        assert!(range.end <= self.len(), "the text has {} lines", self.len());
        let place = if range.is_empty() { 0 } else { self.index.start(&self.bytes, range.start) };
        Lines { text: self, range, place }
    }

    /// Returns all lines, in order.
    #[must_use]
    pub fn all(&self) -> Lines<'_> {
        self.lines(0..self.len())
    }

    /// Returns whether the text starts with a byte order mark.
    #[must_use]
    pub fn has_byte_order_mark(&self) -> bool {
        self.index.start(&self.bytes, 0) > 0
    }
}

/// An iterator over lines of a text.
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    text: &'t LineText,
    range: Range<usize>,
    /// The start of the next line.
    place: usize,
}

impl<'t> Lines<'t> {
    /// Returns the next line, and its bytes in the text.
    pub(crate) fn next_with_place(&mut self) -> Option<(Line<'t>, Range<usize>)> {
        let number = self.range.next()?;
        let start = self.place;
        self.place = self.text.index.end(&self.text.bytes, number, start);
        Some((self.text.line_between(start..self.place), start..self.place))
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        self.next_with_place().map(|(line, _)| line)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl ExactSizeIterator for Lines<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(String, Option<Ending>)> {
        let shown = |line: Line| (String::from_utf8_lossy(line.content).into_owned(), line.ending);
        LineText::new(text.as_bytes()).all().map(shown).collect()
    }

    #[test]
    fn line_ends_at_a_line_feed_and_nowhere_else() {
        let (lf, crlf) = (Some(Ending::Lf), Some(Ending::Crlf));
        assert_eq!(lines(""), []);
        assert_eq!(lines("\n"), [(String::new(), lf)]);
        assert_eq!(lines("a\nb"), [("a".into(), lf), ("b".into(), None)]);
        assert_eq!(lines("a\r\n\n"), [("a".into(), crlf), (String::new(), lf)]);
        assert_eq!(lines("a\rb\u{2028}c\u{B}d\r"), [("a\rb\u{2028}c\u{B}d\r".into(), None)]);
        assert_eq!(lines("a\r\r\n"), [("a\r".into(), crlf)]);
    }

    #[test]
    fn byte_order_mark_is_not_part_of_the_first_line() {
        let text = LineText::new("\u{FEFF}a\n\u{FEFF}b".as_bytes());
        assert!(text.has_byte_order_mark());
        assert_eq!(text.line(0).content, b"a");
        assert_eq!(text.line(1).content, "\u{FEFF}b".as_bytes(), "elsewhere it is a character like any other");
        assert!(LineText::new("\u{FEFF}".as_bytes()).is_empty());
    }
}
