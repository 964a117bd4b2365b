//! The client at the level of bytes on a socket: what it sends, and how it treats what comes back.
//!
//! The peer is not a server but a script (`script`): it sends exactly the bytes that a test wants, and hangs up when
//! the test wants it to.

mod asks;
mod drafts;
#[cfg(feature = "tls")]
mod encrypted;
mod leading;
mod lists;
mod memory;
mod room;
mod script;
mod watch;
mod wire;

use client::{Client, ClientLimits};

/// Returns a client of the script at `url` that writes as Alice.
fn alice(url: &str) -> Client {
    Client::new(url, "alice".parse().unwrap()).unwrap()
}

/// Like [`alice`], with other limits.
fn limited(url: &str, limits: ClientLimits) -> Client {
    Client::with_limits(url, "alice".parse().unwrap(), limits).unwrap()
}
