//! Sends a request to the other server.

use axum::body::Body;
use axum::extract::Request;

use super::super::gate;
use super::record::ForwardRecord;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::body::body_error;
use crate::http::request_context::RequestContext;
use crate::options::gateway::{Evaluated, ForwardedClient, Gateway, GatewayError};
use crate::problem::{Refusal, details, types};
use crate::state::SharedState;
use crate::state::exchange_log::JudgementNote;

/// Forwards a request, and returns the response of the other server.
pub(super) async fn send(
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
    record.forwarding();
    let forwarded = tokio::select! {
        biased;
        forwarded = gateway.forward(request, from) => forwarded,
        // If the client is gone, the connection drops this future.
        never = gate::until_half_closed(context.version, context.peer()) => match never {},
        () = app.shutdown_requested() => return Err(Refusal::new(&types::SERVER_STOPPING, details::stopping())),
    };
    let mut response = forwarded.map_err(|error| refusal_for(app, record, error))?;
    record.answered();
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
