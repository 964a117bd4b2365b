//! `/control/gate`: who has to wait, who does, and who may go on.

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::Response;
use contract::Gate;

use super::{setting, show};
use crate::app::App;
use crate::asked::{Asked, path_member};
use crate::body::Object;
use crate::refusal::{Refusal, kinds, words};

impl Object for Gate {
    const FORM: &'static str = "a gate, which is an object with hold and perhaps held";
}

pub(crate) async fn get(State(app): State<App>) -> Response {
    show(&app.gate.report())
}

/// Sets who waits from now on, and answers with who waits already: they are not let go by this.
pub(crate) async fn put(State(app): State<App>, asked: Asked, body: Body) -> Result<Response, Refusal> {
    let Gate { hold, held: _ } = setting(&app, &asked, body).await?;
    app.gate.set(hold);
    tracing::info!(?hold, author = %asked.author(), "the gate is set");
    Ok(show(&app.gate.report()))
}

/// Lets one go on, and answers with who still waits.
pub(crate) async fn release(State(app): State<App>, Waiting(number): Waiting) -> Result<Response, Refusal> {
    if app.gate.release(number) { Ok(show(&app.gate.report())) } else { Err(not_held(&number.to_string())) }
}

/// The exchange that the path names; whether it waits is another question.
pub(crate) struct Waiting(u64);

impl FromRequestParts<App> for Waiting {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let text = path_member(parts, app, "exchange").await.unwrap_or_default();
        let number = text.parse().ok().filter(|number| *number > 0);
        number.map(Self).ok_or_else(|| not_held(&text))
    }
}

fn not_held(number: &str) -> Refusal {
    Refusal::new(&kinds::NOT_FOUND, words::not_held(number)).because("not_held")
}

/// Lets all go on, in order of their arrival.
pub(crate) async fn release_all(State(app): State<App>) -> Response {
    app.gate.release_all();
    show(&app.gate.report())
}
