//! Requests that are not judged: those of other methods without a condition, such as POST.
//!
//! They pass as they are, and their bodies stream. The guard only notes that the resource may have changed, so that all
//! its tags become stale. A write that is judged at the same moment is not protected from them.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response};

use crate::error::GuardError;
use crate::fields;
use crate::origin_server::OriginServer;
use crate::resource_key::ResourceKey;
use crate::shared::Shared;
use crate::write_mark::WriteMark;

/// Sends a request that changes nothing.
pub(crate) async fn pass<S: OriginServer>(
    shared: &Shared<S>,
    request: Request<Body>,
) -> Result<Response<Body>, GuardError<S::Error>> {
    let mut response = shared.server.send(request).await.map_err(GuardError::Server)?;
    fields::remove_tag(response.headers_mut());
    Ok(response)
}

/// Sends a request that may change its resource.
pub(crate) async fn change<S: OriginServer>(
    shared: &Arc<Shared<S>>,
    request: Request<Body>,
) -> Result<Response<Body>, GuardError<S::Error>> {
    // A URL without a key has no tags that could become stale.
    let key = ResourceKey::of(request.uri()).ok();
    let mark = key.map(|key| WriteMark::begin(shared, shared.resources.get(key)));
    let response = pass(shared, request).await;
    drop(mark);
    response
}
