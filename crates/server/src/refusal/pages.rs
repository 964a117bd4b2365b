//! `GET /problems/{name}`: a kind of problem, explained to a person.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::kinds::{self, Kind};
use super::{Refusal, words};
use crate::app::App;
use crate::asked::path_member;

/// The kind that the path names.
pub(crate) struct Explained(&'static Kind);

impl FromRequestParts<App> for Explained {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let name = path_member(parts, app, "name").await.unwrap_or_default();
        kinds::ALL.into_iter().find(|kind| kind.name == name).map(Self).ok_or_else(|| {
            let names: Vec<&str> = kinds::ALL.iter().map(|kind| kind.name).collect();
            Refusal::new(&kinds::NOT_FOUND, words::no_such_problem(&names.join(", ")))
        })
    }
}

pub(crate) async fn explain(Explained(kind): Explained) -> Response {
    let text = format!("{} {}\n\n{}\n", kind.status.as_u16(), kind.title, kind.about);
    let fields = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")];
    (fields, text).into_response()
}
