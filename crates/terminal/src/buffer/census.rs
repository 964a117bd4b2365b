//! Counts of what a reader cannot see in a text: carriage returns at line ends, and hidden characters.
//!
//! A whole text is counted once, when it is loaded. After that, each edit counts what it removes and inserts.

use std::collections::BTreeMap;
use std::ops::Range;

use text::Text;

use crate::sanitize::is_hidden;

/// The counts of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TextCensus {
    /// How many line ends have a carriage return.
    pub(super) crlf: usize,
    /// How often there is each hidden character. Tabs do not count, nor do carriage returns of line ends.
    hidden: BTreeMap<char, usize>,
}

impl TextCensus {
    /// Counts a whole text.
    pub(super) fn of(text: &Text) -> Self {
        let mut census = Self::default();
        census.count(text, 0..text.len(), true);
        census
    }

    /// Returns the number of hidden characters, and the one of them with the highest code point.
    ///
    /// A direction override is worse than a control character.
    pub(super) fn hidden(&self) -> (usize, Option<char>) {
        (self.hidden.values().sum(), self.hidden.keys().next_back().copied())
    }

    /// Adds what is in a part of a text, or takes it away again.
    ///
    /// The part must not begin or end within a line end.
    pub(super) fn count(&mut self, text: &Text, range: Range<usize>, adds: bool) {
        let mut after_carriage_return = false;
        for chunk in text.slice(range).chunks() {
            // Nearly all pieces of nearly all texts are skipped at once.
            if !after_carriage_return && chunk.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t')) {
                continue;
            }
            for c in chunk.chars() {
                if c == '\n' {
                    if after_carriage_return {
                        self.tally_line_end(adds);
                    }
                } else if after_carriage_return {
                    self.tally('\r', adds);
                }
                after_carriage_return = c == '\r';
                if !after_carriage_return && c != '\t' && c != '\n' && is_hidden(c) {
                    self.tally(c, adds);
                }
            }
        }
        if after_carriage_return {
            self.tally('\r', adds);
        }
    }

    fn tally_line_end(&mut self, adds: bool) {
        self.crlf = if adds { self.crlf + 1 } else { self.crlf - 1 };
    }

    fn tally(&mut self, c: char, adds: bool) {
        let count = self.hidden.entry(c).or_default();
        *count = if adds { *count + 1 } else { *count - 1 };
        if *count == 0 {
            self.hidden.remove(&c);
        }
    }
}

/// Returns a part of a text, extended so that it neither begins nor ends within a line end.
pub(super) fn between_line_ends(text: &Text, range: Range<usize>) -> Range<usize> {
    let begins_within = range.start > 0 && text.byte(range.start - 1) == b'\r';
    let ends_within = range.end < text.len() && text.byte(range.end) == b'\n';
    range.start - usize::from(begins_within)..range.end + usize::from(ends_within)
}
