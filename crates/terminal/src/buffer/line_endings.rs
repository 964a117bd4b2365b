//! How the lines of a text end.
//!
//! A line feed ends a line, and a carriage return directly before it belongs to the line end. The text is kept as it
//! was loaded, so the line ends are never taken apart; this only tells which ones there are.

use std::ops::Range;

use text::{Text, TextSlice};

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEndings {
    /// All end with a line feed, or there is only one line.
    Lf,
    /// All end with a carriage return and a line feed.
    CrLf,
    /// Some end in one way, some in the other.
    Mixed,
}

impl LineEndings {
    /// Returns how the lines of `text` end.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::counted(text.matches('\n').count(), text.matches("\r\n").count())
    }

    /// Returns how lines end of which so many have an end, so many of these with a carriage return.
    pub(super) const fn counted(all: usize, with_carriage_return: usize) -> Self {
        match with_carriage_return {
            0 => Self::Lf,
            both if both == all => Self::CrLf,
            _ => Self::Mixed,
        }
    }

    /// Returns the name that is shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
            Self::Mixed => "mixed line ends",
        }
    }
}

/// Returns the positions of a line's bytes in the text, without its line end.
pub(super) fn range_without_end(text: &Text, row: usize) -> Range<usize> {
    let line = text.line_range(row);
    // The last line has no line end: its carriage return is a character.
    let has_carriage_return = row + 1 < text.line_count() && !line.is_empty() && text.byte(line.end - 1) == b'\r';
    line.start..line.end - usize::from(has_carriage_return)
}

/// Returns a line without its line end.
pub(super) fn line_without_end(text: &Text, row: usize) -> TextSlice<'_> {
    text.slice(range_without_end(text, row))
}

/// Returns whether a line ends with a carriage return and a line feed.
pub(super) fn is_crlf(text: &Text, row: usize) -> bool {
    range_without_end(text, row).end < text.line_range(row).end
}
