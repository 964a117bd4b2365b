//! A short text cut into words, for merging within lines.
//!
//! A token is a run of letters and digits, a run of blanks, or any other mark by itself; a line feed is one, and so is
//! each character of a script that is written without blanks. No cut goes through what a reader takes for one
//! character: an accent stays with its letter, and a family of emoji together.

use unicode_segmentation::UnicodeSegmentation;

/// What a token is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TokenClass {
    Word,
    Blank,
    /// Stands alone.
    Mark,
}

/// The tokens of a text, in order. Put together they are the text.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let (mut start, mut run) = (0, TokenClass::Mark);
    for (at, grapheme) in text.grapheme_indices(true) {
        let stuff = token_class(grapheme);
        if at > start && (stuff == TokenClass::Mark || stuff != run) {
            tokens.push(&text[start..at]);
            start = at;
        }
        run = stuff;
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

fn token_class(grapheme: &str) -> TokenClass {
    match grapheme.chars().next() {
        Some(' ' | '\t') => TokenClass::Blank,
        Some(first) if first.is_alphanumeric() && !is_unspaced_script(first) => TokenClass::Word,
        _ => TokenClass::Mark,
    }
}

/// Whether this is a character of a script without blanks between words: Han, kana, Hangul's old neighbours and Thai
/// would need a dictionary to be cut into words.
fn is_unspaced_script(character: char) -> bool {
    matches!(u32::from(character), 0x0E00..=0x0EFF | 0x2E80..=0x31FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9F | 0x2_0000..=0x3_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_word_or_blanks_or_a_mark() {
        assert_eq!(tokens(""), [] as [&str; 0]);
        assert_eq!(tokens("let x2 =  f(y);\n"), ["let", " ", "x2", " ", "=", "  ", "f", "(", "y", ")", ";", "\n"]);
        assert_eq!(tokens("--\n\n"), ["-", "-", "\n", "\n"]);
        assert_eq!(tokens("日本語 and ไทย"), ["日", "本", "語", " ", "and", " ", "ไ", "ท", "ย"]);
    }

    #[test]
    fn no_cut_goes_through_a_character() {
        assert_eq!(tokens("cafe\u{301}s 👩‍👩‍👧!"), ["cafe\u{301}s", " ", "👩‍👩‍👧", "!"]);
        assert_eq!(tokens("a\r\nb"), ["a", "\r\n", "b"]);
    }
}
