//! How the lines of a text end, and how to take them apart and put them together again without loss.

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endings {
    /// All with a line feed, or there is one line only.
    Lf,
    /// All with carriage return and line feed.
    CrLf,
    /// Some so, some so. The carriage returns stay where they are, as part of their lines.
    Mixed,
}

impl Endings {
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

    /// What stands between two lines.
    const fn between(self) -> &'static str {
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
