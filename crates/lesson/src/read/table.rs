//! Reads TOML values of an expected type; records faults and continues.
//!
//! This module knows nothing about lessons: the program reads its configuration with it, too. Each function returns the
//! value, or `None` if the value has the wrong type; then the fault is in the list.

use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::{Diagnostic, join_words, line_of, suggest};

/// The reader of a file.
pub struct TomlReader<'a> {
    /// The text of the file.
    pub text: &'a str,
    /// The faults that were found so far.
    pub faults: Vec<Diagnostic>,
}

/// A value with its position.
pub type Value<'i> = Spanned<DeValue<'i>>;

impl TomlReader<'_> {
    /// Records a fault.
    pub fn report(&mut self, span: &Range<usize>, what: impl Into<String>) {
        self.faults.push(Diagnostic::at(self.text, span, what.into()));
    }

    /// Returns the line of a value, counted from 1.
    #[must_use]
    pub fn line(&self, span: &Range<usize>) -> usize {
        line_of(self.text, span.start)
    }

    /// Returns a text.
    pub fn as_text<'v>(&mut self, value: &'v Value<'_>, key: &str) -> Option<&'v str> {
        if value.get_ref().as_str().is_none() {
            self.report_kind(value, key, "a text in quotes");
        }
        value.get_ref().as_str()
    }

    /// Returns the texts of a text or a list of texts, with their positions.
    pub fn as_texts(&mut self, value: &Value<'_>, key: &str) -> Vec<(String, Range<usize>)> {
        match value.get_ref() {
            DeValue::String(text) => vec![(text.to_string(), value.span())],
            DeValue::Array(items) => {
                let texts = items.iter().map(|item| Some((self.as_text(item, key)?.to_owned(), item.span())));
                texts.collect::<Vec<_>>().into_iter().flatten().collect()
            }
            _ => {
                self.report_kind(value, key, "a text in quotes, or a list of texts");
                Vec::new()
            }
        }
    }

    /// Returns the value that `words` has for this text. Any other text is reported as a fault.
    pub fn as_word<T: Copy>(&mut self, value: &Value<'_>, key: &str, words: &[(T, &str)]) -> Option<T> {
        let said = self.as_text(value, key)?;
        let found = words.iter().find(|(_, word)| *word == said).map(|(one, _)| *one);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(_, word)| *word).collect();
            self.report(&value.span(), format!("'{key}' cannot be '{said}'; {}", suggest(said, &known)));
        }
        found
    }

    /// Returns the value that a text parses to.
    pub fn as_read<T>(&mut self, value: &Value<'_>, key: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        let text = self.as_text(value, key)?;
        self.parsed(text, &value.span(), key)
    }

    /// Returns the value that `text` parses to.
    pub fn parsed<T>(&mut self, text: &str, span: &Range<usize>, key: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.report(span, format!("'{key}' cannot be '{text}': {error}"));
                None
            }
        }
    }

    /// Returns a whole number of at least `least`.
    pub fn as_number<T: TryFrom<u64>>(&mut self, value: &Value<'_>, key: &str, least: u64) -> Option<T> {
        let digits = value.get_ref().as_integer();
        let number =
            digits.and_then(|digits| u64::from_str_radix(&digits.as_str().replace('_', ""), digits.radix()).ok());
        let number = number.filter(|number| *number >= least).and_then(|number| T::try_from(number).ok());
        if number.is_none() {
            self.report_kind(value, key, &format!("a whole number, {least} or more, without quotes"));
        }
        number
    }

    /// Returns a Boolean.
    pub fn as_flag(&mut self, value: &Value<'_>, key: &str) -> Option<bool> {
        if value.get_ref().as_bool().is_none() {
            self.report_kind(value, key, "true or false, without quotes");
        }
        value.get_ref().as_bool()
    }

    /// Returns a table.
    pub fn as_table<'v, 'i>(&mut self, value: &'v Value<'i>, key: &str) -> Option<&'v DeTable<'i>> {
        if value.get_ref().as_table().is_none() {
            self.report_kind(value, key, "a table, such as { name = \"value\" }");
        }
        value.get_ref().as_table()
    }

    /// Records that a value has the wrong type.
    pub fn report_kind(&mut self, value: &Value<'_>, key: &str, wanted: &str) {
        let here = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a point",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.report(&value.span(), format!("'{key}' must be {wanted}, not {here}"));
    }

    /// Reports the keys of a table that are not known.
    pub fn reject_unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str], place: &str) {
        self.reject_unknown_keys_unless(table, known, place, |_| None);
    }

    /// Reports the keys of a table that are not known.
    ///
    /// `remedy` returns what to do about a key of another table.
    pub(super) fn reject_unknown_keys_unless(
        &mut self,
        table: &DeTable<'_>,
        known: &[&str],
        place: &str,
        remedy: impl Fn(&str) -> Option<String>,
    ) {
        for key in table.keys() {
            let word = key.get_ref();
            if !known.contains(&word.as_ref()) {
                let remedy = remedy(word).unwrap_or_else(|| suggest(word, known));
                self.report(&key.span(), format!("'{word}' is not a key of {place}; {remedy}"));
            }
        }
    }

    /// Returns the value of a required key, or reports that it is missing.
    pub fn need<'v, 'i>(
        &mut self,
        table: &'v DeTable<'i>,
        key: &str,
        place: &str,
        span: &Range<usize>,
    ) -> Option<&'v Value<'i>> {
        let value = table.get(key);
        if value.is_none() {
            self.report(span, format!("{place} needs {}", join_words(&[key])));
        }
        value
    }
}
