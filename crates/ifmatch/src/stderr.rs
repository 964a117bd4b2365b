//! What the program says to people beside its output: on standard error, a line at a time.
//!
//! What is printed for programs goes to standard output, and what happens for an operator to the log ([`log`](crate::log)).

use std::fmt::Display;
use std::io::{self, Write as _};

/// Says this in a line of its own. Where nobody hears it any more, the work goes on all the same, and does not panic, as
/// `eprintln!` would.
pub(crate) fn say(what: impl Display) {
    let _ = writeln!(io::stderr(), "{what}");
}
