//! A text as a rope: cheap to copy, to edit and to compare, whatever its size.
//!
//! [`Text`] is a value: a clone is a snapshot, which shares its memory with the original and never changes. An editor
//! that keeps a snapshot for each key press therefore copies no text. Positions are bytes, counted from 0, and are
//! always on the boundary of a character. Lines end with a line feed; a carriage return before it is a character of the
//! line, so no byte is ever lost or added.
//!
//! [`is_hidden`] says which characters a reader would not see.
//!
//! This crate knows no cursor, no terminal and no files. The rope itself is the crate `crop`; ARCHITECTURE.md says why.

mod change;
mod equality;
mod hidden;
mod rope;
mod search;
mod slice;

pub use change::Change;
pub use hidden::is_hidden;
pub use rope::Text;
pub use search::{Matches, Pattern, PatternError, SearchOptions};
pub use slice::{Chunks, TextSlice};
