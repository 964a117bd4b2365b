//! Entity tags (RFC 9110 section 8.8.3): parsing, writing and comparing one tag.
//!
//! Lists of tags and `*` are values of fields and are in [`tag_list`](crate::tag_list). The content of a tag is up to
//! the store that issues it.

use std::fmt;
use std::str::FromStr;

use crate::reader::Reader;
use crate::syntax::SyntaxError;

/// An entity tag: an opaque name for one version of one representation.
///
/// Examples are `"v5-d4f8c2a1"` and `W/"v5"`.
///
/// A tag is *strong* unless it is marked weak. A strong tag promises that two representations with it are identical,
/// byte by byte; a weak one (`W/`) promises only that they are equivalent to a reader. Which promise is enough depends
/// on the use, so there are two comparisons, [`strong_eq`](Self::strong_eq) and [`weak_eq`](Self::weak_eq).
///
/// `==` is neither of them: it compares the spelling of two tags, for maps and tests.
///
/// The opaque part is bytes, not text. The grammar allows the bytes from 0x80 on (*obs-text*) and does not define their
/// encoding.
///
/// # Examples
///
/// ```
/// use precondition::EntityTag;
///
/// let strong: EntityTag = r#""v5""#.parse()?;
/// let weak: EntityTag = r#"W/"v5""#.parse()?;
/// assert!(strong.weak_eq(&weak));
/// assert!(!strong.strong_eq(&weak));
/// // A weak tag is not strongly equal even to itself: it does not promise that much.
/// assert!(!weak.strong_eq(&weak));
/// # Ok::<(), precondition::SyntaxError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityTag {
    weak: bool,
    opaque: Vec<u8>,
}

/// The expected input after a byte that a tag may not contain, or at an early end.
const EXPECTED_CLOSING_QUOTE: &str = "a visible character, or the double quote that ends the entity tag";

impl EntityTag {
    /// Creates a strong tag from its opaque part, without the quotes. The opaque part may be empty.
    ///
    /// # Errors
    ///
    /// A [`SyntaxError`] with a position in `opaque`, if it contains a byte that is not in the grammar's `etagc`: a
    /// control character, a space, a double quote or 0x7F.
    pub fn strong(opaque: impl AsRef<[u8]>) -> Result<Self, SyntaxError> {
        Self::new(false, opaque.as_ref())
    }

    /// Creates a weak tag from its opaque part, without the quotes. The opaque part may be empty.
    ///
    /// # Errors
    ///
    /// As for [`strong`](Self::strong).
    pub fn weak(opaque: impl AsRef<[u8]>) -> Result<Self, SyntaxError> {
        Self::new(true, opaque.as_ref())
    }

    fn new(weak: bool, opaque: &[u8]) -> Result<Self, SyntaxError> {
        match opaque.iter().position(|&byte| !is_etagc(byte)) {
            None => Ok(Self { weak, opaque: opaque.to_vec() }),
            Some(position) => Err(SyntaxError { position, expected: EXPECTED_CLOSING_QUOTE }),
        }
    }

    /// Parses one tag as it is sent, with its quotes and nothing around it.
    ///
    /// `W` is upper case: the grammar is case-sensitive, and `w/"x"` is an error.
    ///
    /// # Errors
    ///
    /// A [`SyntaxError`] that names the first bad byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, SyntaxError> {
        let mut reader = Reader::new(bytes);
        let (weak, opaque) = read_tag(&mut reader, is_etagc)?;
        if reader.is_at_end() {
            Ok(Self { weak, opaque: opaque.to_vec() })
        } else {
            Err(reader.expected("the end, after the double quote that ends the entity tag"))
        }
    }

    /// Returns whether the tag is marked as weak.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.weak
    }

    /// Returns the tag without the mark `W/`.
    #[must_use]
    pub fn to_strong(&self) -> Self {
        Self { weak: false, opaque: self.opaque.clone() }
    }

    /// Returns the bytes between the quotes. Only the server that issued the tag can interpret them.
    #[must_use]
    pub fn opaque(&self) -> &[u8] {
        &self.opaque
    }

    /// Compares strongly (RFC 9110 section 8.8.3.2): equal opaque parts, and neither tag is weak.
    ///
    /// `If-Match` compares this way, since a write has to be sure.
    #[must_use]
    pub fn strong_eq(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Compares weakly (RFC 9110 section 8.8.3.2): equal opaque parts, whether weak or not.
    ///
    /// `If-None-Match` compares this way, since an equivalent copy in a cache is good enough.
    #[must_use]
    pub fn weak_eq(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }

    /// Returns the tag exactly as it is sent.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.opaque.len() + if self.weak { 4 } else { 2 });
        if self.weak {
            bytes.extend_from_slice(b"W/");
        }
        bytes.push(b'"');
        bytes.extend_from_slice(&self.opaque);
        bytes.push(b'"');
        bytes
    }
}

/// Reads a tag at the reader's position.
///
/// It is an optional `W/`, and bytes that `kind` accepts between two double quotes.
pub(crate) fn read_tag<'a>(reader: &mut Reader<'a>, kind: fn(u8) -> bool) -> Result<(bool, &'a [u8]), SyntaxError> {
    let weak = reader.take(b"W");
    if weak && !reader.take(b"/") {
        return Err(reader.expected("the slash of a weak entity tag, as in W/\"x\""));
    }
    if !reader.take(b"\"") {
        return Err(reader.expected("an entity tag in double quotes, as in \"x\" or W/\"x\""));
    }
    let opaque = reader.take_while(kind);
    if reader.take(b"\"") { Ok((weak, opaque)) } else { Err(reader.expected(EXPECTED_CLOSING_QUOTE)) }
}

/// Returns whether a byte is in the grammar's `etagc`.
///
/// These are visible ASCII except the double quote, and obs-text.
pub(crate) const fn is_etagc(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x7E | 0x80..=0xFF)
}

impl fmt::Display for EntityTag {
    /// Writes the tag as it is sent, except that bytes that are not UTF-8 are escaped as `\xE9`.
    ///
    /// [`EntityTag::to_bytes`] returns them unchanged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(opaque) = str::from_utf8(&self.opaque) else { return f.write_str(&to_text(self.to_bytes())) };
        f.write_str(if self.weak { "W/\"" } else { "\"" })?;
        f.write_str(opaque)?;
        f.write_str("\"")
    }
}

/// Converts bytes to text; bytes that are not UTF-8 are escaped as `\xE9`.
///
/// The escapes keep different tags different.
///
/// Most values are UTF-8 and are not copied.
pub(crate) fn to_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|no_text| {
        let mut text = String::new();
        for chunk in no_text.as_bytes().utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
        }
        text
    })
}

impl FromStr for EntityTag {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(text.as_bytes())
    }
}

#[cfg(feature = "serde")]
mod json {
    //! In JSON, a tag is a string that includes the quotes: `"\"v5-d4f8c2a1\""`.

    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::EntityTag;

    impl Serialize for EntityTag {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for EntityTag {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for EntityTag {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EntityTag".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "An entity tag as in `ETag` and `If-Match`, including the quotes (RFC 9110 section 8.8.3).",
            "pattern": "^(W/)?\"[^\"\\s]*\"$",
            "examples": ["\"v5-d4f8c2a1\""],
        })
    }
}
