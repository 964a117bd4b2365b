//! What all handlers share.

use std::sync::Arc;

use contract::{Policy, Timestamp};
use store::Store;
use tokio::sync::watch;

use crate::control::policy::PolicyCell;
use crate::layers::faults::FaultsCell;
use crate::layers::gate::Gate;
use crate::layers::record::Recorder;
use crate::metrics::Metrics;
use crate::metrics::timed::Timed;
use crate::options::Options;

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
    /// Set when the server ends: event streams end with it.
    pub(crate) stopped: watch::Receiver<bool>,
}

impl Shared {
    pub(crate) fn new(store: Arc<dyn Store>, options: Options, stopped: watch::Receiver<bool>) -> App {
        let policy = PolicyCell::new(options.policy);
        let metrics = Metrics::default();
        let store = Arc::new(Timed { store, times: Arc::clone(&metrics.times) });
        Arc::new(Self {
            store,
            options,
            policy,
            recorder: Recorder::default(),
            gate: Gate::default(),
            faults: FaultsCell::default(),
            metrics,
            stopped,
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.options.clock.now()
    }

    pub(crate) fn policy(&self) -> Policy {
        self.policy.get()
    }
}
