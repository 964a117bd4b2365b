//! The steps of a forwarded exchange: [`handle`] defines their order.
//!
//! A request for the server behind a [`Gateway`](crate::Gateway) passes fewer steps than one for a document. There is
//! no authentication, no check of the host's name and no CORS: these belong to the other server, whose responses pass
//! unchanged. The limits of header sections, the log, the gate and the faults are the same.
//!
//! Bodies stream in both directions. The body of a request is kept only while the gate holds it, and the record gets a
//! copy of the beginning of both bodies. An exchange is complete when the body of its response has ended: see
//! [`record`], which is the only caller of [`Gateway::completed`](crate::Gateway::completed).

mod duplicate;
mod finalize;
mod record;
mod send;
mod tunnel;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use hyper::upgrade::OnUpgrade;

use super::{authenticate, catch_panic, faults, gate, header_limit, host, record_metrics};
use crate::connection::peer_client::RequestClient;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::removal::removed;
use crate::http::request_context::RequestContext;
use crate::options::gateway::Gateway;
use crate::problem::Refusal;
use crate::state::ServerState;
use crate::state::gate::Turn;
use crate::state::participants::NameStanding;
use finalize::finalize;
use record::ForwardRecord;
use send::send;

/// Responds to a request with the response of the other server.
pub(super) async fn handle(
    app: ServerState,
    gateway: Arc<dyn Gateway>,
    request: Request,
    client: Option<RequestClient>,
) -> AnnotatedResponse {
    let (mut parts, body) = request.into_parts();
    let address = client.as_ref().map(|client| client.connection.address());
    let caller = gateway.caller(&parts, address);
    let on_upgrade = parts.extensions.remove::<OnUpgrade>();
    let mut context = RequestContext::forwarded(parts, client, caller);
    let (record, body) = ForwardRecord::begin(&app, &gateway, &mut context, body, false);
    if let Some(client) = context.identity() {
        app.participants.saw(&client, app.now());
    }
    let outcome = respond(&app, &gateway, &context, &record, body).await;
    let (mut response, loses_response) = outcome.unwrap_or_else(|refusal| (refusal.into(), false));
    if loses_response || app.faults.is_any() {
        // Boxed, since few responses are disturbed, and every exchange's future would carry the room for it.
        Box::pin(faults::inject(&app, &context, loses_response, &mut response)).await;
    }
    finalize(&app, &context, &mut response);
    if response.response.status() == StatusCode::SWITCHING_PROTOCOLS && !response.is_lost {
        tunnel::open(&context, on_upgrade, &mut response);
    }
    record.respond(&context, &mut response);
    record_metrics::record_metrics(&app, &context.method, &response);
    response
}

/// Checks a request, holds it at the gate, and forwards it.
///
/// Returns the response, and whether it is to be lost if the request changed something.
async fn respond(
    app: &ServerState,
    gateway: &Arc<dyn Gateway>,
    context: &Arc<RequestContext>,
    record: &ForwardRecord,
    mut body: Body,
) -> Result<(AnnotatedResponse, bool), Refusal> {
    authenticate::check_connection(app, context)?;
    let size = header_limit::check(context)?;
    host::authority(context)?;
    let _counted = header_limit::count(app, context, size)?;
    if context.name_standing(app) == NameStanding::Removed {
        return Err(removed(&context.author()));
    }
    let turn = gate::hold(app, context, &mut body).await?;
    if let Some(received) = context.client.as_ref().and_then(|client| client.received.as_ref()) {
        // From here on, the body is not kept: each part is passed on before the next one is read.
        received.release();
    }
    let loses_response = turn.as_ref().is_some_and(Turn::loses_response);
    let copy = match &turn {
        Some(turn) if turn.duplicates() => Box::pin(duplicate::copy_of(app, &mut body)).await?,
        _ => None,
    };
    let answer = Box::pin(send(app, &**gateway, context, record, body));
    let response = gate::respond_in_turn(turn, catch_panic::catch_panic(&context.uri, answer)).await;
    if let Some(copy) = copy {
        duplicate::send_again(app, gateway, context, copy);
    }
    Ok((response, loses_response))
}
