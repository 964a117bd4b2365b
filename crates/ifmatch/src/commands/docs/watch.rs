//! `ifmatch docs watch`: a line for each change, until interrupted.

use std::num::NonZeroUsize;

use clap::Args;
use client::{Backoff, Scope, StreamEvent};
use contract::{DocumentEvent, DocumentId};
use serde::Serialize;

use super::error::DocsError;
use super::options::DocsOptions;
use super::output;
use crate::exit::Exit;
use crate::output::stderr::print_message;

/// `ifmatch docs watch`
#[derive(Debug, Args)]
#[command(after_help = "\
A line has the kind of change (created, changed or deleted), the document, its new tag, the author and the time. If the
connection breaks, the command reconnects, says so on standard error, and misses no change.

The members of --json: event, id, etag, author, at.

Example:
  ifmatch docs watch notes --json | while read -r change; do echo \"$change\" | jq -r .author; done")]
pub(super) struct WatchArgs {
    /// The document. [default: all documents]
    #[arg(value_name = "DOC")]
    document: Option<DocumentId>,

    /// End after this many changes. [default: never]
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(super) options: DocsOptions,
}

/// A change, as JSON.
#[derive(Serialize)]
struct ChangeValue<'a> {
    event: &'static str,
    #[serde(flatten)]
    change: &'a DocumentEvent,
}

/// Prints a line for each change.
pub(super) async fn run(WatchArgs { document, limit, options }: WatchArgs) -> Result<Exit, DocsError> {
    let is_json = options.json;
    let client = options.reader()?;
    // A stream would try again and again to reach a server that is not there, or that refuses.
    client.probe().await?;
    let what = document.as_ref().map_or_else(|| "all documents".to_owned(), ToString::to_string);
    let server = client.server().clone();
    let mut stream = client.watch(document.map_or(Scope::All, Scope::Document), Backoff::default());
    let mut left = limit.map_or(usize::MAX, NonZeroUsize::get);
    let mut is_resumed = false;
    while left > 0 {
        match stream.next().await {
            StreamEvent::Connected if is_resumed => print_message("connected again; no change was missed"),
            StreamEvent::Connected => print_message(format_args!("watching {what} at {server}")),
            StreamEvent::Disconnected(why) => print_message(format_args!("{why}; reconnecting")),
            // These are about no document.
            StreamEvent::Question(_) | StreamEvent::Room(_) => {}
            StreamEvent::Heard { kind, event: change } => {
                left -= 1;
                if is_json {
                    output::print_json(&ChangeValue { event: kind.as_str(), change: &change })?;
                } else {
                    let DocumentEvent { id, etag, author, at } = change;
                    output::print_line(&format!("{}  {id}  {etag}  {author}  {at}", kind.as_str()))?;
                }
            }
        }
        is_resumed = true;
    }
    Ok(Exit::Success)
}
