//! Text on a terminal: every character of it is visible, and none steers the terminal.

use terminal::sanitize::sanitize;

/// Replaces control and invisible characters, except line ends and tabs, by visible marks.
///
/// The result ends with a line end, unless the text is empty.
pub(crate) fn visible_lines(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(sanitize).collect::<Vec<_>>().join("\t");
    text.lines().flat_map(|one| [line(one), "\n".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visible_text_keeps_its_lines_and_steers_no_terminal() {
        assert_eq!(visible_lines("a\tb\r\n\nc\u{1b}[2J"), "a\tb\n\nc\u{241b}[2J\n");
        assert_eq!(visible_lines(""), "");
    }
}
