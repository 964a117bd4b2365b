//! The section `[keys]`: the keys of actions.
//!
//! `[keys]` is about all contexts of an action, a table such as `[keys.merge]` about one.

use std::fmt::Write as _;
use std::ops::Range;

use lesson::read::table::Value;
use lesson::{Diagnostic, did_you_mean};
use terminal::key::{Key, KeyNameError};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use tui::action::{Action, BINDINGS, Binding, Context, KeyMap, NamedKey, Rebinding, default_keys};

use super::settings::{ConfigReader, UserConfig};

const HEAD: &str = "\
# Keys: 'ctrl-s', 'alt-1', 'shift-tab', 'f6', 'page-up', or the character that a key types, such as 'm', 'M' and '?'.
# An action has one key or a list of keys; the screen shows the first. [] leaves it without a key: then only the palette
# has it. [keys] is about every context in which the action applies, a table such as [keys.merge] about one of them.
#[keys]
";

/// Reads the section.
pub(super) fn read(config: &mut UserConfig, reader: &mut ConfigReader<'_>, table: &DeTable<'_>) {
    let mut rebindings = Vec::new();
    let before = reader.values.faults.len();
    for (name, value) in table {
        let word = name.get_ref().as_ref();
        match value.get_ref() {
            DeValue::Table(table) => {
                let Some(context) = Context::named(word) else {
                    report_unknown(reader, &name.span(), word, "a context", Context::ALL.map(Context::name));
                    continue;
                };
                for (name, value) in table {
                    rebindings.extend(rebinding(reader, Some(context), name, value));
                }
            }
            _ => rebindings.extend(rebinding(reader, None, name, value)),
        }
    }
    if reader.values.faults.len() > before {
        // The keys that could not be read would be missed.
        return;
    }
    match KeyMap::rebound(&rebindings) {
        Ok(keys) => config.keys = keys,
        Err(faults) => {
            for (span, fault) in faults {
                reader.values.report(&span, fault.to_string());
            }
        }
    }
}

fn rebinding(
    reader: &mut ConfigReader<'_>,
    context: Option<Context>,
    name: &Spanned<impl AsRef<str>>,
    value: &Value<'_>,
) -> Option<Rebinding> {
    let (word, span) = (name.get_ref().as_ref(), name.span());
    let Some(action) = Action::named(word) else {
        report_unknown(reader, &span, word, "an action", BINDINGS.iter().map(|row| row.name));
        return None;
    };
    let texts = reader.values.as_texts(value, word);
    let keys = texts.into_iter().filter_map(|(text, span)| named_key(reader, word, &text, span)).collect();
    Some(Rebinding { context, action, keys, span })
}

fn named_key(reader: &mut ConfigReader<'_>, action: &str, text: &str, span: Range<usize>) -> Option<NamedKey> {
    match text.parse::<Key>() {
        Ok(key) => {
            // The user did not choose a default key.
            let is_default = |row: &Binding| row.name == action && row.default_keys.contains(&key);
            if !key.is_sent_by_every_terminal() && !BINDINGS.iter().any(is_default) {
                let remark = format!(
                    "only terminals with kitty's keyboard protocol, or some of xterm's kind, send '{}'",
                    key.name()
                );
                reader.remarks.push(Diagnostic::at(reader.values.text, &span, remark));
            }
            Some(NamedKey { key, span })
        }
        Err(KeyNameError::Unknown(word)) => {
            let known = Key::common_names();
            report_unknown(reader, &span, &word, "a key", known.iter().map(String::as_str));
            None
        }
        Err(error) => {
            reader.values.report(&span, error.to_string());
            None
        }
    }
}

/// Reports a word that is not known, with the nearest one that is.
fn report_unknown<'k>(
    reader: &mut ConfigReader<'_>,
    span: &Range<usize>,
    word: &str,
    what: &str,
    known: impl IntoIterator<Item = &'k str>,
) {
    let remedy = match did_you_mean(word, known) {
        Some(near) => format!("did you mean '{near}'?"),
        None => "`ifmatch config --print-default` has all of them".to_owned(),
    };
    reader.values.report(span, format!("'{word}' is not {what}; {remedy}"));
}

/// Returns the section of the default file.
pub(super) fn default_text() -> String {
    let mut text = HEAD.to_owned();
    for entry in default_keys(None) {
        let help = entry.help.join("\n# ");
        let _ = writeln!(text, "\n# {help}\n#{} = {}", entry.name, list(entry.keys));
    }
    for context in Context::ALL {
        let entries = default_keys(Some(context));
        if !entries.is_empty() {
            let _ = writeln!(text, "\n# Keys {}.\n#[keys.{}]", context.place_name(), context.name());
        }
        for entry in entries {
            let _ = writeln!(text, "#{} = {}", entry.name, list(entry.keys));
        }
    }
    text
}

/// Returns keys as a list in TOML.
fn list(keys: &[Key]) -> String {
    let names: Vec<String> = keys.iter().map(|key| format!("\"{}\"", key.name())).collect();
    format!("[{}]", names.join(", "))
}
