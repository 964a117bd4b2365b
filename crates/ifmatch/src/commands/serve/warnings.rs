//! Warnings of a server, printed on standard error by a thread of their own.
//!
//! Clients cause these warnings, so neither their number nor a blocked standard error (a terminal whose output is
//! stopped, a full pipe) may block the server: warnings that do not fit into the queue are counted and left out. The
//! server decides when to warn; this module only prints.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use server::{Warning, Warnings};

use crate::output::stderr::{WRITE_TIMEOUT, can_write};

/// The most warnings that wait to be printed.
const MAX_QUEUED: usize = 64;

/// The most warnings that are printed in a minute.
///
/// Each address causes one, and an attack may have thousands of them.
const MAX_PER_MINUTE: u32 = 20;

const MINUTE: Duration = Duration::from_secs(60);

/// A thread that prints warnings.
pub(crate) struct Printer {
    queue: SyncSender<Job>,
    left_out: Arc<AtomicU64>,
    ended: Receiver<()>,
}

enum Job {
    Print(Warning),
    End,
}

impl Printer {
    /// Starts the thread, which prints on standard error.
    pub(crate) fn to_stderr() -> io::Result<Self> {
        Self::to(io::stderr(), can_write)
    }

    /// Starts the thread, which prints nothing: a screen has the terminal. The log has all warnings.
    pub(crate) fn silent() -> io::Result<Self> {
        Self::to(io::sink(), || false)
    }

    /// Starts the thread, which writes only while `can_write` is true.
    fn to(out: impl Write + Send + 'static, can_write: fn() -> bool) -> io::Result<Self> {
        let (queue, jobs) = sync_channel(MAX_QUEUED);
        let (sender, ended) = channel();
        let left_out = Arc::new(AtomicU64::new(0));
        let lines = Lines { out, can_write, left_out: Arc::clone(&left_out), begin: Instant::now(), printed: 0 };
        thread::Builder::new().name("warnings".to_owned()).spawn(move || {
            lines.print(&jobs);
            // An error means that `end` has given up waiting.
            let _ = sender.send(());
        })?;
        Ok(Self { queue, left_out, ended })
    }

    /// Returns what a server sends its warnings to. Sending never waits.
    pub(crate) fn warnings(&self) -> Warnings {
        let (queue, left_out) = (self.queue.clone(), Arc::clone(&self.left_out));
        Warnings::to(move |warning| {
            if queue.try_send(Job::Print(warning)).is_err() {
                left_out.fetch_add(1, Ordering::Relaxed);
            }
        })
    }

    /// Prints what is queued, for at most [`WRITE_TIMEOUT`].
    pub(crate) fn end(self) {
        // If there is no room in the queue, nothing has been printed for a long time.
        if self.queue.try_send(Job::End).is_ok() {
            let _ = self.ended.recv_timeout(WRITE_TIMEOUT);
        }
    }
}

/// The lines about warnings, with a limit for each minute.
struct Lines<W> {
    out: W,
    can_write: fn() -> bool,
    left_out: Arc<AtomicU64>,
    /// The begin of the current minute.
    begin: Instant,
    /// The number of lines that were printed in this minute.
    printed: u32,
}

impl<W: Write> Lines<W> {
    fn print(mut self, jobs: &Receiver<Job>) {
        while let Ok(Job::Print(warning)) = jobs.recv() {
            if self.begin.elapsed() >= MINUTE {
                (self.begin, self.printed) = (Instant::now(), 0);
            }
            let is_last = matches!(warning, Warning::GuessesInAll { .. });
            if self.printed >= MAX_PER_MINUTE && !is_last {
                self.left_out.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            self.printed += 1;
            let left_out = self.left_out.swap(0, Ordering::Relaxed);
            if left_out > 0 {
                self.line(&format!("{left_out} more warnings were not printed; --log FILE records all of them"));
            }
            self.line(&warning.to_string());
        }
    }

    /// Writes a line. If that fails, the server goes on.
    fn line(&mut self, text: &str) {
        if (self.can_write)() {
            let _ = self.out.write_all(format!("ifmatch: {text}\n").as_bytes()).and_then(|()| self.out.flush());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Mutex;

    use super::*;

    /// Takes all that is written while the lock is free.
    #[derive(Clone, Default)]
    struct Out(Arc<Mutex<Vec<u8>>>);

    impl Write for Out {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Out {
        fn lines(&self) -> Vec<String> {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(str::to_owned).collect()
        }
    }

    fn from(number: u32) -> Warning {
        Warning::GuessesBegin { client: IpAddr::V4(Ipv4Addr::from_bits(0xc000_0200 + number)), guesses: 61 }
    }

    #[test]
    fn many_addresses_fill_few_lines() {
        let out = Out::default();
        let printer = Printer::to(out.clone(), || true).unwrap();
        let warnings = printer.warnings();
        for number in 0..50 {
            warnings.send(from(number));
        }
        warnings.send(Warning::GuessesInAll { guesses: 4000 });
        printer.end();
        let lines = out.lines();
        assert_eq!(lines.len(), 22, "{lines:#?}");
        assert!(lines[0].starts_with("ifmatch: 192.0.2.0 has sent 61 wrong tokens or codes; "), "{lines:#?}");
        assert!(lines[19].starts_with("ifmatch: 192.0.2.19 has sent "), "{lines:#?}");
        assert_eq!(lines[20], "ifmatch: 30 more warnings were not printed; --log FILE records all of them");
        assert_eq!(lines[21], "ifmatch: clients sent 4000 wrong tokens or codes in all");
    }

    /// An output that says when something is written to it, and then blocks.
    ///
    /// It does so for as long as the other end is there.
    struct BlockedOut {
        reached: SyncSender<()>,
        release: Receiver<()>,
    }

    impl Write for BlockedOut {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.reached.send(());
            let _ = self.release.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn blocked_output_blocks_no_sender() {
        let (reached, is_reached) = sync_channel(1000);
        let (blocked, release) = channel();
        let printer = Printer::to(BlockedOut { reached, release }, || true).unwrap();
        let warnings = printer.warnings();
        warnings.send(from(0));
        // From here on, the thread takes nothing from the queue.
        is_reached.recv().unwrap();
        for number in 0..1000 {
            warnings.send(from(number));
        }
        assert_eq!(printer.left_out.load(Ordering::Relaxed), 1000 - MAX_QUEUED as u64);
        drop(blocked);
        printer.end();
    }

    #[test]
    fn nothing_is_written_while_it_would_stop_the_process() {
        let out = Out::default();
        let printer = Printer::to(out.clone(), || false).unwrap();
        printer.warnings().send(from(1));
        printer.end();
        assert_eq!(out.lines(), Vec::<String>::new());
    }
}
