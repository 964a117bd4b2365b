//! The state of the connections to a database server, and of what depends on them, for operators.

use std::time::Duration;

/// The state of a store's connections to its database server at one moment.
///
/// Counts are those since the store was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseStatus {
    /// The pools of connections, each with its name: a word for a label.
    pub pools: Vec<(&'static str, PoolStatus)>,
    /// The writes that wait for their turn.
    pub queued_writes: usize,
    /// Operations that were repeated, by their kind and cause.
    pub repeated: RepeatCounts,
    /// The events of all servers, as far as this one has heard them.
    pub events: FollowerStatus,
}

/// A pool of connections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolStatus {
    /// The most connections that it has at a time.
    pub limit: usize,
    /// The connections that it has now.
    pub open: usize,
    /// Those of them that are in use.
    pub used: usize,
    /// The operations that wait for a connection now.
    pub waiting: usize,
    /// The connections that were made. In a quiet time, each further one replaces one that was lost.
    pub made: u64,
}

/// How often operations were repeated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RepeatCounts {
    /// Transactions that PostgreSQL aborted because of others.
    pub write_conflicts: u64,
    /// Transactions whose connection was lost before the commit.
    pub write_disconnects: u64,
    /// Reads whose connection was lost, or that were aborted.
    pub reads: u64,
}

/// How the events of all servers reach this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowerStatus {
    /// Whether there is a connection that notifies this server of events.
    pub is_connected: bool,
    /// The number of the last event that this server has published to its subscribers.
    pub published: u64,
    /// How long ago this server knew that it had published all events.
    ///
    /// Normally this is at most a second, for it asks that often if nothing happens.
    pub behind: Duration,
    /// How often the database had lost events that were published.
    pub losses: u64,
}
