//! A file with the tag of a document: `--etag-file`.
//!
//! `get` writes it, `put` sends its tag as `If-Match` and replaces it with the new one, and `rm` sends its tag. So a
//! script passes the tag on without ever quoting it.

use std::fs;
use std::path::Path;

use contract::EntityTag;
use files::{ExpectedContent, write};

use super::error::DocsError;
use super::tag::parse_tag;

/// Returns the tag in a file.
pub(super) fn read(path: &Path) -> Result<EntityTag, DocsError> {
    let text = fs::read_to_string(path).map_err(|source| DocsError::ReadEtagFile { path: path.to_owned(), source })?;
    parse_tag(text.trim_end_matches(['\r', '\n']))
        .map_err(|error| DocsError::EtagFile { path: path.to_owned(), why: error.to_string() })
}

/// Writes a tag to a file.
pub(super) fn save(path: &Path, etag: &EntityTag) -> Result<(), DocsError> {
    let line = [&etag.to_bytes()[..], b"\n"].concat();
    write(path, &line, ExpectedContent::Anything, None)
        .map_err(|source| DocsError::WriteEtagFile { path: path.to_owned(), source })
}
