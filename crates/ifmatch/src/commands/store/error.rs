//! The error when a store can be neither checked nor copied.

use std::io;

use store::{BackupError, OpenError};
use thiserror::Error;

use crate::exit::Exit;

/// The error when a store can be neither checked nor copied.
#[derive(Debug, Error)]
pub(crate) enum StoreCommandError {
    /// The store cannot be opened.
    #[error("the store cannot be opened: {0}")]
    Open(#[from] OpenError),
    /// The store cannot be copied.
    #[error("the store cannot be copied: {0}")]
    Backup(#[from] BackupError),
    /// A PostgreSQL database is copied by a program of PostgreSQL.
    #[error(
        "a PostgreSQL database is copied by its own program, also while servers use it:\n  pg_dump --schema=ifmatch \
         --format=custom --file={to} '{url}'\nand the copy becomes a store again, in an empty database, by:\n  \
         pg_restore --exit-on-error --dbname='URL of the empty database' {to}"
    )]
    PgDump {
        /// The URL, without a password.
        url: String,
        /// The file to copy to.
        to: String,
    },
    /// Only a PostgreSQL database is migrated by a command.
    #[error("only a PostgreSQL database (postgres://…) is migrated; the server that opens a SQLite file migrates it")]
    NoDatabase,
    /// Standard output takes nothing.
    #[error("standard output cannot be written to: {0}")]
    Output(#[from] io::Error),
}

impl StoreCommandError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::PgDump { .. } | Self::NoDatabase => Exit::Usage,
            Self::Open(_) | Self::Backup(_) | Self::Output(_) => Exit::Machine,
        }
    }
}
