//! What is wrong with a lesson's file: where, what, and what would be right.
//!
//! All that is found is told at once. Whoever writes a lesson in ten minutes has no time for one mistake a run.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in that line, counted from 1.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub message: String,
    /// The line as it stands in the file.
    source: String,
    /// How many characters it is about.
    width: usize,
}

/// All that is wrong with a lesson's file; at least one thing is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct Diagnostics {
    /// The file, as it is called where people look for it.
    pub file: String,
    /// In the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Diagnostic {
    pub(crate) fn at(text: &str, span: &Range<usize>, what: String) -> Self {
        let start = floor_char_boundary(text, span.start);
        let end = floor_char_boundary(text, span.end.max(start));
        let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let stop = text[start..].find('\n').map_or(text.len(), |at| start + at);
        Self {
            line: line_of(text, start),
            column: text[begin..start].chars().count() + 1,
            message: what,
            source: text[begin..stop].trim_end_matches('\r').to_owned(),
            width: text[start..end.min(stop)].chars().count().max(1),
        }
    }
}

/// The line in which that byte stands, counted from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..floor_char_boundary(text, at)].matches('\n').count() + 1
}

/// The last place up to `at` at which a character begins.
fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or_default()
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            let Diagnostic { line, column, message: what, source, width } = fault;
            write!(f, "{}:{line}:{column}: {what}", self.file)?;
            // What stands before the place is repeated as blanks, so that tabs keep their width.
            let blank: String = source.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let number = line.to_string();
            let shown: String =
                source.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect();
            write!(f, "\n  {number} | {shown}\n  {} | {blank}{}", " ".repeat(number.len()), "^".repeat(*width))?;
        }
        Ok(())
    }
}

/// What somebody may have meant by a word, if one of those that there are is near.
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

/// 'did you mean x?', or else all that there are.
pub(crate) fn suggest(word: &str, known: &[&str]) -> String {
    match did_you_mean(word, known.iter().copied()) {
        Some(other) => format!("did you mean '{other}'?"),
        None => format!("it may be {}", join_words(known)),
    }
}

/// 'a, b or c'.
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
