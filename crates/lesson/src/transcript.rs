//! The transcript of a run log as text, a page, a diagram, an archive or data. Pure.
//!
//! Each format has a module. The texts of people and servers are foreign; each format passes them through one function
//! that escapes them.

mod diagram;
mod har;
mod jsonl;
mod markdown;
mod mermaid;
mod steps;
mod svg;
mod text;

use traffic::visible_json;

use crate::run_log::RunLog;

pub use text::{TranscriptLine, claims_in_words};

/// The format of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TranscriptFormat {
    /// Lines of text, to be read or read aloud.
    Text,
    /// A page in `CommonMark` that includes the Mermaid diagram.
    Markdown,
    /// A sequence diagram for Mermaid.
    Mermaid,
    /// HTTP Archive 1.2.
    Har,
    /// A sequence diagram as an SVG picture.
    Svg,
    /// One JSON object a line.
    Jsonl,
}

impl TranscriptFormat {
    /// Each format with its file extensions, the usual one first.
    const EXTENSIONS: [(Self, &'static [&'static str]); 6] = [
        (Self::Text, &["txt", "text"]),
        (Self::Markdown, &["md", "markdown"]),
        (Self::Mermaid, &["mmd", "mermaid"]),
        (Self::Har, &["har"]),
        (Self::Svg, &["svg"]),
        (Self::Jsonl, &["jsonl", "ndjson"]),
    ];

    /// Returns the format of files with this extension, or `None` if it is not known.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let found = Self::EXTENSIONS.iter().find(|(_, extensions)| extensions.contains(&extension));
        found.map(|(format, _)| *format)
    }

    /// Returns the usual extension of each format.
    #[must_use]
    pub fn usual_extensions() -> [&'static str; 6] {
        Self::EXTENSIONS.map(|(_, extensions)| extensions[0])
    }

    /// Returns the usual extension of the format.
    #[must_use]
    pub fn extension(self) -> &'static str {
        Self::EXTENSIONS.iter().find(|(format, _)| *format == self).map_or("txt", |(_, extensions)| extensions[0])
    }
}

/// Returns the transcript of a run.
#[must_use]
pub fn write(log: &RunLog, format: TranscriptFormat) -> String {
    match format {
        TranscriptFormat::Text => text::write(log),
        TranscriptFormat::Markdown => markdown::write(log),
        TranscriptFormat::Mermaid => mermaid::write(log),
        TranscriptFormat::Har => har::write(log),
        TranscriptFormat::Svg => svg::write(log),
        TranscriptFormat::Jsonl => visible_json(&jsonl::write(log)),
    }
}

/// Returns the text transcript so far, in lines, for a screen reader during the run.
///
/// A question has its choices, numbered from 1, but not their explanations. Later events only add lines.
#[must_use]
pub fn lines_so_far(log: &RunLog) -> Vec<TranscriptLine> {
    text::so_far(log)
}
