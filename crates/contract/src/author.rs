//! The name of an author, and the characters that it may have.
//!
//! A name is shown on screens that several people look at, and decides whose work was overwritten. So every character
//! of it can be seen, and two names that look different are different. What is *not* here: whether somebody may use the
//! name. The categories of characters come from the Unicode Character Database, by way of `icu_properties`.

use std::fmt;
use std::str::FromStr;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::name::{AuthorError, MAX_AUTHOR_CHARS, NameError, UnfitChar};

/// The name of an author: 1 to 64 characters that can be seen, and single spaces between them.
///
/// In a field of a message it is percent-encoded UTF-8, because only ASCII is safe in a field value.
///
/// Whoever gives a name is held to the rule, by [`FromStr`] or [`Author::from_field`]. A name that is only reported is
/// not: in JSON, and from an older store, it is [repaired](Author::from_repaired). A list must not become unreadable by
/// one name that was allowed when it was written, or that a newer Unicode allows.
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
    description = "The name of an author: 1 to 64 characters that can be seen, and single spaces between them. In a field \
                   of a message it is percent-encoded UTF-8."
)]
pub struct Author(String);

/// What is percent-encoded in `Ifmatch-Author`: all but visible ASCII, and `%` itself.
const PERCENT_ENCODE_SET: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

/// What stands in a repaired name for a character that is not allowed.
const REPLACEMENT: char = '\u{fffd}';

impl Author {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of an `Ifmatch-Author` field.
    #[must_use]
    pub fn to_field(&self) -> String {
        utf8_percent_encode(&self.0, PERCENT_ENCODE_SET).to_string()
    }

    /// Reads the value of an `Ifmatch-Author` field of a request.
    ///
    /// Only what is encoded as it should be is read: guessing what a broken escape was meant to be, or in which charset
    /// a byte was sent, would put a name into the history that nobody has. A bare space is clear enough.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the first character that is, or that the value is not encoded.
    pub fn from_field(value: &[u8]) -> Result<Self, AuthorError> {
        let text = decode_field(value).ok_or(AuthorError::NotEncoded)?;
        check(&text)?;
        Ok(Self(text))
    }

    /// Reads the value of an `Ifmatch-Author` field of a response: a name that a server reports is
    /// [repaired](Self::from_repaired). `None` if the value is not percent-encoded UTF-8.
    #[must_use]
    pub fn from_reported(value: &[u8]) -> Option<Self> {
        decode_field(value).map(|text| Self::from_repaired(&text))
    }

    /// The name that is nearest to a text: each character that a name may not have becomes U+FFFD, and what is longer
    /// than a name is cut.
    #[must_use]
    pub fn from_repaired(text: &str) -> Self {
        if check(text).is_ok() {
            return Self(text.to_owned());
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
        Self(name)
    }
}

/// A field value as text; `None` if it is not percent-encoded UTF-8.
fn decode_field(value: &[u8]) -> Option<String> {
    if !value.is_ascii() || !has_whole_escapes(value) {
        return None;
    }
    percent_decode(value).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// Whether two hex digits follow each percent sign (RFC 3986 section 2.1).
fn has_whole_escapes(value: &[u8]) -> bool {
    let mut after_signs = value.split(|&byte| byte == b'%').skip(1);
    after_signs.all(|after| after.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// What stands before a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PreviousChar {
    Nothing,
    Space,
    Visible,
}

/// Checks all characters of a name, from the first on.
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

/// Why a character other than the space cannot be in a name; `None` if it can.
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

/// Whether a letter or symbol is drawn as nothing. No property of Unicode says so: these are named 'blank' or 'null'.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{13441}' | '\u{13442}' | '\u{1d159}')
}

impl TryFrom<String> for Author {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        check(&text)?;
        Ok(Self(text))
    }
}

impl FromStr for Author {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::try_from(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Author {
    /// Reads a name that is reported, and repairs it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::from_repaired(&text))
    }
}

impl From<Author> for String {
    fn from(author: Author) -> Self {
        author.0
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
