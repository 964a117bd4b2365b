//! Turns signals into events.
//!
//! We handle every signal that would end the process and that another process can send, so that the terminal is
//! restored and the draft is written in each case. A further signal at least [`IMPATIENCE`] after the first ends the
//! process immediately: something hangs, such as a disk.
//!
//! Not handled are SIGKILL and SIGSTOP, which cannot be caught, and SIGSEGV, SIGILL, SIGFPE and SIGBUS: the kernel
//! sends these because an instruction failed, and after a handler returns, the instruction fails again. Rust's runtime
//! ignores SIGPIPE, so a write to a closed pipe returns an error.

#[cfg(unix)]
pub use self::unix::Signals;

#[cfg(unix)]
mod unix {
    use std::time::Duration;

    use crossterm::terminal::disable_raw_mode;
    use futures_util::future::select_all;
    use signal_hook::consts::{
        SIGABRT, SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGIO, SIGPROF, SIGQUIT, SIGSYS, SIGTERM, SIGTRAP, SIGTSTP, SIGUSR1,
        SIGUSR2, SIGVTALRM, SIGXCPU, SIGXFSZ,
    };
    use signal_hook::low_level::emulate_default_handler;
    use tokio::signal::unix::{Signal, SignalKind, signal};
    use tokio::time::Instant;

    use crate::event::{EventSink, StopReason, TerminalEvent};
    use crate::input::StopSender;
    use crate::output::Output;

    /// The time after the first stop signal from which a further one means that the program hangs.
    ///
    /// Closing a window sends two in quick succession: one from the system, one from the shell.
    const IMPATIENCE: Duration = Duration::from_secs(2);

    /// The signals that end the process by default and that other processes may send.
    ///
    /// `abort` still ends this process: after our handler of SIGABRT it restores the default and raises it again.
    const ENDING: [i32; 14] = [
        SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGALRM, SIGIO, SIGPROF, SIGSYS, SIGTRAP, SIGUSR1, SIGUSR2,
        SIGVTALRM, SIGXCPU,
    ];

    /// Returns the further signals of this kind that only Linux has.
    ///
    /// They are SIGPWR, SIGSTKFLT, whose number means something else on SPARC and MIPS, and the real-time signals that
    /// the C library leaves to programs.
    #[cfg(target_os = "linux")]
    fn ending_here() -> impl Iterator<Item = i32> {
        use rustix::process::Signal;

        /// glibc's SIGRTMIN and the kernel's SIGRTMAX.
        const REAL_TIME: std::ops::RangeInclusive<i32> = 34..=64;

        let has_stack_fault = cfg!(not(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64")));
        [Signal::POWER.as_raw()].into_iter().chain(has_stack_fault.then_some(16)).chain(REAL_TIME)
    }

    /// Returns nothing: other systems have no further signals of this kind.
    #[cfg(not(target_os = "linux"))]
    fn ending_here() -> impl Iterator<Item = i32> {
        std::iter::empty()
    }

    /// The signals that are handled. Once this exists, they no longer end the process by themselves.
    pub struct Signals(Vec<(i32, Signal)>);

    impl Signals {
        /// Installs the handlers.
        ///
        /// Call this before the terminal is taken: a signal in between would end the process without restoring it.
        #[must_use]
        pub fn listen() -> Self {
            // SIGXFSZ is caught, so that a write beyond the file size limit returns an error, but it is not an event.
            let all = ENDING.into_iter().chain(ending_here()).chain([SIGTSTP, SIGCONT, SIGXFSZ]);
            let handled = all.filter_map(|number| match signal(SignalKind::from_raw(number)) {
                Ok(signal) => Some((number, signal)),
                Err(error) => {
                    tracing::warn!(%error, number, "this signal cannot be handled");
                    None
                }
            });
            Self(handled.collect())
        }

        /// Sends each signal that ends the program to `stops`, and each other one to `events`.
        ///
        /// This future must run until the process ends, because no signal ends the process otherwise.
        pub async fn forward<S: EventSink>(mut self, output: Output, stops: StopSender<S>, events: S) {
            let mut asked_to_end = None;
            while !self.0.is_empty() {
                let next = self.0.iter_mut().map(|(_, signal)| Box::pin(signal.recv()));
                let (_, which, _) = select_all(next).await;
                let number = self.0[which].0;
                match event_of(number) {
                    Some(TerminalEvent::Stopped(stop)) => {
                        output.hurry();
                        stops.send(stop);
                        let first = *asked_to_end.get_or_insert_with(Instant::now);
                        if is_impatient(first, Instant::now()) {
                            end_now(number);
                        }
                    }
                    // An error means that the session has ended, and its last drafts are being written.
                    Some(event) => drop(events.send(event)),
                    None => {}
                }
            }
        }
    }

    fn event_of(number: i32) -> Option<TerminalEvent> {
        let stop = match number {
            SIGTSTP => return Some(TerminalEvent::Suspended),
            SIGCONT => return Some(TerminalEvent::Continued),
            SIGXFSZ => return None,
            SIGTERM => StopReason::Terminate,
            SIGHUP => StopReason::HangUp,
            SIGINT => StopReason::Interrupt,
            SIGQUIT => StopReason::Quit,
            other => StopReason::Other(u8::try_from(other).ok()?),
        };
        Some(TerminalEvent::Stopped(stop))
    }

    fn is_impatient(first: Instant, now: Instant) -> bool {
        now.duration_since(first) >= IMPATIENCE
    }

    /// Ends the process as the signal would by default.
    ///
    /// The output may be what hangs, so only raw mode is switched off: that writes nothing.
    fn end_now(number: i32) -> ! {
        let _ = disable_raw_mode();
        if let Err(error) = emulate_default_handler(number) {
            tracing::warn!(%error, number, "the default of this signal is unknown");
        }
        std::process::exit(128_i32.saturating_add(number))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn each_signal_becomes_a_stop_with_its_number() {
            for number in ENDING.into_iter().chain(ending_here()) {
                let Some(TerminalEvent::Stopped(stop)) = event_of(number) else { panic!("{number}") };
                assert_eq!(i32::from(stop.number()), number);
            }
            assert!(event_of(SIGXFSZ).is_none());
        }

        #[test]
        fn two_signals_in_quick_succession_are_one_request() {
            let first = Instant::now();
            assert!(!is_impatient(first, first));
            assert!(!is_impatient(first, first + IMPATIENCE / 2));
            assert!(is_impatient(first, first + IMPATIENCE));
        }
    }
}

/// The only signal of other systems: Ctrl-C.
#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Does nothing: the handler is installed by [`Signals::forward`].
    #[must_use]
    pub fn listen() -> Self {
        Self
    }

    /// Sends a stop request when Ctrl-C is pressed.
    pub async fn forward<S: crate::event::EventSink>(
        self,
        output: crate::output::Output,
        stops: crate::input::StopSender<S>,
        _: S,
    ) {
        if tokio::signal::ctrl_c().await.is_ok() {
            output.hurry();
            stops.send(crate::event::StopReason::Interrupt);
        }
    }
}
