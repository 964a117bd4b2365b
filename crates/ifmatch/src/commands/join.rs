//! `ifmatch join`: a participant of a room, who needs its address and its code, and chooses a name.

mod args;
mod error;
mod memberships;
mod prompt;
mod room_address;
mod run;

pub(crate) use args::JoinArgs;
pub(crate) use error::JoinCommandError;
pub(crate) use run::run;
