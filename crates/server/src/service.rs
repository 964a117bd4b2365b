//! The server as a function of a request, without a socket: the pipeline, and the routes within it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use store::Store;
use tokio::sync::watch;

use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::options::ServerOptions;
use crate::pipeline::{self, PipelineService};
use crate::problem::Refusal;
use crate::routes::Routes;
use crate::state::{ServerState, SharedState};

/// A server without a socket. Clones are the same server.
#[derive(Clone)]
pub struct HttpService {
    pub(crate) app: ServerState,
    routes: Routes,
}

impl HttpService {
    /// Creates a server for a store.
    ///
    /// Event streams end when `stopped` becomes true, or when its sender is dropped.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, options: ServerOptions, stopped: watch::Receiver<bool>) -> Self {
        let app = SharedState::new(store, options, stopped);
        Self { routes: Routes::default(), app }
    }

    /// Responds to a request that has no connection.
    pub async fn respond(self, request: Request) -> Response {
        pipeline::handle(Arc::new(self), request, None).await.response
    }
}

impl PipelineService for HttpService {
    fn app(&self) -> &ServerState {
        &self.app
    }

    fn respond(
        &self,
        context: &Arc<RequestContext>,
        body: Body,
    ) -> impl Future<Output = Result<AnnotatedResponse, Refusal>> + Send {
        self.routes.respond(&self.app, context, body)
    }
}
