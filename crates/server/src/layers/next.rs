//! How the layers lie around the routes: a list, and a request that goes through it.
//!
//! Why not one `Router::layer` of axum's for each of them? There each keeps what is inside of it in a box, and copies the
//! box when a request comes, with all the boxes that are in it. With n layers that is about n² / 2 allocations a request;
//! with ten of them it cost more than everything else that the server does. Here it is one allocation each: the future of
//! a layer, which has to live somewhere while it waits for those within.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware;
use axum::response::Response;
use futures_util::future::BoxFuture;

use crate::app::App;

/// A layer: it may look at the request, answer it, or let it go on and look at the response.
pub(crate) type Layer = fn(App, Request, Next) -> BoxFuture<'static, Response>;

/// All layers, from the outside in.
#[derive(Clone)]
pub(crate) struct Around {
    pub(crate) app: App,
    pub(crate) layers: Arc<[Layer]>,
}

/// What lies within a layer.
pub(crate) struct Next {
    around: Around,
    /// How many layers the request has come through.
    depth: usize,
    routes: middleware::Next,
}

/// Sends a request through all layers to the routes.
pub(crate) async fn through(State(around): State<Around>, request: Request, routes: middleware::Next) -> Response {
    Next { around, depth: 0, routes }.run(request).await
}

impl Next {
    /// Lets the request go on.
    pub(crate) fn run(mut self, request: Request) -> BoxFuture<'static, Response> {
        match self.around.layers.get(self.depth) {
            Some(layer) => {
                self.depth += 1;
                layer(Arc::clone(&self.around.app), request, self)
            }
            None => Box::pin(self.routes.run(request)),
        }
    }
}
