//! `/control/gate`: which requests the gate holds, and their release.

use axum::body::Body;
use axum::response::Response;
use axum::response::sse::Event;
use contract::{GateSettings, Reason};
use futures_util::{StreamExt, stream};
use tokio::runtime::Handle;

use super::read_setting;
use crate::fields::accept::prefers_events;
use crate::fields::cache_control::NO_STORE;
use crate::fields::digits::parse_positive;
use crate::http::body::StrictObject;
use crate::http::event_stream;
use crate::http::path::decoded;
use crate::http::query;
use crate::http::representation::{from_bytes, to_bytes};
use crate::http::request_context::RequestContext;
use crate::problem::{Refusal, details, types};
use crate::state::ServerState;
use crate::state::gate::{HoldLease, ReleaseEffects, SharedLease};

impl StrictObject for GateSettings {
    const EXPECTED: &'static str = "an object with hold and, optionally, held";
}

pub(crate) async fn get(app: &ServerState) -> Response {
    shown(app).await
}

/// Returns the state of the gate.
///
/// The gate may hold ten thousand requests, so another thread writes the JSON.
async fn shown(app: &ServerState) -> Response {
    let report = app.gate.report();
    let json = app.offload.run(report.size(), move || to_bytes(&report.into_gate())).await;
    from_bytes(json, NO_STORE)
}

/// Sets which requests the gate holds from now on, and returns the requests that it already holds.
///
/// These are not released by it. A client that asks for events holds the gate only as long as it listens. If its stream
/// breaks off, because it was killed or lost its network, the gate opens; it is not left shut by a client that cannot
/// open it any more. The stream also ends when the gate is set anew, by any client.
pub(crate) async fn put(app: &ServerState, context: &RequestContext, body: Body) -> Result<Response, Refusal> {
    let GateSettings { hold, held: _ } = read_setting(app, context, body).await?;
    let listens = prefers_events(&context.headers);
    let lease = match (&app.replica, listens) {
        (None, true) => Some(GateLease::Own(app.gate.set_while(hold, app.shutdown()))),
        (None, false) => {
            app.gate.set(hold);
            None
        }
        (Some(replica), true) => {
            let lease = SharedLease::new(replica.server());
            app.change(&app.gate, |gate| gate.set_leased(hold, lease)).await?;
            Some(GateLease::Shared { app: ServerState::clone(app), lease })
        }
        (Some(_), false) => {
            app.change(&app.gate, |gate| gate.set(hold)).await?;
            None
        }
    };
    tracing::info!(?hold, author = %context.author(), "a client set the gate");
    let Some(lease) = lease else { return Ok(shown(app).await) };
    let report = app.gate.report();
    let size = report.size();
    let json = move || serde_json::to_string(&report.into_gate()).unwrap_or_default();
    let json = app.offload.run(size, json).await;
    let first = stream::iter([Ok(Event::default().event("gate").data(json))]);
    let held = first.chain(stream::pending()).take_until(async move { lease.until_replaced().await });
    event_stream::respond(app, context, held)
}

/// A client's lease on the setting: the gate opens when this is dropped.
enum GateLease {
    /// The gate of this server.
    Own(HoldLease),
    /// The gates of all servers of the store.
    Shared { app: ServerState, lease: SharedLease },
}

impl GateLease {
    async fn until_replaced(&self) {
        match self {
            Self::Own(lease) => lease.until_replaced().await,
            Self::Shared { app, lease } => app.gate.until_lease_ends(*lease).await,
        }
    }
}

impl Drop for GateLease {
    fn drop(&mut self) {
        let Self::Shared { app, lease } = self else { return };
        if app.gate.lease() != Some(*lease) {
            return;
        }
        // Without a runtime, this server ends, and the others notice that.
        let Ok(runtime) = Handle::try_current() else { return };
        let (app, lease) = (ServerState::clone(app), *lease);
        runtime.spawn(async move {
            tracing::info!("the gates open: the client that held them has disconnected");
            if let Err(error) = app.change(&app.gate, |gate| gate.end_lease(lease)).await {
                tracing::error!(%error, "the gates stay shut until a client sets them again");
            }
        });
    }
}

/// Releases one request, and returns the requests that the gate still holds.
///
/// With `loseResponse=true`, the response is lost if it is to a write that is applied: bound to that one request, and
/// no other can take its place. With `duplicate=true`, a proxy sends the request a second time, like a network that
/// duplicates a message.
pub(crate) async fn release(app: &ServerState, context: &RequestContext, number: u64) -> Result<Response, Refusal> {
    context.refuse_conditions(details::condition_on_release)?;
    let lose_response = query::flag(context.query(), "loseResponse")?;
    let duplicate = query::flag(context.query(), "duplicate")?;
    if duplicate && app.options.gateway.is_none() {
        return Err(Refusal::invalid_request(details::duplicate_without_proxy()));
    }
    if app.gate.release(number, ReleaseEffects { lose_response, duplicate }) {
        Ok(shown(app).await)
    } else if app.replica.is_some() {
        let refusal = Refusal::new(&types::NOT_FOUND, details::not_held_here(&number.to_string()));
        Err(refusal.with_reason(Reason::NotHeld))
    } else {
        Err(not_held(&number.to_string()))
    }
}

/// Parses the number of the exchange in the path. The exchange may not be held.
pub(crate) fn exchange_in_path(parameter: &str) -> Result<u64, Refusal> {
    let text = decoded(parameter).unwrap_or_default();
    parse_positive(&text).ok_or_else(|| not_held(&text))
}

fn not_held(number: &str) -> Refusal {
    Refusal::new(&types::NOT_FOUND, details::not_held(number)).with_reason(Reason::NotHeld)
}

/// Releases all requests, in order of arrival.
///
/// `loseResponse` and `duplicate` are refused: each applies to the release of one request.
pub(crate) async fn release_all(app: &ServerState, context: &RequestContext) -> Result<Response, Refusal> {
    context.refuse_conditions(details::condition_on_release)?;
    query::refuse_param(context.query(), "loseResponse", details::lose_response_of_all)?;
    query::refuse_param(context.query(), "duplicate", details::duplicate_of_all)?;
    app.gate.release_all();
    Ok(shown(app).await)
}
