//! The configuration file `config.toml`: its sections, and the settings that are made from them.
//!
//! A new section is a file in the folder of this module, a row of [`SECTIONS`] and a field of [`UserConfig`]. Options
//! of the command line come before the configuration; the options themselves are in `crate::options`.

mod appearance;
mod clipboard;
mod editor;
mod keys;
mod settings;

use std::path::{Path, PathBuf};
use std::{fs, io};

use lesson::read::table::TomlReader;
use lesson::{Diagnostic, Diagnostics};
use thiserror::Error;
use toml::de::DeTable;

use crate::exit::Exit;
use crate::paths::Paths;
use settings::ConfigReader;
pub(crate) use settings::UserConfig;

/// A section of the file.
struct Section {
    /// The name of its table.
    name: &'static str,
    /// Reads the table. Faults are recorded in the reader.
    read: fn(&mut UserConfig, &mut ConfigReader<'_>, &DeTable<'_>),
    /// Returns the section of the default file, in which each setting is commented out.
    default_text: fn() -> String,
}

/// The sections, in the order of the default file.
const SECTIONS: &[Section] = &[
    Section { name: "appearance", read: appearance::read, default_text: appearance::default_text },
    Section { name: "clipboard", read: clipboard::read, default_text: clipboard::default_text },
    Section { name: "editor", read: editor::read, default_text: editor::default_text },
    Section { name: "keys", read: keys::read, default_text: keys::default_text },
];

/// The head of the default file.
const HEAD: &str = "\
# The configuration of ifmatch, with the default of every setting.
#
# `ifmatch config` prints the path at which the program looks for this file, and `ifmatch config --check` checks it.
# To change a setting, remove the '#' at the beginning of its line, and that before the [table] above it.
";

/// The error when the configuration cannot be used.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    /// The file is not valid.
    #[error("{0}")]
    Faults(Diagnostics),
    /// The file cannot be read.
    #[error("the configuration {} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl ConfigError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Faults(_) | Self::Read { .. } => Exit::Usage,
        }
    }
}

impl UserConfig {
    /// Returns the settings in the user's file, or the defaults if there is none.
    ///
    /// # Errors
    ///
    /// If the file is not valid or cannot be read, or if the user named one that does not exist.
    pub(crate) fn read(paths: &Paths) -> Result<Self, ConfigError> {
        let Some(file) = paths.config() else { return Ok(Self::default()) };
        match fs::read_to_string(&file.path) {
            Ok(text) => Self::parse(&file.path, &text).map(|(config, _)| config),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !file.is_named => Ok(Self::default()),
            Err(source) => Err(ConfigError::Read { path: file.path.clone(), source }),
        }
    }

