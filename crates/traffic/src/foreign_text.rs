//! Makes hidden characters of foreign text visible, in files that people open elsewhere.

use std::fmt::Write as _;

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

/// Returns whether a character is invisible or changes how others are shown.
fn is_hidden(c: char) -> bool {
    let invisible = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}');
    c.is_control() || invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_numbers() {
        for c in
            ['\u{34f}', '\u{115f}', '\u{1160}', '\u{17b4}', '\u{17b5}', '\u{200b}', '\u{202e}', '\u{3164}', '\u{ffa0}']
        {
            let number = u32::from(c);
            assert_eq!(visible(&format!("a{c}b")), format!("a<U+{number:04X}>b"));
            assert_eq!(visible_json(&format!("\"{c}\"")), format!("\"\\u{number:04x}\""));
        }
        assert_eq!(visible("é ㅏ"), "é ㅏ", "letters stay");
    }
}
