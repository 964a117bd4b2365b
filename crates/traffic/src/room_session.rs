//! A session in a room as files that a leader keeps: a page in Markdown, and an HTTP Archive.
//!
//! | module | subject |
//! | --- | --- |
//! | `facts` | everything that the files are made of |
//! | `questions` | the leader's questions, with all rounds that were seen |
//! | `shareable` | exchanges without tokens and codes |
//! | `page` | the page |
//! | `files` | the names and contents of the files |
//!
//! What is *not* here: reading a server, and writing to a disk.

mod facts;
mod files;
mod page;
mod questions;
mod shareable;

pub use facts::{RoomSession, ServerFacts, unite_exchanges};
pub use files::{SessionFiles, session_folder_name};

#[cfg(test)]
mod tests;