    /// Returns the settings in a text, and remarks.
    ///
    /// A remark is about a setting that is valid but may not do what is wanted.
    ///
    /// # Errors
    ///
    /// Returns all faults in the text, each with its line and column.
    pub(crate) fn parse(path: &Path, text: &str) -> Result<(Self, Option<Diagnostics>), ConfigError> {
        let mut reader = ConfigReader { values: TomlReader { text, faults: Vec::new() }, remarks: Vec::new() };
        let mut config = Self::default();
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            reader.values.report(&error.span().unwrap_or(0..0), error.message());
        }
        if errors.is_empty() {
            let names: Vec<&str> = SECTIONS.iter().map(|section| section.name).collect();
            reader.values.reject_unknown_keys(table.get_ref(), &names, "the configuration");
            for section in SECTIONS {
                let Some(value) = table.get_ref().get(section.name) else { continue };
                if let Some(table) = reader.values.as_table(value, section.name) {
                    (section.read)(&mut config, &mut reader, table);
                }
            }
        }
        let listed = |mut diagnostics: Vec<Diagnostic>| {
            diagnostics.sort_by_key(|fault| (fault.line, fault.column));
            (!diagnostics.is_empty()).then(|| Diagnostics { file: path.display().to_string(), diagnostics })
        };
        match listed(reader.values.faults) {
            Some(faults) => Err(ConfigError::Faults(faults)),
            None => Ok((config, listed(reader.remarks))),
        }
    }

    /// Returns the default file: every setting with its default, commented out.
    pub(crate) fn default_text() -> String {
        let sections = SECTIONS.iter().map(|section| (section.default_text)());
        std::iter::once(HEAD.to_owned()).chain(sections).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Appearance, ColorChoice, ThemeArg};
    use terminal::features::TerminalFeatures;
    use terminal::key::Key;
    use tui::action::{Action, Context};

    fn parse(text: &str) -> Result<(UserConfig, Option<Diagnostics>), ConfigError> {
        UserConfig::parse(Path::new("config.toml"), text)
    }

    fn faults(text: &str) -> Vec<String> {
        let Err(ConfigError::Faults(faults)) = parse(text) else { panic!("{text:?} is valid") };
        let told = faults.diagnostics.iter().map(|fault| format!("{}:{}: {}", fault.line, fault.column, fault.message));
        told.collect()
    }

    /// Returns the default file without the marks that comment its settings out.
    fn uncommented() -> String {
        let lines = UserConfig::default_text();
        let lines = lines.lines().map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => setting.to_owned(),
            _ => line.to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn default_file_means_the_defaults() {
        assert_eq!(parse(&UserConfig::default_text()).unwrap(), (UserConfig::default(), None));
        let all = uncommented();
        assert_eq!(parse(&all).unwrap(), (UserConfig::default(), None), "{all}");
        assert!(all.contains("\nsave = [\"ctrl-s\"]\n"), "{all}");
    }

    #[test]
    fn missing_file_means_the_defaults_unless_it_was_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(UserConfig::read(&Paths::below(folder.path())).unwrap(), UserConfig::default());
        let named = folder.path().join("mine.toml");
        let paths = Paths::of_this_user(Some(folder.path().into()), Some(named.clone())).unwrap();
        assert!(matches!(UserConfig::read(&paths), Err(ConfigError::Read { path, .. }) if path == named));
        fs::write(&named, "[keys]\nsave = \"f12\"").unwrap();
        let keys = UserConfig::read(&paths).unwrap().keys;
        assert_eq!(keys.key_of(Action::Save, Context::Text), Some(Key::f(12)));
    }

    #[test]
    fn appearance_is_read_and_checked() {
        let (config, _) = parse("[appearance]\ntheme = 'light'\ncolor = '256'\nascii = true\n").unwrap();
        let expected = Appearance { theme: ThemeArg::Light, color: ColorChoice::Indexed, ascii: true };
        assert_eq!(config.appearance, expected);
        assert_eq!(parse("[appearance]\ntheme = 'dark'\n").unwrap().0.appearance.color, ColorChoice::Palette);
        let told = faults("[appearance]\ntheme = 'bright'\ncolour = 'true'\nascii = 'yes'\n");
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].starts_with("2:9: ") && told[0].contains("'light'"), "{told:?}");
        assert!(told[1].starts_with("3:1: ") && told[1].contains("did you mean 'color'?"), "{told:?}");
        assert!(told[2].starts_with("4:9: "), "{told:?}");
    }

    #[test]
    fn mouse_and_clipboard_can_be_switched_off() {
        let features = |text: &str| parse(text).unwrap().0.features;
        assert_eq!(features(""), TerminalFeatures { mouse: true, clipboard: true });
        assert_eq!(features("[appearance]\nmouse = false\n"), TerminalFeatures { mouse: false, clipboard: true });
        assert_eq!(features("[clipboard]\nterminal = false\n"), TerminalFeatures { mouse: true, clipboard: false });
        assert_eq!(faults("[clipboard]\nterminal = 'tmux'\n[appearance]\nmouse = 1\n").len(), 2);
        assert!(faults("[clipboard]\nterminl = true\n")[0].contains("did you mean 'terminal'?"));
    }

    #[test]
    fn marks_of_others_are_read() {
        assert!(UserConfig::default().marks_others.0);
        let (config, _) = parse("[editor]\nmark-changes-of-others = false\n").unwrap();
        assert!(!config.marks_others.0);
        assert_eq!(faults("[editor]\nmark-changes = false\n").len(), 1);
    }

    #[test]
    fn editing_can_be_kept_private() {
        assert!(UserConfig::default().tells_editing.0);
        assert!(!parse("[editor]\ntell-editing = false\n").unwrap().0.tells_editing.0);
        assert_eq!(faults("[editor]\ntell-editing = 'no'\n").len(), 1);
    }

    #[test]
    fn keys_of_one_context_are_in_its_table() {
        let (config, remarks) = parse("[keys]\nsave = ['ctrl-e', 'f12']\n[keys.wire]\nrelease = 'g'\n").unwrap();
        assert_eq!(remarks, None);
        assert_eq!(config.keys.key_of(Action::Save, Context::Merge), Some(Key::ctrl('e')));
        assert_eq!(config.keys.key_of(Action::Release, Context::Wire), Some(Key::char('g')));
    }

    #[test]
    fn unknown_words_are_reported_with_the_nearest_one() {
        assert_eq!(
            faults("[key]\nsave = 'f12'\n[keys]\nsav = 'f12'\nreload = 'ctl-r'\n[keys.wir]\nrelease = 'g'"),
            [
                "1:2: 'key' is not a key of the configuration; did you mean 'keys'?",
                "4:1: 'sav' is not an action; did you mean 'save'?",
                "5:10: 'ctl-r' is not a key; did you mean 'ctrl-r'?",
                "6:7: 'wir' is not a context; did you mean 'wire'?",
            ]
        );
        assert_eq!(
            faults("[keys]\nsave = 12"),
            ["2:8: 'save' must be a text in quotes, or a list of texts, not a whole number"]
        );
        assert_eq!(faults("keys = 1").len(), 1);
        assert_eq!(faults("[keys\n").len(), 1, "not TOML");
    }

    #[test]
    fn fault_of_a_key_is_at_that_key() {
        assert_eq!(
            faults("[keys]\nsave = ['ctrl-e', 'f5']\n"),
            ["2:19: F5 is both 'save' and 'reload' in a text; give one of them another key"]
        );
        assert!(faults("[keys]\nsave = 's'\n")[0].starts_with("2:8: s is for typing in a text"));
        assert!(faults("[keys]\nquit = []\n")[0].starts_with("2:1: 'quit' needs a key"));
        assert!(
            faults("[keys.wire]\ntake-mine = '1'\n")[0].starts_with("2:1: 'take-mine' is not an action on the wire")
        );
    }

    #[test]
    fn key_of_some_terminals_only_is_remarked() {
        let (_, remarks) = parse("[keys]\nsave = 'ctrl-f5'\n").unwrap();
        assert_eq!(
            remarks.unwrap().diagnostics[0].message,
            "only terminals with kitty's keyboard protocol, or some of xterm's kind, send 'ctrl-f5'"
        );
    }
}
