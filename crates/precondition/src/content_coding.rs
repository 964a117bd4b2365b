//! The mark of a content coding at the end of an entity tag, such as `"v5-gzip"`: who puts it there, and how it is
//! known.
//!
//! A compressed representation is another one than the plain, and needs another strong tag (RFC 9110 section 8.8.3.3).
//! So a proxy that compresses and does its duty makes up a tag of its own. Only, the server that is asked to compare
//! never saw that tag, and `If-Match` with it is false for ever.

use crate::tag::EntityTag;

/// What stands between a tag and the mark. The longer one first, or it would be taken for the shorter.
const SEPARATORS: [&[u8]; 5] = [b"--", b"-", b";", b":", b"+"];

/// The content codings that proxies apply, as they spell them in tags.
const CODINGS: [&str; 7] = ["gzip", "gz", "deflate", "df", "br", "zstd", "compress"];

/// The content coding whose mark stands at the end of a tag. None where there is none, or nothing before it.
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
        before
            .is_some_and(|before| SEPARATORS.iter().any(|joint| before.len() > joint.len() && before.ends_with(joint)))
    })
}

/// Whether one opaque part is the other with the mark of a content coding at its end.
pub(crate) fn has_coding_suffix(sent: &[u8], current: &[u8]) -> bool {
    let Some(suffix) = sent.strip_prefix(current) else { return false };
    let coding = SEPARATORS.into_iter().find_map(|joint| suffix.strip_prefix(joint));
    coding.is_some_and(|coding| CODINGS.iter().any(|known| known.as_bytes() == coding))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_a_coding_behind_a_joint_behind_something() {
        let of = |tag: &str| coding_suffix(&format!("\"{tag}\"").parse().unwrap());
        for (tag, coding) in [("v5-gzip", "gzip"), ("v5--gzip", "gzip"), ("v5;br", "br"), ("v5+zstd", "zstd")] {
            assert_eq!(of(tag), Some(coding), "{tag}");
        }
        for tag in ["v5", "gzip", "-gzip", "v5gzip", "v5-gzipped", "v5-GZIP", ""] {
            assert_eq!(of(tag), None, "{tag}");
        }
    }

    #[test]
    fn each_coding_is_known_behind_each_joint() {
        for coding in ["gzip", "gz", "deflate", "df", "br", "zstd", "compress"] {
            for joint in ["--", "-", ";", ":", "+"] {
                let marked = format!("v5{joint}{coding}");
                assert_eq!(coding_suffix(&format!("\"{marked}\"").parse().unwrap()), Some(coding), "{marked}");
                assert!(has_coding_suffix(marked.as_bytes(), b"v5"), "{marked}");
                assert!(!has_coding_suffix(marked.as_bytes(), b"v6") && !has_coding_suffix(b"v5", b"v5"), "{marked}");
            }
        }
    }
}
