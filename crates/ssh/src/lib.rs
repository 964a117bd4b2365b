//! Joining by SSH: each connection gets an editor in a pseudo-terminal, and nothing else.
//!
//! An attendee needs no program of ours: `ssh -p 4222 NAME@HOST`, and the room's code as the password. The server
//! starts a child process for them and passes bytes between its pseudo-terminal and their terminal. This crate knows
//! neither documents nor HTTP: an [`SshHost`] says who is let in, and which program a person gets.
//!
//! Everything that a client may ask for is in one place, `handler.rs`: a password, one session with a terminal, the
//! terminal's size, and a few variables about its language and colours. Commands, file transfer, forwarding in either
//! direction, agents and X11 are refused.
//!
//! | module | subject |
//! | --- | --- |
//! | `host` | the decisions of the program around this crate |
//! | `host_key` | the key of the server, which is generated once and kept |
//! | `limits` | the limits of everything that clients can use up |
//! | `listener` | accepts connections |
//! | `connection` | one connection: its phases, and its deadline for logging in |
//! | `handler` | the requests of SSH: the few that are served, and all that are refused |
//! | `session` | one editor: its child process, its bytes in both directions, its end |
//! | `pending_input` | typed bytes that the editor has not read yet |
//! | `connected_names` | at most one session for each name |
//! | `login_queue` | connections that are not logged in: bounded, and fair to other addresses |
//! | `guesses` | how long the response to a wrong password is delayed |
//! | `environment`, `window_size` | the variables and sizes that a client may send |
//!
//! What is *not* here: the restrictions of the editor itself. Its program knows that it runs for a remote user, and
//! switches off what would touch this machine.

#![cfg(unix)]

mod connected_names;
mod connection;
mod environment;
mod guesses;
mod handler;
mod host;
mod host_key;
mod limits;
mod listener;
mod login_queue;
mod pending_input;
mod session;
mod shared;
mod window_size;

pub use connected_names::ConnectedNames;
pub use guesses::GuessWarning;
pub use host::{EditorCommand, SshHost};
pub use host_key::{HostKey, HostKeyError};
pub use limits::SshLimits;
pub use listener::serve;
