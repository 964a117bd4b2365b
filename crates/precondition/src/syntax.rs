//! Syntax errors: the position of the first bad byte, and what was expected there.

use std::fmt;

/// The error when bytes are not an entity tag, or not a list of entity tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The position of the first bad byte, in bytes from 0; the input's length if it ended too early.
    ///
    /// In a field of several lines, positions count in the lines joined by `, `.
    pub position: usize,
    /// The expected input at that position, in words.
    pub expected: &'static str,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: expected {}", self.position, self.expected)
    }
}

impl std::error::Error for SyntaxError {}
