//! Interns lines as numbers: equal lines have equal numbers, across all three texts.
//!
//! From here on, a line costs four bytes and is compared in one step, however long it is. The cost of interning is
//! memory access: a table of millions of lines is in no cache. So every step here saves an access.
//!
//! - Most lines of a side follow the same line as in the base. So a line is first compared with the one that is
//!   expected, and looked up only after an edit.
//! - A line of up to seven bytes is its own [`LineKey`]: after finding the key, the line need not be read again.
//! - Very short lines are so many that expecting each costs more than it saves. They are looked up in batches: the
//!   memory for all of them is fetched before any is used, so the accesses overlap.

use crate::text::{Ending, Line, LineText};
use foldhash::quality::RandomState;
use std::hash::BuildHasher;

/// The lines of the three texts as numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineIds {
    pub(crate) base: Vec<u32>,
    pub(crate) mine: Vec<u32>,
    pub(crate) theirs: Vec<u32>,
}

/// The identity of a line: its content, and its ending if a text mixes endings.
type Identity<'a> = (&'a [u8], Option<Ending>);

/// A line in eight bytes.
///
/// For a short line it is the whole line, including its ending. For a long line it is a hash, so two equal keys have to
/// be compared by their lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct LineKey(u64);

impl LineKey {
    /// Set if the key is a hash. The length, in the bits below, does not reach this bit.
    const LONG: u64 = 1 << 63;
    /// The maximum length of a line that is its own key, in bytes.
    const ROOM: usize = 7;

    /// Returns the key of a line. The line is at the start of `rest`, whose other bytes are ignored.
    fn of((content, ending): Identity, rest: &[u8], hasher: &RandomState) -> Self {
        if content.len() > Self::ROOM {
            // The ending is compared, not hashed: two lines that differ only in it are rare.
            return Self(hasher.hash_one(content) | Self::LONG);
        }
        // Reads eight bytes at once and masks those after the line; near the end of a text, reads one by one.
        let whole = rest.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
        let bytes = whole.unwrap_or_else(|| content.iter().rev().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)));
        let endings = ending.map_or(0, |ending| 1 + u64::from(ending == Ending::Crlf));
        Self(bytes & ((1 << (8 * content.len())) - 1) | (content.len() as u64) << 56 | endings << 60)
    }

    fn is_whole_line(self) -> bool {
        self.0 & Self::LONG == 0
    }
}

/// How many lines are looked up in one batch.
const BATCH_LINES: usize = 32;

/// Gives equal lines equal numbers, across all texts that it reads.
///
/// The hasher has a new seed in each process, so an attacker cannot write a text whose lines all collide.
pub(crate) struct Interner<'a> {
    hasher: RandomState,
    /// An open-addressing hash table of numbers plus one; 0 is a free slot.
    ///
    /// Its length is a power of two, and it is at most half full. On a collision, the next free slot is used.
    slots: Vec<u32>,
    known: InternedLines<'a>,
}

/// The lines that have a number.
struct InternedLines<'a> {
    /// The keys, by number.
    keys: Vec<LineKey>,
    /// The first occurrence of each line, in the text that introduced it.
    lines: Vec<u32>,
    /// The texts, each with the first number that it introduced.
    texts: Vec<(&'a LineText, Ending, u32)>,
    /// Whether a line is its content alone.
    uniform: bool,
}

impl<'a> InternedLines<'a> {
    fn identity(&self, line: Line<'a>, missing: Ending) -> Identity<'a> {
        (line.content, (!self.uniform).then(|| line.ending.unwrap_or(missing)))
    }

    /// Returns the line with this number.
    fn line(&self, number: u32) -> Identity<'a> {
        let brought = self.texts.iter().rev().find(|(_, _, first)| *first <= number);
        let (text, missing, _) = brought.expect("a number was brought in by a text");
        self.identity(text.line(self.lines[number as usize] as usize), *missing)
    }

    /// Returns whether the line with this number is the one with this key.
    fn is(&self, number: u32, key: LineKey, identity: Identity) -> bool {
        self.keys[number as usize] == key && (key.is_whole_line() || self.line(number) == identity)
    }
}

impl<'a> Interner<'a> {
    pub(crate) fn new(uniform: bool) -> Self {
        let known = InternedLines { keys: Vec::new(), lines: Vec::new(), texts: Vec::with_capacity(3), uniform };
        Self { hasher: RandomState::default(), slots: vec![0; 2 * BATCH_LINES], known }
    }

