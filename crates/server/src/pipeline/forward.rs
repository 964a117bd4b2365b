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
mod record;
mod tunnel;

use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{Method, StatusCode, Version, header};
use axum::response::Response;
use contract::fields;
use futures_util::stream;
use hyper::upgrade::OnUpgrade;

use super::{authenticate, catch_panic, faults, gate, header_limit, host, record_metrics};
use crate::connection::peer_client::RequestClient;
use crate::fields::value::date_value;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::body::body_error;
use crate::http::removal::removed;
use crate::http::request_context::RequestContext;
use crate::options::gateway::{Evaluated, ForwardedClient, Gateway, GatewayError, UpgradedStream};
use crate::problem::{Links, Refusal, details, types};
use crate::state::exchange_log::JudgementNote;
use crate::state::gate::Turn;
use crate::state::participants::NameStanding;
use crate::state::{ServerState, SharedState};
use record::ForwardRecord;

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
    // Boxed, since few responses are disturbed, and every exchange's future would carry the room for it.
    Box::pin(faults::inject(&app, &context, loses_response, &mut response)).await;
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
    let answer = Box::pin(forward(app, &**gateway, context, record, body));
    let response = gate::respond_in_turn(turn, catch_panic::catch_panic(&context.uri, answer)).await;
    if let Some(copy) = copy {
        duplicate::send_again(app, gateway, context, copy);
    }
    Ok((response, loses_response))
}

/// Forwards a request, and returns the response of the other server.
async fn forward(
    app: &SharedState,
    gateway: &dyn Gateway,
    context: &RequestContext,
    record: &ForwardRecord,
    body: Body,
) -> Result<AnnotatedResponse, Refusal> {
    let from = ForwardedClient {
        caller: context.named_author().cloned(),
        address: context.client.as_ref().map(|client| client.connection.address()),
        is_encrypted: app.options.tls.is_some(),
    };
    let mut request = Request::new(body);
    *request.method_mut() = context.method.clone();
    *request.uri_mut() = context.uri.clone();
    *request.version_mut() = context.version;
    request.headers_mut().clone_from(&context.headers);
    let forwarded = tokio::select! {
        biased;
        forwarded = gateway.forward(request, from) => forwarded,
        // If the client is gone, the connection drops this future.
        never = gate::until_half_closed(context.version, context.peer()) => match never {},
        () = app.shutdown_requested() => return Err(Refusal::new(&types::SERVER_STOPPING, details::stopping())),
    };
    let mut response = forwarded.map_err(|error| refusal_for(app, record, error))?;
    let evaluated = response.extensions_mut().remove::<Evaluated>();
    let response = AnnotatedResponse::from(response);
    Ok(match evaluated {
        Some(Evaluated(evaluation)) => {
            response.with_judgement(JudgementNote { at: app.now(), evaluation, refused: None })
        }
        None => response,
    })
}

/// Returns the refusal of a request that got no response from the other server.
fn refusal_for(app: &SharedState, record: &ForwardRecord, error: GatewayError) -> Refusal {
    // If the body broke off, this is the cause, however the other server's side noticed it.
    if let Some(error) = record.take_body_error() {
        return body_error(&error, &app.options);
    }
    match error {
        GatewayError::Unreachable(detail) => Refusal::new(&types::BAD_GATEWAY, detail),
        GatewayError::TimedOut(detail) => Refusal::new(&types::GATEWAY_TIMEOUT, detail),
        GatewayError::BodyFailed(detail) | GatewayError::Invalid(detail) => Refusal::invalid_request(detail),
        GatewayError::Unsupported(detail) => Refusal::new(&types::NOT_IMPLEMENTED, detail),
    }
}

/// Writes the body of a problem, and adds `Date` if the other server sent none.
///
/// RFC 9110 section 6.6.1 has a recipient with a clock do so.
fn finalize(app: &SharedState, context: &RequestContext, response: &mut AnnotatedResponse) {
    let judged = response.judged.as_ref();
    if let Some(problem) = response.problem.take() {
        let json = problem.to_json(judged, Links { base: app.options.base_path(), instance: Some(context.uri.path()) });
        let headers = response.response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(fields::PROBLEM_JSON));
        headers.insert(header::CONTENT_LENGTH, json.len().into());
        *response.response.body_mut() = if context.method == Method::HEAD { Body::empty() } else { Body::from(json) };
    } else if context.method == Method::HEAD && !response.response.headers().contains_key(header::CONTENT_LENGTH) {
        *response.response.body_mut() = body_without_length();
    }
    response.is_streamed = true;
    let now = app.now().to_http_date();
    let date = || context.client.as_ref().map_or_else(|| date_value(now), |client| client.connection.date_header(now));
    response.response.headers_mut().entry(header::DATE).or_insert_with(date);
    if context.version == Version::HTTP_2 {
        // These fields are about a connection, and HTTP/2 forbids them (RFC 9113 section 8.2.2).
        response.response.headers_mut().remove(header::CONNECTION);
    }
}

/// Returns an empty body of unknown length: hyper would add a `Content-Length` of 0 for a known one.
fn body_without_length() -> Body {
    Body::from_stream(stream::empty::<Result<Bytes, std::convert::Infallible>>())
}

/// Returns whether a response is a stream of events, which never ends (the HTML standard, section 9.2).
fn is_event_stream(response: &Response) -> bool {
    let media = response.headers().get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes).unwrap_or_default();
    let name = media.split(|byte| *byte == b';').next().unwrap_or_default();
    name.trim_ascii().eq_ignore_ascii_case(b"text/event-stream")
}

/// Returns whether a response switches protocols, and has the stream for it.
fn upgraded(response: &mut Response) -> Option<UpgradedStream> {
    response.extensions_mut().remove::<UpgradedStream>()
}

/// Returns whether nothing of a body will ever arrive.
fn is_empty(body: &Body) -> bool {
    body.is_end_stream()
}
