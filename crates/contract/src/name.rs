//! Why a text is not a valid document id or author name.

use std::fmt;

use thiserror::Error;

/// The maximum number of characters in an author's name.
pub const MAX_AUTHOR_CHARS: usize = 64;

/// The error of parsing a text that is not a valid name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// A document's id is 1 to 64 characters from `a-z 0-9 . _ -` and begins with a letter or digit.
    #[error("an id is 1 to 64 characters from a-z 0-9 . _ - and begins with a letter or digit")]
    Id,
    /// An author's name is 1 to 64 visible characters.
    #[error(transparent)]
    Author(#[from] AuthorError),
}

/// The error of parsing a text that is not a valid author name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AuthorError {
    /// The name is empty.
    #[error("a name has at least one character")]
    Empty,
    /// The name has more than [`MAX_AUTHOR_CHARS`] characters.
    #[error("a name has at most {MAX_AUTHOR_CHARS} characters, and this one has {0}; choose a shorter one")]
    TooLong(usize),
    /// The name has a character that is not allowed.
    #[error("character {place} of the name, {}, {why}; leave it out", CodePoint(*character))]
    Character {
        /// The first such character.
        character: char,
        /// The character's position, from 1.
        place: usize,
        /// Why the character is not allowed.
        why: UnfitChar,
    },
    /// A space is at the beginning, at the end or next to another space.
    #[error("character {0} of the name is a space that is not between two visible characters; leave it out")]
    LooseSpace(usize),
    /// The value of a header field is not percent-encoded UTF-8.
    #[error("the value is not percent-encoded UTF-8; write Zoë as Zo%C3%AB, and a percent sign as %25")]
    NotEncoded,
}

/// The reason why a character cannot be in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnfitChar {
    /// A control character (category Cc), or a line or paragraph separator (Zl, Zp).
    Control,
    /// An invisible character.
    ///
    /// It is a format character (Cf), or has the property `Default_Ignorable_Code_Point`.
    Invisible,
    /// A character that looks like a space, but is not U+0020.
    Blank,
    /// A private-use character, which has no agreed meaning (Co).
    PrivateUse,
    /// A code point that Unicode has not assigned (Cn).
    Unassigned,
    /// A combining mark (Mn, Mc, Me) at the beginning or after a space.
    LooseMark,
}

impl fmt::Display for UnfitChar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Control => "is a control character",
            Self::Invisible => "cannot be seen",
            Self::Blank => "looks like a space but is another character",
            Self::PrivateUse => "is for private use, so it looks different on every machine",
            Self::Unassigned => "is not assigned in Unicode",
            Self::LooseMark => "is a combining mark without a character before it",
        })
    }
}

/// Writes a character as its code point, such as `U+3164`, since the character itself may be invisible.
struct CodePoint(char);

impl fmt::Display for CodePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U+{:04X}", u32::from(self.0))
    }
}
