//! `serve --ssh`: editors for people who have nothing but an SSH client.
//!
//! The crate `ssh` accepts the connections; this folder says who is let in and which program they get. Each person gets
//! a child process of this same program: `ifmatch edit --remote`, which talks HTTP to the server like every other
//! editor.
//!
//! A build without the feature `ssh` has the options, too, and says how to get a build with it.

mod args;
mod error;
#[cfg(all(unix, feature = "ssh"))]
mod local_http;
#[cfg(all(unix, feature = "ssh"))]
mod participants;
#[cfg(all(unix, feature = "ssh"))]
mod room_host;
mod service;

pub(super) use args::SshArgs;
pub(crate) use error::SshError;
pub(super) use service::{SshService, SshServiceConfig};
