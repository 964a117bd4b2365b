//! The entry point of the program.
//!
//! Everything else is in the library of the same name, so that tests run the same code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ifmatch::run()
}
