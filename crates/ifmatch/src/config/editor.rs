//! The section `[editor]`: what `ifmatch edit` does with a text.

use toml::de::DeTable;

use super::settings::{ConfigReader, MarksOthers, TellsEditing, UserConfig};

const TEXT: &str = "\
#[editor]

# Whether `ifmatch edit` marks the lines that others have changed since the version that you have, before you save. For
# this it reads newer versions in the background, of texts of up to 256 KiB.
#mark-changes-of-others = true

# Whether each request of `ifmatch edit` and `ifmatch join` says if your text is clean, edited or in a merge, in the
# field `Ifmatch-Editing`. The server never acts on it; the leader of a room sees it beside your name.
#tell-editing = true
";

/// Reads the section.
pub(super) fn read(config: &mut UserConfig, reader: &mut ConfigReader<'_>, table: &DeTable<'_>) {
    const MARKS: &str = "mark-changes-of-others";
    const TELLS: &str = "tell-editing";
    reader.values.reject_unknown_keys(table, &[MARKS, TELLS], "[editor]");
    if let Some(marks) = table.get(MARKS).and_then(|value| reader.values.as_flag(value, MARKS)) {
        config.marks_others = MarksOthers(marks);
    }
    if let Some(tells) = table.get(TELLS).and_then(|value| reader.values.as_flag(value, TELLS)) {
        config.tells_editing = TellsEditing(tells);
    }
}

/// Returns the section of the default file.
pub(super) fn default_text() -> String {
    TEXT.to_owned()
}
