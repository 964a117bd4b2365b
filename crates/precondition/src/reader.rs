//! Reading bytes from left to right, and knowing where one stands.
//!
//! Fields are read as bytes and never as text: obs-text is legal in an entity tag, and a library that first asks for
//! UTF-8 loses the whole list with it.

use crate::tag::SyntaxError;

/// Bytes, and the position up to which they have been read.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    /// Stands before the first byte.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// The next byte, which stays unread.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    /// Whether everything has been read.
    pub(crate) fn at_end(&self) -> bool {
        self.position == self.bytes.len()
    }

    /// How many bytes have been read.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Reads the next byte if it is this one.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    /// Reads on as long as the bytes are of one kind.
    pub(crate) fn take_while(&mut self, kind: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = &self.bytes[self.position..];
        let taken = &rest[..rest.iter().position(|&byte| !kind(byte)).unwrap_or(rest.len())];
        self.position += taken.len();
        taken
    }

    /// What has been read since `start`, an earlier position.
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.position]
    }

    /// The error of the next byte, or of the missing of it.
    pub(crate) fn expected(&self, expected: &'static str) -> SyntaxError {
        SyntaxError { position: self.position, expected }
    }
}
