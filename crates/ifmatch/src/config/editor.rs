//! The section `[editor]`: what `ifmatch edit` does with a text.

use toml::de::DeTable;

use super::settings::{ConfigReader, MarksOthers, UserConfig};

const TEXT: &str = "\
#[editor]

# Whether `ifmatch edit` marks the lines that others have changed since the version that you have, before you save. For
# this it reads newer versions in the background, of texts of up to 256 KiB.
#mark-changes-of-others = true
";

/// Reads the section.
pub(super) fn read(config: &mut UserConfig, reader: &mut ConfigReader<'_>, table: &DeTable<'_>) {
    const MARKS: &str = "mark-changes-of-others";
    reader.values.reject_unknown_keys(table, &[MARKS], "[editor]");
    if let Some(marks) = table.get(MARKS).and_then(|value| reader.values.as_flag(value, MARKS)) {
        config.marks_others = MarksOthers(marks);
    }
}

/// Returns the section of the default file.
pub(super) fn default_text() -> String {
    TEXT.to_owned()
}
