//! Who is who: each author has a glyph and a colour, the same wherever the name appears.

use contract::{Author, EntityTag};

/// The people met so far, in the order in which they were met. On the stage these are Alice and Bob, then whoever
/// else turns up; for an editor by itself, I am the first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People(Vec<Author>);

impl People {
    /// People who are known from the start.
    #[must_use]
    pub fn new(known: Vec<Author>) -> Self {
        Self(known)
    }

    /// Takes somebody in, once.
    pub fn meet(&mut self, author: &Author) {
        if !self.0.contains(author) {
            self.0.push(author.clone());
        }
    }

    /// The person's number, as [`crate::theme::Theme::person`] wants it; strangers share the last.
    #[must_use]
    pub fn index(&self, author: &Author) -> usize {
        self.0.iter().position(|known| known == author).unwrap_or(usize::MAX)
    }
}

/// One side of a merge: who it is, and which version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Whose text it is, none where the server did not say.
    pub author: Option<Author>,
    /// The person's number, for glyph and colour.
    pub person: usize,
    /// The version's tag; none for a text that is not saved.
    pub etag: Option<EntityTag>,
}

/// The sides of a merge, by name: the merge view never says 'ours', 'local' or 'remote'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// Me; my text has no tag yet.
    pub mine: Side,
    /// The author of the newer version.
    pub theirs: Side,
    /// The tag of the version that both started from, none where there was none.
    pub base: Option<EntityTag>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_keeps_the_number_they_were_met_with() {
        let author = |name: &str| name.parse::<Author>().unwrap();
        let mut people = People::new(vec![author("Alice"), author("Bob")]);
        people.meet(&author("Carol"));
        people.meet(&author("Bob"));
        assert_eq!(people.index(&author("Bob")), 1);
        assert_eq!(people.index(&author("Carol")), 2);
        assert_eq!(people.index(&author("Mallory")), usize::MAX);
    }
}
