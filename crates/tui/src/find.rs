//! The prompt that finds words in the text in view, and replaces them.
//!
//! The matches belong to one snapshot of the text. If the text changes beneath the prompt, they are searched for again
//! before anything is done with them ([`FindPrompt::search`]).

use std::ops::Range;

use terminal::edit::Edit;
use terminal::line_input::LineInput;
use text::{Matches, Pattern, PatternError, SearchOptions, Text};

/// The most matches that are marked and stepped through.
pub(crate) const MAX_MATCHES: usize = 10_000;

/// The last pattern and its options, for the next search.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastSearch {
    pub(crate) pattern: String,
    pub(crate) replacement: String,
    pub(crate) options: SearchOptions,
}

/// The prompt.
#[derive(Debug, Clone)]
pub(crate) struct FindPrompt {
    pattern: LineInput,
    /// The input for the text that replaces a match; `None` if the prompt only finds.
    replacement: Option<LineInput>,
    /// Whether the keys go to the replacement.
    types_replacement: bool,
    options: SearchOptions,
    /// The cursor's position when the search began: the first match after it is the current one.
    origin: usize,
    result: SearchResult,
}

/// The result of a search.
#[derive(Debug, Clone)]
pub(crate) enum SearchResult {
    /// Nothing is typed.
    Nothing,
    /// The pattern cannot be searched for.
    Invalid(PatternError),
    /// The matches, of which there may be none.
    Found(FoundMatches),
}

/// The matches in a text.
#[derive(Debug, Clone)]
pub(crate) struct FoundMatches {
    pattern: Pattern,
    /// The text that was searched.
    text: Text,
    matches: Matches,
    /// The index of the current match; `None` if there are no matches.
    current: Option<usize>,
}

impl FindPrompt {
    /// Returns a prompt with a proposed pattern, which typing replaces.
    pub(crate) fn new(proposed: &str, options: SearchOptions, origin: usize) -> Self {
        let pattern = LineInput::proposing(proposed);
        Self { pattern, replacement: None, types_replacement: false, options, origin, result: SearchResult::Nothing }
    }

    /// Adds the input for a replacement, if there is none.
    pub(crate) fn add_replacement(&mut self, proposed: &str) {
        self.replacement.get_or_insert_with(|| LineInput::proposing(proposed));
    }

    /// Gives the keys to the other input.
    pub(crate) fn switch_input(&mut self) {
        self.types_replacement = !self.types_replacement && self.replacement.is_some();
    }

    /// Returns the input for the pattern.
    pub(crate) fn pattern(&self) -> &LineInput {
        &self.pattern
    }

    /// Returns the input for the replacement, or `None` if the prompt only finds.
    pub(crate) fn replacement(&self) -> Option<&LineInput> {
        self.replacement.as_ref()
    }

    /// Returns whether the keys go to the replacement.
    pub(crate) fn types_replacement(&self) -> bool {
        self.types_replacement
    }

    pub(crate) fn options(&self) -> SearchOptions {
        self.options
    }

    pub(crate) fn result(&self) -> &SearchResult {
        &self.result
    }

    /// Returns what the next prompt proposes.
    pub(crate) fn as_last_search(&self) -> LastSearch {
        let replacement = self.replacement.as_ref().map_or_else(String::new, |input| input.text().to_owned());
        LastSearch { pattern: self.pattern.text().to_owned(), replacement, options: self.options }
    }

    /// Applies an edit to the input that has the keys. Returns whether the pattern has changed.
    pub(crate) fn type_in(&mut self, edit: &Edit, register: &mut String) -> bool {
        match self.replacement.as_mut().filter(|_| self.types_replacement) {
            Some(replacement) => {
                replacement.apply(edit, register);
                false
            }
            None => self.pattern.apply(edit, register),
        }
    }

    /// Switches between any case and exact case.
    pub(crate) fn toggle_case(&mut self) {
        self.options.is_case_sensitive = !self.options.is_case_sensitive;
    }

    /// Switches between whole words and any place.
    pub(crate) fn toggle_whole_word(&mut self) {
        self.options.is_whole_word = !self.options.is_whole_word;
    }

    /// Switches between words and a regular expression.
    pub(crate) fn toggle_regex(&mut self) {
        self.options.is_regex = !self.options.is_regex;
    }

    /// Returns whether the result is about another text than this.
    pub(crate) fn is_outdated(&self, text: &Text) -> bool {
        matches!(&self.result, SearchResult::Found(found) if found.text != *text)
    }

    /// Searches a text. The current match is the first one that ends after the origin.
    pub(crate) fn search(&mut self, text: Text) {
        let typed = self.pattern.text();
        if typed.is_empty() {
            self.result = SearchResult::Nothing;
            return;
        }
        self.result = match Pattern::new(typed, self.options) {
            Err(error) => SearchResult::Invalid(error),
            Ok(pattern) => {
                let matches = pattern.find_all(&text, MAX_MATCHES);
                let next = matches.ranges.partition_point(|range| range.end <= self.origin);
                let current = if next < matches.ranges.len() { next } else { 0 };
                let current = (!matches.ranges.is_empty()).then_some(current);
                SearchResult::Found(FoundMatches { pattern, text, matches, current })
            }
        };
    }

