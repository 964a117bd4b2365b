//! The document server, as a function of a bound listener, a store and a shutdown signal.
//!
//! It speaks HTTP and decides nothing about versions: whether a write may go on is judged inside the store's own
//! transaction, and no handler looks first and writes later. What is left for a handler is to read a request, to hand
//! the store the conditions together with the change, and to put what came of it into a response.
//!
//! | where | what |
//! | --- | --- |
//! | `connection`, [`tls`](Tls) | connections: how they begin, how long they may take, how they end |
//! | [`service`](HttpService) | the server without its socket |
//! | `routes`, `resources` | which path and which method lead where |
//! | `openapi` | what the server says of itself to programs |
//! | `request` | what a request says, read once for all handlers: author, conditions, preferences, policy |
//! | `documents`, `events`, `control` | the resources, one verb a file |
//! | `auth` | who may: tokens, and whose they are |
//! | `write_response`, `problem` | what is said when it went well, and when it did not |
//! | [`budget`] | the table of everything that clients can use up |
//! | `page`, `offload` | pages of lists within their bounds; large JSON, off the workers |
//! | `memory_pool` | bytes that all connections share, and how much of them one may have |
//! | `memory` | when free memory goes back to the system |
//! | `metrics`, `health` | what is told to whoever watches the server |
//! | `warnings` | what the person who runs the server should see while it happens |
//! | `pipeline` | what every exchange goes through: who asks, the record, the last touches, the host, faults, the gate |
//!
//! What is *not* here: the editor, the terminal, the command line, SQL. The functions take a clock, so that a test can
//! have two versions within one second without waiting for the right moment.

mod auth;
mod body;
pub mod budget;
mod conditional_get;
mod connection;
mod control;
mod documents;
mod events;
mod health;
mod memory;
mod memory_pool;
mod metrics;
mod offload;
mod openapi;
mod options;
mod page;
mod pipeline;
mod prefer;
mod problem;
mod query;
mod representation;
mod request;
mod resources;
mod routes;
mod service;
mod state;
mod tls;
mod transfer;
mod warnings;
mod write_response;

use std::future::Future;
use std::sync::Arc;

use store::Store;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use auth::{TokenHolder, Tokens};
pub use budget::Budgets;
pub use options::{ServerClock, ServerOptions};
pub use pipeline::cors::{Origin, OriginError};
pub use pipeline::host::{HostName, HostNameError};
pub use service::HttpService;
pub use tls::{Tls, TlsError};
pub use warnings::{Warning, Warnings};

/// Serves until `shutdown` is ready, and then ends in order.
///
/// The listener is bound already, so that port 0 works and the caller knows the address. When `shutdown` is ready, no
/// new connection is taken, event streams end, and requests that are under way are answered. A client that does not
/// finish its request is waited for as long as [`ServerOptions::grace`] says, and no longer.
pub async fn serve(
    listener: TcpListener,
    store: Arc<dyn Store>,
    options: ServerOptions,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let site = HttpService::new(store, options, stopped);
    let app = Arc::clone(&site.app);
    let release = app.options.release_memory;
    let releasing = release.map(|release| tokio::spawn(memory::release_after_bursts(Arc::clone(&app), release)));
    let ending = async move {
        shutdown.await;
        stop.send_replace(true);
    };
    // The loop ends when the flag is set, so it is always the last of the two.
    tokio::join!(ending, connection::accept(listener, site));
    if let Some(releasing) = releasing {
        releasing.abort();
    }
    app.guesses.warn_of_all();
    Ok(())
}

/// Waits until the flag is set, or until nobody is left who could set it.
async fn shutdown_requested(mut flag: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is an end as well.
    let _ = flag.wait_for(|set| *set).await;
}
