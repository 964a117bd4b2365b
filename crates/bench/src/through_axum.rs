//! The server behind `axum::serve`, and behind layers that do nothing, to measure two design choices.
//!
//! It is the same service as `ifmatch serve` runs, with the same store. Only what is around it differs: axum's accept
//! loop takes the place of the server's own, and requests may pass through further layers.

use std::io::Write as _;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use server::{HttpService, ServerOptions};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::error::Error;

/// How many steps the additional layers have in all: about as many as the server's pipeline.
pub(crate) const STEPS: usize = 13;

/// The layers around the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// Nothing.
    None,
    /// [`STEPS`] layers with one step each.
    Layers,
    /// One layer with [`STEPS`] steps.
    OneLayer,
}

impl Wrapping {
    /// Returns the word for it on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Layers => "layers",
            Self::OneLayer => "one-layer",
        }
    }

    /// Reads a word of the command line.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::None, Self::Layers, Self::OneLayer].into_iter().find(|wrapping| wrapping.word() == word)
    }
}

/// Serves a store's file until the process is killed, and prints the address.
///
/// # Errors
///
/// If the store cannot be opened, or no port can be had.
pub(crate) fn serve(database: &str, wrapping: Wrapping) -> Result<(), Error> {
    let runtime = tokio::runtime::Runtime::new().map_err(Error::Runtime)?;
    runtime.block_on(async {
        let store = store::open(database).await.map_err(|error| Error::Store(error.to_string()))?;
        // Kept to the end: event streams end when it goes.
        let (_running, stopped) = watch::channel(false);
        let service = HttpService::new(store, ServerOptions::default(), stopped);
        let router = Router::new().fallback(move |request: Request| service.clone().respond(request));
        let router = match wrapping {
            Wrapping::None => router,
            Wrapping::Layers => (0..STEPS).fold(router, |router, _| router.layer(from_fn(one_step))),
            Wrapping::OneLayer => router.layer(from_fn(all_steps)),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(Error::while_doing("no port"))?;
        let address = listener.local_addr().map_err(Error::while_doing("no address"))?;
        let mut out = std::io::stdout();
        writeln!(out, "axum serves http://{address}").map_err(Error::while_doing("no standard output"))?;
        axum::serve(listener, router).await.map_err(Error::while_doing("the server ended"))
    })
}

/// A layer with one step.
async fn one_step(request: Request, next: Next) -> Response {
    step(&request);
    next.run(request).await
}

/// One layer with all steps.
async fn all_steps(request: Request, next: Next) -> Response {
    for _ in 0..STEPS {
        step(&request);
    }
    next.run(request).await
}

/// Looks at a request as cheaply as a step can, in a way that the compiler cannot leave out.
fn step(request: &Request) {
    std::hint::black_box(request.headers().len());
}
