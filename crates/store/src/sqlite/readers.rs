//! Connections that only read.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;
use tokio::task;

use super::{Fault, schema};
use crate::error::StoreError;

/// How many reads of a file go on at once. A read takes microseconds, so more would only wait for the processor.
const AT_ONCE: usize = 4;

/// A few connections, opened when they are first needed.
pub(super) struct Readers {
    kind: Kind,
    turns: Semaphore,
}

enum Kind {
    /// Each read has a connection of its own while it lasts; these are the idle ones.
    File { path: PathBuf, idle: Arc<Mutex<Vec<Connection>>> },
    /// There is only the writer's.
    Shared(Arc<Mutex<Connection>>),
}

impl Readers {
    pub(super) fn of_file(path: &Path) -> Self {
        let kind = Kind::File { path: path.to_owned(), idle: Arc::default() };
        Self { kind, turns: Semaphore::new(AT_ONCE) }
    }

    pub(super) fn sharing(connection: Arc<Mutex<Connection>>) -> Self {
        Self { kind: Kind::Shared(connection), turns: Semaphore::new(1) }
    }

    /// From here on nobody reads: a test that wants to see who can do without.
    #[cfg(test)]
    pub(super) fn shut(&self) {
        self.turns.close();
    }

    /// Runs `query` on a thread that may block, and hands its result back.
    ///
    /// All that one query reads, it reads from the same state of the store, whatever is written meanwhile.
    pub(super) async fn read<T, Q>(&self, query: Q) -> Result<T, StoreError>
    where
        T: Send + 'static,
        Q: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let _turn = self.turns.acquire().await.map_err(|_| StoreError::Stopped)?;
        let result = match &self.kind {
            Kind::Shared(connection) => {
                let connection = Arc::clone(connection);
                task::spawn_blocking(move || query(&connection.lock().unwrap_or_else(PoisonError::into_inner))).await
            }
            Kind::File { path, idle } => {
                let (path, idle) = (path.clone(), Arc::clone(idle));
                task::spawn_blocking(move || {
                    let waiting = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let mut connection = waiting.map_or_else(|| schema::open_reader(&path), Ok)?;
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

fn snapshot<T>(connection: &mut Connection, query: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
    let transaction = connection.transaction()?;
    query(&transaction)
}
