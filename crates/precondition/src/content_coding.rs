//! The suffix of a content coding on an entity tag, such as `"v5-gzip"`.
//!
//! A compressed representation differs from the plain one, so it needs a different strong tag (RFC 9110 section
//! 8.8.3.3). A proxy that compresses correctly therefore makes up a tag of its own. But the server that has to compare
//! that tag has never issued it, so `If-Match` with it is always false.

use crate::tag::EntityTag;

/// Separators between a tag and the suffix. `--` precedes `-`, which would match its first byte.
const SEPARATORS: [&[u8]; 5] = [b"--", b"-", b";", b":", b"+"];

/// The content codings that proxies apply, as they spell them in tags.
const CODINGS: [&str; 7] = ["gzip", "gz", "deflate", "df", "br", "zstd", "compress"];

/// Returns the content coding of a tag's suffix, or `None` if there is no suffix or nothing before it.
///
/// # Examples
///
/// ```
/// use precondition::content_coding::coding_suffix;
///
/// assert_eq!(coding_suffix(&r#""v5-d4f8c2a1-gzip""#.parse()?), Some("gzip"));
/// assert_eq!(coding_suffix(&r#""v5-d4f8c2a1""#.parse()?), None);
/// # Ok::<(), precondition::SyntaxError>(())
/// ```
#[must_use]
pub fn coding_suffix(tag: &EntityTag) -> Option<&'static str> {
    CODINGS.into_iter().find(|coding| {
        let before = tag.opaque().strip_suffix(coding.as_bytes());
        before.is_some_and(|before| {
            SEPARATORS.iter().any(|separator| before.len() > separator.len() && before.ends_with(separator))
        })
    })
}

/// Returns whether `sent` is `current` followed by the suffix of a content coding.
pub(crate) fn has_coding_suffix(sent: &[u8], current: &[u8]) -> bool {
    let Some(suffix) = sent.strip_prefix(current) else { return false };
    let coding = SEPARATORS.into_iter().find_map(|separator| suffix.strip_prefix(separator));
    coding.is_some_and(|coding| CODINGS.iter().any(|known| known.as_bytes() == coding))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffix_is_a_separator_and_a_coding_after_some_text() {
        let of = |tag: &str| coding_suffix(&format!("\"{tag}\"").parse().unwrap());
        for (tag, coding) in [("v5-gzip", "gzip"), ("v5--gzip", "gzip"), ("v5;br", "br"), ("v5+zstd", "zstd")] {
            assert_eq!(of(tag), Some(coding), "{tag}");
        }
        for tag in ["v5", "gzip", "-gzip", "v5gzip", "v5-gzipped", "v5-GZIP", ""] {
            assert_eq!(of(tag), None, "{tag}");
        }
    }

    #[test]
    fn every_coding_is_recognised_after_every_separator() {
        for coding in ["gzip", "gz", "deflate", "df", "br", "zstd", "compress"] {
            for separator in ["--", "-", ";", ":", "+"] {
                let marked = format!("v5{separator}{coding}");
                assert_eq!(coding_suffix(&format!("\"{marked}\"").parse().unwrap()), Some(coding), "{marked}");
                assert!(has_coding_suffix(marked.as_bytes(), b"v5"), "{marked}");
                assert!(!has_coding_suffix(marked.as_bytes(), b"v6") && !has_coding_suffix(b"v5", b"v5"), "{marked}");
            }
        }
    }
}
