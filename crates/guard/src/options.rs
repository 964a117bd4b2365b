//! The settings of a guard, and its budgets.

use std::time::Duration;

/// Which writes the guard refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GuardMode {
    /// A write that does not name the version that it replaces gets a 428.
    #[default]
    Required,
    /// Only conditions that are sent are evaluated.
    Optional,
}

/// The settings of a guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardOptions {
    /// Which writes are refused.
    pub mode: GuardMode,
    /// How many bytes the body of a write may have.
    pub max_write_bytes: usize,
    /// How many bytes a representation may have that the guard identifies by its content.
    ///
    /// A longer one needs a strong tag of the server.
    pub max_hashed_bytes: usize,
    /// How many bytes of bodies the guard keeps in memory, for all requests together.
    pub max_buffered_bytes: usize,
    /// How many resources have a state. The least recently used are forgotten.
    pub max_resources: usize,
    /// How many writes to one resource may wait for each other.
    pub max_waiting_writes: usize,
    /// How long a write waits for the writes before it.
    pub max_wait: Duration,
    /// How long the body of a representation may take to arrive before it is passed on without a tag.
    pub max_hashing_time: Duration,
    /// How long the server may take to answer a write, or a read that a write is judged by.
    pub max_server_time: Duration,
    /// The path of the pages that explain problems, with a slash at the end.
    pub problem_pages: String,
    /// The beginning of the server's paths that clients do not see, without a slash at the end.
    pub base_path: String,
}

impl Default for GuardOptions {
    fn default() -> Self {
        Self {
            mode: GuardMode::Required,
            max_write_bytes: 16 << 20,
            max_hashed_bytes: 16 << 20,
            max_buffered_bytes: 256 << 20,
            max_resources: 10_000,
            max_waiting_writes: 1_000,
            max_wait: Duration::from_secs(30),
            max_hashing_time: Duration::from_secs(5),
            max_server_time: Duration::from_secs(30),
            problem_pages: "/problems/".to_owned(),
            base_path: String::new(),
        }
    }
}
