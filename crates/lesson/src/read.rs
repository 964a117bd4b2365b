//! Reads a lesson's TOML file as a [`Lesson`].
//!
//! `demo/lessons/README.md` describes the format for teachers. The reader checks every key, word and name, and reports
//! all faults together, each with its position and a remedy. If the file is not valid TOML, only the syntax errors are
//! reported, because the rest would be guesswork.

mod claims;
mod head_keys;
mod level;
mod one;
mod steps;
mod swarm;
pub mod table;
mod values;

use std::ops::Range;

use contract::{Author, Document, DocumentId, Policy};
use toml::de::{DeTable, DeValue};

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::script::{Lesson, LessonPart};
use head_keys::{BELONGS_TO_HEAD, HEADER_KEYS, is_head_key, misplaced_head_keys};
use one::KnownNames;
use table::{TomlReader, Value};
use values::{duration, policy, why_unusable};

/// The default of `tick`, in milliseconds: a second, so that the dates of steps differ.
const DEFAULT_TICK_MILLIS: u64 = 1000;

/// The form that `step` must have, for messages.
const LIST_OF_STEPS: &str = "a list of tables: write [[step]], with two pairs of brackets";

/// Returns the lesson that a text describes.
///
/// `file` is the path for messages; its last part, without `.toml`, is the lesson's name.
///
/// # Errors
///
/// Returns all faults in the text, each with its line and column.
pub fn read(file: &str, text: &str) -> Result<Lesson, Diagnostics> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let fault = |error: &toml::de::Error| {
            let span = error.span().unwrap_or(0..0);
            find_curly_quote(text, &span).unwrap_or_else(|| Diagnostic::at(text, &span, error.message().to_owned()))
        };
        let mut faults: Vec<Diagnostic> = errors.iter().take(10).map(fault).collect();
        // One quotation mark causes several errors in its line.
        faults.dedup_by(|next, fault| next.line == fault.line && next.message == fault.message);
        if let Some(one_step) =
            find_single_step_table(text).filter(|_| faults.iter().any(|fault| fault.message == "duplicate key"))
        {
            // Each key of the second step is then a duplicate, and one remedy helps all of them.
            faults = vec![one_step];
        }
        return Err(Diagnostics { file: file.to_owned(), diagnostics: faults });
    }
    let mut reading = TomlReader { text, faults: Vec::new() };
    let lesson = read_header(&mut reading, name_of(file), table.get_ref());
    let mut faults = reading.faults;
    faults.sort_by_key(|fault| (fault.line, fault.column));
    match lesson {
        Some(lesson) if faults.is_empty() => Ok(lesson),
        _ => Err(Diagnostics { file: file.to_owned(), diagnostics: faults }),
    }
}

/// Returns a fault for the first curly quotation mark in the line of an error, or `None`.
///
/// Word processors replace straight quotation marks by curly ones.
fn find_curly_quote(text: &str, error: &Range<usize>) -> Option<Diagnostic> {
    const CURLY_QUOTES: [char; 8] = ['“', '”', '„', '‟', '‘', '’', '‚', '‛'];
    let at = (0..=error.start.min(text.len())).rev().find(|at| text.is_char_boundary(*at))?;
    let begin = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let line = text[begin..].lines().next().unwrap_or_default();
    let (place, quote) = line.char_indices().find(|(_, one)| CURLY_QUOTES.contains(one))?;
    let span = begin + place..begin + place + quote.len_utf8();
    let what = format!("'{quote}' is a typographic quotation mark; TOML needs straight ones: \" or '");
    Some(Diagnostic::at(text, &span, what))
}

/// Returns a fault for `[step]`: a single table rather than the next one of a list.
///
/// Returns `None` if no line begins with it.
fn find_single_step_table(text: &str) -> Option<Diagnostic> {
    let mut at = 0;
    let found = text.split_inclusive('\n').find_map(|line| {
        let span = at..at + "[step]".len();
        at += line.len();
        line.starts_with("[step]").then_some(span)
    });
    found.map(|span| Diagnostic::at(text, &span, format!("'step' must be {LIST_OF_STEPS}")))
}

/// Returns the name of the lesson in a file: `aba` for `demo/lessons/aba.toml`.
fn name_of(file: &str) -> String {
    let last = file.rsplit(['/', '\\']).next().unwrap_or(file);
    last.strip_suffix(".toml").unwrap_or(last).to_owned()
}

