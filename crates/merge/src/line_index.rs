//! Where the lines of a text begin.
//!
//! A place takes four bytes, which is little beside a line and much beside two letters. So of lines as short as that
//! only every so manieth place is kept, and from there line feeds are counted.

use memchr::arch::all::memchr::One;

/// Below so many bytes a line, in the mean, lines are short.
const SHORT_LINE_BYTES: usize = 8;
/// Of short lines, one in so many has its place kept, as a power of two.
const SHARED_BITS: u32 = 3;

/// Where the lines of a text begin, and where the last one ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineIndex {
    kept: Vec<u32>,
    /// One place in so many is kept, as a power of two.
    shared: u32,
    /// How many places there are: one more than lines.
    count: usize,
}

/// How many line feeds there are.
pub(crate) fn count_line_feeds(bytes: &[u8]) -> usize {
    One::new(b'\n').count(bytes)
}

/// Where the line ends that starts here.
///
/// This searcher is content with what every processor can do. To ask what this one can do takes longer than to look
/// through a short text, and lines are too short for it to make up for that.
fn find_line_feed(bytes: &[u8], start: usize) -> usize {
    One::new(b'\n').find(&bytes[start..]).map_or(bytes.len(), |feed| start + feed + 1)
}

impl LineIndex {
    /// Room for so many lines of so many bytes.
    pub(crate) fn new(lines: usize, bytes: usize) -> Self {
        let shared = if bytes < lines * SHORT_LINE_BYTES { SHARED_BITS } else { 0 };
        Self { kept: Vec::with_capacity((lines >> shared) + 1), shared, count: 0 }
    }

    /// Takes in the next place.
    ///
    /// # Panics
    ///
    /// When it is 4 GiB or more into the text.
    pub(crate) fn push(&mut self, place: usize) {
        if self.count.trailing_zeros() >= self.shared {
            self.kept.push(u32::try_from(place).expect("a text has less than 4 GiB"));
        }
        self.count += 1;
    }

    /// How many lines there are.
    pub(crate) fn lines(&self) -> usize {
        self.count - 1
    }

    /// Whether lines are short.
    pub(crate) fn are_short(&self) -> bool {
        self.shared > 0
    }

    /// Where a line starts; for the number behind the last line, where that one ends.
    pub(crate) fn start(&self, bytes: &[u8], line: usize) -> usize {
        assert!(line < self.count, "there is no line {line}");
        let kept = line >> self.shared;
        (kept << self.shared..line).fold(self.kept[kept] as usize, |place, _| end_of_line(bytes, place))
    }

    /// Where the line ends that starts here, whether its place is kept yet or not.
    pub(crate) fn next(&self, bytes: &[u8], start: usize) -> usize {
        if self.shared == 0 { find_line_feed(bytes, start) } else { end_of_line(bytes, start) }
    }

    /// Where the line with this number ends, given where it starts.
    pub(crate) fn end(&self, bytes: &[u8], line: usize, start: usize) -> usize {
        if self.shared == 0 { self.kept[line + 1] as usize } else { end_of_line(bytes, start) }
    }
}

/// The same among short lines. Eight bytes are looked at as one number: a processor that goes from byte to byte guesses
/// at each whether the line goes on, and of short lines it guesses most ends wrong.
fn end_of_line(bytes: &[u8], start: usize) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    if let Some(near) = bytes[start..].first_chunk() {
        // A line feed becomes a zero, and the lowest zero is the lowest byte that has to borrow when one is taken off
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
    fn short_lines_are_found_as_long_ones_are() {
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
