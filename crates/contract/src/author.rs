//! The name of an author, and the characters that it may contain.
//!
//! A name is shown on screens that several people look at, and tells whose work was overwritten. So every character of
//! it is visible, and two names that look different are different. Whether a client may use the name is decided by the
//! server. The categories of characters come from the Unicode Character Database, through `icu_properties`.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::name::{AuthorError, MAX_AUTHOR_CHARS, NameError, UnfitChar};

/// The name of an author: 1 to 64 visible characters, with single spaces between them.
///
/// In a header field it is percent-encoded UTF-8, because only ASCII is safe in a field value. Clones share the text.
///
/// A name that a user or a client supplies is validated, by [`FromStr`] or [`Author::from_field`]. A name that is only
/// reported, in JSON or by an older store, is [repaired](Author::from_repaired) instead: one name that was allowed when
/// it was written, or that a newer Unicode allows, must not make a whole list unreadable.
///
/// # Examples
///
/// ```
/// use contract::Author;
/// assert_eq!("Zoë Q".parse::<Author>()?.to_field(), "Zo%C3%AB%20Q");
/// assert!("\u{3164}".parse::<Author>().is_err());
/// # Ok::<(), contract::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(into = "String")]
#[schemars(
    extend("minLength" = 1, "maxLength" = 64),
    description = "The name of an author: 1 to 64 visible characters, with single spaces between them. In a header field \
                   it is percent-encoded UTF-8."
)]
pub struct Author(#[schemars(with = "String")] Arc<str>);

/// The name of the author of a request that names none.
///
/// Versions, the list of participants and all screens use it.
pub const ANONYMOUS: &str = "anonymous";

/// The bytes that are percent-encoded in `Ifmatch-Author`: all but visible ASCII, and `%` itself.
const PERCENT_ENCODE_SET: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

/// The replacement in a repaired name for a character that is not allowed.
const REPLACEMENT: char = '\u{fffd}';

impl Author {
    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form in which the names in a room are compared.
    ///
    /// Names that differ only in case are the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use contract::Author;
    /// assert_eq!("Zoë Q".parse::<Author>()?.folded(), "ZOË q".parse::<Author>()?.folded());
    /// # Ok::<(), contract::NameError>(())
    /// ```
    #[must_use]
    pub fn folded(&self) -> String {
        self.as_str().to_lowercase()
    }

    /// Returns the value of an `Ifmatch-Author` field.
    #[must_use]
    pub fn to_field(&self) -> String {
        Cow::from(utf8_percent_encode(&self.0, PERCENT_ENCODE_SET)).into_owned()
    }

    /// Parses the value of an `Ifmatch-Author` field of a request.
    ///
    /// Broken encodings are refused, not guessed: a guess at a broken escape or at an unknown charset would put a name
    /// into the history that no author has. A space that is not encoded is accepted, since it is unambiguous.
    ///
    /// # Errors
    ///
    /// An [`AuthorError`] about the first character that is not allowed, about the number of characters, or about the
    /// encoding.
    pub fn from_field(value: &[u8]) -> Result<Self, AuthorError> {
        let text = decode_field(value).ok_or(AuthorError::NotEncoded)?;
        check(&text)?;
        Ok(Self(text.into()))
    }

    /// Parses the value of an `Ifmatch-Author` field of a response; `None` if it is not encoded correctly.
    ///
    /// The name that the server reports is [repaired](Self::from_repaired).
    #[must_use]
    pub fn from_reported(value: &[u8]) -> Option<Self> {
        decode_field(value).map(|text| Self::from_repaired(&text))
    }

    /// Returns the valid name nearest to a text.
    ///
    /// Each character that is not allowed becomes U+FFFD, and a text that is too long is truncated.
    #[must_use]
    pub fn from_repaired(text: &str) -> Self {
        if check(text).is_ok() {
            return Self(text.into());
        }
        let mut name = String::new();
        let mut before = PreviousChar::Nothing;
        let mut rest = text.chars().take(MAX_AUTHOR_CHARS).peekable();
        while let Some(c) = rest.next() {
            let next_is_space = rest.peek().is_none_or(|next| *next == ' ');
            let fits = if c == ' ' {
                before == PreviousChar::Visible && !next_is_space
            } else {
                why_unfit(c, before).is_none()
            };
            before = if fits && c == ' ' { PreviousChar::Space } else { PreviousChar::Visible };
            name.push(if fits { c } else { REPLACEMENT });
        }
        if name.is_empty() {
            name.push(REPLACEMENT);
        }
        Self(name.into())
    }
}

/// Decodes a field value; returns `None` if it is not percent-encoded UTF-8.
fn decode_field(value: &[u8]) -> Option<String> {
    if !value.is_ascii() || !has_whole_escapes(value) {
        return None;
    }
    percent_decode(value).decode_utf8().ok().map(Cow::into_owned)
}

/// Returns whether two hex digits follow each percent sign (RFC 3986 section 2.1).
fn has_whole_escapes(value: &[u8]) -> bool {
    let mut after_signs = value.split(|&byte| byte == b'%').skip(1);
    after_signs.all(|after| after.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// The kind of the preceding character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PreviousChar {
    Nothing,
    Space,
    Visible,
}

/// Checks the length of a name and all of its characters, from the first on.
fn check(text: &str) -> Result<(), AuthorError> {
    let count = text.chars().count();
    match count {
        0 => return Err(AuthorError::Empty),
        1..=MAX_AUTHOR_CHARS => {}
        _ => return Err(AuthorError::TooLong(count)),
    }
    let mut before = PreviousChar::Nothing;
    for (place, character) in (1..).zip(text.chars()) {
        if character == ' ' {
            if before != PreviousChar::Visible || place == count {
                return Err(AuthorError::LooseSpace(place));
            }
            before = PreviousChar::Space;
            continue;
        }
        if let Some(why) = why_unfit(character, before) {
            return Err(AuthorError::Character { character, place, why });
        }
        before = PreviousChar::Visible;
    }
    Ok(())
}

/// Returns why a character other than the space cannot be in a name; `None` if it can.
fn why_unfit(c: char, before: PreviousChar) -> Option<UnfitChar> {
    use GeneralCategory as Category;
    if c.is_ascii_graphic() {
        return None;
    }
    let category = CodePointMapData::<Category>::new().get(c);
    match category {
        Category::Control | Category::LineSeparator | Category::ParagraphSeparator => Some(UnfitChar::Control),
        Category::Unassigned => Some(UnfitChar::Unassigned),
        Category::PrivateUse | Category::Surrogate => Some(UnfitChar::PrivateUse),
        Category::Format => Some(UnfitChar::Invisible),
        _ if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) => Some(UnfitChar::Invisible),
        _ if category == Category::SpaceSeparator || is_blank(c) => Some(UnfitChar::Blank),
        Category::NonspacingMark | Category::SpacingMark | Category::EnclosingMark
            if before != PreviousChar::Visible =>
        {
            Some(UnfitChar::LooseMark)
        }
        _ => None,
    }
}

/// Returns whether a letter or symbol has an empty glyph.
///
/// No Unicode property says so: their names say 'blank' or 'null'.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{13441}' | '\u{13442}' | '\u{1d159}')
}

impl TryFrom<String> for Author {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        Self::from_str(&text)
    }
}

impl From<IpAddr> for Author {
    /// Returns an address as a name. Each of its characters is allowed.
    fn from(address: IpAddr) -> Self {
        Self(address.to_string().into())
    }
}

impl FromStr for Author {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        check(text)?;
        Ok(Self(text.into()))
    }
}

impl<'de> Deserialize<'de> for Author {
    /// Repairs the name: it is only reported, not supplied.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::from_repaired(&text))
    }
}

/// Deserializes a name that a client supplies: it is validated, not repaired.
pub(crate) fn strict<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Author, D::Error> {
    Author::try_from(String::deserialize(deserializer)?).map_err(D::Error::custom)
}

impl From<Author> for String {
    fn from(author: Author) -> Self {
        author.0.to_string()
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
