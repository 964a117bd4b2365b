//! `/control/gate`: who has to wait, who does, and who may go on.

use axum::body::Body;
use axum::extract::{Request, State};
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
    tracing::info!(?hold, author = %asked.author, "the gate is set");
    Ok(show(&app.gate.report()))
}

/// Lets one go on, and answers with who still waits.
pub(crate) async fn release(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let (mut parts, _) = request.into_parts();
    let number = path_member(&mut parts, &app, "exchange").await.unwrap_or_default();
    if !number.parse().is_ok_and(|number| app.gate.release(number)) {
        return Err(Refusal::new(&kinds::NOT_FOUND, words::not_held(&number)).because("not_held"));
    }
    Ok(show(&app.gate.report()))
}

/// Lets all go on, in order of their arrival.
pub(crate) async fn release_all(State(app): State<App>) -> Response {
    app.gate.release_all();
    show(&app.gate.report())
}
