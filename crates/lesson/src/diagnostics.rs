//! The faults in a TOML file, such as a lesson's, each with its position and a remedy.
//!
//! All faults are reported together: a teacher who writes a lesson in ten minutes cannot afford a run for each.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

/// One fault in a TOML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, in characters, counted from 1.
    pub column: usize,
    /// The fault, and a remedy.
    pub message: String,
    /// The line of the file.
    source: String,
    /// How many characters of the line are wrong.
    width: usize,
}

/// The faults in a TOML file; there is at least one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct Diagnostics {
    /// The path of the file.
    pub file: String,
    /// The faults, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Diagnostic {
    /// Returns a fault at some bytes of a text.
    #[must_use]
    pub fn at(text: &str, span: &Range<usize>, message: String) -> Self {
        let start = floor_char_boundary(text, span.start);
        let end = floor_char_boundary(text, span.end.max(start));
        let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let stop = text[start..].find('\n').map_or(text.len(), |at| start + at);
        Self {
            line: line_of(text, start),
            column: text[begin..start].chars().count() + 1,
            message,
            source: text[begin..stop].trim_end_matches('\r').to_owned(),
            width: text[start..end.min(stop)].chars().count().max(1),
        }
    }
}

/// Returns the line of a byte, counted from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..floor_char_boundary(text, at)].matches('\n').count() + 1
}

/// Returns the last character boundary up to `at`.
fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or_default()
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            let Diagnostic { line, column, message, source, width } = fault;
            write!(f, "{}:{line}:{column}: {message}", self.file)?;
            // The text before the fault is repeated as blanks, so that tabs keep their width.
            let blank: String = source.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let number = line.to_string();
            let shown: String =
                source.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect();
            write!(f, "\n  {number} | {shown}\n  {} | {blank}{}", " ".repeat(number.len()), "^".repeat(*width))?;
        }
        Ok(())
    }
}

/// Returns the known word that is most similar to `word`, or `None` if none is similar.
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |other: &&str| {
        let far = strsim::damerau_levenshtein(&word.to_lowercase(), &other.to_lowercase());
        far <= (other.chars().count() / 3).max(1)
    };
    let mut candidates: Vec<&str> = known.into_iter().filter(near).collect();
    candidates.sort_by_key(|other| strsim::damerau_levenshtein(word, other));
    candidates.first().copied()
}

/// Returns 'did you mean x?' for a similar word, or else all known words.
pub(crate) fn suggest(word: &str, known: &[&str]) -> String {
    match did_you_mean(word, known.iter().copied()) {
        Some(other) => format!("did you mean '{other}'?"),
        None => format!("expected {}", join_words(known)),
    }
}

/// Returns words in quotes, such as `'a', 'b' or 'c'`.
pub(crate) fn join_words(words: &[&str]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => format!("'{one}'"),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(|word| format!("'{word}'")).collect();
            format!("{} or '{last}'", most.join(", "))
        }
    }
}
