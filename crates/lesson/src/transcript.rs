//! A tale told again: as text, as a page, as a diagram, as an archive, as data. Pure.
//!
//! Each format is a file of its own. What people typed and what servers answered is foreign text; in each format there
//! is one function through which it goes, and it cannot break out of its place.

mod diagram;
mod har;
mod jsonl;
mod markdown;
mod mermaid;
mod svg;
mod text;

use std::fmt::Write as _;

use crate::tale::{Moment, Tale};

/// In which form a tale is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
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

impl Format {
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

/// Tells a tale.
#[must_use]
pub fn write(tale: &Tale, format: Format) -> String {
    match format {
        Format::Text => text::write(tale),
        Format::Markdown => markdown::write(tale),
        Format::Mermaid => mermaid::write(tale),
        Format::Har => visible_json(&har::write(tale)),
        Format::Svg => svg::write(tale),
        Format::Jsonl => visible_json(&jsonl::write(tale)),
    }
}

/// How many claims hold, as it stands in a sentence.
#[must_use]
pub fn claims_in_words(claims: usize, failed: usize) -> String {
    match (claims, failed) {
        (1, 0) => "1 claim holds".to_owned(),
        (_, 0) => format!("all {claims} claims hold"),
        (1, _) => "1 claim does not hold".to_owned(),
        (_, 1) => format!("1 of {claims} claims does not hold"),
        _ => format!("{failed} of {claims} claims do not hold"),
    }
}

/// What happened so far in lines, for somebody who listens while it happens. A question comes without its answers, which
/// are numbered from 1. The lines stay the same when more happens, and more come behind them.
#[must_use]
pub fn so_far(tale: &Tale) -> Vec<String> {
    text::so_far(tale)
}

/// Foreign text on one line: what nobody sees, and what ends a line or turns its direction, is shown as its number.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '\n' => shown.push('\u{23ce}'),
            '\t' => shown.push('\u{21e5}'),
            c if is_hidden(c) => {
                let _ = write!(shown, "<U+{:04X}>", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}

/// JSON in which nothing is hidden: what controls a terminal or turns the direction of text is written as its number.
/// Such characters stand within texts only, line feeds aside, so it is the same JSON.
fn visible_json(json: &str) -> String {
    let mut shown = String::new();
    for c in json.chars() {
        if c != '\n' && is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Whether a character is there only to control: it shows nothing, or changes how others are shown.
fn is_hidden(c: char) -> bool {
    let invisible = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{fffe}' | '\u{ffff}');
    c.is_control() || invisible
}

/// The steps of a tale, each with what happened in it.
fn steps(tale: &Tale) -> impl Iterator<Item = (&Moment, &[Moment])> {
    let starts = |moment: &Moment| matches!(moment, Moment::Step { .. });
    let mut rest = tale.moments.as_slice();
    std::iter::from_fn(move || {
        let (first, after) = rest.split_first()?;
        let end = after.iter().position(starts).unwrap_or(after.len());
        let (inside, next) = after.split_at(end);
        rest = next;
        Some((first, inside))
    })
}
