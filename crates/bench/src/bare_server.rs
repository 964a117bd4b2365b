//! The yardstick of a GET: axum with one route that answers from memory.
//!
//! The route looks nothing up. A request with If-None-Match is answered 304, any other one 200. Both responses have the
//! fields and bytes that the server sends, and both programs run on a runtime of the same kind. The server takes more
//! for looking a document up, evaluating conditions, recording, and defending itself.

use std::io::Write as _;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::error::Error;
use crate::requests;

/// Prints the address, and serves until the process is killed.
///
/// The content of the document has `bytes` bytes.
pub(crate) fn serve(bytes: usize) -> Result<(), Error> {
    let body = Bytes::from(requests::representation(&requests::content(0, 0, bytes)));
    serve_router("bare axum", Router::new().route("/api/documents/{id}", get(answer)).with_state(body))
}

/// Prints the name and the address, and serves until the process is killed.
pub(crate) fn serve_router(name: &str, router: Router) -> Result<(), Error> {
    let runtime = tokio::runtime::Runtime::new().map_err(Error::Runtime)?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(Error::while_doing("no port"))?;
        let address = listener.local_addr().map_err(Error::while_doing("no address"))?;
        let mut out = std::io::stdout();
        writeln!(out, "{name} serves http://{address}").map_err(Error::while_doing("standard output is closed"))?;
        axum::serve(listener, router).await.map_err(Error::while_doing("the server ended"))
    })
}

async fn answer(State(body): State<Bytes>, request: Request) -> Response {
    let fields = [(header::ETAG, "\"v1-00000000\""), (header::CACHE_CONTROL, "no-cache, no-transform")];
    if request.headers().contains_key(header::IF_NONE_MATCH) {
        return (StatusCode::NOT_MODIFIED, fields).into_response();
    }
    let more = [
        (header::CONTENT_TYPE, "application/json"),
        (header::LAST_MODIFIED, "Sun, 29 Nov 2026 12:00:00 GMT"),
        (header::ACCEPT_RANGES, "none"),
    ];
    (fields, more, [("ifmatch-author", "bench-0")], body).into_response()
}
