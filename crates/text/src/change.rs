//! The part in which two texts differ, found without reading what they share.

use std::iter::Rev;
use std::ops::Range;

use crate::Text;
use crate::slice::Chunks;

/// The part in which a text differs from an earlier one.
///
/// It is one range in each text. The texts before the ranges are equal, and so are those after them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The range of the earlier text, in bytes.
    pub before: Range<usize>,
    /// The range of the later text, in bytes.
    pub after: Range<usize>,
}

impl Text {
    /// Returns the position of the first byte in which two texts differ; `None` if they are equal.
    ///
    /// If one text is the beginning of the other, it is the length of the shorter one.
    #[must_use]
    pub fn first_difference(&self, other: &Self) -> Option<usize> {
        let common = common_prefix(self.chunks(), other.chunks());
        (common < self.len() || common < other.len()).then_some(common)
    }

    /// Returns the part in which this text differs from an earlier one; `None` if they are equal.
    ///
    /// The ranges are as short as possible, but never divide a character.
    #[must_use]
    pub fn change_since(&self, before: &Self) -> Option<Change> {
        let mut start = self.first_difference(before)?;
        while !(self.is_char_boundary(start) && before.is_char_boundary(start)) {
            start -= 1;
        }
        let (later, earlier) = (self.slice(start..), before.slice(start..));
        let mut common = common_suffix(later.chunks().rev(), earlier.chunks().rev());
        while !(later.is_char_boundary(later.len() - common) && earlier.is_char_boundary(earlier.len() - common)) {
            common -= 1;
        }
        Some(Change { before: start..before.len() - common, after: start..self.len() - common })
    }

    /// Returns this text in the pieces of another one, as far as both begin and end with the same bytes.
    ///
    /// So two texts that are nearly equal take memory once. If they differ in more than half of this text, nothing is
    /// shared.
    #[must_use]
    pub fn in_pieces_of(&self, other: &Self) -> Self {
        match self.change_since(other) {
            None => other.clone(),
            Some(Change { after, .. }) if after.len() > self.len() / 2 => self.clone(),
            Some(Change { before, after }) => {
                let mut shared = other.clone();
                shared.replace(before, &String::from(self.slice(after)));
                shared
            }
        }
    }
}

/// Returns how many bytes at the beginning of two texts are equal.
///
/// Pieces at the same address are not read.
fn common_prefix(mut left: Chunks<'_>, mut right: Chunks<'_>) -> usize {
    let (mut a, mut b): (&[u8], &[u8]) = (&[], &[]);
    let mut count = 0;
    loop {
        if a.is_empty() {
            let Some(chunk) = left.next() else { return count };
            a = chunk.as_bytes();
        }
        if b.is_empty() {
            let Some(chunk) = right.next() else { return count };
            b = chunk.as_bytes();
        }
        let common = a.len().min(b.len());
        if !std::ptr::eq(a.as_ptr(), b.as_ptr()) && a[..common] != b[..common] {
            return count + a.iter().zip(b).take_while(|(a, b)| a == b).count();
        }
        count += common;
        (a, b) = (&a[common..], &b[common..]);
    }
}

/// Returns how many bytes at the end of two texts are equal.
///
/// Pieces at the same address are not read.
fn common_suffix(mut left: Rev<Chunks<'_>>, mut right: Rev<Chunks<'_>>) -> usize {
    let (mut a, mut b): (&[u8], &[u8]) = (&[], &[]);
    let mut count = 0;
    loop {
        if a.is_empty() {
            let Some(chunk) = left.next() else { return count };
            a = chunk.as_bytes();
        }
        if b.is_empty() {
            let Some(chunk) = right.next() else { return count };
            b = chunk.as_bytes();
        }
        let common = a.len().min(b.len());
        let (a_rest, a_tail) = a.split_at(a.len() - common);
        let (b_rest, b_tail) = b.split_at(b.len() - common);
        if !std::ptr::eq(a_tail.as_ptr(), b_tail.as_ptr()) && a_tail != b_tail {
            return count + a_tail.iter().rev().zip(b_tail.iter().rev()).take_while(|(a, b)| a == b).count();
        }
        count += common;
        (a, b) = (a_rest, b_rest);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns the change between two strings, byte by byte and then at the boundaries of characters.
    fn model(before: &str, after: &str) -> Option<Change> {
        let mut start = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
        if start == before.len() && start == after.len() {
            return None;
        }
        while !(before.is_char_boundary(start) && after.is_char_boundary(start)) {
            start -= 1;
        }
        let (old, new) = (&before[start..], &after[start..]);
        let mut common = old.bytes().rev().zip(new.bytes().rev()).take_while(|(a, b)| a == b).count();
        while !(old.is_char_boundary(old.len() - common) && new.is_char_boundary(new.len() - common)) {
            common -= 1;
        }
        Some(Change { before: start..before.len() - common, after: start..after.len() - common })
    }

    fn floor(text: &str, position: usize) -> usize {
        (0..=position).rev().find(|&position| text.is_char_boundary(position)).unwrap_or(0)
    }

    /// Characters of one, two and three bytes, some of which share their first or last bytes.
    fn word() -> impl Strategy<Value = String> {
        proptest::collection::vec(prop::sample::select(vec!['a', 'b', '\n', 'é', 'è', '日', '本']), 0..12)
            .prop_map(|characters| characters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn change_of_unrelated_texts_is_that_of_the_strings(before in word(), after in word()) {
            let (earlier, later) = (Text::from(before.as_str()), Text::from(after.as_str()));
            prop_assert_eq!(later.change_since(&earlier), model(&before, &after));
            prop_assert_eq!(later.first_difference(&earlier).is_none(), before == after);
        }

        #[test]
        fn change_of_an_edited_text_is_that_of_the_strings(
            line in word(),
            edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), word()), 1..4),
        ) {
            // Long enough for many pieces, which the edited text shares.
            let before = format!("{line}of many lines\n").repeat(1000);
            let (earlier, mut after) = (Text::from(before.as_str()), before.clone());
            let mut later = earlier.clone();
            for (from, to, word) in edits {
                let boundary = |text: &str, index: prop::sample::Index| floor(text, index.index(text.len() + 1));
                let (from, to) = (boundary(&after, from), boundary(&after, to));
                let range = from.min(to)..from.max(to).min(from.min(to) + 40);
                let range = range.start..floor(&after, range.end);
                later.replace(range.clone(), &word);
                after.replace_range(range, &word);
            }
            prop_assert_eq!(later.change_since(&earlier), model(&before, &after));
        }
    }
}
