//! Divides a short text into words, for merging within lines.
//!
//! A token is a run of letters and digits, a run of blanks, or a single other character; a line feed is a token, and so
//! is each character of a script that is written without blanks. Characters as readers see them stay whole: an accent
//! stays with its letter, and an emoji of a family stays together.

use unicode_segmentation::UnicodeSegmentation;

/// The class of a token's characters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TokenClass {
    Word,
    Blank,
    /// A token by itself.
    Mark,
}

/// Returns the tokens of a text, in order. Concatenated, they are the text.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let (mut start, mut run) = (0, TokenClass::Mark);
    for (at, grapheme) in text.grapheme_indices(true) {
        let class = token_class(grapheme);
        if at > start && (class == TokenClass::Mark || class != run) {
            tokens.push(&text[start..at]);
            start = at;
        }
        run = class;
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

/// Returns whether a character belongs to a script without blanks between words.
///
/// Han, kana, the scripts near Hangul, and Thai would need a dictionary to be divided into words.
fn is_unspaced_script(character: char) -> bool {
    matches!(u32::from(character), 0x0E00..=0x0EFF | 0x2E80..=0x31FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9F | 0x2_0000..=0x3_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_a_word_or_blanks_or_a_mark() {
        assert_eq!(tokens(""), [] as [&str; 0]);
        assert_eq!(tokens("let x2 =  f(y);\n"), ["let", " ", "x2", " ", "=", "  ", "f", "(", "y", ")", ";", "\n"]);
        assert_eq!(tokens("--\n\n"), ["-", "-", "\n", "\n"]);
        assert_eq!(tokens("日本語 and ไทย"), ["日", "本", "語", " ", "and", " ", "ไ", "ท", "ย"]);
    }

    #[test]
    fn character_is_never_divided() {
        assert_eq!(tokens("cafe\u{301}s 👩‍👩‍👧!"), ["cafe\u{301}s", " ", "👩‍👩‍👧", "!"]);
        assert_eq!(tokens("a\r\nb"), ["a", "\r\n", "b"]);
    }
}
