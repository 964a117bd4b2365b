//! Entity tags (RFC 9110 section 8.8.3): one tag, how it is read, written and compared.
//!
//! What is *not* here: lists of tags and `*`, which are values of fields and stand in [`tag_list`](crate::tag_list);
//! and what a tag is made of, which is for whoever stores the versions to decide.

use std::fmt;
use std::str::FromStr;

use crate::reader::Reader;
use crate::syntax::SyntaxError;

/// An entity tag: an opaque name for one version of one representation, such as `"v5-d4f8c2a1"` or `W/"v5"`.
///
/// A tag is *strong* unless it is marked weak. A strong tag promises that two representations with it are the same,
/// byte by byte; a weak one (`W/`) promises only that they are worth the same to a reader. Which promise is enough
/// depends on the use, so there are two comparisons, [`strong_eq`](Self::strong_eq) and [`weak_eq`](Self::weak_eq).
///
/// `==` is neither of them: it asks whether two tags are spelled the same, and serves maps and tests.
///
/// The opaque part is bytes, not text. The grammar allows the bytes from 0x80 on (*obs-text*), and nothing says which
/// encoding they are in, if they are in any.
///
/// ```
/// use precondition::EntityTag;
///
/// let strong: EntityTag = r#""v5""#.parse()?;
/// let weak: EntityTag = r#"W/"v5""#.parse()?;
/// assert!(strong.weak_eq(&weak));
/// assert!(!strong.strong_eq(&weak));
/// // A weak tag is not even strongly equal to itself: it does not promise that much.
/// assert!(!weak.strong_eq(&weak));
/// # Ok::<(), precondition::SyntaxError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityTag {
    weak: bool,
    opaque: Vec<u8>,
}

/// What to say where a tag goes on with a byte that it may not hold, or breaks off.
const EXPECTED_CLOSING_QUOTE: &str = "a visible character, or the double quote that ends the entity tag";

impl EntityTag {
    /// A strong tag with this opaque part, which is given without its quotes.
    ///
    /// It may be empty. A byte outside of the grammar's `etagc` (a control character, a space, a double quote, 0x7F)
    /// is an error, with its position in `opaque`.
    pub fn strong(opaque: impl AsRef<[u8]>) -> Result<Self, SyntaxError> {
        Self::new(false, opaque.as_ref())
    }

    /// A weak tag with this opaque part, under the same conditions as [`strong`](Self::strong).
    pub fn weak(opaque: impl AsRef<[u8]>) -> Result<Self, SyntaxError> {
        Self::new(true, opaque.as_ref())
    }

    fn new(weak: bool, opaque: &[u8]) -> Result<Self, SyntaxError> {
        match opaque.iter().position(|&byte| !is_etagc(byte)) {
            None => Ok(Self { weak, opaque: opaque.to_vec() }),
            Some(position) => Err(SyntaxError { position, expected: EXPECTED_CLOSING_QUOTE }),
        }
    }

    /// Reads one tag as it stands on the wire, with its quotes, and with nothing around it.
    ///
    /// `W` is an upper-case letter: the grammar is case-sensitive, and `w/"x"` is an error.
    pub fn parse(bytes: &[u8]) -> Result<Self, SyntaxError> {
        let mut reader = Reader::new(bytes);
        let (weak, opaque) = read_tag(&mut reader, is_etagc)?;
        if reader.is_at_end() {
            Ok(Self { weak, opaque: opaque.to_vec() })
        } else {
            Err(reader.expected("the end, after the double quote that ends the entity tag"))
        }
    }

    /// Whether the tag is marked as weak.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.weak
    }

    /// The same tag without the mark.
    #[must_use]
    pub fn to_strong(&self) -> Self {
        Self { weak: false, opaque: self.opaque.clone() }
    }

    /// The bytes between the quotes. They mean nothing to anybody but the server that made them.
    #[must_use]
    pub fn opaque(&self) -> &[u8] {
        &self.opaque
    }

    /// Strong comparison (RFC 9110 section 8.8.3.2): the opaque parts are the same, and neither tag is weak.
    ///
    /// `If-Match` compares this way, since a write has to be sure.
    #[must_use]
    pub fn strong_eq(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Weak comparison (RFC 9110 section 8.8.3.2): the opaque parts are the same, weak or not.
    ///
    /// `If-None-Match` compares this way, since a cached copy may be served when it is as good as the current one.
    #[must_use]
    pub fn weak_eq(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }

    /// The tag exactly as it stands on the wire.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mark: &[u8] = if self.weak { b"W/" } else { b"" };
        [mark, b"\"", &self.opaque, b"\""].concat()
    }
}

/// Reads what begins where the reader stands: `W/` or not, and the bytes of that kind between two double quotes.
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

/// Whether a byte may stand between the quotes (the grammar's `etagc`): visible ASCII without the double quote, and
/// obs-text.
pub(crate) const fn is_etagc(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x7E | 0x80..=0xFF)
}

impl fmt::Display for EntityTag {
    /// The tag as it stands on the wire; bytes that are no UTF-8 are written by their number, `\xE9`.
    /// [`EntityTag::to_bytes`] has them as they are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_text(self.to_bytes()))
    }
}

/// What came as bytes, as text: those that are no UTF-8 are written by their number, `\xE9`, so that they can be told
/// apart. It mostly is text, and then nothing is copied.
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
    //! A tag in JSON is a string, quotes and all: `"\"v5-d4f8c2a1\""`.

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
            "description": "An entity tag as it stands in `ETag` and in `If-Match`, quotes and all (RFC 9110 section 8.8.3).",
            "pattern": "^(W/)?\"[^\"\\s]*\"$",
            "examples": ["\"v5-d4f8c2a1\""],
        })
    }
}
