//! A part of the server's state that all servers of a store may share.

use serde_json::Error as JsonError;

/// A part of the state that all servers share as one JSON text, if the store has shared settings.
///
/// A change is computed on a [`fork`](Self::fork). If that has changed, its text replaces the setting in the store, and
/// what the store then has is [adopted](Self::adopt). So no server acts on a change before the store has it.
pub(crate) trait SharedCell: Sync {
    /// The name of the setting.
    const NAME: &str;

    /// Returns a copy, whose changes nothing else notices.
    fn fork(&self) -> Self;

    /// Returns what servers share, as JSON. Two calls without a change between them return the same text.
    fn to_json(&self) -> String;

    /// Takes over a text that another fork, or one of another server, has returned.
    ///
    /// # Errors
    ///
    /// The text is not one of this cell.
    fn adopt(&self, json: &str, revision: u64) -> Result<(), JsonError>;
}
