//! A proxy on a listening socket.

use std::io;
use std::sync::Arc;

use server::{Gateway, GatewayHandle, ServerOptions};
use store::SqliteStore;
use tokio::net::TcpListener;

/// Serves a proxy until `shutdown` is ready, as [`server::serve`] does.
///
/// # Errors
///
/// The server cannot start.
pub async fn serve(
    listener: TcpListener,
    proxy: Arc<dyn Gateway>,
    options: ServerOptions,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let options = ServerOptions { gateway: Some(GatewayHandle::new(proxy)), ..options };
    // The server needs a store; no request reaches this one.
    let store = SqliteStore::memory().map_err(io::Error::other)?;
    server::serve(listener, Arc::new(store), options, shutdown).await
}
