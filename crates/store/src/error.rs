//! The errors of an open store. They are the same for every backend.
//!
//! A refused write is not an error but an outcome, see [`outcome`](crate::outcome). Errors of opening are in
//! `open` and, for their causes, in the backend.

use contract::DocumentId;
use thiserror::Error;

/// The reason why a store could not do what it was asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// There is no room for another version: the disk is full, or a quota is used up.
    ///
    /// Nothing was written. Reads work.
    #[error("the disk is full; nothing was written")]
    Full,
    /// The database is no longer the one that was opened.
    ///
    /// Writes are refused. Reads work as far as they can.
    ///
    /// A file was removed or replaced, or an address leads to another database than before.
    #[error("the database was removed or replaced; the store refuses writes")]
    Replaced,
    /// A version is not what was written: its bytes and its checksums differ.
    #[error("version {number} of {id} is damaged: its checksum is wrong")]
    Damaged {
        /// The document.
        id: DocumentId,
        /// The number of the version.
        number: u64,
    },
    /// The database holds a value that this program never writes. The text says which one.
    #[error("the database has a value that this program never writes: {0}")]
    Unreadable(String),
    /// Other settings than those of the request are in force, on all servers. Nothing was judged.
    ///
    /// Only a request that names a revision gets this
    /// ([`WriteRequest::policy_revision`](crate::WriteRequest::policy_revision),
    /// [`WriteRequest::settings_revision`](crate::WriteRequest::settings_revision)).
    #[error("the settings have been changed; process the request again under the new ones")]
    SettingsChanged,
    /// The store was closed, or the thread or connection that writes has ended.
    #[error("the store has stopped")]
    Stopped,
    /// The database failed for another reason, in its own words: an I/O error, or a lost connection.
    ///
    /// If this is the result of a write, the write may have been made. The client may send it again: if it was made,
    /// its condition no longer holds, and it is recognized as a replay
    /// ([`WriteEffect::Replayed`](crate::WriteEffect::Replayed)).
    #[error("the database failed: {0}")]
    Database(String),
}
