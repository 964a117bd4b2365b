//! The text itself: its lines, its parts, and edits of it.

use std::fmt;
use std::ops::{Bound, Range, RangeBounds};

use crop::Rope;

use crate::slice::{Chunks, TextSlice};

/// A text.
///
/// Cloning takes constant time. An edit takes time in the logarithm of the text's size, and copies only the few pieces
/// on its way if there are clones that still need the old ones.
#[derive(Clone, Default)]
pub struct Text {
    rope: Rope,
}

impl Text {
    /// Returns an empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rope.byte_len()
    }

    /// Returns whether there is not a single byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of lines: one more than there are line feeds, so at least 1.
    #[must_use]
    pub fn line_count(&self) -> usize {
        // The rope does not count the empty line after a final line feed.
        self.rope.line_len() + usize::from(self.is_empty() || self.ends_with_line_feed())
    }

    /// Returns the line with that number, counted from 0, without its line feed.
    ///
    /// # Panics
    ///
    /// If there are fewer lines.
    #[must_use]
    pub fn line(&self, row: usize) -> TextSlice<'_> {
        self.slice(self.line_range(row))
    }

    /// Returns the lines, from first to last, each without its line feed.
    #[must_use]
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = TextSlice<'_>> + ExactSizeIterator {
        (0..self.line_count()).map(|row| self.line(row))
    }

    /// Returns the position of a line's first byte.
    ///
    /// # Panics
    ///
    /// If there are fewer lines.
    #[must_use]
    pub fn line_start(&self, row: usize) -> usize {
        assert!(row < self.line_count(), "there is no line {row}: the text has {}", self.line_count());
        self.rope.byte_of_line(row)
    }

    /// Returns the positions of a line's bytes, without its line feed.
    ///
    /// # Panics
    ///
    /// If there are fewer lines.
    #[must_use]
    pub fn line_range(&self, row: usize) -> Range<usize> {
        let start = self.line_start(row);
        // In the last line, there is no line feed to leave out.
        let end = if row + 1 < self.line_count() { self.rope.byte_of_line(row + 1) - 1 } else { self.len() };
        start..end
    }

    /// Returns the number of the line that a position is in, counted from 0.
    ///
    /// The position of a line feed is in the line that it ends.
    ///
    /// # Panics
    ///
    /// If the position is beyond the end.
    #[must_use]
    pub fn line_at(&self, position: usize) -> usize {
        self.rope.line_of_byte(position)
    }

    /// Returns a part of the text, which borrows it.
    ///
    /// # Panics
    ///
    /// If the range is not within the text, or divides a character.
    #[must_use]
    pub fn slice(&self, range: impl RangeBounds<usize>) -> TextSlice<'_> {
        TextSlice::new(self.rope.byte_slice(self.within(range)))
    }

    /// Returns the pieces that the text is stored in, from first to last.
    ///
    /// A piece has at most a few kilobytes, and is not empty. It may end within a line, but not within a character.
    #[must_use]
    pub fn chunks(&self) -> Chunks<'_> {
        self.slice(..).chunks()
    }

    /// Returns the byte at a position.
    ///
    /// # Panics
    ///
    /// If the position is at the end or beyond.
    #[must_use]
    pub fn byte(&self, position: usize) -> u8 {
        self.rope.byte(position)
    }

    /// Returns whether the position is between two characters, or at an end of the text.
    ///
    /// # Panics
    ///
    /// If the position is beyond the end.
    #[must_use]
    pub fn is_char_boundary(&self, position: usize) -> bool {
        self.rope.is_char_boundary(position)
    }

    /// Returns whether the last character is a line feed.
    #[must_use]
    pub fn ends_with_line_feed(&self) -> bool {
        self.len().checked_sub(1).is_some_and(|last| self.byte(last) == b'\n')
    }

    /// Inserts a text at a position.
    ///
    /// # Panics
    ///
    /// If the position is beyond the end, or within a character.
    pub fn insert(&mut self, position: usize, text: &str) {
        if !text.is_empty() {
            self.rope.insert(position, text);
        }
    }

    /// Removes a part of the text.
    ///
    /// # Panics
    ///
    /// If the range is not within the text, or divides a character.
    pub fn remove(&mut self, range: impl RangeBounds<usize>) {
        let range = self.within(range);
        if !range.is_empty() {
            self.rope.delete(range);
        }
    }

    /// Puts a text in the place of a part of this text.
    ///
    /// # Panics
    ///
    /// If the range is not within the text, or divides a character.
    pub fn replace(&mut self, range: impl RangeBounds<usize>, text: &str) {
        let range = self.within(range);
        match (range.is_empty(), text.is_empty()) {
            (_, true) => self.remove(range),
            (true, false) => self.insert(range.start, text),
            (false, false) => self.rope.replace(range, text),
        }
    }

    fn within(&self, range: impl RangeBounds<usize>) -> Range<usize> {
        let start = match range.start_bound() {
            Bound::Included(&start) => start,
            Bound::Excluded(&before) => before + 1,
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&last) => last + 1,
            Bound::Excluded(&end) => end,
            Bound::Unbounded => self.len(),
        };
        start..end
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self { rope: Rope::from(text) }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}

impl From<&Text> for String {
    fn from(text: &Text) -> Self {
        text.slice(..).into()
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        Self::from(&text)
    }
}

/// The new text shares its memory with the text that the slice is from.
impl From<TextSlice<'_>> for Text {
    fn from(slice: TextSlice<'_>) -> Self {
        Self { rope: slice.rope().into() }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.slice(..), f)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.slice(..), f)
    }
}
