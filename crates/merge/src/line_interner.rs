//! Lines become numbers: equal numbers, equal lines, across all three texts.
//!
//! From here on a line costs four bytes and is compared at once, however long it is. What it costs to get there is the
//! way to memory: a table of millions of lines is in no cache. So every step here saves one.
//!
//! - Most lines of a side stand behind the line that they stand behind in the base, too. So a line is compared with the
//!   one that is expected, and looked up only where somebody edited.
//! - A line of up to seven bytes is its own [`LineKey`]: who finds the key need not read the line again.
//! - Very short lines are so many that expecting each costs more than it saves. They are looked up several at a time,
//!   and what is wanted for all of them is fetched before any is looked at. So the ways are gone together, not in turn.

use crate::text::{Ending, Line, Text};
use foldhash::quality::RandomState;
use std::hash::BuildHasher;

/// The lines of the three texts as numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineIds {
    pub(crate) base: Vec<u32>,
    pub(crate) mine: Vec<u32>,
    pub(crate) theirs: Vec<u32>,
}

/// What makes a line the line it is: its content, and its ending where endings are mixed.
type Identity<'a> = (&'a [u8], Option<Ending>);

/// A line in eight bytes. Of a short line it is all there is to know, its ending included; of a long one it is the
/// hash, and two that are equal have to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct LineKey(u64);

impl LineKey {
    /// Set where the key is a hash. A length, in the bits below, does not reach so far.
    const LONG: u64 = 1 << 63;
    /// The most bytes of a line that is its own key.
    const ROOM: usize = 7;

    /// The key of a line. It stands at the start of `rest`, whose other bytes are of no account.
    fn of((content, ending): Identity, rest: &[u8], hasher: &RandomState) -> Self {
        if content.len() > Self::ROOM {
            // The ending is compared, not hashed: two lines that differ in it alone are rare.
            return Self(hasher.hash_one(content) | Self::LONG);
        }
        // Eight bytes at once, of which those behind the line are thrown away; near the end of a text, one by one.
        let whole = rest.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
        let bytes = whole.unwrap_or_else(|| content.iter().rev().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)));
        let endings = ending.map_or(0, |ending| 1 + u64::from(ending == Ending::Crlf));
        Self(bytes & ((1 << (8 * content.len())) - 1) | (content.len() as u64) << 56 | endings << 60)
    }

    fn is_whole_line(self) -> bool {
        self.0 & Self::LONG == 0
    }
}

/// How many lines are looked up together.
const BATCH_LINES: usize = 32;

/// Gives equal lines equal numbers, across all texts that it reads.
///
/// The hasher is seeded anew in each process, so nobody can write a text whose lines all fall into one place.
pub(crate) struct Interner<'a> {
    hasher: RandomState,
    /// For each place that a key may fall into, one more than its number; 0 where there is none. It is a power of two,
    /// and never more than half full. A number whose place is taken has the next one that is free.
    places: Vec<u32>,
    known: InternedLines<'a>,
}

/// The lines that have a number.
struct InternedLines<'a> {
    /// By number.
    keys: Vec<LineKey>,
    /// Where each stands first, in the text that brought it in.
    lines: Vec<u32>,
    /// The texts, each with the first number that it brought in.
    texts: Vec<(&'a Text, Ending, u32)>,
    /// Whether a line is its content alone.
    uniform: bool,
}

impl<'a> InternedLines<'a> {
    fn identity(&self, line: Line<'a>, missing: Ending) -> Identity<'a> {
        (line.content, (!self.uniform).then(|| line.ending.unwrap_or(missing)))
    }

    /// The line with this number.
    fn line(&self, number: u32) -> Identity<'a> {
        let brought = self.texts.iter().rev().find(|(_, _, first)| *first <= number);
        let (text, missing, _) = brought.expect("a number was brought in by a text");
        self.identity(text.line(self.lines[number as usize] as usize), *missing)
    }

    /// Whether the line with this number is the one with this key.
    fn is(&self, number: u32, key: LineKey, identity: Identity) -> bool {
        self.keys[number as usize] == key && (key.is_whole_line() || self.line(number) == identity)
    }
}

impl<'a> Interner<'a> {
    pub(crate) fn new(uniform: bool) -> Self {
        let known = InternedLines { keys: Vec::new(), lines: Vec::new(), texts: Vec::with_capacity(3), uniform };
        Self { hasher: RandomState::default(), places: vec![0; 2 * BATCH_LINES], known }
    }

