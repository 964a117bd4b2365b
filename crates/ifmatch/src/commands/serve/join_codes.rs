//! Join codes, which a server generates if it is given no tokens: pronounceable, and hard to guess.
//!
//! A code is read from a projector, spoken and typed, so its words look and sound like words: a consonant, a vowel and
//! so on, as in `kudop`. There are no digits that could be taken for letters, no upper case, and no two letters that
//! look alike. Each word has 16 bits. (The scheme is known as proquints.)
//!
//! How many words? A guess takes a request to the server, and a code is valid only while its server runs. Three words
//! are 48 bits: an attacker who tries ten thousand codes a second for a whole day succeeds with a chance of one in
//! three hundred thousand. That is enough for editing documents whose versions are all kept. The leader's code
//! allows more and is not read out, so it has five words: 80 bits.

use contract::Token;

const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";

/// Generates a code for a whole room.
pub(crate) fn room_code() -> Result<Token, getrandom::Error> {
    code::<3>()
}

/// Generates a code for the leader.
pub(crate) fn admin_code() -> Result<Token, getrandom::Error> {
    code::<5>()
}

/// Generates a code of random words.
fn code<const WORDS: usize>() -> Result<Token, getrandom::Error> {
    let mut random = [[0; 2]; WORDS];
    getrandom::fill(random.as_flattened_mut())?;
    let words = random.map(u16::from_be_bytes).map(word);
    Ok(words.join("-").parse().expect("letters and dashes are a token"))
}

/// Returns the word for a number: each consonant stands for four bits, each vowel for two.
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
    fn each_number_is_another_word() {
        let words: BTreeSet<String> = (0..=u16::MAX).map(word).collect();
        assert_eq!(words.len(), 1 << 16);
        assert_eq!((word(0), word(u16::MAX)), ("babab".to_owned(), "zuzuz".to_owned()));
    }

    #[test]
    fn codes_are_words_and_differ() {
        let codes: BTreeSet<String> = (0..100).map(|_| room_code().unwrap().expose().to_owned()).collect();
        assert_eq!(codes.len(), 100);
        assert!(codes.iter().all(|code| code.len() == 17 && code.split('-').all(|word| word.len() == 5)), "{codes:?}");
        assert_eq!(admin_code().unwrap().expose().split('-').count(), 5);
    }
}
