//! `GET /problems/{name}`: a kind of problem, explained to a person.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::kinds::{self, Kind};
use super::{Refusal, words};
use crate::app::App;
use crate::asked::path_member;
use crate::representation::REVALIDATE;

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
    let media = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, REVALIDATE)], text).into_response()
}
