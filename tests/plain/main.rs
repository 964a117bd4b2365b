//! The program without a screen: lines in, lines out, through pipes and in a terminal that can do nothing else.

mod blocks;
mod drafts;
mod dumb;
mod editing;
mod files;
mod lesson;
mod menu;
mod merging;
mod room;
mod stage;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch-under-test");
