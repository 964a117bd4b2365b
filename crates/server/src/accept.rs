//! The accept loop: how connections begin, how many there may be, and how all of them end.
//!
//! It is an own one, since the one that comes with axum waits for ever for the head of a request, and cannot close a
//! connection without an answer, which is what [`faults`](crate::layers::faults) ask for. It knows nothing of what is
//! served. Of what all handlers share it takes the clock, the sign to end, and the numbers, in which its own refusals
//! stand too.
//!
//! | where | what |
//! | --- | --- |
//! | `connection` | one connection: its settings, its patience, its end |
//! | `socket` | a socket that a held request may look at |
//! | `coming` | by when a request has to come, and what is taken after the last answer |
//! | `half_close`, `peer` | clients that have nothing more to send, and whether they are still there |
//! | `timely`, `received` | requests that come in time, or not at all, and how much of them is there |
//! | `taken` | answers that are taken, or the connection ends |
//! | `answer`, `progress` | bodies on their way, and streams of HTTP/2 whose client takes nothing of them |
//! | `unread` | what is said to requests that hyper could not read |
//! | `at_once` | what is said where HTTP cannot be spoken |
//! | `calls` | what is under way in a connection |
//! | `register` | how many connections there may be, and which one gives way |
//! | `client` | the other end of a connection, for the layers |

mod answer;
pub(crate) mod at_once;
mod calls;
pub(crate) mod client;
pub(crate) mod coming;
mod connection;
mod half_close;
pub(crate) mod peer;
mod progress;
pub(crate) mod received;
pub(crate) mod register;
pub(crate) mod socket;
mod taken;
pub(crate) mod timely;
mod unread;

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::budget;
use crate::site::Site;
use crate::until_set;
use calls::Calls;
use client::Client;
use connection::Door;
use register::Register;

/// The most requests at one time in one connection of HTTP/2.
const STREAMS: u32 = budget::STREAMS.small();

/// The most bytes that the head of a request may have. A larger one is a 431.
pub(crate) const HEADERS: usize = budget::HEAD_BYTES.size();

/// How long nothing is accepted when there is something that the system has no more of.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until the flag is set, and then waits for those that are open, no longer than the grace.
///
/// What is under way is answered. Whatever is still open after that is closed.
pub(crate) async fn accept(listener: TcpListener, site: Site) {
    let grace = site.app.options.grace;
    let mut end = pin!(until_set(site.app.stopped.clone()));
    let register = Register::new(&site.app.options, &site.app.metrics.budgets);
    let door = Arc::new(Door::new(site));
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => {
                    let door = Arc::clone(&door);
                    let address = canonical(address.ip());
                    let calls = Calls::default();
                    let Some(member) = register.admit(address, &calls) else { continue };
                    let client = Client::new(address, member.place(), &door.site.app);
                    open.spawn(async move {
                        tokio::select! {
                            () = door.serve(stream, client, calls) => {}
                            () = member.gives_way() => tracing::debug!("a connection gives way to a new one"),
                        }
                    });
                }
                Err(error) => recover(&error, &register).await,
            },
            Some(_) = open.join_next() => {}
            () = &mut end => break,
        }
    }
    // From here on, whoever connects is told by the system that nobody listens.
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    if timeout(grace, all).await.is_err() {
        tracing::warn!(?grace, open = open.len(), "some connections were still open at the end");
    }
}

/// An IPv4 client of a listener on `[::]` is the same client as one of a listener on `0.0.0.0`.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// A connection that broke before it was accepted is nobody's business. But where the system is out of something, such
/// as file descriptors, to try again at once would only keep it busy.
///
/// An idle stranger gives way then: the system may have fewer descriptors than there may be connections.
async fn recover(error: &io::Error, register: &Register) {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be accepted");
        register.relieve();
        sleep(PAUSE).await;
    }
}
