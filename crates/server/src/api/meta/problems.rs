//! `GET /problems/{name}`: a kind of problem, explained to a person.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::fields::cache_control::NO_CACHE;
use crate::http::path::path_param;
use crate::problem::types::{self, ProblemType};
use crate::problem::{Refusal, details};
use crate::state::ServerState;

/// The kind that the path names.
pub(crate) struct ProblemName(&'static ProblemType);

impl FromRequestParts<ServerState> for ProblemName {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &ServerState) -> Result<Self, Refusal> {
        let name = path_param(parts, app, "name").await.unwrap_or_default();
        types::ALL_TYPES.into_iter().find(|kind| kind.name == name).map(Self).ok_or_else(|| {
            let names: Vec<&str> = types::ALL_TYPES.iter().map(|kind| kind.name).collect();
            Refusal::new(&types::NOT_FOUND, details::no_such_problem(&names.join(", ")))
        })
    }
}

pub(crate) async fn explain(ProblemName(kind): ProblemName) -> Response {
    let text = format!("{} {}\n\n{}\n", kind.status.as_u16(), kind.title, kind.about);
    let media = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, NO_CACHE)], text).into_response()
}
