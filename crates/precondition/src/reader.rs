//! Reading bytes from left to right, and knowing where one stands.
//!
//! Fields are read as bytes and never as text. Bytes from 0x80 on are legal in an entity tag, in no encoding that
//! anybody has to name; a reader that first asks for UTF-8 loses the whole list with them.

use crate::syntax::SyntaxError;

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

    /// The bytes that have not been read.
    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.position..]
    }

    /// The next byte, which stays unread.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Whether everything has been read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// How many bytes have been read.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Reads what comes next if it is exactly this, and says whether it was.
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

    /// Reads on for as long as the bytes are of one kind.
    pub(crate) fn take_while(&mut self, kind: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let taken = &rest[..rest.iter().position(|&byte| !kind(byte)).unwrap_or(rest.len())];
        self.position += taken.len();
        taken
    }

    /// What has been read since an earlier position.
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.position]
    }

    /// What to say about the next byte, or about the lack of one.
    pub(crate) fn expected(&self, expected: &'static str) -> SyntaxError {
        SyntaxError { position: self.position, expected }
    }
}
