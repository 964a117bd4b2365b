//! How the lines of a text end, and how to take them apart and put them together again without loss.

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEndings {
    /// All with a line feed, or there is one line only.
    Lf,
    /// All with carriage return and line feed.
    CrLf,
    /// Some so, some so. The carriage returns stay where they are, as part of their lines.
    Mixed,
}

impl LineEndings {
    /// Looks how the lines of `text` end.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let all = text.matches('\n').count();
        match text.matches("\r\n").count() {
            0 => Self::Lf,
            both if both == all => Self::CrLf,
            _ => Self::Mixed,
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
            Self::Mixed => "mixed line ends",
        }
    }

    /// The characters between two lines.
    pub(super) const fn between(self) -> &'static str {
        match self {
            Self::CrLf => "\r\n",
            Self::Lf | Self::Mixed => "\n",
        }
    }

    /// Takes a text apart. A final line ending leaves an empty last line.
    #[must_use]
    pub fn split(self, text: &str) -> Vec<String> {
        text.split(self.between()).map(str::to_owned).collect()
    }

    /// Puts the lines together again.
    #[must_use]
    pub fn join(self, lines: &[String]) -> String {
        lines.join(self.between())
    }
}

/// The lines of a text as the cursor knows them: a carriage return that belongs to a line end is no part of the line.
///
/// Only a text with mixed line ends keeps such carriage returns in its lines; see [`LineEndings::Mixed`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines<'t> {
    lines: &'t [String],
    is_mixed: bool,
}

impl<'t> Lines<'t> {
    /// Wraps the lines of a text that end in this way.
    pub(super) fn new(lines: &'t [String], endings: LineEndings) -> Self {
        Self { lines, is_mixed: endings == LineEndings::Mixed }
    }

    /// How many lines there are: at least one.
    pub(super) fn count(self) -> usize {
        self.lines.len()
    }

    /// Returns a line without its line end.
    pub(super) fn line(self, row: usize) -> &'t str {
        let line = self.lines[row].as_str();
        // The last line has no line end: its carriage return is a character.
        let has_end = self.is_mixed && row + 1 < self.lines.len();
        line.strip_suffix('\r').filter(|_| has_end).unwrap_or(line)
    }

    /// Returns the number of characters between two places; `to` is in the line of `from` or in the next.
    ///
    /// A line feed is one character.
    pub(super) fn chars_between(self, from: (usize, usize), to: (usize, usize)) -> usize {
        if from.0 == to.0 { to.1 - from.1 } else { self.lines[from.0].chars().count() - from.1 + 1 + to.1 }
    }
}
