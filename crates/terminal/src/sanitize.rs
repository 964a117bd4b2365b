//! Makes every character of foreign text visible: text from a file, a server or another person.
//!
//! A terminal obeys control characters, and some characters are invisible or change the direction of the text around
//! them, so a reader would be deceived. [`sanitize`] replaces all of them with visible marks, in documents, names and
//! field values alike. This is *not* an encoding: the original cannot be restored from the marks.

pub mod clip;

use std::borrow::Cow;
use std::fmt::Write as _;

pub use text::is_hidden;

/// The replacement of a tab: four blanks, since the tab's column is unknown here.
const TAB_REPLACEMENT: &str = "    ";

/// Replaces control characters, invisible characters and bidirectional overrides with visible marks.
///
/// A C0 control character or DEL becomes its control picture (`␛`, and `␊` for a line feed), so the result is one line.
/// A tab becomes four blanks. Every other such character becomes its number (`<U+202E>`). Joiners within a glyph stay,
/// because the glyph is visible.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\t' => shown.push_str(TAB_REPLACEMENT),
            '\u{0}'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => shown.push('\u{2421}'),
            c if is_hidden(c) => {
                // Writing into a string cannot fail.
                let _ = write!(shown, "<U+{:04X}>", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_borrowed_unchanged() {
        for text in ["", "plain", "日本 é e\u{301} 👩\u{200d}❤\u{fe0f}\u{200d}👨 ﾞ"] {
            assert!(matches!(sanitize(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn control_and_invisible_characters_become_marks() {
        assert_eq!(sanitize("\u{1b}[31mred"), "␛[31mred");
        assert_eq!(sanitize("a\tb\r\n"), "a    b␍␊");
        assert_eq!(sanitize("\u{7f}\u{9b}2J"), "␡<U+009B>2J");
        assert_eq!(sanitize("user\u{202e}nimda"), "user<U+202E>nimda");
        assert_eq!(sanitize("pay\u{200b}pal \u{feff}"), "pay<U+200B>pal <U+FEFF>");
        assert_eq!(sanitize("\u{e0041}"), "<U+E0041>");
    }

    proptest::proptest! {
        #[test]
        fn result_has_no_hidden_characters(text in "\\PC*|.*") {
            proptest::prop_assert!(!sanitize(&text).chars().any(is_hidden));
        }
    }
}
