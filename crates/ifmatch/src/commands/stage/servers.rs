//! The servers of the stage: in this process, on free ports, with everything in memory.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tui::{FreePlay, RunningServer, ServerFactory};

use super::free_play;
use crate::lesson_server;

/// Starts servers in this process.
pub(crate) struct LocalServerFactory;

impl ServerFactory for LocalServerFactory {
    fn lesson(&self) -> BoxFuture<'static, Result<RunningServer<lesson::LessonServer>, String>> {
        async {
            let open = lesson_server::open().await.map_err(|error| error.to_string())?;
            let at = open.at.clone();
            let close = async { open.close().await.map_err(|error| error.to_string()) };
            Ok(RunningServer { at, close: close.boxed() })
        }
        .boxed()
    }

    fn free_play(&self) -> BoxFuture<'static, Result<RunningServer<FreePlay>, String>> {
        async {
            let (at, server) = free_play::open().await.map_err(|error| error.to_string())?;
            Ok(RunningServer { at, close: server.close().boxed() })
        }
        .boxed()
    }
}
