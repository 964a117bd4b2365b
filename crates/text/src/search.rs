//! Searches a text, line by line, for words or for a regular expression.
//!
//! A match is within one line and has at least one character. The time is linear in the text, whatever the pattern.

use std::fmt;
use std::ops::Range;

use regex::{Regex, RegexBuilder};

use crate::rope::Text;
use crate::slice::TextSlice;

/// The most memory, in bytes, that a compiled pattern may take.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// The conditions around a pattern for whole words: no character of a word may be beyond the match.
const WORD_EDGES: (&str, &str) = (r"(?:\b{start-half})(?:", r")(?:\b{end-half})");

/// How a pattern is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchOptions {
    /// Whether the pattern is a regular expression, in the syntax of the crate `regex`.
    ///
    /// Otherwise, it is the text that it matches.
    pub is_regex: bool,
    /// Whether capital and small letters are different.
    pub is_case_sensitive: bool,
    /// Whether a match neither begins nor ends within a word.
    ///
    /// A sign at an end of the match has no word around it: `$x` is found in `a$x`.
    pub is_whole_word: bool,
}

/// A pattern that is searched for.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Regex,
    is_regex: bool,
}

/// Why a pattern cannot be searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternError {
    /// It is not a valid regular expression, for this reason.
    Syntax(String),
    /// Its compiled form would take too much memory.
    TooLarge,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(why) => write!(f, "not a regular expression: {why}"),
            Self::TooLarge => f.write_str("the pattern is too large; shorten it or its repetitions"),
        }
    }
}

impl std::error::Error for PatternError {}

/// The matches in a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matches {
    /// The positions of the matches in the text, from first to last. None of them overlap.
    pub ranges: Vec<Range<usize>>,
    /// Whether these are all.
    pub is_complete: bool,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// [`PatternError`] if the pattern is not a regular expression, or is too large.
    pub fn new(pattern: &str, options: SearchOptions) -> Result<Self, PatternError> {
        let SearchOptions { is_regex, is_case_sensitive, is_whole_word } = options;
        let source = if is_regex { pattern.to_owned() } else { regex::escape(pattern) };
        let compiled = compile(&source, is_case_sensitive)?;
        let regex = if is_whole_word {
            let within = |end: &str| format!("{}{source}{end}{}", WORD_EDGES.0, WORD_EDGES.1);
            // After a comment of the pattern, only a line feed is not a part of that comment.
            let compile = |source: &str| compile(source, is_case_sensitive);
            compile(&within("")).or_else(|_| compile(&within("\n")))?
        } else {
            compiled
        };
        Ok(Self { regex, is_regex })
    }

    /// Returns the matches in a text, at most `limit`.
    #[must_use]
    pub fn find_all(&self, text: &Text, limit: usize) -> Matches {
        let mut ranges = Vec::new();
        for row in 0..text.line_count() {
            let start = text.line_start(row);
            let line = without_carriage_return(text, row).to_cow();
            for found in self.find_in(&line) {
                if ranges.len() == limit {
                    return Matches { ranges, is_complete: false };
                }
                ranges.push(start + found.start..start + found.end);
            }
        }
        Matches { ranges, is_complete: true }
    }

    /// Returns what replaces a match of a text, or `None` if the range is not a match.
    ///
    /// For a regular expression, `$1` in the template is the match of its first group, `$name` that of a named group,
    /// and `$$` is a dollar sign.
    #[must_use]
    pub fn replacement(&self, text: &Text, found: &Range<usize>, template: &str) -> Option<String> {
        let row = text.line_at(found.start);
        let start = text.line_start(row);
        let line = without_carriage_return(text, row).to_cow();
        let captures = self.regex.captures_at(&line, found.start - start)?;
        if captures.get(0)?.range() != (found.start - start..found.end - start) {
            return None;
        }
        if !self.is_regex {
            return Some(template.to_owned());
        }
        let mut new = String::new();
        captures.expand(template, &mut new);
        Some(new)
    }

    fn find_in<'l>(&'l self, line: &'l str) -> impl Iterator<Item = Range<usize>> + 'l {
        self.regex.find_iter(line).map(|found| found.range()).filter(|range| !range.is_empty())
    }
}

/// Compiles a regular expression.
fn compile(source: &str, is_case_sensitive: bool) -> Result<Regex, PatternError> {
    let regex = RegexBuilder::new(source)
        .case_insensitive(!is_case_sensitive)
        .size_limit(MAX_PATTERN_BYTES)
        .dfa_size_limit(MAX_PATTERN_BYTES)
        .build();
    match regex {
        Ok(regex) => Ok(regex),
        Err(regex::Error::CompiledTooBig(_)) => Err(PatternError::TooLarge),
        Err(error) => Err(PatternError::Syntax(reason(&error.to_string()))),
    }
}

/// Returns a line without the carriage return of its line end, so that `$` matches before it.
fn without_carriage_return(text: &Text, row: usize) -> TextSlice<'_> {
    let line = text.line(row);
    let has_line_end = row + 1 < text.line_count();
    if has_line_end && line.ends_with('\r') { line.slice(0..line.len() - 1) } else { line }
}

