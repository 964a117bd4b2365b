//! Resources about the server itself: its health, its metrics, and the types of problems that it reports.

pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod problems;
