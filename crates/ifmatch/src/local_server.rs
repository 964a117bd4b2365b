//! A server inside this process, on a free port of this machine, for the stage and for lessons.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use server::ServerOptions;
use store::Store;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// An address cannot be listened on: it is taken, or not an address of this machine.
#[derive(Debug, Error)]
#[error("cannot listen on {address}: {source}; is another server running there? --listen chooses another address")]
pub(crate) struct ListenError {
    address: SocketAddr,
    source: std::io::Error,
}

/// Binds an address. Returns the address that it became, too: port 0 takes a free port.
pub(crate) async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ListenError> {
    let failed = |source| ListenError { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// A running server, which also ends when this value is dropped.
pub(crate) struct LocalServer {
    /// The server's address, such as `http://127.0.0.1:40123`.
    pub(crate) url: String,
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl LocalServer {
    /// Starts a server of this store.
    pub(crate) async fn start(store: Arc<dyn Store>, options: ServerOptions) -> Result<Self, ListenError> {
        let (listener, address) = listen((Ipv4Addr::LOCALHOST, 0).into()).await?;
        let (shutdown, is_over) = oneshot::channel::<()>();
        let task = tokio::spawn(server::serve(listener, store, options, async {
            // An error means that the sender was dropped, which ends the server as well.
            let _ = is_over.await;
        }));
        Ok(Self { url: format!("http://{address}"), shutdown, task })
    }

    /// Ends the server, and waits for its end. The error says why it did not end well.
    pub(crate) async fn close(self) -> Result<(), String> {
        drop(self.shutdown);
        match self.task.await {
            Ok(ended) => ended.map_err(|error| error.to_string()),
            Err(panic) => Err(panic.to_string()),
        }
    }
}
