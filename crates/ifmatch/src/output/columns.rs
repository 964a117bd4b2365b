//! The width of a terminal.

/// Returns the columns of the terminal that an output is, or `None` if it is not one or does not know.
#[cfg(unix)]
pub(crate) fn columns(output: impl std::os::fd::AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(output).ok()?;
    (size.ws_col > 0).then_some(size.ws_col.into())
}

/// Returns `None`: on this system, the width is not looked up.
#[cfg(not(unix))]
pub(crate) fn columns(_: impl std::io::Write) -> Option<usize> {
    None
}
