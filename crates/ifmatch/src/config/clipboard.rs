//! The section `[clipboard]`: the way of copied text to other programs.

use toml::de::DeTable;

use super::settings::{ConfigReader, UserConfig};

const TEXT: &str = "\
#[clipboard]

# Whether text that you copy or cut is also sent to the clipboard of the terminal (OSC 52). Not every terminal accepts it;
# tmux does with `set -g set-clipboard on`.
#terminal = true
";

/// Reads the section.
pub(super) fn read(config: &mut UserConfig, reader: &mut ConfigReader<'_>, table: &DeTable<'_>) {
    reader.values.reject_unknown_keys(table, &["terminal"], "[clipboard]");
    if let Some(terminal) = table.get("terminal").and_then(|value| reader.values.as_flag(value, "terminal")) {
        config.features.clipboard = terminal;
    }
}

/// Returns the section of the default file.
pub(super) fn default_text() -> String {
    TEXT.to_owned()
}
