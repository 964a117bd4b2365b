//! The files and folders of the program: which there are, and where they are on this machine.
//!
//! Only this module asks the environment for a folder, and only its methods build a path from one. What is *not* here:
//! the names of files inside a folder that a crate below fills by itself, such as `client`'s drafts.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, AppStrategyArgs, HomeDirError, choose_app_strategy};
use thiserror::Error;

use crate::exit::Exit;

/// The error when the program has no folder for its files.
#[derive(Debug, Error)]
pub(crate) enum PathsError {
    /// The system does not say where the user's data belong.
    #[error("the system names no data folder for this user ({0}); name one with --data")]
    NoDataFolder(String),
    /// The data folder cannot be created.
    #[error("the data folder {} cannot be created: {source}; name another with --data", path.display())]
    DataFolder {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl PathsError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::NoDataFolder(_) => Exit::Usage,
            Self::DataFolder { .. } => Exit::Machine,
        }
    }
}

/// The files and folders of the program. Nothing is created before it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    data: PathBuf,
    /// The folder of what the program notes for itself, such as its log.
    state: PathBuf,
    /// The log of this run, if there is one.
    log_in_use: Option<PathBuf>,
    /// The configuration file, or `None` if the system names no folder for it.
    config: Option<ConfigPath>,
    /// The folder that the program was started in, unless that has been removed.
    start: Option<PathBuf>,
    home: Option<PathBuf>,
    temporary: Vec<PathBuf>,
}

impl Paths {
    /// The environment variable that names the data folder.
    pub const DATA_VARIABLE: &str = "IFMATCH_DATA";

    /// The environment variable that names the configuration file.
    pub const CONFIG_VARIABLE: &str = "IFMATCH_CONFIG";

    /// Returns the paths of the user who started the program.
    ///
    /// `data` is the data folder that the command line names; without it, [`DATA_VARIABLE`](Self::DATA_VARIABLE) names
    /// it, or else the system's convention. So it is with `config` and [`CONFIG_VARIABLE`](Self::CONFIG_VARIABLE).
    pub(crate) fn of_this_user(data: Option<PathBuf>, config: Option<PathBuf>) -> Result<Self, PathsError> {
        let named = config.or_else(|| env::var_os(Self::CONFIG_VARIABLE).map(PathBuf::from));
        let config = match named {
            Some(path) => Some(ConfigPath { path, is_named: true }),
            None => user_folders().ok().map(|folders| ConfigPath::usual(&folders.config_dir())),
        };
        let (data, state) = match data.or_else(|| env::var_os(Self::DATA_VARIABLE).map(PathBuf::from)) {
            // A run with a folder of its own leaves nothing elsewhere.
            Some(data) => (data.clone(), data),
            None => usual_folders()?,
        };
        let shared = ["/tmp", "/var/tmp", "/dev/shm"].into_iter().filter(|_| cfg!(unix)).map(PathBuf::from);
        Ok(Self {
            data,
            state,
            log_in_use: None,
            config,
            start: env::current_dir().ok(),
            home: etcetera::home_dir().ok(),
            temporary: [env::temp_dir()].into_iter().chain(shared).collect(),
        })
    }

    /// Returns paths that are all in one folder, which is also the data folder.
    ///
    /// Tests use this: it reads nothing.
    #[must_use]
    pub fn below(root: &Path) -> Self {
        Self {
            data: root.into(),
            state: root.into(),
            log_in_use: None,
            config: Some(ConfigPath::usual(root)),
            start: Some(root.into()),
            home: Some(root.into()),
            temporary: vec![root.into()],
        }
    }

    /// Returns these paths, with the log that this run writes.
    pub(crate) fn with_log_in_use(self, log_in_use: Option<PathBuf>) -> Self {
        Self { log_in_use, ..self }
    }

    /// Returns the log of this run, or `None` if there is none.
    #[must_use]
    pub fn log_in_use(&self) -> Option<PathBuf> {
        self.log_in_use.clone()
    }

