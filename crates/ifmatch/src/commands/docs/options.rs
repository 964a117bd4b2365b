//! The options that all verbs of `ifmatch docs` have.

use clap::Args;
use client::Client;

use super::error::DocsError;
use crate::options::ConnectionOptions;

/// The options that all verbs have.
#[derive(Debug, Args)]
pub(super) struct DocsOptions {
    #[command(flatten)]
    connection: ConnectionOptions,

    /// Print JSON: one value, or one value a line for `ls`, `log` and `watch`.
    ///
    /// If the server refuses, the output is {"problem": …}, with the members of its problem details (RFC 9457).
    #[arg(long)]
    pub(super) json: bool,
}

impl DocsOptions {
    /// Returns a client for a verb that writes.
    pub(super) fn writer(self) -> Result<Client, DocsError> {
        Ok(self.connection.check()?.client()?)
    }

    /// Returns a client for a verb that only reads.
    pub(super) fn reader(self) -> Result<Client, DocsError> {
        Ok(self.connection.check_for_reading()?.client()?)
    }
}
