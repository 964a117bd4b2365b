//! Files that are made from the table of actions.
//!
//! They are the default configuration, the page about keys, and a section of a manual page.

use std::fmt::Write as _;

use terminal::key::Key;

use super::{BINDINGS, Binding, Context, contexts_of, rows_in};

/// An action with its default keys, in all contexts or in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultKeys {
    /// The name of the action.
    pub name: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// The help: one sentence, or one for each place in which the action does something else.
    pub help: Vec<String>,
}

/// Returns the default keys of every action, or those of the actions that have others in this context.
///
/// Together they are the whole table: an action has the keys of its context, or else those of all contexts.
#[must_use]
pub fn default_keys(context: Option<Context>) -> Vec<DefaultKeys> {
    let entry = |row: &'static Binding| DefaultKeys { name: row.name, keys: row.default_keys, help: help(row) };
    match context {
        None => {
            let is_first = |(at, row): &(usize, &Binding)| {
                BINDINGS.iter().position(|other| other.action == row.action) == Some(*at)
            };
            BINDINGS.iter().enumerate().filter(is_first).map(|(_, row)| entry(usual_row(row))).collect()
        }
        Some(context) => {
            rows_in(context).filter(|row| row.default_keys != usual_row(row).default_keys).map(entry).collect()
        }
    }
}

/// Returns what an action does, as sentences.
fn help(row: &Binding) -> Vec<String> {
    let mut rows: Vec<&Binding> = Vec::new();
    for other in BINDINGS.iter().filter(|other| other.action == row.action) {
        if !rows.iter().any(|earlier| earlier.help == other.help) {
            rows.push(other);
        }
    }
    if rows.len() == 1 {
        return vec![row.help.to_owned()];
    }
    let told = |row: &&Binding| {
        let mut places = Context::ALL.into_iter().filter(|context| row.applies_in(*context)).map(Context::place_name);
        let first = places.next().unwrap_or_default();
        match (row.applies_in_few(), places.next()) {
            (false, _) => format!("everywhere else: {}", row.help),
            (true, None) => format!("{first}: {}", row.help),
            (true, Some(_)) => format!("{first} and elsewhere: {}", row.help),
        }
    };
    rows.iter().map(told).collect()
}

/// Returns the row of an action that applies in the most contexts.
fn usual_row(row: &Binding) -> &'static Binding {
    let count = |row: &&'static Binding| contexts_of(row.action).filter(|context| row.applies_in(*context)).count();
    let same = BINDINGS.iter().filter(|other| other.action == row.action).rev();
    same.max_by_key(count).unwrap_or(&BINDINGS[0])
}

/// Returns the keys that a manual lists for a context, or those that work everywhere.
#[must_use]
pub fn listed_keys(context: Option<Context>) -> Vec<DefaultKeys> {
    let entry = |row: &Binding| DefaultKeys { name: row.name, keys: row.default_keys, help: vec![row.help.to_owned()] };
    listed_rows(context).into_iter().map(entry).collect()
}

fn listed_rows(context: Option<Context>) -> Vec<&'static Binding> {
    match context {
        Some(context) => rows_in(context).filter(|row| row.applies_in_few()).collect(),
        None => BINDINGS.iter().filter(|row| !row.applies_in_few()).collect(),
    }
}

/// Returns the page about keys: a table for each context, and one for the keys that work everywhere.
#[must_use]
pub fn keys_page() -> String {
    let mut page = PAGE_HEAD.to_owned();
    for context in Context::ALL {
        let rows = listed_rows(Some(context));
        let _ = write!(page, "\n## Keys {}\n\n`[keys.{}]`\n\n", context.place_name(), context.name());
        write_table(&mut page, &rows);
    }
    page.push_str("\n## Keys everywhere\n\n");
    write_table(&mut page, &listed_rows(None));
    page
}

const PAGE_HEAD: &str = "\
# Keys and actions

<!-- Made from the table of actions (crates/tui/src/action/table.rs). `KEYS=write cargo test -p ifmatch-tui keys_page`
writes it again. -->

Every action has a name. Ctrl-P lists all actions by name, on every view, with their keys or the reason why they are
off; Enter carries one out. The names are also those of `[keys]` in `config.toml`, in which each action can have other
keys:

```toml
[keys]
save = [\"ctrl-s\", \"f12\"]     # in every context in which the action applies

[keys.merge]
take-mine = \"1\"              # in the merge only
```

`ifmatch config` prints the path of the file, `ifmatch config --print-default` a file with all defaults, and
`ifmatch config --check` what is wrong with yours. No action needs a key that only some terminals send.

Keys that type, delete or move the cursor are those of every editor, and are not listed: letters, arrows, Home, End,
Page Up and Page Down; with Shift they select, and with Ctrl they move by words.
";

fn write_table(page: &mut String, rows: &[&Binding]) {
    page.push_str("| key | action | what it does |\n| --- | --- | --- |\n");
    for row in rows {
        let keys: Vec<String> = row.default_keys.iter().map(|key| format!("`{key}`")).collect();
        let keys = if keys.is_empty() { "only in Ctrl-P".to_owned() } else { keys.join(" ") };
        let _ = writeln!(page, "| {} | `{}` | {} |", keys.replace('|', "\\|"), row.name, row.help.replace('|', "\\|"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, fs};

    use crate::action::{KeyMap, NamedKey, Rebinding};

    #[test]
    fn default_keys_are_the_whole_table() {
        let contexts = Context::ALL.map(Some);
        let rebindings = [None].into_iter().chain(contexts).flat_map(|context| {
            default_keys(context).into_iter().map(move |entry| Rebinding {
                context,
                action: super::super::Action::named(entry.name).unwrap(),
                keys: entry.keys.iter().map(|key| NamedKey { key: *key, span: 0..0 }).collect(),
                span: 0..0,
            })
        });
        assert_eq!(KeyMap::rebound(&rebindings.collect::<Vec<_>>()), Ok(KeyMap::default()));
    }

    #[test]
    fn keys_page_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/keys.md");
        let page = keys_page();
        if env::var_os("KEYS").is_some_and(|wanted| wanted == "write") {
            fs::write(path, &page).unwrap();
        }
        let written = fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == page,
            "docs/keys.md is old; `KEYS=write cargo test -p ifmatch-tui keys_page` writes it again"
        );
    }
}
