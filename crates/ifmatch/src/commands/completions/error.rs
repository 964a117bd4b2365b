//! The error when completions are not printed.

use std::io;

use thiserror::Error;

use crate::exit::Exit;

/// Standard output takes nothing.
#[derive(Debug, Error)]
#[error("standard output cannot be written to: {0}")]
pub(crate) struct CompletionsError(#[from] pub(super) io::Error);

impl CompletionsError {
    /// Returns how the program ends after this error.
    #[expect(clippy::unused_self, reason = "each error of a command has this method")]
    pub(crate) const fn exit(&self) -> Exit {
        Exit::Machine
    }
}
