//! Where documents and drafts are kept on this machine.

use std::env;
use std::path::PathBuf;

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};

use crate::error::Error;

/// The folder of this program's data. It is made when something is first kept in it.
#[derive(Debug, Clone)]
pub(crate) struct DataDirs {
    data: PathBuf,
}

impl DataDirs {
    /// The variable of the environment that names the folder.
    pub(crate) const VARIABLE: &str = "IFMATCH_DATA";

    /// The folder that was said, or the one that this system has for a user's data.
    pub(crate) fn for_this_user(said: Option<PathBuf>) -> Result<Self, Error> {
        if let Some(data) = said {
            return Ok(Self { data });
        }
        let name = AppStrategyArgs {
            top_level_domain: "dev".to_owned(),
            author: "ifmatch".to_owned(),
            app_name: "ifmatch".to_owned(),
        };
        let strategy = choose_app_strategy(name).map_err(|error| Error::NoDataFolder(error.to_string()))?;
        Ok(Self { data: strategy.data_dir() })
    }

    /// The folder that the environment names, or the one that this system has for a user's data: for a start without
    /// the command line of the whole program.
    pub(crate) fn from_environment() -> Result<Self, Error> {
        Self::for_this_user(env::var_os(Self::VARIABLE).map(PathBuf::from))
    }

    /// The store that is used where no other was named. Its folder exists when this is back.
    pub(crate) fn default_store(&self) -> Result<PathBuf, Error> {
        std::fs::create_dir_all(&self.data).map_err(|source| Error::DataFolder { path: self.data.clone(), source })?;
        Ok(self.data.join("documents.db"))
    }

    /// Where the program was started: texts that somebody keeps as files go there, because people look there first. If
    /// that folder has been removed, it is the first of the [rescue folders](Self::rescue_folders).
    pub(crate) fn working_folder() -> PathBuf {
        let elsewhere = || Self::rescue_folders().into_iter().next();
        env::current_dir().ok().or_else(elsewhere).unwrap_or_else(|| PathBuf::from("."))
    }

    /// Further folders for an unsaved text that neither its draft nor the folder of the start takes, in the order of
    /// trying: they are as likely as any to be on another disk.
    pub(crate) fn rescue_folders() -> Vec<PathBuf> {
        let temporary = ["/tmp", "/var/tmp", "/dev/shm"].map(PathBuf::from);
        let temporary = temporary.into_iter().filter(|_| cfg!(unix));
        let all = etcetera::home_dir().into_iter().chain([env::temp_dir()]).chain(temporary);
        all.filter(|folder| folder.is_absolute()).collect()
    }

    /// The folder of drafts.
    pub(crate) fn drafts(&self) -> PathBuf {
        self.data.join("drafts")
    }

    /// The folder for what was in a file that has to be written in place, while it is written, if its own folder takes
    /// no new file.
    pub(crate) fn backups(&self) -> PathBuf {
        self.data.join("backups")
    }
}
