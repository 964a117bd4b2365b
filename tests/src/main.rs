//! The program under test: it calls the same `run` as the real program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ifmatch::run()
}
