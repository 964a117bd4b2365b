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
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{fffe}' | '\u{ffff}');
    c.is_control() || invisible
}
