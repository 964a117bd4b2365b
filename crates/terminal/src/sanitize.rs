//! Makes foreign text visible: text from a file, a server, another person.
//!
//! A terminal obeys control characters, a reader believes what they see, and some characters are invisible or turn the
//! direction of their neighbours. So all of them are shown as marks, by this one function, in documents, names and
//! field values alike. It is *not* an encoding: the marks cannot be read back.

pub mod clip;

use std::borrow::Cow;
use std::fmt::Write as _;

/// The columns of a tab. A mark without a place on the line knows no tab stops.
const TAB_REPLACEMENT: &str = "    ";

/// Replaces characters that are invisible, or would steer the terminal, with visible marks.
///
/// Control characters become their pictures (`␛`), those without one, bidirectional overrides and invisible characters
/// become their number (`<U+202E>`), a tab becomes four blanks, and a line feed the picture `␊`: the result is one
/// line. Joiners that hold one glyph together stay, because the glyph is what is seen.
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

/// Returns whether a character is shown as a mark: it is a control, is invisible, or turns text.
///
/// The zero-width joiner and the variation selectors are not among them: they are part of how one glyph is written.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    let invisible = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}');
    c.is_control() || invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_borrowed_as_it_is() {
        for text in ["", "plain", "日本 é e\u{301} 👩\u{200d}❤\u{fe0f}\u{200d}👨 ﾞ"] {
            assert!(matches!(sanitize(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_steers_or_hides_becomes_a_mark() {
        assert_eq!(sanitize("\u{1b}[31mred"), "␛[31mred");
        assert_eq!(sanitize("a\tb\r\n"), "a    b␍␊");
        assert_eq!(sanitize("\u{7f}\u{9b}2J"), "␡<U+009B>2J");
        assert_eq!(sanitize("user\u{202e}nimda"), "user<U+202E>nimda");
        assert_eq!(sanitize("pay\u{200b}pal \u{feff}"), "pay<U+200B>pal <U+FEFF>");
        assert_eq!(sanitize("\u{e0041}"), "<U+E0041>");
    }

    proptest::proptest! {
        #[test]
        fn nothing_hidden_is_left(text in "\\PC*|.*") {
            proptest::prop_assert!(!sanitize(&text).chars().any(is_hidden));
        }
    }
}
