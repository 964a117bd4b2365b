//! The ids by which the loop finds what an event or an effect is about.
//!
//! A request of an editor has an id of its own: [`editor::RequestId`]. An exchange is known by its number.

/// Which editor of the program: 0 for the first (or only) one. Each has a person, and a client of its own.
pub type EditorIndex = usize;

/// Tells open documents apart for as long as the program runs. No key is given out twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentKey(pub(crate) u64);
