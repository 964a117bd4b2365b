//! The accept loop: how connections begin, how many there may be, and how all of them end.
//!
//! It is an own one, since the one that comes with axum waits for ever for the head of a request, and cannot close a
//! connection without an answer, which is what [`faults`](crate::pipeline::faults) ask for. It knows nothing of what is
//! served. Of what all handlers share it takes the clock, the sign to end, and the numbers, in which its own refusals
//! stand too.
//!
//! | where | what |
//! | --- | --- |
//! | `handler` | one connection: its settings, its patience, its end |
//! | `socket` | a socket that a held request may look at |
//! | `lingering_close` | by when a request has to come, and what is taken after the last answer |
//! | `half_close`, `peer` | clients that have nothing more to send, and whether they are still there |
//! | `body_timeout`, `receive_budget` | requests that come in time, or not at all, and how much of them is there |
//! | `write_timeout` | answers that are taken, or the connection ends |
//! | `response_body`, `send_progress` | bodies on their way, and streams of HTTP/2 whose client takes nothing of them |
//! | `hyper_error_rewriter` | what is said to requests that hyper could not read |
//! | `immediate_response` | what is said where HTTP cannot be spoken |
//! | `activity` | what is under way in a connection |
//! | `admission` | how many connections there may be, and which one gives way |
//! | `peer_client` | the other end of a connection, for the layers |

mod activity;
pub(crate) mod admission;
pub(crate) mod body_timeout;
mod half_close;
mod handler;
mod hyper_error_rewriter;
pub(crate) mod immediate_response;
pub(crate) mod lingering_close;
pub(crate) mod peer;
pub(crate) mod peer_client;
pub(crate) mod receive_budget;
mod response_body;
mod send_progress;
pub(crate) mod socket;
mod write_timeout;

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::budget;
use crate::service::HttpService;
use crate::shutdown_requested;
use activity::ConnectionActivity;
use admission::AdmissionRegister;
use handler::ConnectionHandler;
use peer_client::ConnectedClient;

/// The most requests at one time in one connection of HTTP/2.
const MAX_CONCURRENT_STREAMS: u32 = budget::STREAMS.small();

/// The most bytes that the head of a request may have. A larger one is a 431.
pub(crate) const MAX_HEAD_BYTES: usize = budget::HEAD_BYTES.size();

/// How long nothing is accepted when there is something that the system has no more of.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

/// Accepts connections until the flag is set, and then waits for those that are open, no longer than the grace.
///
/// What is under way is answered. Whatever is still open after that is closed.
pub(crate) async fn accept(listener: TcpListener, site: HttpService) {
    let grace = site.app.options.grace;
    let mut end = pin!(shutdown_requested(site.app.shutdown.clone()));
    let register = AdmissionRegister::new(&site.app.options, &site.app.metrics.budgets);
    let door = Arc::new(ConnectionHandler::new(site));
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => {
                    let door = Arc::clone(&door);
                    let address = canonical(address.ip());
                    let calls = ConnectionActivity::default();
                    let Some(member) = register.admit(address, &calls) else { continue };
                    let client = ConnectedClient::new(address, member.place(), &door.site.app);
                    open.spawn(async move {
                        tokio::select! {
                            () = door.serve(stream, client, calls) => {}
                            () = member.until_evicted() => tracing::debug!("a connection gives way to a new one"),
                        }
                    });
                }
                Err(error) => pause_after_error(&error, &register).await,
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
async fn pause_after_error(error: &io::Error, register: &AdmissionRegister) {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be accepted");
        register.evict_idle();
        sleep(ACCEPT_RETRY_DELAY).await;
    }
}
