//! What all handlers share.

pub(crate) mod exchange_log;
pub(crate) mod memory_release;
pub(crate) mod metrics;
pub(crate) mod offload;

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderValue;
use contract::{Policy, Timestamp};
use precondition::HttpDate;
use store::Store;
use tokio::sync::watch;

use crate::api::control::policy::PolicyCell;
use crate::budget;
use crate::budget::memory_pool::MemoryPool;
use crate::http::conditional_get::HashedBody;
use crate::http::representation::ascii;
use crate::options::ServerOptions;
use crate::pipeline::faults::FaultsCell;
use crate::pipeline::gate::Gate;
use crate::pipeline::token_guesses::TokenGuesses;
use crate::state::exchange_log::ExchangeLog;
use crate::state::metrics::Metrics;
use crate::state::metrics::timed_store::TimedStore;
use crate::state::offload::Offload;

/// What all handlers share. Cloning it is cheap.
pub(crate) type ServerState = Arc<SharedState>;

/// The store, the options, and what can be changed while the server runs.
pub(crate) struct SharedState {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) options: ServerOptions,
    pub(crate) policy: PolicyCell,
    pub(crate) recorder: ExchangeLog,
    pub(crate) gate: Gate,
    pub(crate) faults: FaultsCell,
    pub(crate) metrics: Metrics,
    pub(crate) offload: Offload,
    pub(crate) guesses: TokenGuesses,
    /// What the server says of itself, once it was asked.
    pub(crate) described: Mutex<Option<HashedBody>>,
    /// The bodies of responses that wait to be sent.
    pub(crate) sending: MemoryPool,
    /// The bodies of requests that are not answered.
    pub(crate) receiving: MemoryPool,
    /// Set when the server ends: event streams end with it.
    pub(crate) shutdown: watch::Receiver<bool>,
    /// The last `Date` that was sent.
    date: Mutex<Option<(HttpDate, HeaderValue)>>,
}

impl SharedState {
    pub(crate) fn new(store: Arc<dyn Store>, options: ServerOptions, stopped: watch::Receiver<bool>) -> ServerState {
        let policy = PolicyCell::new(options.policy);
        let recorder = ExchangeLog::new(&options.budgets);
        let metrics = Metrics::default();
        let guesses = TokenGuesses::new(&options);
        let offload = Offload::new(options.budgets.size(&budget::LARGE_JSON), metrics.budgets.clone());
        let sending = MemoryPool::new(&budget::SEND_BYTES, &options.budgets, &metrics.budgets);
        let receiving = MemoryPool::new(&budget::RECEIVE_BYTES, &options.budgets, &metrics.budgets);
        let gate = Gate::new(&options.budgets, &metrics.budgets);
        let store = Arc::new(TimedStore { store, times: Arc::clone(&metrics.times) });
        Arc::new(Self {
            store,
            options,
            policy,
            recorder,
            gate,
            faults: FaultsCell::default(),
            metrics,
            offload,
            guesses,
            described: Mutex::default(),
            sending,
            receiving,
            shutdown: stopped,
            date: Mutex::default(),
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.options.clock.now()
    }

    /// The value of `Date` at that time. It is the same for a whole second, and then it is made only once.
    pub(crate) fn date_header(&self, now: Timestamp) -> HeaderValue {
        let now = now.to_http_date();
        // Nothing in here panics while it holds the lock.
        let mut last = self.date.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((second, value)) if *second == now => value.clone(),
            _ => last.insert((now, ascii(&now.to_string()))).1.clone(),
        }
    }

    pub(crate) fn policy(&self) -> Policy {
        self.policy.get()
    }
}
