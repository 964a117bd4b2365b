//! The signals of a server: those that ask it to end, and the one about the size of its files.

use crate::stop_signal::stop_signal;

/// Waits until the server is asked to end; see [`stop_signal`].
pub(crate) async fn shutdown_signal() {
    #[cfg(unix)]
    handle_file_size_signal();
    stop_signal().await;
}

/// Makes a file that grows beyond this user's limit an error of that write.
///
/// Otherwise, SIGXFSZ ends the server.
#[cfg(unix)]
fn handle_file_size_signal() {
    use rustix::process::Signal;
    use tokio::signal::unix::{SignalKind, signal};

    if let Err(error) = signal(SignalKind::from_raw(Signal::XFSZ.as_raw())) {
        tracing::warn!(%error, "cannot handle SIGXFSZ: a file that exceeds the size limit will end the server");
    }
}
