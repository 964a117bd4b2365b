//! The reader of one step: its table, and the names that are known in the lesson.

use std::ops::Range;

use contract::Author;
use toml::Spanned;
use toml::de::DeTable;

use super::table::{TomlReader, Value};
use crate::diagnostics::join_words;

/// The people who have editors.
pub(super) struct KnownNames {
    pub(super) names: Vec<Author>,
}

/// The reader of one step.
pub(super) struct StepReader<'r, 'a, 'v, 'i> {
    pub(super) reading: &'r mut TomlReader<'a>,
    pub(super) table: &'v DeTable<'i>,
    pub(super) span: Range<usize>,
    /// The people who have editors.
    pub(super) names: &'r KnownNames,
    /// Everyone who sends requests, with an editor or without.
    pub(super) known: &'r [&'r str],
    /// The documents of the lesson, or `None` if a request may create one under an unknown name.
    pub(super) documents: Option<&'r [String]>,
}

impl<'v, 'i> StepReader<'_, '_, 'v, 'i> {
    pub(super) fn wrong(&mut self, what: impl Into<String>) {
        let span = self.span.clone();
        self.reading.report(&span, what);
    }

    pub(super) fn need(&mut self, key: &str, place: &str) -> Option<&'v Value<'i>> {
        let span = self.span.clone();
        self.reading.need(self.table, key, place, &span)
    }

    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        let value = self.table.get(key)?;
        self.reading.as_text(value, key).map(str::to_owned)
    }

    pub(super) fn texts(&mut self, key: &str) -> Vec<String> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        self.reading.as_texts(value, key).into_iter().map(|(text, _)| text).collect()
    }

    /// Returns the person with this name who has an editor, or reports that there is none.
    pub(super) fn person(&mut self, text: &str, span: &Range<usize>) -> Option<Author> {
        let found = self.names.names.iter().find(|name| name.as_str() == text).cloned();
        if found.is_none() {
            let names: Vec<&str> = self.names.names.iter().map(Author::as_str).collect();
            let what = format!("no one called '{text}' has an editor here; expected {}", join_words(&names));
            self.reading.report(span, what);
        }
        found
    }

    /// Returns the sender with this name, or reports that there is none.
    pub(super) fn sender(&mut self, text: &str, span: &Range<usize>) -> Option<Author> {
        if self.known.contains(&text) {
            return self.reading.parsed(text, span, "who");
        }
        let what = format!("no one in this lesson is called '{text}'; expected {}", join_words(self.known));
        self.reading.report(span, what);
        None
    }

    /// Reports a name that is not a valid field name (RFC 9110 section 5.1).
    pub(super) fn field_name(&mut self, name: &Spanned<std::borrow::Cow<'_, str>>) -> Option<()> {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if !name.get_ref().is_empty() && name.get_ref().bytes().all(legal) {
            return Some(());
        }
        self.reading.report(&name.span(), format!("'{}' is not a valid field name", name.get_ref()));
        None
    }
}
