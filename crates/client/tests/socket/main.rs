//! The client at the altitude of bytes on a socket: what it really sends, and what it makes of what really comes back.
//!
//! The other side is no server but a script (`script`): it says what a test wants said, to the byte, and hangs up when
//! a test wants it to.

mod asks;
mod drafts;
#[cfg(feature = "tls")]
mod encrypted;
mod leading;
mod lists;
mod script;
mod watch;
mod wire;

use client::{Client, ClientLimits};

/// A client of the script at `url` that writes as Alice.
fn alice(url: &str) -> Client {
    Client::new(url, "alice".parse().unwrap()).unwrap()
}

/// The same with other limits.
fn limited(url: &str, limits: ClientLimits) -> Client {
    Client::with_limits(url, "alice".parse().unwrap(), limits).unwrap()
}
