//! A server for one run of a lesson: in memory, with the lesson's clock and its write gate.

use std::sync::Arc;

use async_trait::async_trait;
use lesson::{LessonClock, LessonServer, WriteGate};
use server::{ServerClock, ServerOptions};
use store::{BetweenJudgeAndWrite, SqliteOpenError, SqliteStore, Store, StoreOptions, WriteRequest};
use thiserror::Error;

use crate::exit::Exit;
use crate::local_server::{ListenError, LocalServer};

#[cfg(all(test, unix, feature = "postgres"))]
mod postgres_tests;

/// The error when a lesson's server does not start, or stops.
#[derive(Debug, Error)]
pub(crate) enum LessonServerError {
    /// The store in memory cannot be opened.
    #[error("the lesson's store cannot be opened: {0}")]
    Store(SqliteOpenError),
    /// There is no port to listen on.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The server broke down.
    #[error("the lesson's server stopped: {0}")]
    Stopped(String),
}

impl LessonServerError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Store(_) | Self::Listen(_) => Exit::Machine,
            Self::Stopped(_) => Exit::Internal,
        }
    }
}

/// A running server of a lesson.
pub(crate) struct OpenLessonServer {
    /// The address, clock and write gate of the server, which the lesson uses.
    pub(crate) at: LessonServer,
    server: LocalServer,
}

/// Makes the store wait at the write gate.
struct WriteGateHook(WriteGate);

#[async_trait]
impl BetweenJudgeAndWrite for WriteGateHook {
    async fn wait(&self, request: &WriteRequest) {
        self.0.pass(&request.author).await;
    }
}

/// Starts a server, with its documents in memory.
pub(crate) async fn open() -> Result<OpenLessonServer, LessonServerError> {
    open_on(async |options| {
        let store = SqliteStore::memory_with(options).map_err(LessonServerError::Store)?;
        Ok(Arc::new(store) as Arc<dyn Store>)
    })
    .await
}

/// Starts a server on an empty store.
///
/// The store has to be opened with these options, which have the lesson's write gate.
async fn open_on(
    open_store: impl AsyncFnOnce(StoreOptions) -> Result<Arc<dyn Store>, LessonServerError>,
) -> Result<OpenLessonServer, LessonServerError> {
    let (clock, write_gate) = (LessonClock::default(), WriteGate::default());
    let options = StoreOptions { between: Arc::new(WriteGateHook(write_gate.clone())), ..StoreOptions::default() };
    let store = open_store(options).await?;
    let servers_clock = clock.clone();
    let options = ServerOptions { clock: ServerClock::of(move || servers_clock.now()), ..ServerOptions::default() };
    let server = LocalServer::start(store, options).await?;
    Ok(OpenLessonServer { at: LessonServer { server: server.url.clone(), clock, write_gate }, server })
}

impl OpenLessonServer {
    /// Ends the server.
    pub(crate) async fn close(self) -> Result<(), LessonServerError> {
        self.server.close().await.map_err(LessonServerError::Stopped)
    }
}
