//! Recorded exchanges as a model: in which order they crossed, what they mean, and what they did to a document.
//!
//! One model for every place that shows traffic: the live panel of the terminal and the transcripts of a lesson draw
//! the same [`SequenceStep`]s and say the same sentences.
//!
//! | module | subject |
//! | --- | --- |
//! | `traffic`, `entry`, `limits` | the exchanges that were seen, each with its explanation |
//! | [`timeline`] | the order of requests, responses and events |
//! | [`sequence`], [`finding`] | the same as the steps of a sequence diagram, and what the server found |
//! | [`gate_queue`] | which requests wait at the server's gate |
//! | [`filter`] | the filter language |
//! | [`explain`](explain()) | one exchange in a sentence of plain words |
//! | [`intermediary`] | what a proxy did to a response |
//! | [`curl`](curl()) | one exchange as a command |
//! | [`lineage`], [`graph`], [`labels`] | a history: bases and lost updates, as a graph, in words |
//! | [`lost_lines`] | the lines that a lost update lost |
//! | `version_number` | the version number in a tag |
//!
//! What is *not* here: screens, sockets, files and clocks. Text is returned as it came; a caller that shows it makes
//! control characters visible first. The definition of a lost update is in [`contract::overwritten`].

mod curl;
mod entry;
mod explain;
pub mod filter;
pub mod finding;
pub mod gate_queue;
pub mod graph;
pub mod intermediary;
pub mod labels;
mod limits;
pub mod lineage;
pub mod lost_lines;
pub mod sequence;
pub mod timeline;
mod traffic;
mod version_number;

#[cfg(test)]
mod fixture;

pub use curl::curl;
pub use entry::{Entry, ObservedPolicyChange};
pub use explain::{explain, explain_among};
pub use filter::{Filter, FilterError};
pub use finding::Finding;
pub use gate_queue::GateQueue;
pub use limits::TrafficLimits;
pub use lineage::LineageEntry;
pub use lost_lines::LostLines;
pub use sequence::{SequenceStep, steps};
pub use timeline::{EventDelivery, Timeline, TimelineMoment};
pub use traffic::Traffic;
pub use version_number::short_tag;
