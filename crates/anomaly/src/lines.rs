//! The content of a body as lines that can be compared: those of a text, or a line for each JSON value.
//!
//! A server may store JSON with other spaces, and with its members in another order. So values are compared by their
//! paths: `address.city: Paris`. Elements of arrays have no index, since one insertion would change all indices. A
//! value of several lines is several lines, each with the path.

use std::collections::HashMap;

use serde_json::Value;

use crate::body::BodyForm;

/// The most bytes of all lines of one content. A long path is repeated for each value below it.
const MAX_LINE_BYTES: usize = 1024 * 1024;

/// The content of a body, as lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// Whether the lines are values of JSON or of a form, with paths.
    pub(crate) has_paths: bool,
    pub(crate) lines: Vec<ContentLine>,
}

/// One line, or one value with its path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ContentLine {
    /// The path of a value; empty for a line of text.
    pub(crate) path: String,
    /// The line, or the value; of a string without quotes.
    pub(crate) value: String,
}

impl ContentLine {
    /// Returns the line as people read it.
    pub(crate) fn shown(&self) -> String {
        if self.path.is_empty() { self.value.clone() } else { format!("{}: {}", self.path, self.value) }
    }

    fn is_blank(&self) -> bool {
        self.path.is_empty() && self.value.trim().is_empty()
    }
}

impl Content {
    /// Reads a body, or returns `None` if it has no text that can be compared.
    pub(crate) fn read(form: BodyForm, bytes: &[u8]) -> Option<Self> {
        if !matches!(form, BodyForm::Text | BodyForm::UrlEncoded) {
            return None;
        }
        let text = str::from_utf8(bytes).ok()?;
        if text.contains('\0') {
            return None;
        }
        // `curl -d` says that JSON is a form.
        if text.trim_start().starts_with(['{', '[']) {
            if let Ok(value) = serde_json::from_str(text) {
                return Self::of_json(&value);
            }
        } else if form == BodyForm::UrlEncoded && text.contains('=') {
            let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            let lines = pairs.map(|(name, value)| ContentLine { path: name.to_owned(), value: value.to_owned() });
            return Some(Self { has_paths: true, lines: lines.collect() });
        }
        let lines = text.lines().map(|line| ContentLine { path: String::new(), value: line.to_owned() });
        Some(Self { has_paths: false, lines: lines.filter(|line| !line.is_blank()).collect() })
    }

    fn of_json(value: &Value) -> Option<Self> {
        let mut lines = Vec::new();
        let mut room = MAX_LINE_BYTES;
        flatten(value, &mut String::new(), &mut lines, &mut room)?;
        Some(Self { has_paths: true, lines })
    }

    /// Returns whether a line with this path exists.
    pub(crate) fn has_path(&self, path: &str) -> bool {
        self.lines.iter().any(|line| line.path == path)
    }
}

/// Appends a line for each value in `value`; returns `None` if there is no more room.
fn flatten(value: &Value, path: &mut String, lines: &mut Vec<ContentLine>, room: &mut usize) -> Option<()> {
    let length = path.len();
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                flatten(member, path, lines, room)?;
                path.truncate(length);
            }
            Some(())
        }
        Value::Array(elements) if !elements.is_empty() => {
            path.push_str("[]");
            for element in elements {
                flatten(element, path, lines, room)?;
            }
            path.truncate(length);
            Some(())
        }
        Value::String(text) if text.contains('\n') => {
            text.lines().filter(|line| !line.trim().is_empty()).try_for_each(|line| push(path, line, lines, room))
        }
        Value::String(text) => push(path, text, lines, room),
        other => push(path, &other.to_string(), lines, room),
    }
}

fn push(path: &str, value: &str, lines: &mut Vec<ContentLine>, room: &mut usize) -> Option<()> {
    *room = room.checked_sub(path.len() + value.len() + size_of::<ContentLine>())?;
    lines.push(ContentLine { path: path.to_owned(), value: value.to_owned() });
    Some(())
}

/// Returns the lines of `from` in their order, without one occurrence for each line of `taken`.
pub(crate) fn without<'a>(
    from: impl IntoIterator<Item = &'a ContentLine>,
    taken: impl IntoIterator<Item = &'a ContentLine>,
) -> Vec<&'a ContentLine> {
    let mut left: HashMap<&ContentLine, usize> = HashMap::new();
    for line in taken {
        *left.entry(line).or_default() += 1;
    }
    let mut is_left_out = |line: &&ContentLine| match left.get_mut(*line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    from.into_iter().filter(|line| !is_left_out(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(form: BodyForm, text: &str) -> Option<Vec<String>> {
        Content::read(form, text.as_bytes()).map(|content| content.lines.iter().map(ContentLine::shown).collect())
    }

    #[test]
    fn json_is_one_line_for_each_value() {
        let text = r#"{"b": {"c": [1, {"d": null}]}, "a": "two\nlines", "e": [], "f": ""}"#;
        let lines = ["a: two", "a: lines", "b.c[]: 1", "b.c[].d: null", "e: []", "f: "];
        assert_eq!(shown(BodyForm::Text, text).unwrap(), lines);
        assert_eq!(shown(BodyForm::UrlEncoded, text).unwrap(), lines, "as curl -d sends it");
    }

    #[test]
    fn text_and_forms_have_lines_too() {
        assert_eq!(shown(BodyForm::Text, "a\r\n\n  b\n").unwrap(), ["a", "  b"]);
        assert_eq!(shown(BodyForm::Text, "{ not JSON").unwrap(), ["{ not JSON"]);
        assert_eq!(shown(BodyForm::UrlEncoded, "a=1&b=%20&c").unwrap(), ["a: 1", "b: %20", "c: "]);
    }

    #[test]
    fn unreadable_content_has_no_lines() {
        assert_eq!(shown(BodyForm::Coded, "a"), None);
        assert_eq!(shown(BodyForm::Text, "a\0"), None);
        assert_eq!(Content::read(BodyForm::Text, b"\xff"), None);
        let name = "n".repeat(30_000);
        let deep = format!("{{\"{name}\": [{}1]}}", "1, ".repeat(10_000));
        assert_eq!(shown(BodyForm::Text, &deep), None, "30,000 bytes for each of 10,000 values");
    }

    #[test]
    fn lines_are_counted() {
        let content = |text: &str| Content::read(BodyForm::Text, text.as_bytes()).unwrap();
        let (from, taken) = (content("a\nb\na\n"), content("a\nc\n"));
        let left: Vec<_> = without(&from.lines, &taken.lines).into_iter().map(ContentLine::shown).collect();
        assert_eq!(left, ["b", "a"]);
    }
}
