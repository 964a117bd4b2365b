//! Every word that the user typed, and whether it may be gone.
//!
//! A word may be gone for two reasons: the user took it back in the text (undo, backspace, cut and the like), or
//! decided against it in a view that they had entered. Both happen when a key is pressed, and are recorded then.

use std::collections::BTreeSet;

/// The letters of words after the first, which is always `w`.
///
/// Most of these keys decide something in a merge, answer a question or control a lesson. `w` is not among them, so no
/// word is part of another.
const LETTERS: &[u8] = b"tmbosuandecklpfhi";

/// How many letters follow the first one.
const LENGTH: u32 = 4;

/// Returns the word with a number.
pub(super) fn word(number: usize) -> String {
    let base = LETTERS.len();
    // The factor makes the words of neighbouring numbers look different. It is coprime to the count of words, so that
    // all of them come before the first comes again.
    let mixed = number.wrapping_mul(10_007) % base.pow(LENGTH);
    let letters = (0..LENGTH).map(|place| char::from(LETTERS[mixed / base.pow(place) % base]));
    std::iter::once('w').chain(letters).collect()
}

/// The words of one user.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// How many words were begun.
    begun: usize,
    /// The rest of the unfinished word, and the whole word.
    unfinished: Option<(String, String)>,
    typed: Vec<String>,
    /// The words that the user took back or decided against.
    gone: BTreeSet<String>,
    /// The words that were in the user's text when they decided something in a merge that they had entered.
    decided: BTreeSet<String>,
}

impl Ledger {
    /// Returns the next character for the user to type.
    pub(super) fn next_char(&mut self) -> char {
        let Some((rest, _)) = &mut self.unfinished else {
            let word = self.next_word();
            self.unfinished = Some((word[1..].to_owned(), word));
            return 'w';
        };
        if rest.is_empty() {
            self.unfinished = None;
            return if self.begun.is_multiple_of(5) { '\n' } else { ' ' };
        }
        rest.remove(0)
    }

    /// Records that the last [`Ledger::next_char`] was typed. A word counts once it is whole.
    pub(super) fn was_typed(&mut self) {
        if let Some((rest, word)) = &self.unfinished
            && rest.is_empty()
        {
            self.typed.push(word.clone());
        }
    }

    /// Returns a new word that is inserted as a whole, such as by a paste.
    pub(super) fn next_word(&mut self) -> String {
        self.begun += 1;
        word(self.begun)
    }

    /// Records that a word was inserted as a whole.
    pub(super) fn put_in(&mut self, word: String) {
        self.typed.push(word);
    }

    /// Forgets the unfinished word, because the user does something else than typing.
    pub(super) fn leave_the_word(&mut self) {
        self.unfinished = None;
    }

    /// Returns the words that must be somewhere, but are in none of these texts.
    pub(super) fn missing(&self, places: &[&str]) -> BTreeSet<String> {
        let found = |word: &str| places.iter().any(|place| place.contains(word));
        self.typed.iter().filter(|word| !self.gone.contains(*word) && !found(word)).cloned().collect()
    }

    /// Returns the words in a text.
    pub(super) fn words_in(&self, text: &str) -> BTreeSet<String> {
        self.typed.iter().filter(|word| text.contains(word.as_str())).cloned().collect()
    }

    /// Records that the user took these words back or decided against them.
    pub(super) fn may_be_gone(&mut self, words: BTreeSet<String>) {
        self.gone.extend(words);
    }

    /// Records that the user decided something while this was their text.
    pub(super) fn decided_over(&mut self, text: &str) {
        let words = self.words_in(text);
        self.decided.extend(words);
    }

    /// Returns those of these words about which the user has decided nothing.
    pub(super) fn undecided_of(&self, words: &BTreeSet<String>) -> BTreeSet<String> {
        words.iter().filter(|word| !self.decided.contains(*word) && !self.gone.contains(*word)).cloned().collect()
    }

    /// Returns those of these words that must still be somewhere.
    pub(super) fn still_wanted(&self, words: &BTreeSet<String>) -> BTreeSet<String> {
        words.difference(&self.gone).cloned().collect()
    }

    /// Returns the words that must be somewhere, except these.
    pub(super) fn all_but(&self, found: &BTreeSet<String>) -> BTreeSet<String> {
        self.typed.iter().filter(|word| !found.contains(*word) && !self.gone.contains(*word)).cloned().collect()
    }

    /// Returns how many words were typed.
    pub(super) fn count(&self) -> usize {
        self.typed.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_part_of_another() {
        let words: BTreeSet<String> = (0..5000).map(word).collect();
        assert_eq!(words.len(), 5000);
        assert!(words.iter().all(|word| word.rfind('w') == Some(0) && word.len() == 5));
    }

    #[test]
    fn word_counts_once_it_is_whole() {
        let mut ledger = Ledger::default();
        let mut text = String::new();
        for _ in 0..4 {
            text.push(ledger.next_char());
            ledger.was_typed();
        }
        assert_eq!(ledger.count(), 0);
        text.push(ledger.next_char());
        ledger.was_typed();
        assert_eq!(ledger.words_in(&text), BTreeSet::from([word(1)]));
        assert_eq!(ledger.missing(&["else"]), BTreeSet::from([word(1)]));
        assert_eq!(ledger.next_char(), ' ');
    }
}
