//! Plain mode, without a screen: lines in and lines out, through pipes and in a dumb terminal.

mod blocks;
mod drafts;
mod dumb;
mod editing;
mod files;
mod lesson;
mod level;
mod listed;
mod menu;
mod merging;
mod room;
mod stage;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch-under-test");
