//! A model of recorded exchanges: their order, their explanations, and the histories that they made.
//!
//! Every part of the program that shows traffic uses this model: the live panel of the terminal and the transcripts of
//! a lesson draw the same [`SequenceStep`]s and print the same sentences.
//!
//! | module | subject |
//! | --- | --- |
//! | `traffic`, `entry`, `limits` | the recorded exchanges, each with its explanation |
//! | [`timeline`] | the order of requests, responses and events |
//! | [`sequence`], [`finding`] | the steps of a sequence diagram, and the server's findings |
//! | [`gate_queue`] | the requests that wait at the server's gate |
//! | `other_clients` | requests of clients that are not ours, from the server's record |
//! | [`listing`] | the lines of a list, in the order in which things happened |
//! | `folded_reads` | reads in the background, of which a run is shown as one |
//! | [`filter`] | the filter language |
//! | [`explain`](explain()) | one exchange as a sentence in plain words |
//! | [`intermediary`] | the changes that a proxy made to a response |
//! | [`access_log_line`] | one exchange as a line of an access log |
//! | [`har_entry`], [`har_archive`], [`har_frame`] | exchanges as an HTTP Archive |
//! | [`markdown`], [`visible`] | foreign text in pages, without markup and hidden characters |
//! | [`curl`](curl()) | one exchange as a command |
//! | [`lineage`], [`graph`], [`labels`] | a history: its bases and lost updates, as data, as a graph and in words |
//! | [`lost_lines`] | the lines that a lost update lost |
//! | [`room`] | the people who use a server, the versions that they hold, and counters |
//! | [`room_session`] | a session in a room as files that a leader keeps |
//! | `reading` | the version that a response shows to its reader |
//! | `version_number` | the version number in a tag |
//!
//! What is *not* here: screens, sockets, files and clocks. Text is returned as it was received; a caller that shows it
//! first makes control characters visible. The definition of a lost update is in [`contract::overwritten`].

mod access_log;
mod curl;
mod entry;
mod explain;
pub mod filter;
pub mod finding;
mod folded_reads;
mod foreign_text;
pub mod gate_queue;
pub mod graph;
mod har;
pub mod intermediary;
pub mod labels;
mod limits;
pub mod lineage;
pub mod listing;
pub mod lost_lines;
pub mod markdown;
mod merged_record;
mod other_clients;
mod reading;
pub mod room;
pub mod room_session;
pub mod sequence;
pub mod timeline;
mod traffic;
mod version_number;

#[cfg(test)]
mod fixture;

pub use access_log::access_log_line;
pub use curl::{curl, shell_quoted};
pub use entry::{Entry, ObservedPolicyChange};
pub use explain::{explain, explain_among, explain_without_mistakes};
pub use filter::{Filter, FilterError};
pub use finding::Finding;
pub use folded_reads::FoldedReads;
pub use foreign_text::{visible, visible_json};
pub use gate_queue::GateQueue;
pub use har::{har_archive, har_entry, har_frame};
pub use limits::TrafficLimits;
pub use lineage::LineageEntry;
pub use lost_lines::LostLines;
pub use merged_record::{MergedRecord, RecordPlace, merge_people};
pub use reading::shown_version;
pub use sequence::{SequenceStep, steps};
pub use timeline::{EventDelivery, Timeline, TimelineMoment};
pub use traffic::Traffic;
pub use version_number::{short_tag, with_short_tags};
