//! A tag on the command line, with or without its quotes.

use std::str::FromStr;

use contract::EntityTag;
use thiserror::Error;

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
