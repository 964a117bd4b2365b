//! Connections that only read.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;
use tokio::task;

use super::error::SqliteError;
use super::identity::FileIdentity;
use super::lock::StoreLock;
use super::migrations;
use crate::error::StoreError;

/// The number of concurrent reads of a file.
///
/// A read takes microseconds, so more would only wait for the processor.
const MAX_READERS: usize = 4;

/// A pool of a few connections, opened when they are first needed.
pub(super) struct ReadConnections {
    kind: Backing,
    turns: Arc<Semaphore>,
}

enum Backing {
    /// Each read has a connection of its own; these are the idle ones.
    File {
        path: PathBuf,
        idle: Arc<Mutex<Vec<Connection>>>,
        lock: Option<Arc<StoreLock>>,
        writer: Option<(Arc<FileIdentity>, Arc<Mutex<Connection>>)>,
    },
    /// The only connection is that of the writer.
    Shared(Arc<Mutex<Connection>>),
}

impl ReadConnections {
    pub(super) fn of_file(path: &Path) -> Self {
        let kind = Backing::File { path: path.to_owned(), idle: Arc::default(), lock: None, writer: None };
        Self { kind, turns: Arc::new(Semaphore::new(MAX_READERS)) }
    }

    /// Makes each query hold the lock of the file until its connection is closed or idle.
    pub(super) fn holding_lock(mut self, held: &Arc<StoreLock>) -> Self {
        if let Backing::File { lock, .. } = &mut self.kind {
            *lock = Some(Arc::clone(held));
        }
        self
    }

    /// Makes a query use the connection of the writer if the file was removed or replaced.
    ///
    /// Idle connections still read the right file, but a new one would read another.
    pub(super) fn unless_replaced(mut self, opened: &Arc<FileIdentity>, connection: &Arc<Mutex<Connection>>) -> Self {
        if let Backing::File { writer, .. } = &mut self.kind {
            *writer = Some((Arc::clone(opened), Arc::clone(connection)));
        }
        self
    }

    pub(super) fn sharing(connection: Arc<Mutex<Connection>>) -> Self {
        Self { kind: Backing::Shared(connection), turns: Arc::new(Semaphore::new(1)) }
    }

    /// Makes every read from now on fail, for a test of what is answered without one.
    #[cfg(test)]
    pub(super) fn shut(&self) {
        self.turns.close();
    }

    /// Runs `query` on a thread that may block, and returns its result.
    ///
    /// All reads of one query see the same state of the store, whatever is written meanwhile.
    ///
    /// The turn belongs to the query: if the caller stops waiting, as for a client that has disconnected, the query
    /// runs to its end, and only then is its turn free. So there are never more threads and connections than turns.
    pub(super) async fn read<T, Q>(&self, query: Q) -> Result<T, StoreError>
    where
        T: Send + 'static,
        Q: FnOnce(&Connection) -> Result<T, SqliteError> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| StoreError::Stopped)?;
        let result = match &self.kind {
            Backing::Shared(connection) => {
                let connection = Arc::clone(connection);
                task::spawn_blocking(move || {
                    let _turn = turn;
                    query(&connection.lock().unwrap_or_else(PoisonError::into_inner))
                })
                .await
            }
            Backing::File { path, idle, lock, writer } => {
                let (path, idle, lock, writer) = (path.clone(), Arc::clone(idle), lock.clone(), writer.clone());
                task::spawn_blocking(move || {
                    // These are dropped last: the lock must outlive the connection, even if the store is dropped
                    // meanwhile.
                    let _held = (turn, lock);
                    let idle = idle;
                    let reused = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let mut connection = match (reused, &writer) {
                        (Some(connection), _) => connection,
                        (None, None) => migrations::open_reader(&path)?,
                        (None, Some((opened, writer))) => {
                            let reader = migrations::open_reader(&path);
                            if !opened.is_still_there() {
                                return query(&writer.lock().unwrap_or_else(PoisonError::into_inner));
                            }
                            reader?
                        }
                    };
                    let result = snapshot(&mut connection, query);
                    idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
                    result
                })
                .await
            }
        };
        result.map_err(|_| StoreError::Stopped)?.map_err(StoreError::from)
    }
}

fn snapshot<T>(
    connection: &mut Connection,
    query: impl FnOnce(&Connection) -> Result<T, SqliteError>,
) -> Result<T, SqliteError> {
    let transaction = connection.transaction()?;
    query(&transaction)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn abandoned_query_keeps_its_turn_until_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("documents.db");
        drop(migrations::open_file(&path).unwrap());
        let readers = ReadConnections::of_file(&path);
        let (started, starts) = mpsc::channel();
        let mut held = Vec::new();
        for _ in 0..MAX_READERS {
            let (release, released) = mpsc::channel::<()>();
            let started = started.clone();
            let mut read = Box::pin(readers.read(move |_| {
                started.send(()).unwrap();
                let _ = released.recv();
                Ok(())
            }));
            // The first poll starts the query; then the caller is gone.
            assert!(tokio::time::timeout(Duration::ZERO, &mut read).await.is_err());
            held.push(release);
        }
        for _ in &held {
            starts.recv().unwrap();
        }
        assert_eq!(readers.turns.available_permits(), 0, "four queries run, though no caller waits for them");
        drop(held);
        readers.read(|_| Ok(())).await.unwrap();
        let Backing::File { idle, .. } = &readers.kind else { unreachable!() };
        assert!(idle.lock().unwrap().len() <= MAX_READERS);
    }
}
