//! The program under test: the same `run` as the real one.

use std::process::ExitCode;

fn main() -> ExitCode {
    ifmatch::run()
}
