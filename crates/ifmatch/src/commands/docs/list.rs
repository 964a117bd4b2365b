//! `ifmatch docs ls`: the documents of a server.

use clap::Args;

use super::error::DocsError;
use super::options::DocsOptions;
use super::output;
use crate::exit::Exit;
use crate::output::stderr::print_message;

/// `ifmatch docs ls`
#[derive(Debug, Args)]
#[command(after_help = "\
The members of --json: id, title, etag, author, updatedAt, and parent if there is one.

Example:
  ifmatch docs ls --json | jq -r .id")]
pub(super) struct ListArgs {
    #[command(flatten)]
    pub(super) options: DocsOptions,
}

/// Prints a line for each document.
pub(super) async fn run(ListArgs { options }: ListArgs) -> Result<Exit, DocsError> {
    let is_json = options.json;
    let documents = options.reader()?.documents().await?;
    if documents.is_empty() && !is_json {
        print_message("there are no documents");
    }
    let width = documents.iter().map(|entry| entry.id.as_str().len()).max().unwrap_or_default();
    for entry in &documents {
        if is_json {
            output::print_json(entry)?;
        } else {
            let (id, title) = (entry.id.as_str(), &entry.title);
            output::print_line(&format!(
                "{id:width$}  {}  {}  {}  {title}",
                entry.etag, entry.updated_at, entry.author
            ))?;
        }
    }
    Ok(Exit::Success)
}
