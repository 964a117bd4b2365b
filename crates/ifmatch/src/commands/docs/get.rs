//! `ifmatch docs get`: the text of a document, with its tag.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::str::{self, FromStr};

use clap::Args;
use client::Client;
use contract::{Author, DocumentId, EntityTag, Snapshot, Timestamp};
use serde::Serialize;

use super::error::DocsError;
use super::options::DocsOptions;
use super::tag::{TagError, WriteTag, parse_tag};
use super::{etag_file, output};
use crate::exit::Exit;
use crate::output::stderr::print_message;
use crate::output::visible::visible_lines;

/// `ifmatch docs get`
#[derive(Debug, Args)]
#[command(after_help = "\
The text is printed as it is stored: line ends, a missing final newline, every character. On a terminal, characters that
the terminal would obey or not show are replaced by marks; --raw prints them too.

The members of --json: id, etag, author, at (to the second), modified, title, content, and parent if there is one. If
--if-none-match still names the current version: id, etag, and modified, which is false.

Examples:
  ifmatch docs get notes > notes.txt
  ifmatch docs get notes --etag-file notes.etag > notes.txt         for a later `put notes --etag-file notes.etag`
  ifmatch docs get notes --etag | { read -r tag; cat > notes.txt; echo \"$tag\"; }
  ifmatch docs get notes --version 3")]
pub(super) struct GetArgs {
    /// The document.
    #[arg(value_name = "DOC")]
    document: DocumentId,

    /// Print the document's tag too, as the first line.
    #[arg(long, conflicts_with = "json")]
    etag: bool,

    /// Write the document's tag to this file, once the whole text is printed.
    #[arg(long, value_name = "FILE", conflicts_with = "version")]
    etag_file: Option<PathBuf>,

    /// Print nothing if this is still the document's tag.
    #[arg(long, value_name = "ETAG", conflicts_with = "version")]
    if_none_match: Option<WriteTag>,

    /// Print this version instead of the current one: its number, or its tag.
    #[arg(long, value_name = "VERSION")]
    version: Option<WantedVersion>,

    /// On a terminal, print the text as it is, with all control characters.
    #[arg(long)]
    raw: bool,

    #[command(flatten)]
    pub(super) options: DocsOptions,
}

/// A version on the command line: its number, and its whole tag if that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WantedVersion {
    number: u64,
    tag: Option<EntityTag>,
}

impl FromStr for WantedVersion {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, TagError> {
        if let Ok(number) = text.parse() {
            return Ok(Self { number, tag: None });
        }
        let tag = parse_tag(text)?;
        let number = str::from_utf8(tag.opaque()).ok().and_then(|name| name.strip_prefix('v'));
        let number = number.and_then(|rest| rest.split_once('-')?.0.parse().ok()).ok_or(TagError::Unnumbered)?;
        Ok(Self { number, tag: Some(tag) })
    }
}

/// A document, as JSON.
#[derive(Serialize)]
struct DocumentValue<'a> {
    id: &'a DocumentId,
    etag: &'a EntityTag,
    author: Option<&'a Author>,
    at: Option<Timestamp>,
    modified: bool,
    title: &'a str,
    content: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a DocumentId>,
}

/// A document that has not changed, as JSON.
#[derive(Serialize)]
struct UnmodifiedValue<'a> {
    id: &'a DocumentId,
    etag: &'a EntityTag,
    modified: bool,
}

/// Prints a document.
pub(super) async fn run(arguments: GetArgs) -> Result<Exit, DocsError> {
    let GetArgs { document: id, etag, etag_file, if_none_match, version, raw, options } = arguments;
    let is_json = options.json;
    let client = options.reader()?;
    let unless = if_none_match.map(|tag| tag.0);
    let snapshot = match version {
        Some(version) => Some(read_version(&client, &id, &version).await?),
        None => client.read_document(&id, unless.as_ref()).await?,
    };
    let Some(snapshot) = snapshot else {
        // Only a conditional request gets a 304.
        let Some(tag) = unless else { return Ok(Exit::Success) };
        if is_json {
            output::print_json(&UnmodifiedValue { id: &id, etag: &tag, modified: false })?;
        } else {
            print_message(format_args!("{id} is still {tag}"));
        }
        return Ok(Exit::Success);
    };
    if is_json {
        print_value(&id, &snapshot)?;
    } else {
        print_text(&id, &snapshot, etag, raw, etag_file.is_some())?;
    }
    // A tag without its text would let a script save over a text that it never had.
    etag_file.map_or(Ok(()), |file| etag_file::save(&file, &snapshot.etag))?;
    Ok(Exit::Success)
}

/// Reads the version with that number, and with that tag if one was given.
async fn read_version(client: &Client, id: &DocumentId, version: &WantedVersion) -> Result<Snapshot, DocsError> {
    let snapshot = client.version(id, version.number).await?;
    match &version.tag {
        Some(tag) if !tag.strong_eq(&snapshot.etag) => {
            Err(DocsError::UnknownVersion { document: id.clone(), version: tag.clone() })
        }
        _ => Ok(snapshot),
    }
}

fn print_value(id: &DocumentId, snapshot: &Snapshot) -> Result<(), DocsError> {
    let Snapshot { etag, author, at, document } = snapshot;
    output::print_json(&DocumentValue {
        id,
        etag,
        author: author.as_ref(),
        at: *at,
        modified: true,
        title: &document.title,
        content: &document.content,
        parent: document.parent.as_ref(),
    })
}

fn print_text(
    id: &DocumentId,
    snapshot: &Snapshot,
    with_tag: bool,
    raw: bool,
    is_tag_kept: bool,
) -> Result<(), DocsError> {
    let (etag, content) = (&snapshot.etag, &snapshot.document.content);
    if with_tag {
        output::print([&etag.to_bytes()[..], b"\n"].concat())?;
    } else if !is_tag_kept {
        let author = snapshot.author.as_ref().map_or_else(String::new, |author| format!(" by {author}"));
        print_message(format_args!("{id} is {etag}{author}"));
    }
    if raw || !io::stdout().is_terminal() {
        return output::print(content);
    }
    let visible = visible_lines(content);
    output::print(&visible)?;
    if visible.trim_end_matches('\n') != content.replace("\r\n", "\n").trim_end_matches('\n') {
        print_message("control and invisible characters are shown as marks; --raw prints them as they are");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_named_by_its_number_or_its_tag() {
        let wanted = |text: &str| text.parse::<WantedVersion>();
        assert_eq!(wanted("3"), Ok(WantedVersion { number: 3, tag: None }));
        let tag = Some("\"v3-d4f8c2a1\"".parse().unwrap());
        assert_eq!(wanted("\"v3-d4f8c2a1\""), Ok(WantedVersion { number: 3, tag: tag.clone() }));
        assert_eq!(wanted("v3-d4f8c2a1"), Ok(WantedVersion { number: 3, tag }));
        assert_eq!(wanted("latest"), Err(TagError::Unnumbered));
    }
}
