//! The indentation of lines: the blanks that they begin with, and what one level of them is in a text.

use std::iter::repeat_n;

use text::{Text, TextSlice};

use super::line_endings::line_without_end;
use crate::sanitize::clip::TAB_WIDTH;

/// How many lines are read at most to find out how a text is indented.
const MAX_EXAMINED_LINES: usize = 2000;

/// The most spaces that one level of indentation has.
const MAX_SPACES: usize = 8;

/// One level of indentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IndentUnit {
    /// A tab.
    Tab,
    /// So many spaces: at least 2.
    Spaces(usize),
}

impl IndentUnit {
    /// Returns the unit that the first lines of a text are indented by, or `None` if none of them is indented.
    ///
    /// With spaces, it is the smallest indentation of a line, but one space does not count.
    pub(super) fn of(text: &Text) -> Option<Self> {
        let (mut tabs, mut spaces, mut smallest) = (0_usize, 0_usize, MAX_SPACES);
        for row in 0..text.line_count().min(MAX_EXAMINED_LINES) {
            let line = line_without_end(text, row);
            let blanks = leading_blanks(line);
            if blanks == line.len() {
                continue;
            }
            match line.chars().take_while(|&c| c == ' ').count() {
                0 if blanks > 0 => tabs += 1,
                0 | 1 => {}
                count => (spaces, smallest) = (spaces + 1, smallest.min(count)),
            }
        }
        match (tabs, spaces) {
            (0, 0) => None,
            (tabs, spaces) if tabs >= spaces => Some(Self::Tab),
            _ => Some(Self::Spaces(smallest)),
        }
    }

    /// Returns the unit as text.
    pub(super) fn text(self) -> String {
        match self {
            Self::Tab => "\t".to_owned(),
            Self::Spaces(count) => " ".repeat(count),
        }
    }

    /// Returns what leads from a column to the next tab stop.
    pub(super) fn text_from(self, column: usize) -> String {
        match self {
            Self::Tab => "\t".to_owned(),
            Self::Spaces(count) => repeat_n(' ', count - column % count).collect(),
        }
    }

    /// Returns how many bytes at the beginning of a line are one level of its indentation.
    pub(super) fn bytes_in(self, line: TextSlice<'_>) -> usize {
        let columns = match self {
            Self::Tab => TAB_WIDTH,
            Self::Spaces(count) => count,
        };
        let spaces = line.chars().take(columns).take_while(|&c| c == ' ').count();
        let ends_with_tab = spaces < columns && line.chars().nth(spaces) == Some('\t');
        spaces + usize::from(ends_with_tab)
    }
}

/// Returns how many bytes at the beginning of a line are tabs or spaces.
pub(super) fn leading_blanks(line: TextSlice<'_>) -> usize {
    line.chars().take_while(|c| matches!(c, ' ' | '\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_is_what_most_indented_lines_begin_with() {
        let unit = |text: &str| IndentUnit::of(&Text::from(text));
        assert_eq!(unit("a\nb\n"), None);
        assert_eq!(unit("a\n\tb\n"), Some(IndentUnit::Tab));
        assert_eq!(unit("a\n    b\n  c\n"), Some(IndentUnit::Spaces(2)));
        assert_eq!(unit("a\n\tb\n    c\n    d\n"), Some(IndentUnit::Spaces(4)));
        assert_eq!(unit("/*\n * one space\n */\n"), None);
        assert_eq!(unit("a\n   \n"), None, "a line of blanks is not indented");
    }

    #[test]
    fn one_level_is_at_most_what_there_is() {
        let bytes = |unit: IndentUnit, line: &str| unit.bytes_in(Text::from(line).line(0));
        assert_eq!(bytes(IndentUnit::Tab, "\t\tx"), 1);
        assert_eq!(bytes(IndentUnit::Tab, "  x"), 2);
        assert_eq!(bytes(IndentUnit::Spaces(2), "    x"), 2);
        assert_eq!(bytes(IndentUnit::Spaces(4), " \tx"), 2, "a tab ends at the tab stop");
        assert_eq!(bytes(IndentUnit::Spaces(4), "x"), 0);
    }
}
