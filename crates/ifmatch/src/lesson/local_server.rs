//! A server for one run of a lesson: in memory, on a free port, with the lesson's clock and its brake.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use lesson::{LessonClock, LessonServer, WriteGate};
use server::{ServerClock, ServerOptions};
use store::{BetweenJudgeAndWrite, SqliteStore, StoreOptions, WriteRequest};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::catalog::LessonError;
use crate::serve::listen;

/// A server that is running.
pub(crate) struct LocalServer {
    pub(crate) house: LessonServer,
    leave: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

/// The store waits at the brake.
struct WriteGateHook(WriteGate);

#[async_trait]
impl BetweenJudgeAndWrite for WriteGateHook {
    async fn wait(&self, request: &WriteRequest) {
        self.0.pass(&request.author).await;
    }
}

/// Starts one.
pub(crate) async fn open() -> Result<LocalServer, LessonError> {
    let (clock, brake) = (LessonClock::default(), WriteGate::default());
    let options = StoreOptions { between: Arc::new(WriteGateHook(brake.clone())), ..StoreOptions::default() };
    let store = SqliteStore::memory_with(options).map_err(LessonError::Store)?;
    let (listener, address) = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.map_err(Box::new)?;
    let told = clock.clone();
    let options = ServerOptions { clock: ServerClock::of(move || told.now()), ..ServerOptions::default() };
    let (leave, left) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(listener, Arc::new(store), options, async {
        // An error means that the other end is gone, which is the end as well.
        let _ = left.await;
    }));
    Ok(LocalServer { house: LessonServer { server: format!("http://{address}"), clock, brake }, leave, serving })
}

impl LocalServer {
    /// Ends it.
    pub(crate) async fn close(self) -> Result<(), LessonError> {
        drop(self.leave);
        match self.serving.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(LessonError::Server(error.to_string())),
            Err(panic) => Err(LessonError::Server(panic.to_string())),
        }
    }
}
