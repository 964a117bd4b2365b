//! The yardstick of a 304: axum with one route that selects one row of PostgreSQL by its key.
//!
//! The route has a pool of the size and kind that the store has. It compares the number in the row with the one in
//! If-None-Match, and answers 304 or 200 without a body. It leaves out what `ifmatch serve` has: the syntax of
//! conditions, checksums, the record of exchanges, metrics, limits.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use tokio_postgres::NoTls;

use super::connect::failed;
use crate::bare_server::serve_router;
use crate::error::Error;

/// The connections of the pool: as many as a store reads with.
const CONNECTIONS: usize = 8;

/// Prints the address, and serves until the process is killed.
pub(crate) fn serve(url: &str) -> Result<(), Error> {
    let config = url.parse().map_err(failed)?;
    let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config, NoTls, manager);
    let pool = Pool::builder(manager).max_size(CONNECTIONS).build().map_err(failed)?;
    serve_router("a bare select", Router::new().route("/api/documents/{id}", get(answer)).with_state(pool))
}

async fn answer(State(pool): State<Pool>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let Ok(found) = number_of(&pool, &id).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let Some(number) = found else { return StatusCode::NOT_FOUND.into_response() };
    // A tag is "v1-0123abcd": the number of the version, and a part of its hash.
    let known = headers.get(IF_NONE_MATCH).and_then(|tag| tag.to_str().ok()).unwrap_or_default();
    let is_known = known.strip_prefix(&format!("\"v{number}-")).is_some();
    let status = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    (status, [(ETAG, known), (CACHE_CONTROL, "no-cache, no-transform")]).into_response()
}

async fn number_of(pool: &Pool, id: &str) -> Result<Option<i64>, Box<dyn std::error::Error>> {
    let client = pool.get().await?;
    let select = client.prepare_cached("SELECT number FROM ifmatch.document WHERE id = $1").await?;
    Ok(client.query_opt(&select, &[&id]).await?.map(|row| row.get(0)))
}
