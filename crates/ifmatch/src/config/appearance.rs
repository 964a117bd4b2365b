//! The section `[appearance]`: colours, theme, glyphs and the mouse.

use toml::de::DeTable;

use super::settings::{ConfigReader, UserConfig};
use crate::options::{ColorChoice, ThemeArg};

const TEXT: &str = "\
#[appearance]

# The background that the colours are chosen for: \"auto\" asks the terminal, \"light\" and \"dark\" do not.
#theme = \"auto\"

# How many colours: \"palette\" is the terminal's own sixteen, unless NO_COLOR is set; \"auto\" as many as COLORTERM and
# TERM announce, unless NO_COLOR is set; \"always\" the same in spite of NO_COLOR; \"never\", \"16\", \"256\" or \"true\".
#color = \"palette\"

# Whether to draw in ASCII only. The locales C and POSIX imply it.
#ascii = false

# Whether clicks and the wheel come to the program. If not, the terminal itself selects text.
#mouse = true
";

/// Reads the section.
pub(super) fn read(config: &mut UserConfig, reader: &mut ConfigReader<'_>, table: &DeTable<'_>) {
    reader.values.reject_unknown_keys(table, &["theme", "color", "ascii", "mouse"], "[appearance]");
    let appearance = &mut config.appearance;
    if let Some(theme) = table.get("theme").and_then(|value| reader.values.as_word(value, "theme", &ThemeArg::NAMED)) {
        appearance.theme = theme;
    }
    if let Some(color) = table.get("color").and_then(|value| reader.values.as_word(value, "color", &ColorChoice::NAMED))
    {
        appearance.color = color;
    }
    if let Some(ascii) = table.get("ascii").and_then(|value| reader.values.as_flag(value, "ascii")) {
        appearance.ascii = ascii;
    }
    if let Some(mouse) = table.get("mouse").and_then(|value| reader.values.as_flag(value, "mouse")) {
        config.features.mouse = mouse;
    }
}

/// Returns the section of the default file.
pub(super) fn default_text() -> String {
    TEXT.to_owned()
}
