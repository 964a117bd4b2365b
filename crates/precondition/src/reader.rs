//! A byte reader that knows its position.
//!
//! Fields are parsed as bytes, never as text. Bytes from 0x80 on are legal in an entity tag and have no defined
//! encoding; a parser that first requires UTF-8 loses the whole list.

use crate::syntax::SyntaxError;

/// Bytes, and the position of the first unread one.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Returns the unread bytes.
    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.position..]
    }

    /// Returns the next byte without reading it.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Returns whether all bytes have been read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Returns how many bytes have been read.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Reads `literal` if it comes next, and returns whether it was read.
    pub(crate) fn take(&mut self, literal: &[u8]) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.position += literal.len();
        }
        found
    }

    /// Reads the next `count` bytes, if there are that many.
    pub(crate) fn take_count(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.rest().get(..count)?;
        self.position += count;
        Some(taken)
    }

    /// Reads bytes for as long as `kind` accepts them.
    pub(crate) fn take_while(&mut self, kind: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let taken = &rest[..rest.iter().position(|&byte| !kind(byte)).unwrap_or(rest.len())];
        self.position += taken.len();
        taken
    }

    /// Returns the bytes that were read since an earlier position.
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.position]
    }

    /// Returns an error about the next byte, or about the end of input.
    pub(crate) fn expected(&self, expected: &'static str) -> SyntaxError {
        SyntaxError { position: self.position, expected }
    }
}
