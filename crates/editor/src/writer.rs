//! Who wrote a version, as the user of an editor knows them.
//!
//! Two people, or two programs of one person, may go by one name. To say that 'Alice saved' would then tell Alice that
//! she did, so such a writer is not called by the name.

use std::fmt;

use contract::Author;

/// The writer of a version that this editor did not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writer {
    /// The server did not say.
    Unknown,
    /// A writer with a name of their own.
    Named(Author),
    /// Another editor under the user's own name.
    Namesake,
}

impl Writer {
    /// Returns who that author is to a user called `me`.
    #[must_use]
    pub fn new(author: Option<&Author>, me: &Author) -> Self {
        match author {
            None => Self::Unknown,
            Some(author) if author == me => Self::Namesake,
            Some(author) => Self::Named(author.clone()),
        }
    }

    /// Returns the possessive: 'Bob's'.
    #[must_use]
    pub fn possessive(&self) -> String {
        match self {
            Self::Unknown => "somebody's".to_owned(),
            Self::Named(author) => format!("{author}'s"),
            Self::Namesake => "another editor's".to_owned(),
        }
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("somebody"),
            Self::Named(author) => write!(f, "{author}"),
            Self::Namesake => f.write_str("another editor under your name"),
        }
    }
}
