//! Swarms on a simulated network: which strategies lose acknowledged edits, for random schedules.

mod model_server;
mod schedules;
