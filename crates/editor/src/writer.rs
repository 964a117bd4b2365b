//! The author of another version, as named to the user of an editor.
//!
//! Two users, or two programs of one user, may have the same name. A notice that 'Alice saved' would then tell Alice
//! that she did, so such an author is not called by that name.

use std::fmt;

use contract::Author;

/// The author of a version that this editor did not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writer {
    /// The server did not name the author.
    Unknown,
    /// An author with another name than the user's.
    Named(Author),
    /// The user, by another request than this editor's.
    Me,
    /// Another editor under the user's own name.
    Namesake,
    /// More than one author, or one of several: the editor has not received every version.
    Others,
}

impl Writer {
    /// Returns how to name that author to a user called `me`, if only the name is known.
    ///
    /// [`Editor::writer_of`](crate::Editor::writer_of) also knows the user's own versions.
    #[must_use]
    pub fn new(author: Option<&Author>, me: &Author) -> Self {
        match author {
            None => Self::Unknown,
            Some(author) if author == me => Self::Namesake,
            Some(author) => Self::Named(author.clone()),
        }
    }

    /// Returns the verb that goes with the author: 'Bob has', 'you have'.
    #[must_use]
    pub const fn has(&self) -> &'static str {
        match self {
            Self::Me | Self::Others => "have",
            Self::Unknown | Self::Named(_) | Self::Namesake => "has",
        }
    }

    /// Returns the possessive: 'Bob's'.
    #[must_use]
    pub fn possessive(&self) -> String {
        match self {
            Self::Unknown => "another client's".to_owned(),
            Self::Named(author) => format!("{author}'s"),
            Self::Me => "your own".to_owned(),
            Self::Namesake => "another editor's".to_owned(),
            Self::Others => "others'".to_owned(),
        }
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("another client"),
            Self::Named(author) => write!(f, "{author}"),
            Self::Me => f.write_str("you"),
            Self::Namesake => f.write_str("another editor under your name"),
            Self::Others => f.write_str("others"),
        }
    }
}
