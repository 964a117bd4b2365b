//! The limit on open files of this process: each connection is one.
//!
//! The soft limit is often 1024, though the system allows far more. It protects programs that call `select`, which
//! cannot handle larger descriptors; this program does not call it.

/// Raises the soft limit to the hard limit.
///
/// If that fails, the number of connections stays as limited as before.
#[cfg(unix)]
pub(crate) fn raise_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        return;
    }
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::warn!(%error, ?limit.current, "cannot raise the limit on open files, which also limits connections");
    }
}

/// On other systems there is no such limit.
#[cfg(not(unix))]
pub(crate) fn raise_limit() {}
