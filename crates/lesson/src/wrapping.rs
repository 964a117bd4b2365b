//! Breaks a text into lines.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Returns lines of at most `most` columns, broken at spaces if there are any.
pub(crate) fn wrap(text: &str, most: usize) -> Vec<String> {
    let most = most.max(8);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() > most {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            if line.width() + c.width().unwrap_or(1) > most {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    lines
}
