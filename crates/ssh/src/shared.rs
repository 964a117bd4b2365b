//! The state that all connections of a server share.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use russh::MethodSet;
use russh::server::Config;
use russh::{MethodKind, SshId};
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use crate::connected_names::ConnectedNames;
use crate::guesses::{GuessVerdict, PasswordGuesses};
use crate::host_key::HostKey;
use crate::limits::{DEAD_TIME, KEEPALIVE_INTERVAL, MAX_LOGINS, MAX_UNANSWERED_KEEPALIVES, SshLimits, WINDOW_BYTES};
use crate::login_queue::LoginQueue;

/// The state that all connections of a server share.
pub(crate) struct SshShared<H> {
    pub(crate) host: H,
    pub(crate) limits: SshLimits,
    pub(crate) config: Arc<Config>,
    pub(crate) logins: LoginQueue,
    pub(crate) names: ConnectedNames,
    /// The places for sessions that are free.
    pub(crate) places: Arc<Semaphore>,
    /// Held while an editor is started: see [`crate::session`].
    pub(crate) starting: tokio::sync::Mutex<()>,
    /// True once the server stops.
    pub(crate) stop: watch::Sender<bool>,
    guesses: Mutex<PasswordGuesses>,
}

impl<H> SshShared<H> {
    pub(crate) fn new(host: H, key: HostKey, limits: SshLimits) -> Self {
        Self {
            host,
            limits,
            config: Arc::new(config(key)),
            logins: LoginQueue::new(MAX_LOGINS),
            names: ConnectedNames::default(),
            places: Arc::new(Semaphore::new(limits.sessions.min(Semaphore::MAX_PERMITS))),
            starting: tokio::sync::Mutex::default(),
            stop: watch::Sender::new(false),
            guesses: Mutex::default(),
        }
    }

    /// Counts a wrong password from a network.
    pub(crate) fn count_guess(&self, network: IpAddr) -> GuessVerdict {
        // No code that holds the lock panics.
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        guesses.wrong(network, Instant::now())
    }
}

/// The methods with which a client can prove that it knows the code.
///
/// OpenSSH tries keyboard-interactive first, which has our own prompt. Public keys are not offered, so that clients do
/// not spend attempts on them.
pub(crate) fn methods() -> MethodSet {
    MethodSet::from(&[MethodKind::KeyboardInteractive, MethodKind::Password][..])
}

fn config(key: HostKey) -> Config {
    Config {
        server_id: SshId::Standard(concat!("SSH-2.0-ifmatch_", env!("CARGO_PKG_VERSION")).into()),
        methods: methods(),
        // The handler delays wrong passwords itself, and counts them.
        auth_rejection_time: Duration::ZERO,
        max_auth_attempts: 20,
        keys: vec![key.into_private()],
        window_size: WINDOW_BYTES,
        inactivity_timeout: Some(DEAD_TIME),
        keepalive_interval: Some(KEEPALIVE_INTERVAL),
        keepalive_max: MAX_UNANSWERED_KEEPALIVES,
        ..Config::default()
    }
}
