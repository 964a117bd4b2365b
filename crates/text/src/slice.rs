//! A part of a text, which borrows it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crop::RopeSlice;

/// A part of a text: a line, a selection, or all of it.
#[derive(Clone, Copy)]
pub struct TextSlice<'t> {
    slice: RopeSlice<'t>,
}

impl<'t> TextSlice<'t> {
    pub(crate) fn new(slice: RopeSlice<'t>) -> Self {
        Self { slice }
    }

    pub(crate) fn rope(self) -> RopeSlice<'t> {
        self.slice
    }

    /// Returns the length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.slice.byte_len()
    }

    /// Returns whether there is not a single byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Returns a part of this part. Its positions are counted from the beginning of this one.
    ///
    /// # Panics
    ///
    /// If the range is not within this part, or divides a character.
    #[must_use]
    pub fn slice(self, range: Range<usize>) -> Self {
        Self { slice: self.slice.byte_slice(range) }
    }

    /// Returns whether the position is between two characters, or at an end.
    ///
    /// # Panics
    ///
    /// If the position is beyond the end.
    #[must_use]
    pub fn is_char_boundary(self, position: usize) -> bool {
        self.slice.is_char_boundary(position)
    }

    /// Returns the pieces that the text is stored in, from first to last. None of them is empty.
    #[must_use]
    pub fn chunks(self) -> Chunks<'t> {
        Chunks { chunks: self.slice.chunks() }
    }

    /// Returns the characters.
    pub fn chars(self) -> impl DoubleEndedIterator<Item = char> + 't {
        self.chunks().flat_map(str::chars)
    }

    /// Returns the text in one piece: borrowed, if it is stored in one piece, which most lines are.
    #[must_use]
    pub fn to_cow(self) -> Cow<'t, str> {
        let mut chunks = self.chunks();
        match (chunks.next(), chunks.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(only), None) => Cow::Borrowed(only),
            (Some(first), Some(second)) => {
                let mut text = String::with_capacity(self.len());
                text.push_str(first);
                text.push_str(second);
                text.extend(chunks);
                Cow::Owned(text)
            }
        }
    }

    /// Returns whether the last character is `c`.
    #[must_use]
    pub fn ends_with(self, c: char) -> bool {
        self.chars().next_back() == Some(c)
    }
}

impl From<TextSlice<'_>> for String {
    fn from(slice: TextSlice<'_>) -> Self {
        slice.to_cow().into_owned()
    }
}

impl fmt::Display for TextSlice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chunks().try_for_each(|chunk| f.write_str(chunk))
    }
}

impl fmt::Debug for TextSlice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.to_cow().as_ref(), f)
    }
}

/// The pieces that a text is stored in.
#[derive(Clone)]
pub struct Chunks<'t> {
    chunks: crop::iter::Chunks<'t>,
}

impl<'t> Iterator for Chunks<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        self.chunks.next()
    }
}

impl DoubleEndedIterator for Chunks<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.chunks.next_back()
    }
}

impl fmt::Debug for Chunks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
