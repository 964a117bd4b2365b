//! A run log as text, as a page, as a diagram, as an archive, as data. Pure.
//!
//! Each format is a file of its own. What people typed and what servers answered is foreign text; in each format there
//! is one function through which it goes, and it cannot break out of its place.

mod diagram;
mod har;
mod jsonl;
mod markdown;
mod mermaid;
mod steps;
mod svg;
mod text;
mod visible;

use crate::run_log::RunLog;

pub use text::claims_in_words;
pub use visible::visible;
use visible::visible_json;

/// The format of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TranscriptFormat {
    /// Line by line, to be read or read aloud.
    Text,
    /// A page in `CommonMark`, with the diagram in it.
    Markdown,
    /// A sequence diagram for Mermaid.
    Mermaid,
    /// HTTP Archive 1.2.
    Har,
    /// A sequence diagram as a picture.
    Svg,
    /// One JSON object a line.
    Jsonl,
}

impl TranscriptFormat {
    /// Each, with the endings that files of it have; the first is the usual one.
    const ENDINGS: [(Self, &'static [&'static str]); 6] = [
        (Self::Text, &["txt", "text"]),
        (Self::Markdown, &["md", "markdown"]),
        (Self::Mermaid, &["mmd", "mermaid"]),
        (Self::Har, &["har"]),
        (Self::Svg, &["svg"]),
        (Self::Jsonl, &["jsonl", "ndjson"]),
    ];

    /// The form that a file with that ending has.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let found = Self::ENDINGS.iter().find(|(_, endings)| endings.contains(&extension));
        found.map(|(format, _)| *format)
    }

    /// The usual ending of each form.
    #[must_use]
    pub fn usual_endings() -> [&'static str; 6] {
        Self::ENDINGS.map(|(_, endings)| endings[0])
    }

    /// The usual ending of a file of that form.
    #[must_use]
    pub fn extension(self) -> &'static str {
        Self::ENDINGS.iter().find(|(format, _)| *format == self).map_or("txt", |(_, endings)| endings[0])
    }
}

/// Returns the transcript of a run.
#[must_use]
pub fn write(log: &RunLog, format: TranscriptFormat) -> String {
    match format {
        TranscriptFormat::Text => text::write(log),
        TranscriptFormat::Markdown => markdown::write(log),
        TranscriptFormat::Mermaid => mermaid::write(log),
        TranscriptFormat::Har => visible_json(&har::write(log)),
        TranscriptFormat::Svg => svg::write(log),
        TranscriptFormat::Jsonl => visible_json(&jsonl::write(log)),
    }
}

/// What happened so far in lines, for somebody who listens while it happens. A question comes without its answers,
/// which are numbered from 1. The lines stay the same when more happens, and more come behind them.
#[must_use]
pub fn lines_so_far(log: &RunLog) -> Vec<String> {
    text::so_far(log)
}
