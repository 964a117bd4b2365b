//! Entity tags (RFC 9110 section 8.8.3).

use std::fmt;

/// An entity tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityTag {
    weak: bool,
    opaque: Vec<u8>,
}

/// Why bytes are no entity tag, or no list of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {position}: expected {expected}")]
pub struct SyntaxError {
    /// Where the first bad byte stands, counted from 0.
    pub position: usize,
    /// What should have stood there.
    pub expected: &'static str,
}
