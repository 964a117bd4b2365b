//! Foreign text and HTTP messages in Markdown (`CommonMark`), so that no text can become markup.

use std::fmt::Write as _;

use contract::Message;

use crate::foreign_text::visible;

/// Returns a text for a page, with all ASCII punctuation that can have a meaning escaped.
///
/// The text is on one line, and may be in a cell of a table.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        if c.is_ascii_punctuation() && !",.:;'?!/".contains(c) {
            // A backslash would leave the bracket visible to scanners of the source, so it becomes an entity.
            match c {
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '&' => out.push_str("&amp;"),
                c => {
                    out.push('\\');
                    out.push(c);
                }
            }
        } else {
            out.push(c);
        }
    }
    // A number and a full stop at the beginning would begin a list.
    let digits = out.chars().take_while(char::is_ascii_digit).count();
    if digits > 0 && out[digits..].starts_with('.') {
        out.insert(digits, '\\');
    }
    out
}

/// Returns a code block whose fence is longer than any run of backticks in the text.
///
/// The caller makes hidden characters of the text visible.
#[must_use]
pub fn code_block(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat((longest + 1).max(3));
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

/// Returns a message as it is on the wire, with control characters made visible.
///
/// `head` is its first line. Line ends in the body are kept.
#[must_use]
pub fn http_message(head: &str, message: &Message) -> String {
    let mut out = format!("{head}\n");
    for (name, value) in &message.fields {
        let _ = writeln!(out, "{}: {}", visible(name), visible(value));
    }
    if !message.body.is_empty() {
        out.push('\n');
        for line in message.body.lines() {
            let _ = writeln!(out, "{}", visible(line));
        }
    }
    out
}
