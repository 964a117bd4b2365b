//! The yardstick of a conditional GET: axum with one route that looks at nothing and answers 304.
//!
//! It sends the fields that the server sends with its 304, and runs on a runtime of the same kind. The server takes
//! more for looking a document up, evaluating conditions, recording, and defending itself.

use std::io::Write as _;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::error::Error;

/// Prints the address, and serves until the process is killed.
pub(crate) fn serve() -> Result<(), Error> {
    let runtime = tokio::runtime::Runtime::new().map_err(Error::Runtime)?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(Error::while_doing("no port"))?;
        let address = listener.local_addr().map_err(Error::while_doing("no address"))?;
        let mut out = std::io::stdout();
        writeln!(out, "bare axum serves http://{address}").map_err(Error::while_doing("standard output is closed"))?;
        let router = Router::new().route("/api/documents/{id}", get(not_modified));
        axum::serve(listener, router).await.map_err(Error::while_doing("the bare route ended"))
    })
}

async fn not_modified() -> impl IntoResponse {
    let fields = [(header::ETAG, "\"v1-00000000\""), (header::CACHE_CONTROL, "no-cache, no-transform")];
    (StatusCode::NOT_MODIFIED, fields)
}
