//! Resources about the server itself: its health, its metrics, and its types of problems.

pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod problems;
