//! `/control/faults`: what goes wrong on purpose.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use contract::FaultSettings;
use contract::control::MAX_LATENCY;

use super::{setting, show};
use crate::app::App;
use crate::asked::Asked;
use crate::body::{self, Object};
use crate::refusal::Refusal;

impl Object for FaultSettings {
    const FORM: &'static str = "faults, which are an object with latencyMs and loseResponses";
}

pub(crate) async fn get(State(app): State<App>) -> Response {
    show(&app.faults.get())
}

pub(crate) async fn put(State(app): State<App>, asked: Asked, body: Body) -> Result<Response, Refusal> {
    let faults: FaultSettings = setting(&app, &asked, body).await?;
    if faults.latency_ms > MAX_LATENCY {
        return Err(body::unprocessable(&format!("latencyMs is more than {MAX_LATENCY}, which is a minute")));
    }
    app.faults.set(faults);
    tracing::info!(?faults, author = %asked.author(), "faults are set");
    Ok(show(&faults))
}
