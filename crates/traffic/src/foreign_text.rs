//! Makes hidden characters of foreign text visible, in files that people open elsewhere.

use std::fmt::Write as _;

use text::is_hidden;

/// Returns foreign text on one line.
///
/// Line ends and tabs are shown as symbols; other invisible characters, and those that control the direction of text,
/// as numbers.
///
/// # Examples
///
/// ```
/// assert_eq!(traffic::visible("two\nlines\u{1b}[31m"), "two⏎lines<U+001B>[31m");
/// ```
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '\n' => shown.push('\u{23ce}'),
            '\t' => shown.push('\u{21e5}'),
            c if is_hidden(c) => {
                let _ = write!(shown, "<U+{:04X}>", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}

/// Returns the same JSON with hidden characters escaped.
///
/// Except for line feeds, hidden characters can only be in strings, so the value does not change.
#[must_use]
pub fn visible_json(json: &str) -> String {
    let mut shown = String::new();
    for c in json.chars() {
        if c != '\n' && is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_numbers() {
        for c in ['\u{200b}', '\u{202e}', '\u{ffff}', '\u{1d173}'] {
            let number = u32::from(c);
            assert_eq!(visible(&format!("a{c}b")), format!("a<U+{number:04X}>b"));
            let escaped = visible_json(&format!("\"{c}\""));
            assert!(escaped.is_ascii(), "{escaped}");
            assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), c.to_string());
        }
        for glyphs in ["é ㅏ", "👩\u{200d}💻", "❤\u{fe0f}"] {
            assert_eq!(visible(glyphs), glyphs, "glyphs stay whole");
            assert_eq!(visible_json(glyphs), glyphs);
        }
    }
}