    /// Reads the base into numbers, and returns them with the data for expecting its lines in another text.
    pub(crate) fn read_base(&mut self, base: &'a LineText, missing: Ending) -> ExpectedLines<'a> {
        // Many short lines are equal, so there are far fewer numbers than lines.
        if !base.has_short_lines() {
            self.known.keys.reserve(base.len());
            self.known.lines.reserve(base.len());
            self.make_room(base.len());
        }
        let numbers = self.read(base, missing);
        ExpectedLines { base, missing, numbers, kinds: self.known.keys.len() }
    }

    /// Reads a text that has most of its lines from the base into numbers.
    pub(crate) fn read_side(&mut self, side: &'a LineText, missing: Ending, base: &ExpectedLines<'a>) -> Vec<u32> {
        if side.has_short_lines() { self.read(side, missing) } else { self.read_expecting(side, missing, base) }
    }

    /// Looks up every line, in batches.
    fn read(&mut self, text: &'a LineText, missing: Ending) -> Vec<u32> {
        self.begin(text, missing);
        let mut numbers = Vec::with_capacity(text.len());
        let mut lines = text.all();
        let mut wanted = Vec::with_capacity(BATCH_LINES);
        while numbers.len() < text.len() {
            self.make_room(self.known.keys.len() + BATCH_LINES);
            // No iteration of these three loops waits for an earlier iteration of the same loop.
            while let Some((line, range)) = (wanted.len() < BATCH_LINES).then(|| lines.next_with_place()).flatten() {
                let identity = self.known.identity(line, missing);
                let key = LineKey::of(identity, &text.bytes()[range.start..], &self.hasher);
                wanted.push((key, self.slot(key), identity));
            }
            let mut guesses = [0; BATCH_LINES];
            for (guess, (_, slot, _)) in guesses.iter_mut().zip(&wanted) {
                *guess = self.slots[*slot];
            }
            let mut hits = [false; BATCH_LINES];
            for ((hit, guess), (key, ..)) in hits.iter_mut().zip(&guesses).zip(&wanted) {
                let number = guess.wrapping_sub(1) as usize;
                *hit = key.is_whole_line() && self.known.keys.get(number) == Some(key);
            }
            for ((hit, guess), (key, slot, identity)) in hits.iter().zip(&guesses).zip(wanted.drain(..)) {
                let number = if *hit { guess - 1 } else { self.number(key, slot, identity, numbers.len()) };
                numbers.push(number);
            }
        }
        numbers
    }

    /// Looks up a line only if it is not the expected one.
    fn read_expecting(&mut self, side: &'a LineText, missing: Ending, base: &ExpectedLines<'a>) -> Vec<u32> {
        self.begin(side, missing);
        let mut numbers = Vec::with_capacity(side.len());
        let mut next = 0;
        let mut ahead = base.base.all();
        let mut expected = ahead.next();
        let mut lines = side.all();
        while let Some((line, range)) = lines.next_with_place() {
            let identity = self.known.identity(line, missing);
            let as_expected = expected.is_some_and(|line| self.known.identity(line, base.missing) == identity);
            // A line that the base has leads to the line after it there. A line that it lacks replaces the expected one
            // or precedes it: the next line tells.
            if as_expected {
                numbers.push(base.numbers[next]);
                next += 1;
                expected = ahead.next();
                continue;
            }
            self.make_room(self.known.keys.len() + 1);
            let key = LineKey::of(identity, &side.bytes()[range.start..], &self.hasher);
            let number = self.number(key, self.slot(key), identity, numbers.len());
            numbers.push(number);
            if (number as usize) < base.kinds {
                next = self.known.lines[number as usize] as usize + 1;
                ahead = base.base.lines(next..base.base.len());
                expected = ahead.next();
            }
        }
        numbers
    }

    fn begin(&mut self, text: &'a LineText, missing: Ending) {
        self.known.texts.push((text, missing, to_line_id(self.known.keys.len())));
    }

    /// Returns the slot that a key hashes to.
    fn slot(&self, key: LineKey) -> usize {
        let hash = self.hasher.hash_one(key.0) >> (u64::BITS - self.slots.len().trailing_zeros());
        usize::try_from(hash).expect("a slot is less than the length of a list")
    }

    /// Returns the number of a line, which is at index `line` of the text being read.
    ///
    /// The table must have a free slot.
    fn number(&mut self, key: LineKey, mut slot: usize, identity: Identity<'a>, line: usize) -> u32 {
        while let Some(number) = self.slots[slot].checked_sub(1) {
            if self.known.is(number, key, identity) {
                return number;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        let number = to_line_id(self.known.keys.len());
        self.known.keys.push(key);
        self.known.lines.push(to_line_id(line));
        self.slots[slot] = number + 1;
        number
    }

    /// Makes room for this many numbers, so that the table is at most half full.
    fn make_room(&mut self, numbers: usize) {
        if 2 * numbers <= self.slots.len() {
            return;
        }
        // The old table is dropped first: having both would be the peak of the memory use.
        self.slots = Vec::new();
        self.slots = vec![0; (2 * numbers).next_power_of_two()];
        for (number, key) in (1..).zip(&self.known.keys) {
            let mut slot = self.slot(*key);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = number;
        }
    }
}

fn to_line_id(number: usize) -> u32 {
    u32::try_from(number).expect("the lines and slots of texts in memory fit in 32 bits")
}

/// The base, as the expectation of a side's lines.
pub(crate) struct ExpectedLines<'a> {
    base: &'a LineText,
    missing: Ending,
    pub(crate) numbers: Vec<u32>,
    /// How many numbers the base introduced.
    kinds: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

    #[test]
    fn equal_lines_have_equal_numbers_in_all_texts() {
        let (base, side) = (LineText::new(b"a\nb\nc\nb\n"), LineText::new(b"b\nx\nc\nb\na\nx\nb\n"));
        let mut interner = Interner::new(true);
        let expected = interner.read_base(&base, Ending::Lf);
        assert_eq!(expected.numbers, [0, 1, 2, 1]);
        assert_eq!(interner.read_side(&side, Ending::Lf, &expected), [1, 3, 2, 1, 0, 3, 1]);
    }

    #[test]
    fn mixed_endings_distinguish_lines() {
        let (base, side) = (LineText::new(b"a\nb\r\nc"), LineText::new(b"a\r\nb\r\nc\r\n"));
        let mut interner = Interner::new(false);
        let expected = interner.read_base(&base, Ending::Crlf);
        assert_eq!(expected.numbers, [0, 1, 2]);
        assert_eq!(interner.read_side(&side, Ending::Lf, &expected), [3, 1, 2]);
    }

    /// Interns short lines, which fit into a key, and longer ones, in all endings.
    ///
    /// There are many of each, so that the table grows.
    #[test]
    fn numbers_are_equal_exactly_if_lines_are() {
        let mut known: Vec<Vec<u8>> = (0..300_u32).map(|line| line.to_le_bytes()[..2].to_vec()).collect();
        known.extend((0..300).map(|line| format!("a longer line {line}").into_bytes()));
        known.extend((0..12).flat_map(|length| [vec![b'\0'; length], vec![b'a'; length], vec![0xFF; length]]));
        known.retain(|line| !line.contains(&b'\n') && !line.ends_with(b"\r"));
        let one = [&b"\n"[..]];
        let two = [&b"\n"[..], b"\r\n"];
        for (known, endings) in [(&known[..], &one[..]), (&known, &two), (&known[..250], &one), (&known[..250], &two)] {
            let bytes: Vec<u8> = (0..4 * known.len())
                .flat_map(|line| [&known[line * 7 % known.len()], endings[line % 3 % endings.len()]].concat())
                .collect();
            let (base, side) = (LineText::new(&bytes), LineText::new(&bytes[bytes.len() / 3..]));
            let mut interner = Interner::new(endings.len() == 1);
            let expected = interner.read_base(&base, Ending::Lf);
            let numbers = [expected.numbers.clone(), interner.read_side(&side, Ending::Lf, &expected)].concat();
            let mut by_line = HashMap::new();
            for (line, number) in base.all().chain(side.all()).zip(&numbers) {
                let line = (line.content, line.ending.filter(|_| endings.len() > 1));
                assert_eq!(by_line.entry(line).or_insert(*number), number, "{line:?}");
            }
            assert_eq!(by_line.values().collect::<HashSet<_>>().len(), by_line.len(), "and nowhere else");
        }
    }
}
