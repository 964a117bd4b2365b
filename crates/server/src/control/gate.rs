//! `/control/gate`: who has to wait, who does, and who may go on.

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use axum::response::sse::Event;
use contract::{GateSettings, Reason};
use futures_util::{StreamExt, stream};

use super::wanted::prefers_events;
use super::{no_condition, setting};
use crate::app::App;
use crate::asked::{Asked, path_member};
use crate::body::Object;
use crate::events::{self, MaybePeer};
use crate::query;
use crate::refusal::{Refusal, kinds, words};
use crate::representation::{NEVER, from_bytes, to_bytes};

impl Object for GateSettings {
    const FORM: &'static str = "a gate, which is an object with hold and perhaps held";
}

pub(crate) async fn get(State(app): State<App>) -> Response {
    shown(&app).await
}

/// Says what the gate holds. There may be ten thousand requests, so the JSON is not made on the worker.
async fn shown(app: &App) -> Response {
    let report = app.gate.report();
    let json = app.offload.run(report.size(), move || to_bytes(&report.into_gate())).await;
    let mut response = from_bytes(json);
    response.headers_mut().insert(header::CACHE_CONTROL, NEVER);
    response
}

/// Sets who waits from now on, and answers with who waits already: they are not let go by this.
///
/// A client that asks for events holds the gate only as long as it listens. If its stream breaks off, because it was
/// killed or lost its network, the gate opens; it is not left shut by a client that cannot open it any more. The stream
/// ends when the gate is set anew, by whomever.
pub(crate) async fn put(
    State(app): State<App>,
    peer: MaybePeer,
    asked: Asked,
    body: Body,
) -> Result<Response, Refusal> {
    let GateSettings { hold, held: _ } = setting(&app, &asked, body).await?;
    let lease = prefers_events(&asked.headers).then(|| app.gate.set_while(hold, app.stopped.clone()));
    if lease.is_none() {
        app.gate.set(hold);
    }
    tracing::info!(?hold, author = %asked.author(), "the gate is set");
    let Some(lease) = lease else { return Ok(shown(&app).await) };
    let report = app.gate.report();
    let size = report.size();
    let json = move || serde_json::to_string(&report.into_gate()).unwrap_or_default();
    let json = app.offload.run(size, json).await;
    let first = stream::iter([Ok(Event::default().event("gate").data(json))]);
    let held = first.chain(stream::pending()).take_until(async move { lease.replaced().await });
    Ok(events::respond(&app, peer, held))
}

/// Lets one go on, and answers with who still waits. With `loseResponse=true`, the response to it is lost if it is a write
/// that is applied: bound to that one request, and no other can take its place.
pub(crate) async fn release(
    State(app): State<App>,
    Waiting(number): Waiting,
    asked: Asked,
) -> Result<Response, Refusal> {
    no_condition(&asked, words::condition_on_release)?;
    let lose_response = query::flag(&asked.query, "loseResponse")?;
    if app.gate.release(number, lose_response) { Ok(shown(&app).await) } else { Err(not_held(&number.to_string())) }
}

/// The exchange that the path names; whether it waits is another question.
pub(crate) struct Waiting(u64);

impl FromRequestParts<App> for Waiting {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let text = path_member(parts, app, "exchange").await.unwrap_or_default();
        query::counted(&text).map(Self).ok_or_else(|| not_held(&text))
    }
}

fn not_held(number: &str) -> Refusal {
    Refusal::new(&kinds::NOT_FOUND, words::not_held(number)).because(Reason::NotHeld)
}

/// Lets all go on, in order of their arrival. A response can be lost only if one is named.
pub(crate) async fn release_all(State(app): State<App>, asked: Asked) -> Result<Response, Refusal> {
    no_condition(&asked, words::condition_on_release)?;
    query::refuse(&asked.query, "loseResponse", words::lose_response_of_all)?;
    app.gate.release_all();
    Ok(shown(&app).await)
}
