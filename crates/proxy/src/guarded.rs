//! The server behind the proxy, with a guard in front of it.

use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::Request;
use axum::response::Response;
use guard::{EvaluatedConditions, GuardError, GuardOptions, OriginServer, ServerGuard};
use server::{CONTROL_PREFIX, Evaluated};

use crate::upstream::{Upstream, UpstreamError};
use crate::upstream_url::UpstreamUrl;

/// A server whose writes are judged by a [`ServerGuard`] before it gets them.
///
/// The guard's evaluations are in the record, and its refusals are responses like those of the server.
pub struct GuardedUpstream(ServerGuard<UnguardedServer>);

/// The server that the guard sends its requests to.
struct UnguardedServer(Arc<dyn Upstream>);

impl OriginServer for UnguardedServer {
    type Error = UpstreamError;

    async fn send(&self, request: Request) -> Result<Response, UpstreamError> {
        self.0.send(request).await
    }
}

impl GuardedUpstream {
    /// Puts a guard in front of the server at `url`.
    ///
    /// # Errors
    ///
    /// The operating system has no random numbers.
    pub fn new(
        url: &UpstreamUrl,
        upstream: Arc<dyn Upstream>,
        mut options: GuardOptions,
    ) -> Result<Self, getrandom::Error> {
        options.problem_pages = format!("{CONTROL_PREFIX}/problems/");
        url.prefix().clone_into(&mut options.base_path);
        ServerGuard::new(UnguardedServer(upstream), options).map(Self)
    }
}

#[async_trait]
impl Upstream for GuardedUpstream {
    async fn send(&self, request: Request) -> Result<Response, UpstreamError> {
        let mut response = self.0.handle(request).await.map_err(|error| match error {
            GuardError::Server(error) => error,
            GuardError::BodyFailed => UpstreamError::BodyFailed,
        })?;
        if let Some(EvaluatedConditions(evaluation)) = response.extensions_mut().remove() {
            response.extensions_mut().insert(Evaluated(evaluation));
        }
        Ok(response)
    }
}
