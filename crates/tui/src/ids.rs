//! The ids that events and effects have of editors and of open documents.
//!
//! A request of an editor has an [`editor::RequestId`]; an exchange has a number.

use serde::{Deserialize, Serialize};

/// The index of an editor, 0 for the first or only one.
///
/// Each editor has its own person and its own client.
pub type EditorIndex = usize;

/// The index of a person on the stage: first those with editors, then the clients without one.
pub(crate) type PersonIndex = usize;

/// The id of an open document. No id is used twice while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DocumentKey(pub(crate) u64);