    /// Goes to another match, `by` of them further on, and from the last to the first.
    pub(crate) fn step(&mut self, by: isize) {
        let SearchResult::Found(found) = &mut self.result else { return };
        let count = found.matches.ranges.len();
        if let Some(current) = &mut found.current {
            *current = (current.cast_signed() + by).rem_euclid(count.cast_signed()).cast_unsigned();
            self.origin = found.matches.ranges[*current].start;
        }
    }

    /// Begins the search again from a position.
    pub(crate) fn go_on_from(&mut self, origin: usize) {
        self.origin = origin;
    }

    /// Returns the start of the match that the user stepped to last, or else of the search.
    pub(crate) fn origin(&self) -> usize {
        self.origin
    }
}

impl SearchResult {
    /// Returns the matches, or `None` if nothing was searched for.
    pub(crate) fn found(&self) -> Option<&FoundMatches> {
        if let Self::Found(found) = self { Some(found) } else { None }
    }
}

impl FoundMatches {
    /// Returns the positions of the matches.
    pub(crate) fn ranges(&self) -> &[Range<usize>] {
        &self.matches.ranges
    }

    /// Returns whether there are more matches than were counted.
    pub(crate) fn has_more(&self) -> bool {
        !self.matches.is_complete
    }

    /// Returns the number of the current match, counted from 1.
    pub(crate) fn number(&self) -> Option<usize> {
        self.current.map(|current| current + 1)
    }

    /// Returns the position of the current match.
    pub(crate) fn current(&self) -> Option<&Range<usize>> {
        self.matches.ranges.get(self.current?)
    }

    /// Returns the position of the current match and what replaces it.
    pub(crate) fn replacement(&self, template: &str) -> Option<(Range<usize>, String)> {
        let range = self.current()?;
        Some((range.clone(), self.pattern.replacement(&self.text, range, template)?))
    }

    /// Returns the positions of all matches in the text, and the text that replaces each.
    ///
    /// Matches beyond [`MAX_MATCHES`] are among them.
    pub(crate) fn replacements(&self, template: &str) -> Vec<(Range<usize>, String)> {
        let all;
        let ranges = if self.has_more() {
            all = self.pattern.find_all(&self.text, usize::MAX).ranges;
            &all
        } else {
            &self.matches.ranges
        };
        let new = |range: &Range<usize>| self.pattern.replacement(&self.text, range, template);
        ranges.iter().filter_map(|range| Some((range.clone(), new(range)?))).collect()
    }

    /// Returns the line of the current match, and the same line with the match replaced.
    pub(crate) fn preview(&self, template: &str) -> Option<(String, String)> {
        let (range, new) = self.replacement(template)?;
        let line = self.text.line_range(self.text.line_at(range.start));
        let old = String::from(self.text.slice(line.clone()));
        let (before, after) = (&old[..range.start - line.start], &old[range.end - line.start..]);
        Some((old.clone(), format!("{before}{new}{after}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(pattern: &str, text: &str, origin: usize) -> FindPrompt {
        let mut prompt = FindPrompt::new(pattern, SearchOptions::default(), origin);
        prompt.search(Text::from(text));
        prompt
    }

    fn current(prompt: &FindPrompt) -> Option<Range<usize>> {
        prompt.result().found()?.current().cloned()
    }

    #[test]
    fn first_match_is_the_next_one_after_the_cursor() {
        assert_eq!(current(&prompt("a", "a b a", 0)), Some(0..1));
        assert_eq!(current(&prompt("a", "a b a", 1)), Some(4..5));
        assert_eq!(current(&prompt("a", "a b a", 5)), Some(0..1), "from the end, the search goes on at the beginning");
        assert_eq!(current(&prompt("x", "a b a", 0)), None);
    }

    #[test]
    fn steps_go_around() {
        let mut prompt = prompt("a", "a a a", 0);
        prompt.step(-1);
        assert_eq!(current(&prompt), Some(4..5));
        prompt.step(1);
        assert_eq!(current(&prompt), Some(0..1));
        prompt.search(Text::from("a a a"));
        assert_eq!(current(&prompt), Some(0..1), "a new search keeps the match that the user stepped to");
    }

    #[test]
    fn preview_shows_the_line_before_and_after() {
        let prompt = prompt("two", "one\nONE TWO\r\n", 0);
        let found = prompt.result().found().unwrap();
        assert_eq!(found.preview("2"), Some(("ONE TWO\r".to_owned(), "ONE 2\r".to_owned())));
    }

    #[test]
    fn all_matches_are_replaced_even_beyond_those_that_are_marked() {
        let text = "a".repeat(MAX_MATCHES + 5);
        let prompt = prompt("a", &text, 0);
        let found = prompt.result().found().unwrap();
        assert!(found.has_more());
        assert_eq!(found.replacements("b").len(), MAX_MATCHES + 5);
    }
}
