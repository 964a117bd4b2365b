//! `GET /problems/{name}`: a kind of problem, explained to a person.

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Refusal, kinds, words};
use crate::app::App;
use crate::asked::path_member;

pub(crate) async fn explain(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let (mut parts, _) = request.into_parts();
    let name = path_member(&mut parts, &app, "name").await.unwrap_or_default();
    let Some(kind) = kinds::ALL.iter().find(|kind| kind.name == name) else {
        let names: Vec<&str> = kinds::ALL.iter().map(|kind| kind.name).collect();
        return Err(Refusal::new(&kinds::NOT_FOUND, words::no_such_problem(&names.join(", "))));
    };
    let text = format!("{} {}\n\n{}\n", kind.status.as_u16(), kind.title, kind.about);
    let fields = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")];
    Ok((fields, text).into_response())
}
