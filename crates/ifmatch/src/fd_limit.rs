//! How many files the server may have open: every connection is one.
//!
//! A system gives a process few of them unless it asks, often 1024, while it would let it have far more. That is for
//! programs which wait in an old way that cannot count further (`select`); this one does not.

/// Asks for as many as there are to be had. Where that fails, there are as many connections as before.
#[cfg(unix)]
pub(crate) fn raise_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        return;
    }
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::warn!(%error, ?limit.current, "there may be no more open files than that, connections among them");
    }
}

/// Elsewhere nobody counts.
#[cfg(not(unix))]
pub(crate) fn raise_limit() {}
