//! Lessons without a server: reading, stepping, lost updates, and foreign text in transcripts.

mod built_in;
mod faults;
mod foreign;
mod lost_updates;
mod stepping;
mod swarm;
