//! An index of the starts of lines.
//!
//! An entry takes four bytes, which is little compared with a line, but much compared with two letters. So if lines are
//! that short, only one entry in [`1 << SHARED_BITS`](SHARED_BITS) is kept, and from there line feeds are counted.

use memchr::arch::all::memchr::One;

/// Lines are short if they have fewer bytes than this on average.
const SHORT_LINE_BYTES: usize = 8;
/// Of short lines, one in 2 to this power has an entry.
const SHARED_BITS: u32 = 3;

/// The starts of the lines of a text, and the end of the last one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineIndex {
    kept: Vec<u32>,
    /// One start in 2 to this power is kept.
    shared: u32,
    /// The number of starts: one more than there are lines.
    count: usize,
}

/// Returns the number of line feeds.
pub(crate) fn count_line_feeds(bytes: &[u8]) -> usize {
    One::new(b'\n').count(bytes)
}

/// Returns the end of the line that starts at `start`.
///
/// This searcher uses only instructions that every processor has. Detecting what this processor can do takes longer
/// than scanning a short text, and lines are too short to make up for that.
fn find_line_feed(bytes: &[u8], start: usize) -> usize {
    One::new(b'\n').find(&bytes[start..]).map_or(bytes.len(), |feed| start + feed + 1)
}

impl LineIndex {
    /// Creates an index with room for this many lines and bytes.
    pub(crate) fn new(lines: usize, bytes: usize) -> Self {
        let shared = if bytes < lines * SHORT_LINE_BYTES { SHARED_BITS } else { 0 };
        Self { kept: Vec::with_capacity((lines >> shared) + 1), shared, count: 0 }
    }

    /// Adds the next start.
    ///
    /// # Panics
    ///
    /// If it is 4 GiB or more into the text.
    pub(crate) fn push(&mut self, place: usize) {
        if self.count.trailing_zeros() >= self.shared {
            self.kept.push(u32::try_from(place).expect("a text has less than 4 GiB"));
        }
        self.count += 1;
    }

    /// Returns the number of lines.
    pub(crate) fn lines(&self) -> usize {
        self.count - 1
    }

    /// Returns whether lines are short.
    pub(crate) fn are_short(&self) -> bool {
        self.shared > 0
    }

    /// Returns the start of a line; for the number after the last line, the end of that line.
    pub(crate) fn start(&self, bytes: &[u8], line: usize) -> usize {
        assert!(line < self.count, "there is no line {line}");
        let kept = line >> self.shared;
        (kept << self.shared..line).fold(self.kept[kept] as usize, |place, _| end_of_line(bytes, place))
    }

    /// Returns the end of the line that starts at `start`, which need not be in the index yet.
    pub(crate) fn next(&self, bytes: &[u8], start: usize) -> usize {
        if self.shared == 0 { find_line_feed(bytes, start) } else { end_of_line(bytes, start) }
    }

    /// Returns the end of a line, given its number and start.
    pub(crate) fn end(&self, bytes: &[u8], line: usize, start: usize) -> usize {
        if self.shared == 0 { self.kept[line + 1] as usize } else { end_of_line(bytes, start) }
    }
}

/// Returns the end of the line that starts at `start`, quickly if the line is short.
///
/// Eight bytes are compared as one number. A processor that goes from byte to byte predicts at each whether the line
/// continues, and for short lines it mispredicts most ends.
fn end_of_line(bytes: &[u8], start: usize) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    if let Some(near) = bytes[start..].first_chunk() {
        // A line feed becomes a zero byte. The lowest zero byte is the lowest that borrows when 1 is subtracted from
        // each.
        let bytes = u64::from_le_bytes(*near) ^ (ONES * u64::from(b'\n'));
        let feeds = bytes.wrapping_sub(ONES) & !bytes & HIGHS;
        if feeds != 0 {
            return start + feeds.trailing_zeros() as usize / 8 + 1;
        }
    }
    find_line_feed(bytes, start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_are_found_as_long_ones() {
        for text in
            [&b"a\n\n\nbb\n\n\n\n\nc\n\nd\n\n\n\n\n\n\n\ne"[..], b"\n\n\n\n\n\n\n\n", b"one line\nand another one\n"]
        {
            let (mut every, mut some) = (LineIndex::new(0, 0), LineIndex::new(9, 0));
            assert!(some.are_short() && !every.are_short());
            let mut place = 0;
            every.push(place);
            some.push(place);
            while place < text.len() {
                let end = every.next(text, place);
                assert_eq!(end, some.next(text, place));
                place = end;
                every.push(place);
                some.push(place);
            }
            assert_eq!(every.lines(), some.lines());
            for line in 0..=every.lines() {
                assert_eq!(every.start(text, line), some.start(text, line), "{line}");
            }
            for line in 0..every.lines() {
                let start = every.start(text, line);
                assert_eq!(every.end(text, line, start), some.end(text, line, start), "{line}");
            }
        }
    }
}
