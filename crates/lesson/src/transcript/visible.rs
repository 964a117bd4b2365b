//! Foreign text, shown so that nothing of it is hidden and nothing breaks out of its place.

use std::fmt::Write as _;

/// Foreign text on one line: what nobody sees, and what ends a line or turns its direction, is shown as its number.
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

/// JSON in which nothing is hidden: what controls a terminal or turns the direction of text is written as its number.
/// Such characters stand within texts only, line feeds aside, so it is the same JSON.
pub(super) fn visible_json(json: &str) -> String {
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

/// Whether a character is there only to control: it shows nothing, or changes how others are shown.
fn is_hidden(c: char) -> bool {
    let invisible = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{fffe}' | '\u{ffff}');
    c.is_control() || invisible
}
