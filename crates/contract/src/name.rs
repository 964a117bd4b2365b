//! Why a text is not a name, of a document or of an author.

use std::fmt;

use thiserror::Error;

/// The most characters that a name has.
pub const MAX_AUTHOR_CHARS: usize = 64;

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// A document's id is 1 to 64 of `a-z 0-9 . _ -`, and begins with a letter or digit.
    #[error("an id is 1 to 64 of a-z 0-9 . _ -, and begins with a letter or digit")]
    Id,
    /// The name of an author is 1 to 64 characters that can be seen.
    #[error(transparent)]
    Author(#[from] AuthorError),
}

/// Why a text is not the name of an author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AuthorError {
    /// It has no character.
    #[error("a name has at least one character")]
    Empty,
    /// It has more than [`MAX_AUTHOR_CHARS`].
    #[error("a name has at most {MAX_AUTHOR_CHARS} characters, and this one has {0}; choose a shorter one")]
    TooLong(usize),
    /// It has a character that is not allowed.
    #[error("character {place} of the name, {}, {why}; leave it out", CodePoint(*character))]
    Character {
        /// The first such character.
        character: char,
        /// Its place, counted from 1.
        place: usize,
        /// Why it is not allowed.
        why: UnfitChar,
    },
    /// A space stands at the beginning, at the end or beside another space.
    #[error("character {0} of the name is a space that does not stand between two visible characters; leave it out")]
    LooseSpace(usize),
    /// The value of a field is not percent-encoded UTF-8.
    #[error("it is not percent-encoded UTF-8; what is not ASCII is written as in Zo%C3%AB, and a percent sign as %25")]
    NotEncoded,
}

/// Why a character cannot be in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnfitChar {
    /// A control character (category Cc) or the end of a line or paragraph (Zl, Zp).
    Control,
    /// It is there to be invisible: a format character (Cf), or one with the property `Default_Ignorable_Code_Point`.
    Invisible,
    /// It looks like a space, and is not U+0020.
    Blank,
    /// It has no meaning that is agreed upon (Co).
    PrivateUse,
    /// Unicode has no such character (Cn).
    Unassigned,
    /// A combining mark (Mn, Mc, Me) at the beginning or after a space.
    LooseMark,
}

impl fmt::Display for UnfitChar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Control => "is a control character",
            Self::Invisible => "cannot be seen",
            Self::Blank => "looks like a space and is another character",
            Self::PrivateUse => "is for private use, so it looks different on every machine",
            Self::Unassigned => "is not assigned in Unicode",
            Self::LooseMark => "is a combining mark without a character before it",
        })
    }
}

/// A character by its number, such as `U+3164`: as itself it might not be seen.
struct CodePoint(char);

impl fmt::Display for CodePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U+{:04X}", u32::from(self.0))
    }
}
