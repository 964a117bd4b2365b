//! The three mistakes, and which server has which.

/// A mistake of a server, through which updates are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hole {
    /// The tag is compared in one step, and the note is written in another.
    CompareThenWrite,
    /// An `If-Match` with an empty value is taken for a condition that holds.
    EmptyIfMatch,
    /// The tag is the second of the last save.
    WholeSeconds,
}

impl Hole {
    /// All three.
    pub const ALL: [Self; 3] = [Self::CompareThenWrite, Self::EmptyIfMatch, Self::WholeSeconds];
}

/// The letter by which a learner knows a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they are letters")]
pub enum ServerLetter {
    A,
    B,
    C,
}

impl ServerLetter {
    /// All three.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    /// Returns the letter.
    #[must_use]
    pub const fn as_char(self) -> char {
        match self {
            Self::A => 'A',
            Self::B => 'B',
            Self::C => 'C',
        }
    }

    /// Returns the server with this letter, in either case, or `None` if there is none.
    #[must_use]
    pub fn of_char(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|server| server.as_char() == letter.to_ascii_uppercase())
    }
}

/// Which server has which mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShuffledHoles([Hole; 3]);

impl ShuffledHoles {
    /// Returns the order that belongs to a seed, which does not show it.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        let mut holes = Hole::ALL;
        fastrand::Rng::with_seed(seed).shuffle(&mut holes);
        Self(holes)
    }

    /// Returns the mistake of a server.
    #[must_use]
    pub const fn hole_of(self, server: ServerLetter) -> Hole {
        self.0[server as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_seed_has_each_mistake_once() {
        for seed in 0..200 {
            let holes = ShuffledHoles::of_seed(seed);
            assert_eq!(holes, ShuffledHoles::of_seed(seed));
            let found: HashSet<_> = ServerLetter::ALL.map(|server| holes.hole_of(server)).into();
            assert_eq!(found, HashSet::from(Hole::ALL), "{seed}");
        }
    }

    #[test]
    fn letter_and_seed_do_not_give_the_mistake_away() {
        let orders: HashSet<_> = (0..200).map(|seed| ShuffledHoles::of_seed(seed).0).collect();
        assert_eq!(orders.len(), 6, "each order occurs");
    }

    #[test]
    fn letter_is_read_in_either_case() {
        assert_eq!(ServerLetter::of_char('b'), Some(ServerLetter::B));
        assert_eq!(ServerLetter::of_char('C'), Some(ServerLetter::C));
        assert_eq!(ServerLetter::of_char('d'), None);
    }
}
