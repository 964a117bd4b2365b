//! Standard output: results, for people and for programs.

use std::io::{self, Write as _};

/// Prints to standard output. When this returns, the bytes have left the process.
pub(crate) fn print(bytes: impl AsRef<[u8]>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes.as_ref())?;
    out.flush()
}
