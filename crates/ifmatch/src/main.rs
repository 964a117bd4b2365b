//! The program's door. What happens behind it stands in the library of the same name, so that tests run the very same.

use std::process::ExitCode;

fn main() -> ExitCode {
    ifmatch::run()
}
