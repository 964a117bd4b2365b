//! The HTTP contract, checked against the program over a socket.
//!
//! The tables are the contract's, row by row. The tests send bytes and check the responses, and derive nothing from the
//! server's code.

#[cfg(target_os = "linux")]
mod abuse;
mod auth;
mod backups;
#[cfg(unix)]
mod connections;
mod crashes;
mod dates;
mod full_disk;
mod guard;
#[cfg(target_os = "linux")]
mod guesses;
#[cfg(target_os = "linux")]
mod heavy;
mod kept_texts;
mod lists;
mod lost_answer;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod memory;
mod order;
mod policies;
mod races;
#[cfg(target_os = "linux")]
mod receiving;
mod refusals;
#[cfg(unix)]
mod reports;
#[cfg(target_os = "linux")]
mod room;
#[cfg(target_os = "linux")]
mod sending;
mod signals;
#[cfg(unix)]
mod swarm;
mod table;
mod two_servers;
#[cfg(unix)]
mod vote;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch-under-test");