/// Returns the last line of the library's message; the lines before it draw the pattern.
fn reason(message: &str) -> String {
    let last = message.lines().last().unwrap_or(message).trim();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REGEX: SearchOptions = SearchOptions { is_regex: true, is_case_sensitive: true, is_whole_word: false };
    const LITERAL: SearchOptions = SearchOptions { is_regex: false, ..REGEX };

    fn found(pattern: &str, options: SearchOptions, text: &str) -> Vec<String> {
        let text = Text::from(text);
        let matches = Pattern::new(pattern, options).unwrap().find_all(&text, usize::MAX);
        assert!(matches.is_complete);
        matches.ranges.into_iter().map(|range| text.slice(range).into()).collect()
    }

    #[test]
    fn capitals_and_signs_mean_themselves_only_if_asked() {
        let any = SearchOptions::default();
        assert_eq!(found("ä.", any, "Ä. ä. ab"), ["Ä.", "ä."]);
        assert_eq!(found("ä.", LITERAL, "Ä. ä. ab"), ["ä."]);
        assert_eq!(found("a.", REGEX, "Ax a. ab"), ["a.", "ab"]);
    }

    #[test]
    fn whole_word_has_no_letter_beyond_its_ends() {
        let whole = |pattern: &str, text: &str| {
            let options = SearchOptions { is_whole_word: true, ..LITERAL };
            let matches = Pattern::new(pattern, options).unwrap().find_all(&Text::from(text), usize::MAX);
            matches.ranges.into_iter().map(|range| range.start).collect::<Vec<_>>()
        };
        assert_eq!(whole("cat", "cat concat cats, cat_ (cat) ücat"), [0, 23]);
        assert_eq!(whole("$x", "a$x $xy $x"), [8], "a sign beside a letter is not on its own, either");
        let either = SearchOptions { is_whole_word: true, ..REGEX };
        assert_eq!(found("a|ab", either, "ab a abc"), ["ab", "a"]);
        assert_eq!(found("(?x) a b # comment", either, "ab abc"), ["ab"]);
        let word = Pattern::new("cat", SearchOptions { is_whole_word: true, ..LITERAL }).unwrap();
        let text = Text::from("cat cats");
        assert_eq!(word.replacement(&text, &(0..3), "dog").as_deref(), Some("dog"));
        assert_eq!(word.replacement(&text, &(4..7), "dog"), None);
        assert_eq!(
            Pattern::new("(a", either).unwrap_err().to_string(),
            "not a regular expression: unclosed group",
            "the message is about what was typed"
        );
    }

    #[test]
    fn line_end_is_no_part_of_a_match() {
        assert_eq!(found("b$", REGEX, "ab\r\nb\nb"), ["b", "b", "b"]);
        assert_eq!(found(r"\s+", REGEX, "a \r\n b\r"), [" ", " ", "\r"], "the last line has no line end");
        assert_eq!(found("x*", REGEX, "axxb"), ["xx"], "an empty match has nothing to show");
    }

    #[test]
    fn replacement_has_the_groups_of_a_regular_expression_only() {
        let text = Text::from("key = value\n");
        let swap = Pattern::new(r"(\w+) = (\w+)", REGEX).unwrap();
        let all = 0..11;
        assert_eq!(swap.replacement(&text, &all, "$2 = $1, $$").as_deref(), Some("value = key, $"));
        let plain = Pattern::new("key", LITERAL).unwrap();
        assert_eq!(plain.replacement(&text, &(0..3), "$1").as_deref(), Some("$1"));
        assert_eq!(plain.replacement(&text, &(4..5), "x"), None, "this is not a match");
    }

    #[test]
    fn context_of_a_match_counts_when_it_is_replaced() {
        let text = Text::from("cat concat");
        let word = Pattern::new(r"\bcat", REGEX).unwrap();
        let found: Vec<_> = word.find_all(&text, 9).ranges.into_iter().map(|range| (range.start, range.end)).collect();
        assert_eq!(found, [(0, 3)]);
        assert_eq!(word.replacement(&text, &(7..10), "dog"), None);
    }

    #[test]
    fn bad_patterns_are_refused_with_a_reason() {
        let error = Pattern::new("(a", REGEX).unwrap_err();
        assert_eq!(error.to_string(), "not a regular expression: unclosed group");
        assert_eq!(Pattern::new(r"\w{1000}{1000}", REGEX).unwrap_err(), PatternError::TooLarge);
        assert!(Pattern::new("(a", LITERAL).is_ok());
    }

    #[test]
    fn matches_end_at_the_limit() {
        let text = Text::from("aaaa");
        let a = Pattern::new("a", LITERAL).unwrap();
        assert_eq!(a.find_all(&text, 4), Matches { ranges: vec![0..1, 1..2, 2..3, 3..4], is_complete: true });
        assert_eq!(a.find_all(&text, 3), Matches { ranges: vec![0..1, 1..2, 2..3], is_complete: false });
    }

    proptest! {
        #[test]
        fn words_are_found_as_in_a_string(text in "[ab\u{e4}\n\r]{0,60}", word in "[ab\u{e4}]{1,3}") {
            let matches = Pattern::new(&word, LITERAL).unwrap().find_all(&Text::from(text.as_str()), usize::MAX);
            let expected: Vec<_> = text.match_indices(&word).map(|(at, found)| at..at + found.len()).collect();
            prop_assert_eq!(matches.ranges, expected);
        }

        #[test]
        fn any_pattern_is_searched_for_or_refused(
            pattern in ".{0,20}",
            text in "(.|\n){0,60}",
            is_regex: bool,
            is_whole_word: bool,
        ) {
            let options = SearchOptions { is_regex, is_case_sensitive: false, is_whole_word };
            let Ok(pattern) = Pattern::new(&pattern, options) else { return Ok(()) };
            let text = Text::from(text.as_str());
            for range in pattern.find_all(&text, usize::MAX).ranges {
                prop_assert!(pattern.replacement(&text, &range, "").is_some(), "each match can be replaced");
            }
        }
    }
}
