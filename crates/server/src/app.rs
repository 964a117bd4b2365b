//! What all handlers share.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderValue;
use contract::{Policy, Timestamp};
use precondition::HttpDate;
use store::Store;
use tokio::sync::watch;

use crate::budget;
use crate::control::policy::PolicyCell;
use crate::layers::faults::FaultsCell;
use crate::layers::gate::Gate;
use crate::layers::guesses::Guesses;
use crate::layers::record::Recorder;
use crate::metrics::Metrics;
use crate::metrics::timed::Timed;
use crate::offload::Offload;
use crate::options::Options;
use crate::pool::Pool;
use crate::representation::ascii;
use crate::tagged::Hashed;

/// What all handlers share. Cloning it is cheap.
pub(crate) type App = Arc<Shared>;

/// The store, the options, and what can be changed while the server runs.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) options: Options,
    pub(crate) policy: PolicyCell,
    pub(crate) recorder: Recorder,
    pub(crate) gate: Gate,
    pub(crate) faults: FaultsCell,
    pub(crate) metrics: Metrics,
    pub(crate) offload: Offload,
    pub(crate) guesses: Guesses,
    /// What the server says of itself, once it was asked.
    pub(crate) described: Mutex<Option<Hashed>>,
    /// The bodies of responses that wait to be sent.
    pub(crate) sending: Pool,
    /// The bodies of requests that are not answered.
    pub(crate) receiving: Pool,
    /// Set when the server ends: event streams end with it.
    pub(crate) stopped: watch::Receiver<bool>,
    /// The last `Date` that was sent.
    date: Mutex<Option<(HttpDate, HeaderValue)>>,
}

impl Shared {
    pub(crate) fn new(store: Arc<dyn Store>, options: Options, stopped: watch::Receiver<bool>) -> App {
        let policy = PolicyCell::new(options.policy);
        let recorder = Recorder::new(&options.budgets);
        let metrics = Metrics::default();
        let guesses = Guesses::new(&options);
        let offload = Offload::new(options.budgets.size(&budget::LARGE_JSON), metrics.budgets.clone());
        let sending = Pool::new(&budget::SEND_BYTES, &options.budgets, &metrics.budgets);
        let receiving = Pool::new(&budget::RECEIVE_BYTES, &options.budgets, &metrics.budgets);
        let gate = Gate::new(&options.budgets, &metrics.budgets);
        let store = Arc::new(Timed { store, times: Arc::clone(&metrics.times) });
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
            stopped,
            date: Mutex::default(),
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.options.clock.now()
    }

    /// The value of `Date` at that time. It is the same for a whole second, and then it is made only once.
    pub(crate) fn date(&self, now: Timestamp) -> HeaderValue {
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
