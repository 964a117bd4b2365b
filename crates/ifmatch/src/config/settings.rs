//! The settings of the configuration, and what its sections read them with.

use lesson::Diagnostic;
use lesson::read::table::TomlReader;
use terminal::features::TerminalFeatures;
use tui::action::KeyMap;

use crate::options::Appearance;

/// The settings of the user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct UserConfig {
    /// `[appearance]`: the look of the screen.
    pub(crate) appearance: Appearance,
    /// `[appearance]` and `[clipboard]`: the features of the terminal that are used.
    pub(crate) features: TerminalFeatures,
    /// `[editor]`: whether the lines that others changed are marked.
    pub(crate) marks_others: MarksOthers,
    /// `[editor]`: whether requests say whether the text is edited or in a merge.
    pub(crate) tells_editing: TellsEditing,
    /// `[keys]`: the keys of all actions.
    pub(crate) keys: KeyMap,
}

/// Whether the lines that others changed are marked.
///
/// Newer versions are read in the background for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MarksOthers(pub(crate) bool);

impl Default for MarksOthers {
    fn default() -> Self {
        Self(true)
    }
}

/// Whether requests say whether the text is edited or in a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TellsEditing(pub(crate) bool);

impl Default for TellsEditing {
    fn default() -> Self {
        Self(true)
    }
}

/// The reader of the file: the values, the faults, and remarks that are not faults.
pub(super) struct ConfigReader<'a> {
    pub(super) values: TomlReader<'a>,
    pub(super) remarks: Vec<Diagnostic>,
}
