//! The state that all requests share.

pub(crate) mod client_accounts;
pub(crate) mod exchange_log;
pub(crate) mod faults;
pub(crate) mod gate;
pub(crate) mod guarded_setting;
mod joining;
pub(crate) mod memory_release;
pub(crate) mod metrics;
pub(crate) mod offload;
mod other_servers;
pub(crate) mod participants;
pub(crate) mod policy;
pub(crate) mod question;
pub(crate) mod replica;
pub(crate) mod room_settings;
mod shared_cell;
pub(crate) mod sync;
pub(crate) mod tag_history;
pub(crate) mod token_guesses;

use std::sync::Arc;

use contract::{Author, Policy, Question, Timestamp};
use store::Store;
use tokio::sync::watch;

use crate::budget;
use crate::budget::memory_pool::MemoryPool;
use crate::options::ServerOptions;
use client_accounts::ClientAccounts;
use exchange_log::ExchangeLog;
use faults::FaultsCell;
use gate::Gate;
use metrics::Metrics;
use metrics::timed_store::TimedStore;
use offload::Offload;
use participants::Participants;
use policy::{PinnedPolicy, PolicyCell};
use question::QuestionCell;
use replica::SettingsReplica;
use room_settings::RoomSettingsCell;
use token_guesses::TokenGuesses;

/// The shared state. Cloning it is cheap.
pub(crate) type ServerState = Arc<SharedState>;

/// The store, the options, and everything that changes while the server runs.
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
    pub(crate) accounts: ClientAccounts,
    pub(crate) participants: Participants,
    pub(crate) question: QuestionCell,
    pub(crate) room: RoomSettingsCell,
    /// The copy of the settings that all servers of the store share; `None` if there are none.
    pub(crate) replica: Option<SettingsReplica>,
    /// The budget of the response bodies that wait to be sent.
    pub(crate) sending: MemoryPool,
    /// The budget of the received bytes of requests without a response.
    pub(crate) receiving: MemoryPool,
    /// Becomes true when the server stops; event streams then end.
    shutdown: watch::Receiver<bool>,
}

impl SharedState {
    pub(crate) fn new(store: Arc<dyn Store>, options: ServerOptions, stopped: watch::Receiver<bool>) -> ServerState {
        let policy = PolicyCell::new(options.policy);
        let room = RoomSettingsCell::new(options.room.clone());
        let recorder = ExchangeLog::new(&options.budgets);
        let metrics = Metrics::default();
        let guesses = TokenGuesses::new(&options);
        let participants = Participants::new(&options, &metrics.budgets);
        let offload = Offload::new(options.budgets.size(&budget::LARGE_JSON), metrics.budgets.clone());
        let sending = MemoryPool::new(&budget::SEND_BYTES, &options.budgets, &metrics.budgets);
        let receiving = MemoryPool::new(&budget::RECEIVE_BYTES, &options.budgets, &metrics.budgets);
        let gate = Gate::new(&options.budgets, &metrics.budgets);
        let accounts = ClientAccounts::new(&options, sending.clone(), receiving.clone(), gate.clone());
        let replica = SettingsReplica::of(&*store);
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
            accounts,
            participants,
            question: QuestionCell::default(),
            room,
            replica,
            sending,
            receiving,
            shutdown: stopped,
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.options.clock.now()
    }

    /// Returns a future that waits until the server is stopped, or the sender of that signal is dropped.
    pub(crate) fn shutdown_requested(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut flag = self.shutdown.clone();
        async move {
            // An error means that the sender was dropped, which stops the server as well.
            let _ = flag.wait_for(|set| *set).await;
        }
    }

    /// Returns the signal itself, for code that checks whether the server is stopping.
    pub(crate) fn shutdown(&self) -> watch::Receiver<bool> {
        self.shutdown.clone()
    }

    pub(crate) fn policy(&self) -> Policy {
        self.policy.get()
    }

    /// Returns the policy for a request that begins to be judged.
    pub(crate) fn pinned_policy(&self) -> PinnedPolicy {
        self.policy.pinned(self.replica.is_some())
    }

    /// Returns the leader's question as everyone sees it now; `None` if there is none.
    pub(crate) fn question(&self) -> Option<Question> {
        self.question.view(|has_answered| self.count_people(has_answered))
    }

    /// Publishes the question to the event streams.
    ///
    /// Called after a change of the question, of its answers or of the people in the room.
    pub(crate) fn publish_question(&self) {
        self.show_question();
        if let Some(replica) = &self.replica {
            replica.note_people();
        }
    }

    /// Publishes the question to the event streams of this server. The people at it have not changed.
    fn show_question(&self) {
        self.question.publish(|has_answered| self.count_people(has_answered));
    }

    /// Returns how many people are in the room, on all servers.
    fn count_people(&self, has_answered: &dyn Fn(&Author) -> bool) -> u64 {
        let mut names = self.participants.names_here(self.now(), has_answered);
        if let Some(replica) = &self.replica {
            let elsewhere = replica.people_elsewhere().into_iter();
            names.extend(elsewhere.filter(|name| !self.participants.is_removed(name)));
        }
        names.len() as u64
    }
}
