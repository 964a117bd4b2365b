//! The condition of a write: the options that name the version that it replaces.

use std::path::PathBuf;

use clap::Args;
use editor::Guard;

use super::error::DocsError;
use super::etag_file;
use super::tag::WriteTag;

/// How a write names the version that it replaces. Exactly one option is given.
#[derive(Debug, Args)]
pub(super) struct ConditionOptions {
    /// Write only if this is still the document's tag, as `get` and `put` print it. Quotes may be left out.
    #[arg(long, value_name = "ETAG", group = "condition")]
    pub(super) if_match: Option<WriteTag>,

    /// Like --if-match, with the tag in this file.
    ///
    /// `get` writes the tag of the text that it printed to the file, `put` the new one.
    #[arg(long, value_name = "FILE")]
    pub(super) etag_file: Option<PathBuf>,

    /// Write without a precondition, whatever other users have saved.
    ///
    /// A careful server refuses this with a 428.
    #[arg(long, conflicts_with = "etag_file", group = "condition")]
    pub(super) unconditional: bool,
}

impl ConditionOptions {
    /// Returns the guard of the write, or `None` if no option names a version.
    pub(super) fn guard(&self) -> Result<Option<Guard>, DocsError> {
        Ok(match (&self.if_match, &self.etag_file) {
            (Some(tag), _) => Some(Guard::IfMatch(tag.0.clone())),
            (None, _) if self.unconditional => Some(Guard::Unconditional),
            (None, Some(file)) => Some(Guard::IfMatch(etag_file::read(file)?)),
            (None, None) => None,
        })
    }
}
