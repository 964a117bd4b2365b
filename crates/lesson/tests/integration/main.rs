//! What a lesson's file may say, how it is stepped, and what its transcripts never do. Without a server.

mod built_in;
mod faults;
mod foreign;
mod lost_updates;
mod stepping;
