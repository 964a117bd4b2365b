//! The state that all requests share.

use axum::body::Body;
use axum::http::{Response, Uri};

use crate::buffered::BufferBudget;
use crate::options::GuardOptions;
use crate::problem::GuardRefusal;
use crate::resources::Resources;
use crate::tags::TagIssuer;

/// The state of a guard.
#[derive(Debug)]
pub(crate) struct Shared<S> {
    pub(crate) server: S,
    pub(crate) options: GuardOptions,
    pub(crate) issuer: TagIssuer,
    pub(crate) resources: Resources,
    pub(crate) budget: BufferBudget,
}

impl<S> Shared<S> {
    /// Returns the response of a refusal.
    pub(crate) fn refuse(&self, refusal: GuardRefusal, uri: &Uri) -> Response<Body> {
        refusal.into_response(self.without_base(uri.path()), &self.options.problem_pages)
    }

    /// Returns a path of the server as its clients see it.
    pub(crate) fn without_base<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix(&self.options.base_path).unwrap_or(path)
    }
}
