//! Lines become numbers: equal numbers, equal lines, across all three texts.
//!
//! From here on a line costs four bytes and is compared at once, however long it is. Most lines of a side stand behind
//! the line that they stand behind in the base, too. So before a line is hashed, it is compared with the one that is
//! expected; a hash is needed only where somebody edited.

use crate::text::{Ending, Line, Text};
use foldhash::quality::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::ops::Range;

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
    /// One of whose hashes half will do.
    hasher: RandomState,
    /// Numbers, by the hash of their line.
    table: HashTable<u32>,
    known: Known<'a>,
}

/// The lines that have a number.
struct Known<'a> {
    /// By number.
    lines: Vec<First>,
    /// The texts, each with the first number that it brought in.
    texts: Vec<(&'a Text, Ending, u32)>,
    /// Whether a line is its content alone.
    uniform: bool,
}

/// Where a line stands first, in the text that brought it in; and its hash, so that no line is read again when the table
/// grows.
#[derive(Clone, Copy)]
struct First {
    line: u32,
    start: u32,
    end: u32,
    hash: u32,
}

impl<'a> Known<'a> {
    fn identity(&self, line: Line<'a>, missing: Ending) -> Identity<'a> {
        (line.content, (!self.uniform).then(|| line.ending.unwrap_or(missing)))
    }

    /// The line with this number.
    fn line(&self, number: u32) -> Identity<'a> {
        let brought = self.texts.iter().rev().find(|(_, _, first)| *first <= number);
        let (text, missing, _) = brought.expect("a number was brought in by a text");
        let first = self.lines[number as usize];
        self.identity(text.line_between(first.start as usize..first.end as usize), *missing)
    }
}

/// The hash as the table wants it, which looks at both ends.
fn widened(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

impl<'a> Interner<'a> {
    pub(crate) fn new(uniform: bool) -> Self {
        let known = Known { lines: Vec::new(), texts: Vec::with_capacity(3), uniform };
        Self { hasher: RandomState::default(), table: HashTable::new(), known }
    }

    /// The numbers of a whole text, and what is needed to expect its lines in another.
    pub(crate) fn read_base(&mut self, base: &'a Text, missing: Ending) -> Expected<'a> {
        // Of short lines there are many of a kind.
        if !base.has_short_lines() {
            self.table.reserve(base.len(), |number| widened(self.known.lines[*number as usize].hash));
            self.known.lines.reserve(base.len());
        }
        self.begin(base, missing);
        let mut numbers = Vec::with_capacity(base.len());
        let mut lines = base.all();
        while let Some((line, place)) = lines.next_with_place() {
            numbers.push(self.number(self.known.identity(line, missing), numbers.len(), place));
        }
        Expected { base, missing, numbers, kinds: self.known.lines.len() }
    }

    /// The numbers of a text that has most of its lines from the base.
    pub(crate) fn read_side(&mut self, side: &'a Text, missing: Ending, base: &Expected<'a>) -> Vec<u32> {
        self.begin(side, missing);
        let mut numbers = Vec::with_capacity(side.len());
        let mut next = 0;
        let mut ahead = base.base.all();
        let mut expected = ahead.next();
        let mut lines = side.all();
        while let Some((line, place)) = lines.next_with_place() {
            let identity = self.known.identity(line, missing);
            let as_expected = expected.is_some_and(|line| self.known.identity(line, base.missing) == identity);
            // A line that the base has leads to the one behind it there. One that it lacks replaces the expected one,
            // or stands before it: the next line tells.
            if as_expected {
                numbers.push(base.numbers[next]);
                next += 1;
                expected = ahead.next();
                continue;
            }
            let number = self.number(identity, numbers.len(), place);
            numbers.push(number);
            if (number as usize) < base.kinds {
                let first = self.known.lines[number as usize];
                next = first.line as usize + 1;
                ahead = base.base.lines_from(next, first.end as usize);
                expected = ahead.next();
            }
        }
        numbers
    }

    fn begin(&mut self, text: &'a Text, missing: Ending) {
        self.known.texts.push((text, missing, short(self.known.lines.len())));
    }

    /// The number of a line, which stands here in the text that is being read.
    fn number(&mut self, identity: Identity<'a>, line: usize, place: Range<usize>) -> u32 {
        // The ending is compared, not hashed: two lines that differ in it alone are rare.
        let hash = (self.hasher.hash_one(identity.0) >> 32) as u32;
        let known = &mut self.known;
        if let Some(number) = self.table.find(widened(hash), |number| known.line(*number) == identity) {
            return *number;
        }
        let number = short(known.lines.len());
        known.lines.push(First { line: short(line), start: short(place.start), end: short(place.end), hash });
        self.table.insert_unique(widened(hash), number, |number| widened(known.lines[*number as usize].hash));
        number
    }
}

fn short(number: usize) -> u32 {
    u32::try_from(number).expect("lines and places of texts in memory fit in 32 bits")
}

/// The base as a side may be expected to go on with it.
pub(crate) struct Expected<'a> {
    base: &'a Text,
    missing: Ending,
    pub(crate) numbers: Vec<u32>,
    /// How many numbers the base brought in.
    kinds: usize,
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
