//! The server as a function of a request, without a socket: the layers, and the routes within them.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use store::Store;
use tokio::sync::watch;

use crate::app::{App, Shared};
use crate::layers;
use crate::options::Options;
use crate::routes::routes;

/// A server that has no socket yet. Clones are the same one.
#[derive(Clone)]
pub struct Site {
    pub(crate) app: App,
    routes: Router,
}

impl Site {
    /// A server in front of that store.
    ///
    /// Event streams end when `stopped` says so, or when nobody is left who could set it.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, options: Options, stopped: watch::Receiver<bool>) -> Self {
        let app = Shared::new(store, options, stopped);
        Self { routes: routes(&app), app }
    }

    /// Answers a request.
    pub async fn answer(self, request: Request) -> Response {
        layers::through(&self.app, request, self.routes).await
    }
}
