//! What the tests of the whole program share: a server in a process of its own, a client that sends exactly the bytes
//! it is told to, and a terminal that can be typed into and looked at.
//!
//! Nothing in here knows the program's code. It is started, spoken to and looked at from outside, as by anybody else.
//! And nothing waits for time to pass: each helper waits for a state, with a deadline after which the test has failed.

#![expect(clippy::missing_panics_doc, reason = "a helper panics where the test that called it has failed")]

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
pub mod usage;

use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up on it. Far more than it takes on a slow and busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until something is so that tells nobody when it becomes so, such as a file on the disk.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "waited until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Folders and settings that no test shares with the person who runs it, nor with another test.
///
/// What a program finds in its environment decides what it does: a `NO_COLOR`, a `LANG`, a folder full of drafts.
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
