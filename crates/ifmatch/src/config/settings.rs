//! The settings of the configuration, and what its sections read them with.

use lesson::Diagnostic;
use lesson::read::table::TomlReader;
use tui::action::KeyMap;

use crate::options::Appearance;

/// The settings of the user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct UserConfig {
    /// `[appearance]`: the look of the screen.
    pub(crate) appearance: Appearance,
    /// `[keys]`: the keys of all actions.
    pub(crate) keys: KeyMap,
}

/// The reader of the file: the values, the faults, and remarks that are not faults.
pub(super) struct ConfigReader<'a> {
    pub(super) values: TomlReader<'a>,
    pub(super) remarks: Vec<Diagnostic>,
}