fn read_header(reading: &mut TomlReader<'_>, name: String, table: &DeTable<'_>) -> Option<Lesson> {
    // A missing key has no position, so it is reported at the first line.
    let start = 0..reading.text.lines().next().map_or(0, str::len);
    let place = "a lesson";
    reading.reject_unknown_keys(table, &HEADER_KEYS, place);
    let misplaced = misplaced_head_keys(table);
    let need = |reading: &mut TomlReader<'_>, key: &str| {
        // A key in a wrong place is reported there.
        let is_elsewhere = !table.contains_key(key) && misplaced.iter().any(|word| word == key);
        if is_elsewhere { None } else { reading.need(table, key, place, &start) }
    };
    let text = |reading: &mut TomlReader<'_>, key: &str| {
        let value = need(reading, key)?;
        reading.as_text(value, key).map(str::to_owned)
    };
    let (title, goal) = (text(reading, "title"), text(reading, "goal"));
    let minutes = need(reading, "minutes").and_then(|value| reading.as_number(value, "minutes", 1));
    let parts = LessonPart::ALL.map(|(part, word, _)| (part, word));
    let part = table.get("part").and_then(|value| reading.as_word(value, "part", &parts));
    let full_tags = table.get("full_tags").map_or(Some(false), |value| reading.as_flag(value, "full_tags"));
    let people = table.get("people").map_or_else(default_people, |value| people(reading, value));
    let policy = table.get("policy").map(|value| policy(reading, value)).unwrap_or_default();
    let tick = table.get("tick").map_or(Some(DEFAULT_TICK_MILLIS), |value| duration(reading, value, "tick"));
    let documents = table.get("documents").map(|value| documents(reading, value)).unwrap_or_default();
    let opens = opens(reading, table, &documents, &start);
    let steps = match reading.need(table, "step", place, &start).map(|value| (value, value.get_ref())) {
        Some((_, DeValue::Array(items))) => {
            let created: Vec<String> =
                documents.iter().map(|(id, _)| id).chain(&opens).map(ToString::to_string).collect();
            steps::read_steps(reading, items, &people, &created)
        }
        Some((value, _)) => {
            reading.report_kind(value, "step", LIST_OF_STEPS);
            None
        }
        None => None,
    };
    let policy = policy.applied_to(Policy::default());
    Some(Lesson {
        name,
        title: title?,
        goal: goal?,
        minutes: minutes?,
        part,
        full_tags: full_tags?,
        policy,
        people: people.names,
        opens: opens?,
        documents,
        tick: tick?,
        steps: steps?,
    })
}

/// Returns Alice and Bob, for a lesson that lists no people.
fn default_people() -> KnownNames {
    KnownNames { names: ["Alice", "Bob"].iter().filter_map(|name| name.parse().ok()).collect() }
}

fn people(reading: &mut TomlReader<'_>, value: &Value<'_>) -> KnownNames {
    let mut names: Vec<Author> = Vec::new();
    for (text, span) in reading.as_texts(value, "people") {
        if let Some(name) = reading.parsed::<Author>(&text, &span, "people") {
            if names.contains(&name) {
                reading.report(&span, format!("'{name}' is listed twice; each person needs a different name"));
            } else if let Some(why) = why_unusable(&name) {
                reading.report(&span, why);
            } else {
                names.push(name);
            }
        }
    }
    KnownNames { names }
}

fn documents(reading: &mut TomlReader<'_>, value: &Value<'_>) -> Vec<(DocumentId, Document)> {
    const MEMBERS: [&str; 3] = ["title", "content", "parent"];
    let mut documents = Vec::new();
    let Some(table) = reading.as_table(value, "documents") else { return documents };
    for (key, value) in table {
        let id = reading.parsed::<DocumentId>(key.get_ref(), &key.span(), "documents");
        let Some(members) = reading.as_table(value, key.get_ref()) else { continue };
        let remedy = |word: &str| is_head_key(word).then(|| BELONGS_TO_HEAD.to_owned());
        reading.reject_unknown_keys_unless(members, &MEMBERS, "a document", remedy);
        let content = reading.need(members, "content", "a document", &key.span());
        let content = content.and_then(|value| reading.as_text(value, "content").map(str::to_owned));
        let title = members.get("title").and_then(|value| reading.as_text(value, "title").map(str::to_owned));
        let parent = members.get("parent").and_then(|value| reading.as_read(value, "parent"));
        if let (Some(id), Some(content)) = (id, content) {
            let title = title.unwrap_or_else(|| id.to_string());
            documents.push((id, Document { title, content, parent }));
        }
    }
    documents
}

/// Returns the document that everyone opens: the one that `opens` names, or else the first.
fn opens(
    reading: &mut TomlReader<'_>,
    table: &DeTable<'_>,
    documents: &[(DocumentId, Document)],
    start: &Range<usize>,
) -> Option<DocumentId> {
    match (table.get("opens"), documents.first()) {
        (Some(value), _) => reading.as_read(value, "opens"),
        (None, Some((first, _))) => Some(first.clone()),
        // The documents have faults of their own.
        (None, None) if table.contains_key("documents") => None,
        (None, None) => {
            let what = "a lesson needs a document: write [documents.NAME] with its content, or opens = \"NAME\" for \
                        one that does not exist yet";
            reading.report(start, what);
            None
        }
    }
}
