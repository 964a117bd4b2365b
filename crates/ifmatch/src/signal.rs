//! When the operating system, or the person at the keyboard, wants a server to end.

/// Ready when the program is asked to end: Ctrl-C, and on Unix SIGTERM and SIGHUP.
pub(crate) async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let wait_for = async |kind: SignalKind| match signal(kind) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            // A signal that cannot be listened to is one that never comes; the others still do.
            Err(error) => {
                tracing::warn!(%error, "a signal cannot be listened to");
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = wait_for(SignalKind::interrupt()) => {}
            () = wait_for(SignalKind::terminate()) => {}
            () = wait_for(SignalKind::hangup()) => {}
        }
    }
    #[cfg(not(unix))]
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C cannot be listened to");
        std::future::pending::<()>().await;
    }
}
