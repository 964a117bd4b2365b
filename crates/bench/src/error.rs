//! The reasons for which nothing is measured.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// The reason for which nothing was measured.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error(
        "{0:?} is not an option, or lacks its value; there are --quick, --small, --peers, --smoke, --apart, --abuse, \
         --held, --postgres, --choices, --editors, --merge-view, --rounds NUMBER, --server PROGRAM, \
         --against PROGRAM and --only TEXT"
    )]
    Option(String),
    #[error("no thread to measure with: {0}")]
    Runtime(io::Error),
    #[error("{} is in memory ({kind}), where a commit costs nothing; build on a real disk", path.display())]
    InMemory { path: PathBuf, kind: String },
    #[error("{what}: {source}")]
    Io { what: &'static str, source: io::Error },
    #[error("--apart needs two processors, 0 and 1, and this machine does not have them")]
    Processors,
    #[error(
        "{0} is not installed; --peers needs Debian's packages: \
         apt-get install -y lighttpd lighttpd-mod-webdav nginx-light etcd-server"
    )]
    NotInstalled(&'static str),
    #[error("{0} did not start to listen on its port")]
    Deaf(&'static str),
    #[error("the server did not say where it listens")]
    Silent,
    #[error("{what} was answered {status}, which is not what was measured")]
    Answer { what: String, status: u16 },
    #[error("editor: {0}")]
    Terminal(String),
    #[error("the store cannot be opened: {0}")]
    Store(String),
    #[cfg(not(all(unix, feature = "postgres")))]
    #[error("this bench was built without PostgreSQL; build it with --features postgres")]
    WithoutPostgres,
    #[cfg(all(unix, feature = "postgres"))]
    #[error("PostgreSQL: {0}")]
    Postgres(String),
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

impl Error {
    /// Returns a conversion for `map_err`; `what` names the failure.
    pub(crate) fn while_doing(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what, source }
    }
}
