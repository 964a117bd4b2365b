//! JSON on standard output: one value a line, which controls no terminal.

use std::fmt::Write as _;

use serde::Serialize;
use terminal::sanitize::is_hidden;

/// Returns a value as one line of JSON, with its line feed. No character of it controls a terminal.
///
/// # Panics
///
/// If JSON cannot represent the value, such as a map whose keys are not strings.
pub(crate) fn json_line(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("JSON can represent these values");
    format!("{}\n", escape_hidden(&json))
}

/// Escapes the characters that a terminal would obey, or that would not be seen.
///
/// In JSON, these are only in strings, and there an escape means the same as the character.
fn escape_hidden(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing into a string cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_json_means_the_same_and_has_no_hidden_character() {
        let text = "a\u{1b}[2J\u{9b}\u{202e}\u{e0041}\"\\ü";
        let escaped = escape_hidden(&serde_json::to_string(text).unwrap());
        assert!(!escaped.chars().any(is_hidden), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }
}
