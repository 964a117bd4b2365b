//! `ifmatch docs put`: a text saved as a document, in place of the version that the command names.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use client::{Client, ClientError};
use contract::{Document, DocumentId, EntityTag};
use editor::Guard;
use serde::Serialize;

use super::condition::ConditionOptions;
use super::error::{DocsError, DocsRequest};
use super::options::DocsOptions;
use super::{etag_file, output};
use crate::exit::Exit;
use crate::output::stderr::print_message;

/// The longest text that is read, in bytes. No server that we know of accepts one that long.
const MAX_INPUT_BYTES: u64 = 256 * 1024 * 1024;

/// `ifmatch docs put`
#[derive(Debug, Args)]
#[command(after_help = "\
A save must say what it replaces, so that a script cannot overwrite by accident what it has not read. Without --if-match,
--etag-file, --if-none-match or --unconditional, nothing is sent, and the exit code is 2.

The new tag is printed, and with --etag-file also written to the file, so that the next `put` can follow. The text must
be UTF-8. It is stored byte for byte.

If there is no response (exit code 3), the save may have been applied. The same command may be repeated: with the same
tag and text, the server applies it at most once.

The members of --json: id, etag, created, replayed (an earlier attempt had been applied), overwrote (the tag of a version
that was overwritten unseen, or null).

Examples:
  ifmatch docs put notes notes.txt --if-none-match '*'              create it; a 412 (exit code 12) if it exists
  ifmatch docs put notes notes.txt --etag-file notes.etag           after `get notes --etag-file notes.etag`
  tag=$(date | ifmatch docs put clock --if-match \"$tag\")            the new tag is printed")]
pub(super) struct PutArgs {
    /// The document.
    #[arg(value_name = "DOC")]
    document: DocumentId,

    /// The file with the text; - for standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,

    #[command(flatten)]
    condition: ConditionOptions,

    /// Create the document, only if it does not exist. The only value is '*'.
    #[arg(long, value_name = "*", group = "condition", value_parser = ["*"])]
    if_none_match: Option<String>,

    /// The document's title. [default: the title that it has, or DOC for a new one]
    #[arg(long)]
    title: Option<String>,

    /// The parent document; an empty word for none. [default: the parent that it has]
    #[arg(long, value_name = "DOC")]
    parent: Option<String>,

    #[command(flatten)]
    pub(super) options: DocsOptions,
}

/// An acknowledged save, as JSON.
#[derive(Serialize)]
struct SavedValue<'a> {
    id: &'a DocumentId,
    etag: &'a EntityTag,
    created: bool,
    replayed: bool,
    overwrote: Option<&'a EntityTag>,
}

/// Saves a text, and prints the new tag.
pub(super) async fn run(arguments: PutArgs) -> Result<Exit, DocsError> {
    let PutArgs { document: id, file, condition, if_none_match, title, parent, options } = arguments;
    let guard = match if_none_match {
        Some(_) => Guard::IfNoneMatchAny,
        None => condition.guard()?.ok_or(DocsError::NoCondition(DocsRequest::Put))?,
    };
    let content = read_input(&file)?;
    let is_json = options.json;
    let client = options.writer()?;
    let document = document(&client, &id, &guard, content, title, parent).await?;
    let is_unconditional = guard == Guard::Unconditional;
    let written = client.write_document(&id, document.into(), guard).await;
    let receipt = written.map_err(|error| DocsError::of_write(DocsRequest::Put, &id, error))?;
    let saved = receipt.saved;
    if is_json {
        output::print_json(&SavedValue {
            id: &id,
            etag: &saved.etag,
            created: saved.created,
            replayed: saved.replayed,
            overwrote: saved.overwrote.as_ref(),
        })?;
    } else {
        output::print([&saved.etag.to_bytes()[..], b"\n"].concat())?;
    }
    condition.etag_file.map_or(Ok(()), |file| etag_file::save(&file, &saved.etag))?;
    if receipt.is_altered {
        print_message(format_args!("the server stores another text for {id} than was sent; read it again"));
    }
    match saved.overwrote {
        None => Ok(Exit::Success),
        Some(lost) if is_unconditional => {
            print_message(format_args!("{lost} of {id} was overwritten"));
            Ok(Exit::Success)
        }
        Some(lost) => Err(DocsError::LostUpdate { document: id, lost }),
    }
}

/// Returns the document to save. What the command line does not say stays as it is.
///
/// If the document changes between this read and the write, its tag does too, and the write is refused.
async fn document(
    client: &Client,
    id: &DocumentId,
    guard: &Guard,
    content: String,
    title: Option<String>,
    parent: Option<String>,
) -> Result<Document, DocsError> {
    let is_complete = title.is_some() && parent.is_some();
    let current = if is_complete || *guard == Guard::IfNoneMatchAny {
        None
    } else {
        match client.read_document(id, None).await {
            Ok(snapshot) => snapshot.map(|snapshot| snapshot.document),
            // The server judges the write: it says what became of the document.
            Err(ClientError::Refused(problem)) if matches!(problem.status, 404 | 410) => None,
            Err(error) => return Err(error.into()),
        }
    };
    let (old_title, old_parent) = current.map_or((None, None), |old| (Some(old.title), old.parent));
    let parent = match parent {
        None => old_parent,
        Some(none) if none.is_empty() => None,
        Some(parent) => Some(parent.parse().map_err(DocsError::Parent)?),
    };
    Ok(Document { title: title.or(old_title).unwrap_or_else(|| id.to_string()), content, parent })
}

/// Reads the text from a file, or from standard input.
fn read_input(path: &Path) -> Result<String, DocsError> {
    let is_standard = path == Path::new("-");
    let failed = |source| DocsError::Input { path: path.to_owned(), source };
    let bytes = if is_standard {
        if io::stdin().is_terminal() {
            print_message("reading the text from the terminal; Ctrl-D at the beginning of a line ends it");
        }
        read_at_most(io::stdin().lock(), MAX_INPUT_BYTES)
    } else {
        File::open(path).and_then(|file| read_at_most(file, MAX_INPUT_BYTES))
    };
    String::from_utf8(bytes.map_err(failed)?)
        .map_err(|error| DocsError::NotUtf8 { path: path.to_owned(), position: error.utf8_error().valid_up_to() })
}

fn read_at_most(from: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other(format!("it has more than {limit} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_input_is_refused_at_its_limit() {
        assert_eq!(read_at_most(&b"four"[..], 4).unwrap(), b"four");
        let error = read_at_most(io::repeat(b'y'), 4).unwrap_err();
        assert_eq!(error.to_string(), "it has more than 4 bytes");
    }
}
