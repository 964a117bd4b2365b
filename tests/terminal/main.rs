//! The program in real terminals: typed keys, the screen, and what is left behind.
//!
//! Each step waits for the words that a person would wait for. Requests and stored texts are read from the server, not
//! from the screen.

mod deleting;
mod drafts;
mod editing_state;
mod encrypted;
mod entries;
mod flood;
mod gate;
mod hang_up;
mod input;
mod joining;
mod keyboard;
mod last_copy;
mod leaders;
mod looks;
mod merge_view;
mod mergetool;
mod merging;
mod merging_files;
mod observing;
mod offline;
mod opening_for_all;
mod plain_lines;
mod question;
mod recorded;
mod removed;
mod restoring;
mod room;
mod saving;
mod scripted;
mod seeding;
mod serving;
mod stage;
mod stopped;
mod stuck;
mod terminals;
mod unread;
mod waiting;
mod ways_out;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch-under-test");
