//! Everything that is known of a session in a room.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::{DocumentId, Exchange, Policy, Question, QuestionSetting, Timestamp, Version};

use crate::room::Room;

/// A session in a room.
#[derive(Debug, Clone)]
pub struct RoomSession {
    /// The address of the server, with its scheme.
    pub server: String,
    /// When the session was saved.
    pub saved_at: Timestamp,
    /// The people and the counters.
    pub room: Room,
    /// The exchanges that are still known, in the order of their numbers.
    pub exchanges: Vec<Arc<Exchange>>,
    /// The questions that the leader's screen has shown, oldest first.
    pub questions: Vec<Question>,
    /// The facts that the server told when the session was saved.
    pub server_facts: ServerFacts,
    /// Tokens and codes, which must not be in the files even if a text contains them.
    pub secrets: Vec<String>,
}

/// The facts about a room that its server reports besides the exchanges.
#[derive(Debug, Clone, Default)]
pub struct ServerFacts {
    /// The policy; `None` if it was not read.
    pub policy: Option<Policy>,
    /// The documents of the session, with their newest versions.
    pub histories: Vec<(DocumentId, Vec<Version>)>,
    /// The leader's question as everyone sees it.
    pub question: Option<Question>,
    /// The leader's question as the leader set it.
    pub setting: Option<QuestionSetting>,
    /// The facts that could not be read, each in a sentence without its full stop.
    pub gaps: Vec<String>,
}

impl RoomSession {
    /// Returns how many exchanges the server has counted, as far as their numbers show.
    #[must_use]
    pub fn counted(&self) -> u64 {
        self.exchanges.iter().map(|exchange| exchange.number).max().unwrap_or_default()
    }

    /// Returns how many exchanges there were that are not in the session.
    ///
    /// The server numbers all exchanges without gaps, and keeps only the newest.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.counted().saturating_sub(self.exchanges.len() as u64)
    }
}

/// Returns the exchanges of both lists, once each, in the order of their numbers.
///
/// If one list has the end of an exchange and the other does not, its end counts.
#[must_use]
pub fn unite_exchanges(first: Vec<Arc<Exchange>>, second: Vec<Exchange>) -> Vec<Arc<Exchange>> {
    let mut all: BTreeMap<u64, Arc<Exchange>> = BTreeMap::new();
    for exchange in first.into_iter().chain(second.into_iter().map(Arc::new)) {
        match all.get(&exchange.number) {
            Some(known) if !known.is_open() => {}
            _ => {
                all.insert(exchange.number, exchange);
            }
        }
    }
    all.into_values().collect()
}
