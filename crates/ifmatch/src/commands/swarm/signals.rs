//! The signals that end the writing before all edits are made.

use terminal::event::StopReason;

/// Waits until the program is asked to end: by Ctrl-C, and on Unix by SIGTERM or SIGHUP.
pub(super) async fn stop_signal() -> StopReason {
    #[cfg(unix)]
    {
        use tokio::signal::unix::SignalKind;

        tokio::select! {
            () = unix::wait_for(SignalKind::interrupt()) => StopReason::Interrupt,
            () = unix::wait_for(SignalKind::terminate()) => StopReason::Terminate,
            () = unix::wait_for(SignalKind::hangup()) => StopReason::HangUp,
        }
    }
    #[cfg(not(unix))]
    {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "cannot listen for Ctrl-C");
            std::future::pending::<()>().await;
        }
        StopReason::Interrupt
    }
}

#[cfg(unix)]
mod unix {
    use tokio::signal::unix::{SignalKind, signal};

    pub(super) async fn wait_for(kind: SignalKind) {
        match signal(kind) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            // This signal then ends the program at once, as it does by default.
            Err(error) => {
                tracing::warn!(%error, "cannot listen for a signal");
                std::future::pending::<()>().await;
            }
        }
    }
}
