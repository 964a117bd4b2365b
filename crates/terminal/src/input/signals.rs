//! Signals, as events.
//!
//! Every signal that would end the process and can come from outside is heard, so that the terminal is given back and
//! the draft is written whatever it is. A second one that comes [`IMPATIENCE`] after the first ends the process at
//! once: then something hangs, such as a disk.
//!
//! Not heard are SIGKILL and SIGSTOP, which no process can hear, and SIGSEGV, SIGILL, SIGFPE and SIGBUS: the kernel
//! sends these about an instruction that failed, and a handler that returns lets it fail again, for ever. SIGPIPE is
//! ignored by Rust's runtime, and a write to a closed pipe is an error.

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

    /// How long after a first request to end a further one means that the program hangs. Closing a window sends two at
    /// once: one from the system, one from the shell.
    const IMPATIENCE: Duration = Duration::from_secs(2);

    /// The signals that end the process by default, and that others may send. `abort` in this process ends it all the
    /// same: it puts the default back once SIGABRT was heard.
    const ENDING: [i32; 14] = [
        SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGALRM, SIGIO, SIGPROF, SIGSYS, SIGTRAP, SIGUSR1, SIGUSR2,
        SIGVTALRM, SIGXCPU,
    ];

    /// More of them that only Linux has: a power failure, a fault of a coprocessor (SIGSTKFLT, whose number means
    /// something else on SPARC and MIPS), and the real-time signals that the C library leaves to programs.
    #[cfg(target_os = "linux")]
    fn ending_here() -> impl Iterator<Item = i32> {
        use rustix::process::Signal;

        /// glibc's SIGRTMIN and the kernel's SIGRTMAX.
        const REAL_TIME: std::ops::RangeInclusive<i32> = 34..=64;

        let has_stack_fault = cfg!(not(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64")));
        [Signal::POWER.as_raw()].into_iter().chain(has_stack_fault.then_some(16)).chain(REAL_TIME)
    }

    /// Other systems have no more of them.
    #[cfg(not(target_os = "linux"))]
    fn ending_here() -> impl Iterator<Item = i32> {
        std::iter::empty()
    }

    /// The signals that are heard. From the moment this exists they no longer end the process by themselves.
    pub struct Signals(Vec<(i32, Signal)>);

    impl Signals {
        /// Begins to hear. To be called before the terminal is taken: a signal that comes in between would otherwise
        /// end the process and leave the terminal as it is.
        #[must_use]
        pub fn listen() -> Self {
            // SIGXFSZ is heard and not told: the write that is too long for this user's limit fails, and is told.
            let all = ENDING.into_iter().chain(ending_here()).chain([SIGTSTP, SIGCONT, SIGXFSZ]);
            let heard = all.filter_map(|number| match signal(SignalKind::from_raw(number)) {
                Ok(signal) => Some((number, signal)),
                Err(error) => {
                    tracing::warn!(%error, number, "this signal will not be heard");
                    None
                }
            });
            Self(heard.collect())
        }

        /// Tells each signal; one that ends the program, to `stops`. This has to go on until the process ends, since no
        /// signal ends it otherwise.
        pub async fn tell<S: EventSink>(mut self, output: Output, stops: StopSender<S>, events: S) {
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
                            end_at_once(number);
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

    /// Ends the process as the signal would have without us. What hangs may be the output, so only the terminal's
    /// settings are put back.
    fn end_at_once(number: i32) -> ! {
        let _ = disable_raw_mode();
        if let Err(error) = emulate_default_handler(number) {
            tracing::warn!(%error, number, "this signal has no default that is known");
        }
        std::process::exit(128_i32.saturating_add(number))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn each_signal_is_told_by_its_number() {
            for number in ENDING.into_iter().chain(ending_here()) {
                let Some(TerminalEvent::Stopped(stop)) = event_of(number) else { panic!("{number}") };
                assert_eq!(i32::from(stop.number()), number);
            }
            assert!(event_of(SIGXFSZ).is_none());
        }

        #[test]
        fn two_signals_of_one_window_are_one_wish() {
            let first = Instant::now();
            assert!(!is_impatient(first, first));
            assert!(!is_impatient(first, first + IMPATIENCE / 2));
            assert!(is_impatient(first, first + IMPATIENCE));
        }
    }
}

/// The one signal that other systems have.
#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Begins to hear with the first [`Signals::tell`].
    #[must_use]
    pub fn listen() -> Self {
        Self
    }

    /// Tells it.
    pub async fn tell<S: crate::event::EventSink>(
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
