//! The options of a server, as values. The program decides where they come from.

pub(crate) mod gateway;
pub(crate) mod guess_counter;
pub(crate) mod host_name;
pub(crate) mod origin;
pub(crate) mod tls;
pub(crate) mod tokens;
pub(crate) mod warnings;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use contract::{Policy, RoomSettings, Timestamp};

use crate::budget::{self, Budget, Budgets};
use gateway::GatewayHandle;
use guess_counter::GuessCounter;
use host_name::HostName;
use origin::Origin;
use tls::Tls;
use tokens::Tokens;
use warnings::Warnings;

/// The options of a server.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The most bytes that title and content of a document may have together, as UTF-8.
    pub max_document: usize,
    /// The values of the budgets that `--budget` changes.
    pub budgets: Budgets,
    /// The policy at the start; `PUT /control/policy` changes it.
    pub policy: Policy,
    /// The settings of the room at the start; `PUT /control/room` changes them.
    pub room: RoomSettings,
    /// The tokens; `None` lets all clients do everything.
    pub tokens: Option<Tokens>,
    /// The names that the server answers to, besides all addresses and `localhost`.
    pub host_names: Vec<HostName>,
    /// The origins whose web pages may read the responses.
    pub cors_origins: Vec<Origin>,
    /// The server's certificate and key; `None` if connections are not encrypted.
    pub tls: Option<Tls>,
    /// The port at which people join by SSH; `None` if they cannot. The server itself only mentions it.
    pub ssh_port: Option<u16>,
    /// The wrong passwords of people who join by SSH, for the metrics.
    pub ssh_guesses: GuessCounter,
    /// How long an event stream is silent before the server sends a heartbeat.
    pub heartbeat: Duration,
    /// How long the server waits for open requests when it stops.
    pub grace: Duration,
    /// The source of the time.
    pub clock: ServerClock,
    /// The receiver of warnings for the operator.
    pub warnings: Warnings,
    /// Returns free memory to the system. It is called after each burst, and may take some milliseconds.
    pub release_memory: Option<fn()>,
    /// Forwards requests to another server, in place of documents; `None` for a document server.
    pub gateway: Option<GatewayHandle>,
}

impl Default for ServerOptions {
    /// The strict policy, no tokens, no allowed web pages, and no receiver of warnings.
    ///
    /// A document may have 1 MiB, the heartbeat is 15 s, the grace 3 s, the clock is the system's, and `localhost` is
    /// the only host name.
    fn default() -> Self {
        Self {
            max_document: budget::DOCUMENT_BYTES.size(),
            budgets: Budgets::default(),
            policy: Policy::default(),
            room: RoomSettings::default(),
            tokens: None,
            host_names: Vec::new(),
            cors_origins: Vec::new(),
            tls: None,
            ssh_port: None,
            ssh_guesses: GuessCounter::default(),
            heartbeat: Duration::from_secs(15),
            grace: Duration::from_secs(3),
            clock: ServerClock::system(),
            warnings: Warnings::default(),
            release_memory: None,
            gateway: None,
        }
    }
}

impl ServerOptions {
    /// Returns the value of a budget, whichever flag set it.
    #[must_use]
    pub fn value_of(&self, budget: &'static Budget) -> u64 {
        if budget.name == budget::DOCUMENT_BYTES.name { self.max_document as u64 } else { self.budgets.of(budget) }
    }

    /// Returns whether a request with this path is forwarded to another server.
    pub(crate) fn is_forwarded(&self, path: &str) -> bool {
        self.gateway.is_some() && gateway::control_path(path).is_none()
    }

    /// Returns the path below which the resources of this server are: empty for a document server.
    pub(crate) fn base_path(&self) -> &'static str {
        if self.gateway.is_some() { gateway::CONTROL_PREFIX } else { "" }
    }

    /// Returns how long a client may take to send a request, or to read a response without progress.
    pub(crate) fn send_time(&self) -> Duration {
        Duration::from_secs(self.budgets.of(&budget::SEND_TIME))
    }

    /// Returns the most bytes that the body of a request may have.
    ///
    /// It is six times the largest document, and some room for names and white space. JSON may escape one byte as six
    /// (`\u000a` for a line feed), and a document within its limit must be accepted however its client escapes it.
    #[must_use]
    pub fn max_body(&self) -> usize {
        self.max_document.saturating_mul(6).saturating_add(64 * 1024)
    }
}

/// The source of the time.
#[derive(Clone)]
pub struct ServerClock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl ServerClock {
    /// Returns the clock of the system.
    #[must_use]
    pub fn system() -> Self {
        Self::of(|| SystemTime::now().into())
    }

    /// Returns a clock that calls a function.
    #[must_use]
    pub fn of(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for ServerClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
