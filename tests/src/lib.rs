//! Helpers of the whole-program tests: a server process, clients that send exact bytes, a terminal.
//!
//! The program is started and observed from outside, as a user would. No helper sleeps for a fixed time: each waits for
//! a state, and fails the test after a deadline.

#![expect(clippy::missing_panics_doc, reason = "a helper panics if the test that calls it has failed")]

pub mod documents;
pub mod events;
pub mod http;
pub mod http_2;
pub mod keys;
pub mod modes;
pub mod policy;
pub mod pty;
pub mod rng;
pub mod second_client;
pub mod serve;
pub mod test_store;
pub mod usage;

use std::thread;
use std::time::{Duration, Instant};

/// The deadline of every wait: far longer than anything takes on a slow and busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Polls until `is_so` returns true, for states that cannot be waited for, such as a file on disk.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "waited until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Returns environment variables that isolate a test from the machine and from other tests.
///
/// A program depends on its environment: on `NO_COLOR`, `LANG`, or a folder full of drafts.
pub(crate) fn variables(home: &std::path::Path) -> Vec<(String, String)> {
    let folder = |name: &str| home.join(name).display().to_string();
    let folders = [
        ("HOME", "."),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
    ];
    let mut variables: Vec<_> = folders.map(|(name, path)| (name.to_owned(), folder(path))).to_vec();
    variables.push(("PATH".to_owned(), std::env::var("PATH").unwrap_or_default()));
    variables.push(("TERM".to_owned(), "xterm-256color".to_owned()));
    variables
}
