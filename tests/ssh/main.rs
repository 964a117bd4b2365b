//! Joining by SSH, with the client of OpenSSH in pseudo-terminals.
//!
//! `cargo test -p ifmatch-tests --features ssh --test ssh` needs the program `ssh`, from Debian's package
//! `openssh-client` or from anywhere else.

mod login;
mod refusals;
mod rehearsal;
mod room;
mod session;

/// The program under test, which was built with the feature `ssh`.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch-under-test");
