//! A server that is running: until a signal ends the program or, on a screen, until the user does.

use std::future::Future;
use std::io;

use tokio::sync::watch;

use super::access_log::AccessLog;
use super::error::ServeError;
use super::signal;
use crate::options::ServerAccess;
use crate::session::SessionFailure;

/// Waits until the server is to end.
pub(crate) async fn wait_for(mut stopped: watch::Receiver<bool>) {
    // An error means that the program is ending already.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Serves until a signal ends the program, and prints a line for each exchange if asked to.
///
/// `meanwhile` runs as soon as it serves.
pub(crate) async fn with_log(
    serving: impl Future<Output = io::Result<()>>,
    stop: &watch::Sender<bool>,
    own: &ServerAccess,
    logs: bool,
    meanwhile: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let client = own.client().map_err(SessionFailure::from)?;
    let log = logs.then(|| AccessLog::start(client)).transpose().map_err(ServeError::Threads)?;
    let shutdown = async {
        signal::shutdown_signal().await;
        stop.send_replace(true);
    };
    let (served, (), ()) = tokio::join!(serving, shutdown, meanwhile);
    if let Some(log) = log {
        log.end().await;
    }
    served.map_err(ServeError::Stopped)
}

/// Serves while the screen of the leader is shown.
pub(crate) async fn with_screen(
    serving: impl Future<Output = io::Result<()>> + Send + 'static,
    stop: &watch::Sender<bool>,
    screen: impl Future<Output = Result<(), SessionFailure>> + Unpin,
) -> Result<(), ServeError> {
    // The screen computes and draws on this thread, and must not hold up the server.
    let mut serving = tokio::spawn(serving);
    let shown = tokio::select! {
        shown = screen => shown,
        // The terminal is restored when the screen is dropped.
        served = &mut serving => return served.map_err(io::Error::other).flatten().map_err(ServeError::Stopped),
    };
    stop.send_replace(true);
    let served = serving.await.map_err(io::Error::other).flatten();
    shown?;
    served.map_err(ServeError::Stopped)
}
