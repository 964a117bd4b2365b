//! Codes that a server makes up where nobody brought tokens: pronounceable, and not to be guessed.
//!
//! A code is read from a projector, said aloud and typed, so it is made of words that look and sound like words: a
//! consonant, a vowel and so on, `kudop`. There is no digit to be taken for a letter, no case, and no letter that looks
//! like another. Each word carries 16 bits. (The scheme is known as proquints.)
//!
//! How many words? A code can only be tried by asking the server, and it dies with the server. Three words are 48 bits:
//! whoever tries ten thousand codes a second, for a whole day, finds it with a chance of one in three hundred thousand.
//! That is enough to be let in to edit a document whose every version is kept. The leader's token can do more and is
//! not read out, so it has five: 80 bits.

use contract::Token;

use crate::error::Error;

const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";

/// A code for a whole room.
pub(crate) fn room_code() -> Result<Token, Error> {
    code::<3>()
}

/// A token for whoever leads.
pub(crate) fn admin_code() -> Result<Token, Error> {
    code::<5>()
}

/// So many words, from the operating system's randomness.
fn code<const WORDS: usize>() -> Result<Token, Error> {
    let mut drawn = [[0; 2]; WORDS];
    getrandom::fill(drawn.as_flattened_mut()).map_err(Error::Random)?;
    Ok(spell(drawn.map(u16::from_be_bytes)))
}

fn spell<const WORDS: usize>(drawn: [u16; WORDS]) -> Token {
    let code = drawn.map(word).join("-");
    code.parse().expect("letters and dashes are a token")
}

/// Four bits a consonant, two a vowel.
fn word(bits: u16) -> String {
    let consonant = |shift: u16| char::from(CONSONANTS[usize::from(bits >> shift & 15)]);
    let vowel = |shift: u16| char::from(VOWELS[usize::from(bits >> shift & 3)]);
    [consonant(12), vowel(10), consonant(6), vowel(4), consonant(0)].into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_number_is_a_word_of_its_own() {
        let words: BTreeSet<String> = (0..=u16::MAX).map(word).collect();
        assert_eq!(words.len(), 1 << 16);
        assert_eq!((word(0), word(u16::MAX)), ("babab".to_owned(), "zuzuz".to_owned()));
    }

    #[test]
    fn codes_are_words_and_come_once() {
        let codes: BTreeSet<String> = (0..100).map(|_| room_code().unwrap().expose().to_owned()).collect();
        assert_eq!(codes.len(), 100);
        assert!(codes.iter().all(|code| code.len() == 17 && code.split('-').all(|word| word.len() == 5)), "{codes:?}");
        assert_eq!(admin_code().unwrap().expose().split('-').count(), 5);
    }
}