    /// Returns the file of the log if no other is named.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.state.join("ifmatch.log")
    }

    /// Returns the configuration file, or `None` if the system names no folder for it.
    pub(crate) fn config(&self) -> Option<&ConfigPath> {
        self.config.as_ref()
    }

    /// Returns the file of the store that `serve` uses if no other is named.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.data.join("documents.db")
    }

    /// Returns the folder of the drafts.
    #[must_use]
    pub fn drafts(&self) -> PathBuf {
        self.data.join("drafts")
    }

    /// Returns the folder of `serve --ssh`: the host key, and a folder for the drafts of each person.
    #[must_use]
    pub fn ssh(&self) -> PathBuf {
        self.data.join("ssh")
    }

    /// Returns the file with the passwords of databases: that of libpq.
    #[must_use]
    pub fn database_passwords(&self) -> Option<PathBuf> {
        let named = env::var_os("PGPASSFILE").map(PathBuf::from);
        named.or_else(|| Some(self.home.as_ref()?.join(".pgpass")))
    }

    /// Returns the file of the rooms that this user has joined, with their tokens.
    #[must_use]
    pub fn rooms(&self) -> PathBuf {
        self.data.join("rooms.json")
    }

    /// Returns the file of the user's progress in the lessons.
    #[must_use]
    pub fn progress(&self) -> PathBuf {
        self.data.join("progress.json")
    }

    /// Returns the folder for the originals of resources that `ifmatch probe` writes to.
    #[must_use]
    pub fn probed_originals(&self) -> PathBuf {
        self.data.join("probe")
    }

    /// Returns the folder for backups of files that are written in place.
    ///
    /// It is used if the file's own folder takes no new file.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        self.data.join("backups")
    }

    /// Returns the folder that the program was started in.
    ///
    /// Text that the user saves as a file goes there, because that is where they look first. If the folder has been
    /// removed, this is the first of the [rescue folders](Self::rescue_folders).
    #[must_use]
    pub fn working_folder(&self) -> PathBuf {
        let folder = self.start.clone().or_else(|| self.rescue_folders().into_iter().next());
        folder.unwrap_or_else(|| PathBuf::from("."))
    }

    /// Returns further folders for unsaved text, in the order of trying.
    ///
    /// They are for text that neither its draft nor the working folder takes, and likely to be on other disks.
    #[must_use]
    pub fn rescue_folders(&self) -> Vec<PathBuf> {
        let all = self.home.iter().chain(&self.temporary);
        all.filter(|folder| folder.is_absolute()).cloned().collect()
    }

    /// Creates the data folder if it does not exist.
    pub(crate) fn create_data_folder(&self) -> Result<(), PathsError> {
        fs::create_dir_all(&self.data).map_err(|source| PathsError::DataFolder { path: self.data.clone(), source })
    }
}

/// The configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigPath {
    /// The path.
    pub(crate) path: PathBuf,
    /// Whether the user named it: then it must exist.
    pub(crate) is_named: bool,
}

impl ConfigPath {
    fn usual(folder: &Path) -> Self {
        Self { path: folder.join("config.toml"), is_named: false }
    }
}

/// Returns the folders that this system has for the data and for the state of this program.
///
/// Only XDG has a folder for state; elsewhere it is the same.
fn usual_folders() -> Result<(PathBuf, PathBuf), PathsError> {
    let folders = user_folders().map_err(|error| PathsError::NoDataFolder(error.to_string()))?;
    Ok((folders.data_dir(), folders.state_dir().unwrap_or_else(|| folders.data_dir())))
}

/// Returns the folders that this system has for this program: on Linux, those of XDG.
fn user_folders() -> Result<impl AppStrategy, HomeDirError> {
    let name = AppStrategyArgs {
        top_level_domain: "dev".to_owned(),
        author: "ifmatch".to_owned(),
        app_name: "ifmatch".to_owned(),
    };
    choose_app_strategy(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_working_folder_is_the_first_rescue_folder() {
        let root = env::temp_dir();
        let removed = Paths { start: None, ..Paths::below(&root) };
        assert_eq!(removed.working_folder(), root);
        let nowhere = Paths { home: None, temporary: vec!["relative".into()], ..removed };
        assert_eq!(nowhere.rescue_folders(), Vec::<PathBuf>::new());
        assert_eq!(nowhere.working_folder(), PathBuf::from("."));
    }

    #[test]
    fn rescue_folders_begin_at_home() {
        let root = env::temp_dir();
        let paths = Paths { home: Some(root.join("home")), ..Paths::below(&root) };
        assert_eq!(paths.rescue_folders(), [root.join("home"), root]);
    }
}