    /// The numbers of a whole text, and what is needed to expect its lines in another.
    pub(crate) fn read_base(&mut self, base: &'a Text, missing: Ending) -> ExpectedLines<'a> {
        // Of short lines there are many of a kind.
        if !base.has_short_lines() {
            self.known.keys.reserve(base.len());
            self.known.lines.reserve(base.len());
            self.make_room(base.len());
        }
        let numbers = self.read(base, missing);
        ExpectedLines { base, missing, numbers, kinds: self.known.keys.len() }
    }

    /// The numbers of a text that has most of its lines from the base.
    pub(crate) fn read_side(&mut self, side: &'a Text, missing: Ending, base: &ExpectedLines<'a>) -> Vec<u32> {
        if side.has_short_lines() { self.read(side, missing) } else { self.read_expecting(side, missing, base) }
    }

    /// Looks every line up, some at a time.
    fn read(&mut self, text: &'a Text, missing: Ending) -> Vec<u32> {
        self.begin(text, missing);
        let mut numbers = Vec::with_capacity(text.len());
        let mut lines = text.all();
        let mut wanted = Vec::with_capacity(BATCH_LINES);
        while numbers.len() < text.len() {
            self.make_room(self.known.keys.len() + BATCH_LINES);
            // Nothing in these three loops waits for what came before it in the same loop.
            while let Some((line, place)) = (wanted.len() < BATCH_LINES).then(|| lines.next_with_place()).flatten() {
                let identity = self.known.identity(line, missing);
                let key = LineKey::of(identity, &text.bytes()[place.start..], &self.hasher);
                wanted.push((key, self.place(key), identity));
            }
            let mut guesses = [0; BATCH_LINES];
            for (guess, (_, place, _)) in guesses.iter_mut().zip(&wanted) {
                *guess = self.places[*place];
            }
            let mut hits = [false; BATCH_LINES];
            for ((hit, guess), (key, ..)) in hits.iter_mut().zip(&guesses).zip(&wanted) {
                let number = guess.wrapping_sub(1) as usize;
                *hit = key.is_whole_line() && self.known.keys.get(number) == Some(key);
            }
            for ((hit, guess), (key, place, identity)) in hits.iter().zip(&guesses).zip(wanted.drain(..)) {
                let number = if *hit { guess - 1 } else { self.number(key, place, identity, numbers.len()) };
                numbers.push(number);
            }
        }
        numbers
    }

    /// Looks a line up only if it is not the one that is expected.
    fn read_expecting(&mut self, side: &'a Text, missing: Ending, base: &ExpectedLines<'a>) -> Vec<u32> {
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
            self.make_room(self.known.keys.len() + 1);
            let key = LineKey::of(identity, &side.bytes()[place.start..], &self.hasher);
            let number = self.number(key, self.place(key), identity, numbers.len());
            numbers.push(number);
            if (number as usize) < base.kinds {
                next = self.known.lines[number as usize] as usize + 1;
                ahead = base.base.lines(next..base.base.len());
                expected = ahead.next();
            }
        }
        numbers
    }

    fn begin(&mut self, text: &'a Text, missing: Ending) {
        self.known.texts.push((text, missing, to_line_id(self.known.keys.len())));
    }

    /// The place that a key falls into, if it is free.
    fn place(&self, key: LineKey) -> usize {
        let hash = self.hasher.hash_one(key.0) >> (u64::BITS - self.places.len().trailing_zeros());
        usize::try_from(hash).expect("a place is less than the length of a list")
    }

    /// The number of a line, which stands here in the text that is being read. There has to be room for one more.
    fn number(&mut self, key: LineKey, mut place: usize, identity: Identity<'a>, line: usize) -> u32 {
        while let Some(number) = self.places[place].checked_sub(1) {
            if self.known.is(number, key, identity) {
                return number;
            }
            place = (place + 1) & (self.places.len() - 1);
        }
        let number = to_line_id(self.known.keys.len());
        self.known.keys.push(key);
        self.known.lines.push(to_line_id(line));
        self.places[place] = number + 1;
        number
    }

    /// Sees to it that the places are at most half full with so many numbers.
    fn make_room(&mut self, numbers: usize) {
        if 2 * numbers <= self.places.len() {
            return;
        }
        // The old ones go first: both at a time would be what takes the most memory of all.
        self.places = Vec::new();
        self.places = vec![0; (2 * numbers).next_power_of_two()];
        for (number, key) in (1..).zip(&self.known.keys) {
            let mut place = self.place(*key);
            while self.places[place] != 0 {
                place = (place + 1) & (self.places.len() - 1);
            }
            self.places[place] = number;
        }
    }
}

fn to_line_id(number: usize) -> u32 {
    u32::try_from(number).expect("lines and places of texts in memory fit in 32 bits")
}

/// The base as a side may be expected to go on with it.
pub(crate) struct ExpectedLines<'a> {
    base: &'a Text,
    missing: Ending,
    pub(crate) numbers: Vec<u32>,
    /// How many numbers the base brought in.
    kinds: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

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

    /// Lines that a key has room for, and longer ones, in all endings; many of each, so that the table grows.
    #[test]
    fn numbers_are_equal_where_lines_are() {
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
            let (base, side) = (Text::new(&bytes), Text::new(&bytes[bytes.len() / 3..]));
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
