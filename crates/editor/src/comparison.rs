//! Whether my text differs from another one, at a cost per key that does not depend on the length.
//!
//! 'Clean' must mean equal to the byte, since a clean text has no draft. So the answer never rests on a guess or a
//! hash: two texts count as equal only if all their bytes are. It is cheap for other reasons.
//!
//! - Texts of different lengths differ. This decides nearly every key, in constant time.
//! - Otherwise, the position of the last known difference is looked at first. As long as the two bytes there differ,
//!   the texts do. This takes time in the logarithm of the length.
//! - Otherwise, both texts are compared from their beginning. Mine came from the other one by edits, so they share all
//!   pieces that were not edited, and shared pieces are recognised by their address: about a thousandth of the bytes is
//!   read. This happens when an edit is taken back, for instance. In the worst case, such as a text that was replaced
//!   by another one of the same length, all bytes up to the first difference are read. Nothing is copied.

use crate::working_copy::WorkingCopy;

/// A text, and whether mine differs from it.
///
/// The answer is computed when one of the two changes, and is read many times for each key and each frame.
#[derive(Debug, Clone)]
pub(crate) struct TextComparison {
    other: WorkingCopy,
    differs: bool,
    /// A position at which the contents differed when they were last compared byte by byte.
    difference: Option<usize>,
}

impl TextComparison {
    /// Compares mine with another text.
    pub(crate) fn new(other: WorkingCopy, mine: &WorkingCopy) -> Self {
        let mut compared = Self { other, differs: false, difference: None };
        compared.update(mine);
        compared
    }

    /// Compares again, after mine has changed.
    pub(crate) fn update(&mut self, mine: &WorkingCopy) {
        let is_same_besides = self.other.title == mine.title && self.other.parent == mine.parent;
        self.differs = !is_same_besides || self.differs_in_content(mine);
    }

    fn differs_in_content(&mut self, mine: &WorkingCopy) -> bool {
        let (other, mine) = (&self.other.content, &mine.content);
        if other.len() != mine.len() {
            return true;
        }
        if self.difference.is_some_and(|at| at < mine.len() && other.byte(at) != mine.byte(at)) {
            return true;
        }
        self.difference = other.first_difference(mine);
        self.difference.is_some()
    }

    /// Returns the text that mine is compared with.
    pub(crate) const fn other(&self) -> &WorkingCopy {
        &self.other
    }

    /// Returns whether mine differs from that text.
    pub(crate) const fn differs(&self) -> bool {
        self.differs
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn copy(title: &str, content: &str) -> WorkingCopy {
        WorkingCopy { title: title.to_owned(), content: content.into(), parent: None }
    }

    proptest! {
        /// A few letters, so that lengths and texts are often equal.
        #[test]
        fn differs_exactly_if_the_texts_do(
            other in "[ab]{0,4}",
            mine in proptest::collection::vec(("[tu]", "[ab]{0,4}"), 1..40),
        ) {
            let other = copy("t", &other);
            let mut compared = TextComparison::new(other.clone(), &other);
            prop_assert!(!compared.differs());
            for (title, content) in mine {
                let mine = copy(&title, &content);
                compared.update(&mine);
                prop_assert_eq!(compared.differs(), other.to_document() != mine.to_document());
            }
        }
    }

    #[test]
    fn another_parent_differs() {
        let other = copy("t", "a");
        let mine = WorkingCopy { parent: Some("parent".parse().unwrap()), ..other.clone() };
        assert!(TextComparison::new(other, &mine).differs());
    }
}
