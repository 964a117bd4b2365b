//! What to say about bytes that do not fit the grammar: where, and what should be there.

use std::fmt;

/// Why bytes are no entity tag, or no list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where the first bad byte stands, counted in bytes from 0. It is the length of the input where that ended too
    /// early. In a field of several lines it counts in the lines joined by `, `.
    pub position: usize,
    /// What should have stood there, in words.
    pub expected: &'static str,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: expected {}", self.position, self.expected)
    }
}

impl std::error::Error for SyntaxError {}
