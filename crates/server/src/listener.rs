//! The accept loop: it admits connections, serves the service on each, and waits for them at the end.
//!
//! We run our own accept loop: axum's has no header timeout and cannot close a connection without a response, which
//! [fault injection](crate::pipeline::faults) needs.

mod handler;
mod raw_response;

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::connection::activity::ConnectionActivity;
use crate::connection::admission::AdmissionRegister;
use crate::connection::peer_client::ConnectedClient;
use crate::service::HttpService;
use handler::ConnectionHandler;

/// How long the server accepts no connections after the system ran out of a resource.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

/// Accepts connections until the server is stopped, and then waits for the open ones.
///
/// Open requests still get their responses. After the grace period, connections that are still open are closed.
pub(crate) async fn accept(listener: TcpListener, service: HttpService) {
    let grace = service.app.options.grace;
    let mut end = pin!(service.app.shutdown_requested());
    let register = AdmissionRegister::new(&service.app.options, &service.app.metrics.budgets);
    let handler = Arc::new(ConnectionHandler::new(service));
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => {
                    let handler = Arc::clone(&handler);
                    let address = canonical(address.ip());
                    let activity = ConnectionActivity::default();
                    let Some(member) = register.admit(address, &activity) else { continue };
                    let shares = handler.service.app.accounts.shares();
                    let client = Arc::new(ConnectedClient::new(address, member.place(), shares));
                    open.spawn(async move {
                        tokio::select! {
                            // In this order, so that no random number is drawn for each request.
                            biased;
                            () = handler.serve(stream, client, activity) => {}
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
    // From here on, the kernel refuses new connections.
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    if timeout(grace, all).await.is_err() {
        tracing::warn!(?grace, open = open.len(), "some connections were still open at the end");
    }
}

/// Returns the same address for an IPv4 client, whether the listener is on `[::]` or on `0.0.0.0`.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Pauses if the system is out of a resource, such as file descriptors.
///
/// Trying again immediately would keep the system busy. An idle connection without a token is closed too, since the
/// system may have fewer descriptors than the budget of connections. A connection that broke before it was accepted is
/// ignored.
async fn pause_after_error(error: &io::Error, register: &AdmissionRegister) {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be accepted");
        register.evict_idle();
        sleep(ACCEPT_RETRY_DELAY).await;
    }
}
