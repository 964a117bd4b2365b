//! `GET /problems/{name}`: the page that explains a type of problem.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::fields::cache_control::NO_CACHE;
use crate::http::path::decoded;
use crate::problem::types::{self, ProblemType};
use crate::problem::{Refusal, details};

/// Returns the kind that the path names.
pub(crate) fn kind_in_path(parameter: &str) -> Result<&'static ProblemType, Refusal> {
    let name = decoded(parameter).unwrap_or_default();
    types::ALL_TYPES.into_iter().find(|kind| kind.name == name).ok_or_else(|| {
        let names: Vec<&str> = types::ALL_TYPES.iter().map(|kind| kind.name).collect();
        Refusal::new(&types::NOT_FOUND, details::no_such_problem(&names.join(", ")))
    })
}

pub(crate) fn explain(kind: &ProblemType) -> Response {
    let text = format!("{} {}\n\n{}\n", kind.status.as_u16(), kind.title, kind.about);
    let media = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, NO_CACHE)], text).into_response()
}
