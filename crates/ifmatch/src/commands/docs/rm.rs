//! `ifmatch docs rm`: a document deleted, if it still has the version that the command names.

use clap::Args;
use contract::DocumentId;
use serde::Serialize;

use super::condition::ConditionOptions;
use super::error::{DocsError, DocsRequest};
use super::options::DocsOptions;
use super::output;
use crate::exit::Exit;
use crate::output::stderr::print_message;

/// `ifmatch docs rm`
#[derive(Debug, Args)]
#[command(after_help = "\
A delete must say what it deletes. Without --if-match, --etag-file or --unconditional, nothing is sent, and the exit code
is 2. The versions of a deleted document stay: `ifmatch docs log DOC` lists them.

The members of --json: id, and deleted, which is true.

Example:
  ifmatch docs rm notes --if-match v5-d4f8c2a1")]
pub(super) struct RmArgs {
    /// The document.
    #[arg(value_name = "DOC")]
    document: DocumentId,

    #[command(flatten)]
    condition: ConditionOptions,

    #[command(flatten)]
    pub(super) options: DocsOptions,
}

/// A deleted document, as JSON.
#[derive(Serialize)]
struct DeletedValue<'a> {
    id: &'a DocumentId,
    deleted: bool,
}

/// Deletes a document.
pub(super) async fn run(RmArgs { document: id, condition, options }: RmArgs) -> Result<Exit, DocsError> {
    let guard = condition.guard()?.ok_or(DocsError::NoCondition(DocsRequest::Rm))?;
    let is_json = options.json;
    let deleted = options.writer()?.delete_document(&id, guard).await;
    deleted.map_err(|error| DocsError::of_write(DocsRequest::Rm, &id, error))?;
    if is_json {
        output::print_json(&DeletedValue { id: &id, deleted: true })?;
    } else {
        print_message(format_args!("{id} is deleted"));
    }
    Ok(Exit::Success)
}
