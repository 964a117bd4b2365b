//! Indexes for the kinds of tags that do not contain the number of their version.
//!
//! A tag of our own kind begins with the number of its version. Tags of the content or of the time are mistakes that a
//! policy makes on purpose, and are looked up by what they are made of. Without an index, that reads all versions of a
//! document; with an index, every write costs half as much again. So the index of a kind is created when a request is
//! first judged by that kind, and stays in the file.

use std::sync::{Arc, Mutex, PoisonError};

use precondition::policy::Etags;
use rusqlite::Connection;
use tokio::sync::OnceCell;
use tokio::task;

use super::lock::StoreLock;

const BY_HASH: &str = "CREATE INDEX IF NOT EXISTS version_by_hash ON version (document, substr(hash, 1, 8), number)";
const BY_TIME: &str = "CREATE INDEX IF NOT EXISTS version_by_time ON version (document, at, number)";

/// The indexes that this process has created or found.
pub(super) struct TagIndexes {
    connection: Arc<Mutex<Connection>>,
    /// Held while an index is created, even if the store is dropped meanwhile.
    ///
    /// `None` for a store in memory.
    lock: Option<Arc<StoreLock>>,
    by_hash: OnceCell<()>,
    by_time: OnceCell<()>,
}

impl TagIndexes {
    /// Returns the indexes of a store.
    ///
    /// `connection` is that of the writer, which waits while an index is created.
    pub(super) fn new(connection: Arc<Mutex<Connection>>, lock: Option<Arc<StoreLock>>) -> Self {
        Self { connection, lock, by_hash: OnceCell::new(), by_time: OnceCell::new() }
    }

    /// Creates the index for this kind of tags, unless it exists.
    ///
    /// If that fails, on a full disk for example, tags are found without the index, slowly. The creation is not tried
    /// again, since each try reads all versions of all documents.
    pub(super) async fn ensure(&self, kind: Etags) {
        let (is_made, sql) = match kind {
            Etags::Version => return,
            Etags::Content => (&self.by_hash, BY_HASH),
            Etags::Seconds => (&self.by_time, BY_TIME),
        };
        let create = || async {
            let (connection, lock) = (Arc::clone(&self.connection), self.lock.clone());
            let made = task::spawn_blocking(move || {
                let made = connection.lock().unwrap_or_else(PoisonError::into_inner).execute_batch(sql);
                // This connection may be the last one, and is closed before the lock is released.
                drop((connection, lock));
                made
            });
            if let Ok(Err(error)) = made.await {
                tracing::warn!(%error, "cannot create the index for tags of the current kind: looking them up is slow");
            }
        };
        is_made.get_or_init(create).await;
    }
}

#[cfg(test)]
impl TagIndexes {
    /// Creates both indexes.
    pub(super) fn ensure_all(connection: &Connection) {
        connection.execute_batch(&format!("{BY_HASH}; {BY_TIME}")).unwrap();
    }
}
