//! The server as a function of a request, without a socket: the layers, and the routes within them.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use store::Store;
use tokio::sync::watch;

use crate::connection::peer_client::RequestClient;
use crate::options::ServerOptions;
use crate::pipeline;
use crate::routes::routes;
use crate::state::{ServerState, SharedState};

/// A server that has no socket yet. Clones are the same one.
#[derive(Clone)]
pub struct HttpService {
    pub(crate) app: ServerState,
    routes: Router,
}

impl HttpService {
    /// Returns a server in front of that store.
    ///
    /// Event streams end when `stopped` says so, or when its sender is gone.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, options: ServerOptions, stopped: watch::Receiver<bool>) -> Self {
        let app = SharedState::new(store, options, stopped);
        Self { routes: routes(&app), app }
    }

    /// Answers a request that did not come on a connection.
    pub async fn respond(self, request: Request) -> Response {
        self.respond_to(request, None).await
    }

    /// Answers a request of a client.
    pub(crate) async fn respond_to(self, request: Request, client: Option<RequestClient>) -> Response {
        pipeline::handle(&self.app, request, client, self.routes).await
    }
}
