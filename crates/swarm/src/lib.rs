//! Simulated writers: many editors of one document, driven by random numbers instead of by people.
//!
//! Each writer runs the same state machine as a person's editor ([`editor::Editor`]) and sends the same requests. Only
//! the person is simulated: how long they think, what they type (a line that names the writer and the edit), and what
//! they do after a refusal ([`SaveStrategy`]). Every acknowledged edit can be looked up in the document afterwards, so
//! a lost update is counted and not estimated.
//!
//! Begin with [`SimulatedWriter`], the person; [`run_swarm`] lets many of them write to a real server.
//!
//! | module | subject | pure |
//! | --- | --- | --- |
//! | `plan`, `strategy` | what a swarm does: writers, edits, pauses, strategy, backoff | yes |
//! | `edit_mark` | the line of an edit: written into a text, and found in one | yes |
//! | `writer` | one simulated writer: responses and timers in, requests and pauses out | yes |
//! | `tally` | the counts, the latencies and the samples of a run | yes |
//! | `sweep`, `sweep_picture` | runs with more and more writers: as curves, a table, CSV and SVG | yes |
//! | `virtual_network` | writers on a simulated network with a virtual clock | yes |
//! | `vote_tally` | the counts of answers to a leader's question, and how soon the room sees them | yes |
//! | `vote` | participants who answer that question at random | no |
//! | `run` | writers on a real network with a real clock | no |
//!
//! *Not* here: the screen, the command line and the files.

mod edit_mark;
mod plan;
mod run;
mod strategy;
mod sweep;
mod sweep_picture;
mod tally;
mod virtual_network;
mod vote;
mod vote_tally;
mod writer;

pub use edit_mark::{EditMark, MarkWriter};
pub use plan::{SwarmPlan, ThinkTime};
pub use run::{SwarmOutcome, run_swarm};
pub use strategy::{RetryBackoff, SaveStrategy};
pub use sweep::{SweepCurve, SweepMeasure, sweep_csv, sweep_curves, sweep_table, sweep_writers};
pub use sweep_picture::sweep_svg;
pub use tally::{SwarmProgress, SwarmSample, SwarmTally, SwarmTotals};
pub use virtual_network::{LONGEST_TRIP, SERVICE_TIME, SHORTEST_TRIP, VirtualNetwork, VirtualRequest};
pub use vote::{VoteNews, VoteOutcome, VotePlan, run_vote};
pub use vote_tally::VoteRound;
pub use writer::{SimulatedWriter, WriterNews, WriterStep, WriterTask};
