//! The limits of everything that clients can use up.

use std::time::Duration;

/// The limits that the leader can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SshLimits {
    /// How many people can be connected at the same time.
    pub sessions: usize,
    /// How long a session may last without a byte from its user.
    pub idle_time: Duration,
}

impl Default for SshLimits {
    fn default() -> Self {
        Self { sessions: 60, idle_time: Duration::from_secs(60 * 60) }
    }
}

/// How long a client may take from connecting to an open editor.
pub(crate) const LOGIN_TIME: Duration = Duration::from_secs(60);

/// The most connections without an editor. One more closes the oldest of the address that has the most.
pub(crate) const MAX_LOGINS: usize = 100;

/// The most wrong passwords in one connection. The last one closes it.
pub(crate) const MAX_WRONG_PASSWORDS: u32 = 3;

/// How long the kernel and the client may take to close a connection whose session is over.
pub(crate) const CLOSING_TIME: Duration = Duration::from_secs(5);

/// How long an editor may take to end, until it is killed. It writes its draft in this time.
pub(crate) const ENDING_TIME: Duration = Duration::from_secs(10);

/// The most typed bytes that an editor has not read yet: a pasted document of the maximum size, twice.
pub(crate) const MAX_PENDING_INPUT: usize = 2 * 1024 * 1024;

/// The interval at which a silent client is asked whether it is still there.
pub(crate) const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);

/// How many of these questions may stay unanswered.
pub(crate) const MAX_UNANSWERED_KEEPALIVES: usize = 3;

/// How long nothing may happen in a connection. A client that answers keepalives never takes that long.
pub(crate) const DEAD_TIME: Duration = Duration::from_secs(120);

/// The bytes of a channel that may be on their way to the server.
pub(crate) const WINDOW_BYTES: u32 = 256 * 1024;
