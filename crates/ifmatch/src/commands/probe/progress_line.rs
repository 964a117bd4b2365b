//! The progress of a probe: one line on a terminal, which is drawn again and again.

use std::io::{self, IsTerminal as _, Write as _};

use probe::{CHECKS, ProbeProgress};

use crate::output::columns::columns;

/// Draws the line, if standard error is a terminal.
pub(super) fn draw(progress: ProbeProgress) {
    let ProbeProgress { check, answered, requests } = progress;
    let line = format!("{answered}/{} {check} · {requests} requests", CHECKS.len());
    // A line that wraps could not be removed.
    let width = columns(io::stderr()).map_or(usize::MAX, |columns| columns - 1);
    let line: String = line.chars().take(width).collect();
    print(&format!("\r\x1b[K{line}"));
}

/// Removes the line.
pub(super) fn clear() {
    print("\r\x1b[K");
}

/// Writes to a terminal. A line that is lost is drawn again soon.
fn print(text: &str) {
    let mut out = io::stderr();
    if out.is_terminal() {
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}
