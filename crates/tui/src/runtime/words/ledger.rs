//! Every word that the user typed, and whether it may be gone.
//!
//! A word may be gone for two reasons: the user took it back in the text (undo, backspace, cut and the like), or
//! decided against it in a view that they had entered. Both happen at a key press, so both are noted at one.

use std::collections::BTreeSet;

/// The letters of words. Most of them decide something in a merge, answer a question or steer a lesson; `w` begins a
/// word and is found nowhere else in it, so no word is a part of another.
const LETTERS: &[u8] = b"tmbosuandecklpfhi";

/// How many letters follow the first one.
const LENGTH: u32 = 4;

/// A word is told from all others by its number.
pub(super) fn word(number: usize) -> String {
    let base = LETTERS.len();
    // Neighbouring numbers give words that look nothing alike: the factor has no divisor in common with the count.
    let mixed = number.wrapping_mul(10_007) % base.pow(LENGTH);
    let letters = (0..LENGTH).map(|place| char::from(LETTERS[mixed / base.pow(place) % base]));
    std::iter::once('w').chain(letters).collect()
}

/// The words of one user.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// How many words were begun.
    begun: usize,
    /// What of the word at hand is still to be typed, and the word.
    at_hand: Option<(String, String)>,
    typed: Vec<String>,
    /// Those that the user took back or decided against.
    gone: BTreeSet<String>,
    /// Those that stood in the user's text when a decision was taken in a merge that the user had entered.
    decided: BTreeSet<String>,
}

impl Ledger {
    /// The next character that the user types, if nothing comes in between.
    pub(super) fn next_char(&mut self) -> char {
        let Some((rest, _)) = &mut self.at_hand else {
            let word = self.next_word();
            self.at_hand = Some((word[1..].to_owned(), word));
            return 'w';
        };
        if rest.is_empty() {
            self.at_hand = None;
            return if self.begun.is_multiple_of(5) { '\n' } else { ' ' };
        }
        rest.remove(0)
    }

    /// A character of the word at hand was typed. The word counts once it is whole.
    pub(super) fn was_typed(&mut self) {
        if let Some((rest, word)) = &self.at_hand
            && rest.is_empty()
        {
            self.typed.push(word.clone());
        }
    }

    /// A word as a whole, such as one that is pasted.
    pub(super) fn next_word(&mut self) -> String {
        self.begun += 1;
        word(self.begun)
    }

    /// A word was put in as a whole.
    pub(super) fn put_in(&mut self, word: String) {
        self.typed.push(word);
    }

    /// The user does something else than to type on: what was begun of a word is no word.
    pub(super) fn leave_the_word(&mut self) {
        self.at_hand = None;
    }

    /// The words that have to be somewhere, and are in none of these texts.
    pub(super) fn missing(&self, places: &[&str]) -> BTreeSet<String> {
        let found = |word: &str| places.iter().any(|place| place.contains(word));
        self.typed.iter().filter(|word| !self.gone.contains(*word) && !found(word)).cloned().collect()
    }

    /// The words in a text.
    pub(super) fn words_in(&self, text: &str) -> BTreeSet<String> {
        self.typed.iter().filter(|word| text.contains(word.as_str())).cloned().collect()
    }

    /// The user did away with these.
    pub(super) fn may_be_gone(&mut self, words: BTreeSet<String>) {
        self.gone.extend(words);
    }

    /// A decision was taken while this was the user's text.
    pub(super) fn decided_over(&mut self, text: &str) {
        let words = self.words_in(text);
        self.decided.extend(words);
    }

    /// Of these words, those about which nothing was decided.
    pub(super) fn undecided_of(&self, words: &BTreeSet<String>) -> BTreeSet<String> {
        words.iter().filter(|word| !self.decided.contains(*word) && !self.gone.contains(*word)).cloned().collect()
    }

    /// Of these words, those that the user did not do away with.
    pub(super) fn still_wanted(&self, words: &BTreeSet<String>) -> BTreeSet<String> {
        words.difference(&self.gone).cloned().collect()
    }

    /// The words that have to be somewhere, these aside.
    pub(super) fn all_but(&self, found: &BTreeSet<String>) -> BTreeSet<String> {
        self.typed.iter().filter(|word| !found.contains(*word) && !self.gone.contains(*word)).cloned().collect()
    }

    /// How many words were typed.
    pub(super) fn count(&self) -> usize {
        self.typed.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_a_part_of_another() {
        let words: BTreeSet<String> = (0..5000).map(word).collect();
        assert_eq!(words.len(), 5000);
        assert!(words.iter().all(|word| word.rfind('w') == Some(0) && word.len() == 5));
    }

    #[test]
    fn a_word_counts_once_it_is_whole() {
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
