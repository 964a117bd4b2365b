//! Lines become numbers: equal numbers, equal lines, across all three texts.
//!
//! From here on a line costs four bytes and is compared at once, however long it is. Most lines of a side stand behind
//! the line that they stand behind in the base, too. So before a line is hashed, it is compared with the one that is
//! expected; a hash is needed only where somebody edited.

use crate::text::{Ending, Line, Text};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// The lines of the three texts as numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) base: Vec<u32>,
    pub(crate) mine: Vec<u32>,
    pub(crate) theirs: Vec<u32>,
}

/// What makes a line the line it is: its content, and its ending where endings are mixed.
type Identity<'a> = (&'a [u8], Option<Ending>);

/// Gives equal lines equal numbers, across all texts that it reads.
///
/// The hasher is seeded anew in each process, so nobody can write a text whose lines all fall into one place.
pub(crate) struct Interner<'a> {
    hasher: RandomState,
    /// Numbers, by the hash of their line.
    table: HashTable<u32>,
    /// By number: the line, and its hash, so that no line is read again when the table grows.
    known: Vec<(Identity<'a>, u64)>,
    /// Whether a line is its content alone.
    uniform: bool,
}

impl<'a> Interner<'a> {
    pub(crate) fn new(uniform: bool) -> Self {
        Self { hasher: RandomState::default(), table: HashTable::new(), known: Vec::new(), uniform }
    }

    /// The numbers of a whole text, and what is needed to expect its lines in another.
    pub(crate) fn read_base(&mut self, base: &'a Text, missing: Ending) -> Expected<'a> {
        self.table.reserve(base.len(), |number| self.known[*number as usize].1);
        self.known.reserve(base.len());
        let mut expected = Expected { base, missing, numbers: Vec::with_capacity(base.len()), first: Vec::new() };
        for (at, line) in base.all().enumerate() {
            let (number, new) = self.number(self.identity(line, missing));
            expected.numbers.push(number);
            if new {
                expected.first.push(at);
            }
        }
        expected
    }

    /// The numbers of a text that has most of its lines from the base.
    pub(crate) fn read_side(&mut self, side: &'a Text, missing: Ending, base: &Expected<'a>) -> Vec<u32> {
        let mut next = 0;
        let mut numbers = Vec::with_capacity(side.len());
        for line in side.all() {
            let identity = self.identity(line, missing);
            let as_expected = next < base.base.len() && self.identity(base.base.line(next), base.missing) == identity;
            let number = if as_expected { base.numbers[next] } else { self.number(identity).0 };
            // A line that the base has leads to the one behind it there. One that it lacks replaces the expected one,
            // or stands before it: the next line tells.
            if as_expected {
                next += 1;
            } else if let Some(first) = base.first.get(number as usize) {
                next = first + 1;
            }
            numbers.push(number);
        }
        numbers
    }

    fn identity(&self, line: Line<'a>, missing: Ending) -> Identity<'a> {
        (line.content, (!self.uniform).then(|| line.ending.unwrap_or(missing)))
    }

    /// The number of a line, and whether it is a new one.
    fn number(&mut self, line: Identity<'a>) -> (u32, bool) {
        // The ending is compared, not hashed: two lines that differ in it alone are rare.
        let hash = self.hasher.hash_one(line.0);
        let known = &mut self.known;
        let same = |number: &u32| known[*number as usize].0 == line;
        if let Some(number) = self.table.find(hash, same) {
            return (*number, false);
        }
        let number = u32::try_from(known.len()).expect("lines of texts in memory fit in 32 bits");
        known.push((line, hash));
        self.table.insert_unique(hash, number, |number| known[*number as usize].1);
        (number, true)
    }
}

/// The base as a side may be expected to go on with it.
pub(crate) struct Expected<'a> {
    base: &'a Text,
    missing: Ending,
    pub(crate) numbers: Vec<u32>,
    /// Where in the base each number stands first.
    first: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_have_equal_numbers_wherever_they_stand() {
        let (base, side) = (Text::new(b"a\nb\nc\nb\n"), Text::new(b"b\nx\nc\nb\na\nx\nb\n"));
        let mut interner = Interner::new(true);
        let expected = interner.read_base(&base, Ending::Lf);
        assert_eq!(expected.numbers, [0, 1, 2, 1]);
        assert_eq!(interner.read_side(&side, Ending::Lf, &expected), [1, 3, 2, 1, 0, 3, 1]);
    }

    #[test]
    fn where_endings_are_mixed_they_count() {
        let (base, side) = (Text::new(b"a\nb\r\nc"), Text::new(b"a\r\nb\r\nc\r\n"));
        let mut interner = Interner::new(false);
        let expected = interner.read_base(&base, Ending::Crlf);
        assert_eq!(expected.numbers, [0, 1, 2]);
        assert_eq!(interner.read_side(&side, Ending::Lf, &expected), [3, 1, 2]);
    }
}
