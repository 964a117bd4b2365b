//! The condition of a write: the options that name the version that it replaces.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use contract::EntityTag;
use editor::Guard;
use thiserror::Error;

use super::error::DocsError;
use super::etag_file;

/// How a write names the version that it replaces. Exactly one option is given.
#[derive(Debug, Args)]
pub(super) struct ConditionOptions {
    /// Write only if this is still the document's tag, as `get` and `put` print it. Quotes may be left out.
    #[arg(long, value_name = "ETAG", group = "condition")]
    pub(super) if_match: Option<WriteTag>,

    /// Like --if-match, with the tag in this file. `get` writes the tag that it read to it, `put` the new one.
    #[arg(long, value_name = "FILE")]
    pub(super) etag_file: Option<PathBuf>,

    /// Write without a precondition, whatever other users have saved. A careful server refuses this with a 428.
    #[arg(long, conflicts_with = "etag_file", group = "condition")]
    pub(super) unconditional: bool,
}

/// The error of a text that is not a valid tag for a condition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum TagError {
    /// Every version matches the star.
    #[error("'*' names no version, so it protects no version; use the tag that `ifmatch docs get` returned")]
    Wildcard,
    /// The tag has no version number in it.
    #[error("not a version: a version is a number, such as 5, or a tag, such as \"v5-d4f8c2a1\"")]
    Unnumbered,
    /// There is no text.
    #[error("the tag is empty; did an earlier command of the script fail?")]
    Empty,
    /// The text is not an entity tag.
    #[error("not an entity tag: {0}; a tag looks like \"v5-d4f8c2a1\"")]
    Syntax(String),
}

/// A tag on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WriteTag(pub(super) EntityTag);

impl FromStr for WriteTag {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, TagError> {
        parse_tag(text).map(Self)
    }
}

/// Parses an entity tag, with or without its quotes.
pub(super) fn parse_tag(text: &str) -> Result<EntityTag, TagError> {
    if text == "*" {
        return Err(TagError::Wildcard);
    }
    if text.is_empty() {
        // An empty variable of a script. The tag `""` exists, but no server of ours issues it.
        return Err(TagError::Empty);
    }
    // A shell removes quotes that are not quoted themselves. What remains has only one meaning.
    let parsed = if text.starts_with('"') || text.starts_with("W/") {
        EntityTag::parse(text.as_bytes())
    } else {
        EntityTag::strong(text)
    };
    parsed.map_err(|error| TagError::Syntax(error.to_string()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_is_read_with_and_without_quotes() {
        let tag: EntityTag = "\"v5-d4f8c2a1\"".parse().unwrap();
        assert_eq!(parse_tag("\"v5-d4f8c2a1\""), Ok(tag.clone()));
        assert_eq!(parse_tag("v5-d4f8c2a1"), Ok(tag.clone()));
        assert!(parse_tag("W/\"v5-d4f8c2a1\"").unwrap().is_weak());
        assert_eq!(parse_tag("*"), Err(TagError::Wildcard));
        assert_eq!(parse_tag(""), Err(TagError::Empty));
        for wrong in ["\"v5", "v5\"", "v 5\n"] {
            assert!(matches!(parse_tag(wrong), Err(TagError::Syntax(_))), "{wrong:?}");
        }
    }
}
