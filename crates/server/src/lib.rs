//! The document server, as a function of a bound listener, a store and a shutdown signal.
//!
//! It speaks HTTP and decides nothing about versions: the store judges a write inside its own transaction, and no
//! handler checks first and writes later. A handler parses a request, passes the conditions and the change to the store
//! together, and turns the outcome into a response.
//!
//! Each folder is a tier and imports only from the tiers below it:
//!
//! | tier | subject |
//! | --- | --- |
//! | `listener` | accepts connections, and serves the service on each of them |
//! | [`service`](HttpService), `routes` | the server without its socket; the handler of each path and method |
//! | `openapi` | the description of the server, for programs |
//! | `api` | the resources, one file for each method: documents, events, control, meta |
//! | `pipeline` | the layers that every exchange passes through |
//! | `http` | the context of a request, bodies, conditional GET, and representations |
//! | `problem` | refusals, as problem details |
//! | `state` | what all requests share: store, policy, gate, exchange log, metrics |
//! | `connection` | one connection: its timeouts, its lingering close, its share of the budgets |
//! | `fields` | the syntax of header fields |
//! | `options` | the options of a server, as values |
//! | [`budget`] | the table of everything that clients can use up |
//! | `lock` | how mutexes are locked |
//!
//! What is *not* here: the editor, the terminal, the command line, SQL.
//!
//! `examples/server_in_a_test.rs` starts a server inside a test. The clock is an option, so a test can create two
//! versions within one second without waiting for the right moment.

mod api;
pub mod budget;
mod connection;
mod fields;
mod http;
mod listener;
mod lock;
mod openapi;
mod options;
mod pipeline;
mod problem;
mod routes;
mod service;
mod state;

use std::future::Future;
use std::sync::Arc;

use store::Store;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use budget::Budgets;
pub use options::gateway::{
    ByteStream, CONTROL_PREFIX, CopiedMessage, Evaluated, ForwardedClient, ForwardedExchange, ForwardedMoments,
    ForwardedResponse, Gateway, GatewayError, GatewayHandle, UpgradedStream,
};
pub use options::guess_counter::GuessCounter;
pub use options::host_name::{HostName, HostNameError};
pub use options::origin::{Origin, OriginError};
pub use options::tls::{Tls, TlsError};
pub use options::tokens::{TokenHolder, Tokens};
pub use options::warnings::{Warning, Warnings};
pub use options::{ServerClock, ServerOptions};
pub use service::HttpService;

/// Serves until `shutdown` is ready, then shuts down gracefully.
///
/// The listener is already bound, so that port 0 works and the caller knows the address. When `shutdown` is ready, the
/// server accepts no new connections, event streams end, and open requests still get their responses. The server waits
/// for clients that do not finish their requests at most for [`ServerOptions::grace`].
///
/// # Errors
///
/// None at present: if a connection cannot be accepted, the server logs that and accepts the next one.
pub async fn serve(
    listener: TcpListener,
    store: Arc<dyn Store>,
    options: ServerOptions,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let service = HttpService::new(store, options, stopped);
    let app = Arc::clone(&service.app);
    let release = app.options.release_memory;
    let releasing =
        release.map(|release| tokio::spawn(state::memory_release::release_after_bursts(Arc::clone(&app), release)));
    let following = app.replica.is_some().then(|| tokio::spawn(state::sync::follow(Arc::clone(&app))));
    let ending = async move {
        shutdown.await;
        stop.send_replace(true);
    };
    // The accept loop ends when the flag is set, so it is always the last of the two.
    tokio::join!(ending, listener::accept(listener, service));
    for task in releasing.into_iter().chain(following) {
        task.abort();
    }
    app.guesses.warn_of_all();
    Ok(())
}
