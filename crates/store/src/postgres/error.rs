//! The errors of PostgreSQL, and of opening a store in it.

use std::error::Error as _;
use std::path::PathBuf;

use contract::DocumentId;
use deadpool_postgres::{HookError, PoolError};
use thiserror::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::error::StoreError;

/// The reason why a store in PostgreSQL could not be opened. No text has a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PostgresOpenError {
    /// The address is not a valid URL for PostgreSQL.
    ///
    /// Its parts are not repeated, since one may be a password.
    #[error("the address is not valid: {0}; write postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full")]
    Address(String),
    /// The file with the certificates of issuers cannot be used.
    #[error("sslrootcert: {} cannot be used: {reason}", path.display())]
    RootCertificate {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// There is no connection.
    #[error("PostgreSQL cannot be reached: {0}")]
    Unreachable(String),
    /// The server refuses the user or the password.
    #[error("PostgreSQL refuses the login: {0}; set PGPASSWORD, or add a line to ~/.pgpass")]
    Login(String),
    /// The version of PostgreSQL is too old.
    #[error("the server is PostgreSQL {0}; version 13 or newer is required")]
    TooOld(String),
    /// The database has an encoding that cannot hold every text.
    #[error("the database has the encoding {0}; create one with ENCODING 'UTF8'")]
    Encoding(String),
    /// The schema `ifmatch` belongs to another program.
    #[error("the database has a schema 'ifmatch' of another program; choose another database")]
    Foreign,
    /// A table that always has one row has none.
    #[error("the table ifmatch.{0} must have one row, and has none; 'ifmatch store check' says how to mend it")]
    MissingRow(&'static str),
    /// The database has no store.
    #[error("the database has no store; 'ifmatch serve --store' with the same address creates one")]
    Missing,
    /// The database was migrated by a newer version of this program.
    #[error("the database has schema {found}, and this program supports schemas up to {known}; use the newer program")]
    Newer {
        /// The version of the schema.
        found: i32,
        /// The newest schema that this program knows.
        known: i32,
    },
    /// The database has an older schema, which servers of an older version may be using.
    #[error(
        "the database has schema {found}, and this program needs schema {known}; stop the servers that use it, then \
         run 'ifmatch store migrate' with the same address"
    )]
    Older {
        /// The version of the schema.
        found: i32,
        /// The schema that this program needs.
        known: i32,
    },
    /// PostgreSQL failed for another reason.
    #[error("PostgreSQL failed: {0}")]
    Database(String),
}

impl From<tokio_postgres::Error> for PostgresOpenError {
    fn from(error: tokio_postgres::Error) -> Self {
        let reason = describe(&error);
        match error.code() {
            Some(&(SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION)) => Self::Login(reason),
            Some(_) => Self::Database(reason),
            None if reason.contains("password missing") => Self::Login(reason),
            None => Self::Unreachable(reason),
        }
    }
}

/// An error of an open store. Callers see it as a [`StoreError`].
#[derive(Debug, Error)]
pub(super) enum PostgresError {
    #[error("{}", describe(.0))]
    Database(#[from] tokio_postgres::Error),
    #[error("{}", describe_pool(.0))]
    Pool(#[from] PoolError),
    /// The connection broke, or PostgreSQL stopped, after COMMIT was sent and before its result came.
    #[error("the connection broke at the commit, so it is not known whether the write was made: {}", describe(.0))]
    OutcomeUnknown(tokio_postgres::Error),
    /// The connection ended during a query.
    #[error("the connection was lost")]
    ConnectionLost,
    /// A document was created between two statements of the transaction, which is repeated.
    #[error("another server keeps creating the same document")]
    Overtaken,
    #[error("version {number} of {id} is damaged")]
    Damaged { id: DocumentId, number: u64 },
    #[error("in the column {0}")]
    Unreadable(&'static str),
    /// A table that always has one row has none.
    #[error("the table ifmatch.{0} has no row")]
    MissingRow(&'static str),
}

/// The message of the hook of the pool if the database is not the one that was opened.
pub(super) const REPLACED: &str = "the address leads to another store than before";

/// The message of the hook of the pool if the only database that takes writes is an old primary.
pub(super) const OLD_PRIMARY: &str = "the database that can be reached is an old primary, which another one has replaced; \
                                      stop it, or restart this server if it is the right one";

impl PostgresError {
    /// Returns whether a transaction that failed may succeed if it is repeated. It was not committed.
    pub(super) fn is_conflict(&self) -> bool {
        match self {
            Self::Overtaken => true,
            Self::Database(error) => error.code().is_some_and(is_conflict_code),
            _ => false,
        }
    }

    /// Returns whether there is no connection to a server that can write, for now.
    ///
    /// After a failure like this, no transaction was committed.
    pub(super) fn is_connection_lost(&self) -> bool {
        match self {
            Self::ConnectionLost => true,
            Self::Database(error) => is_connection_error(error),
            Self::Pool(PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error))) => {
                is_connection_error(error)
            }
            Self::Pool(PoolError::PostCreateHook(HookError::Message(message))) => message == OLD_PRIMARY,
            _ => false,
        }
    }
}

/// Returns whether PostgreSQL has undone a transaction because of another one.
///
/// A unique key is violated if another server has created the same document first.
fn is_conflict_code(code: &SqlState) -> bool {
    [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::UNIQUE_VIOLATION].contains(code)
}

fn is_connection_error(error: &tokio_postgres::Error) -> bool {
    match error.as_db_error().map(DbError::code) {
        None => true,
        Some(code) => {
            let stopping = [
                SqlState::ADMIN_SHUTDOWN,
                SqlState::CRASH_SHUTDOWN,
                SqlState::CANNOT_CONNECT_NOW,
                SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
                SqlState::READ_ONLY_SQL_TRANSACTION,
                SqlState::TOO_MANY_CONNECTIONS,
            ];
            stopping.contains(code) || code.code().starts_with("08")
        }
    }
}

/// Returns whether PostgreSQL says that a COMMIT has failed, so that nothing was written.
///
/// After a broken connection, or if PostgreSQL is being stopped, the outcome is not known.
pub(super) fn is_certain_abort(error: &tokio_postgres::Error) -> bool {
    // Classes 23 and 40: integrity constraints, and transactions that were rolled back.
    error.code().is_some_and(|code| {
        let code = code.code();
        code.starts_with("23") || (code.starts_with("40") && code != SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN.code())
    })
}

impl From<PostgresError> for StoreError {
    fn from(error: PostgresError) -> Self {
        match error {
            PostgresError::Damaged { id, number } => Self::Damaged { id, number },
            PostgresError::Unreadable(column) => Self::Unreadable(format!("in the column {column}")),
            PostgresError::MissingRow(_) => Self::Unreadable(error.to_string()),
            PostgresError::Database(error) if error.code() == Some(&SqlState::DISK_FULL) => Self::Full,
            PostgresError::Pool(PoolError::PostCreateHook(HookError::Message(message))) if message == REPLACED => {
                Self::Replaced
            }
            error => Self::Database(error.to_string()),
        }
    }
}

/// Returns PostgreSQL's message, or the reason of a lost connection.
pub(super) fn describe(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(error), _) => format!("{} ({})", error.message(), error.code().code()),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}

fn describe_pool(error: &PoolError) -> String {
    match error {
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => describe(error),
        PoolError::PostCreateHook(HookError::Message(message)) => message.to_string(),
        error => error.to_string(),
    }
}
