//! The signals that ask the program to end, for the commands without a screen that takes the keys.

use terminal::event::StopReason;

/// Waits until the program is asked to end: by Ctrl-C, and on Unix by SIGTERM or SIGHUP.
///
/// SIGHUP does not count if the program was started to outlive its terminal, as by `nohup`.
pub(crate) async fn stop_signal() -> StopReason {
    #[cfg(unix)]
    return unix::stop_signal().await;
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
    use rustix::process::Signal;
    use terminal::event::StopReason;
    use tokio::signal::unix::{SignalKind, signal};

    pub(super) async fn stop_signal() -> StopReason {
        let outlives_its_terminal = is_ignored(Signal::HUP);
        tokio::select! {
            () = wait_for(SignalKind::interrupt()) => StopReason::Interrupt,
            () = wait_for(SignalKind::terminate()) => StopReason::Terminate,
            () = wait_for(SignalKind::hangup()), if !outlives_its_terminal => StopReason::HangUp,
        }
    }

    async fn wait_for(kind: SignalKind) {
        match signal(kind) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            // This signal then never ends the program; the others still do.
            Err(error) => {
                tracing::warn!(%error, "cannot listen for a signal");
                std::future::pending::<()>().await;
            }
        }
    }

    /// Whether the process was started with a signal ignored. Only Linux makes that known.
    fn is_ignored(signal: Signal) -> bool {
        std::fs::read_to_string("/proc/self/status").is_ok_and(|status| is_in_mask(&status, signal))
    }

    /// Whether a signal is in the line `SigIgn:` of `/proc/self/status`.
    ///
    /// The line has one bit for each signal, the lowest for number 1.
    fn is_in_mask(status: &str, signal: Signal) -> bool {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask >> (signal.as_raw() - 1) & 1 == 1)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn an_ignored_signal_has_its_bit_set() {
            let status = "Name:\tx\nSigBlk:\t0000000000000001\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000000000\n";
            assert!(is_in_mask(status, Signal::HUP));
            assert!(is_in_mask(status, Signal::PIPE));
            assert!(!is_in_mask(status, Signal::TERM));
            assert!(!is_in_mask("", Signal::HUP));
        }
    }
}
