//! Standard output of `ifmatch docs`: lines and JSON that control no terminal.
//!
//! A terminal obeys control characters in names and titles, even if they are in a JSON string. So lines show marks
//! instead, and JSON has escapes.

use std::fmt::Write as _;

use contract::Problem;
use serde::Serialize;
use terminal::sanitize::{is_hidden, sanitize};

use super::error::DocsError;
use crate::output::stdout;

/// The refusal of a server, as JSON.
#[derive(Serialize)]
pub(super) struct ProblemValue<'a> {
    pub(super) problem: &'a Problem,
}

/// Prints a value as one line of JSON.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), DocsError> {
    let json = serde_json::to_string(value).expect("JSON can represent these values");
    print(format!("{}\n", escape_hidden(&json)))
}

/// Prints a line; characters that would not be seen as such become marks.
pub(super) fn print_line(line: &str) -> Result<(), DocsError> {
    print(format!("{}\n", sanitize(line)))
}

/// Prints bytes as they are.
pub(super) fn print(bytes: impl AsRef<[u8]>) -> Result<(), DocsError> {
    stdout::print(bytes).map_err(DocsError::Output)
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
