//! The steps of every exchange: [`handle`] and [`respond`] define their order, and each step is a file.
//!
//! Each step gets the [`RequestContext`], which is built here once. The gate and the faults come after the log has
//! begun and before the policy is set: so the log shows their effects, their refusals are finalized like every other
//! response, and nothing has been judged yet. Access control runs after routing, see [`authorize`](crate::routes).
//!
//! Why not a stack of `Router::layer`s? Each layer of axum keeps its inner layers in a box, clones that box and all
//! boxes inside for each request, and moves the request on to the next layer. That cost more than everything else that
//! the server does. A single function can be read from top to bottom, and has a single future. Connections call it
//! without a router around it, see [`HttpService`](crate::service::HttpService).

mod authenticate;
mod catch_panic;
mod client_budgets;
pub(crate) mod cors;
mod csrf;
mod drain_body;
mod exchange_log;
pub(crate) mod faults;
pub(crate) mod finalize;
mod forward;
mod gate;
mod header_limit;
mod host;
mod record_metrics;
mod replayable_body;
mod send_budget;
mod token_guesses;

use std::mem;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{Method, Uri, header};
use futures_util::future::Either;

use crate::connection::peer_client::RequestClient;
use crate::connection::receive_budget::ReceivedBytes;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::authentication::Authentication;
use crate::http::removal::end_body_on_removal;
use crate::http::request_context::RequestContext;
use crate::options::gateway::control_path;
use crate::problem::Refusal;
use crate::state::ServerState;
use crate::state::gate::Turn;
use crate::state::replica::SettingsReplica;
use client_budgets::Admission;
use replayable_body::ReplayableBody;

/// The longest body of a request that may be processed twice.
const MAX_REPLAYED_BYTES: u64 = 64 * 1024;

/// The service within the pipeline: the state that the steps share, and the handlers.
pub(crate) trait PipelineService: Send + Sync + 'static {
    fn app(&self) -> &ServerState;

    /// Returns the response to a request, or its refusal.
    fn respond(
        &self,
        context: &Arc<RequestContext>,
        body: Body,
    ) -> impl Future<Output = Result<AnnotatedResponse, Refusal>> + Send;
}

/// Responds to a request. With a gateway, all requests but those to the server itself are forwarded.
///
/// The context is built before the future, since hyper moves the future, and the context is large.
pub(crate) fn handle<S: PipelineService>(
    service: Arc<S>,
    request: Request,
    client: Option<RequestClient>,
) -> impl Future<Output = AnnotatedResponse> + Send {
    // Before the first look at a setting.
    let adopted = service.app().replica.as_ref().and_then(SettingsReplica::adopted);
    let Some(gateway) = &service.app().options.gateway else {
        let (context, body) = RequestContext::new(service.app(), request, client);
        return Either::Left(finish(service, context, body, adopted));
    };
    if let Some(path) = control_path(request.uri().path()).map(str::to_owned) {
        let request = request_for_itself(request, &path);
        let (context, body) = RequestContext::new(service.app(), request, client);
        return Either::Left(finish(service, context, body, adopted));
    }
    let forwarding = forward::handle(ServerState::clone(service.app()), Arc::clone(&gateway.0), request, client);
    Either::Right(Box::pin(forwarding))
}

/// Returns a request with another path, and the same query.
fn request_for_itself(mut request: Request, path: &str) -> Request {
    let target = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = mem::take(request.uri_mut()).into_parts();
    // A part of a path is a path.
    parts.path_and_query = target.parse().ok();
    *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
    request
}

/// Begins the log, gets the response, and finalizes it.
///
/// `adopted` is the revision of the copy of the shared settings at the start of the request, if there is a copy.
async fn finish<S: PipelineService>(
    service: Arc<S>,
    mut context: Arc<RequestContext>,
    mut body: Body,
    adopted: Option<u64>,
) -> AnnotatedResponse {
    let app = service.app();
    let trusted = adopted.filter(|_| trusts_copy(app, &context, &body));
    let synced = match &app.replica {
        Some(_) if trusted.is_none() => Box::pin(sync_settings(app, &mut context)).await,
        _ => Ok(()),
    };
    let client = context.identity();
    let Admission { slot, overload } = client_budgets::admit(app, &mut context, client.as_ref());
    let exchange = exchange_log::begin(app, &mut context, &mut body, overload.is_some());
    if let Some(client) = client {
        // The client of a request to join is added with its name, if it joins.
        if context.under_api && (client.joined || !context.is_to_join()) {
            app.participants.saw(&client, app.now());
        }
        end_body_on_removal(app, client, &mut body);
    }
    let tracker = drain_body::track(&mut body);

    let mut response = match overload {
        None => match trusted {
            None => respond(&*service, &mut context, body, synced).await,
            Some(revision) => respond_by_copy(&*service, &mut context, body, revision).await,
        },
        Some(overload) => {
            drop(body);
            Box::pin(client_budgets::refuse(app, &context, overload, slot.is_some())).await
        }
    };

    if response.is_guess || token_guesses::is_guess(&context) {
        Box::pin(token_guesses::delay_response(app, &context, &mut response)).await;
    }
    send_budget::reserve(app, &context, &mut response);
    if let Some(tracker) = tracker {
        // Boxed, like everything that few requests need: it would take room in every request's future.
        Box::pin(tracker.drain(app, &context, &mut response)).await;
    }
    cors::expose(app, &context.headers, &mut response.response);
    let now = app.now();
    finalize::finalize(app, &context, now, &mut response);
    if let Some(exchange) = exchange {
        exchange.end(now, &context, &mut response).await;
    }
    record_metrics::record_metrics(app, &context.method, &response);
    // An event stream has a budget of its own.
    response.slot = slot.filter(|_| response.response.body().size_hint().exact().is_some());
    response
}

/// Brings this server's copy of the shared settings up to date, if the response may depend on it.
///
/// Another server may have given out the token of the request, or removed its client.
async fn sync_settings(app: &ServerState, context: &mut Arc<RequestContext>) -> Result<(), Refusal> {
    let path = context.uri.path();
    if !context.under_api && !path.starts_with("/control/") && path != "/" {
        return Ok(());
    }
    app.sync().await?;
    // This is the only reference to the context so far, so nothing is cloned.
    Arc::make_mut(context).authenticate_again(app);
    Ok(())
}

/// Checks what can be refused before the route is known, and counts the header section of the request.
///
/// The header section counts until the returned value is dropped.
fn check(app: &ServerState, context: &RequestContext) -> Result<Option<ReceivedBytes>, Refusal> {
    authenticate::check_connection(app, context)?;
    let size = header_limit::check(context)?;
    host::check(context, &app.options)?;
    csrf::check(context, &app.options)?;
    header_limit::count(app, context, size)
}

/// The response to a request, before faults are injected.
struct Processed {
    response: AnnotatedResponse,
    /// Whether the request has passed all checks, so that it is subject to faults.
    is_checked: bool,
    /// Whether the response is lost on purpose.
    lose_response: bool,
    /// Whether the request was held at the gate.
    was_held: bool,
}

impl Processed {
    fn unchecked(response: impl Into<AnnotatedResponse>) -> Self {
        Self { response: response.into(), is_checked: false, lose_response: false, was_held: false }
    }
}

/// Processes a request under settings that are up to date, or refuses it if they cannot be read.
async fn respond(
    service: &impl PipelineService,
    context: &mut Arc<RequestContext>,
    mut body: Body,
    synced: Result<(), Refusal>,
) -> AnnotatedResponse {
    let processed = process(service, context, &mut body, synced).await;
    complete(service.app(), context, processed).await
}

/// Processes a request for a document under the copy of the settings, whose revision is `revision`.
///
/// If the state of the store in which the request took effect has another revision, or if it is not known, the copy is
/// brought up to date. If it has changed, the request is processed again: it has had no effect, and nothing that
/// depends on old settings is sent.
async fn respond_by_copy(
    service: &impl PipelineService,
    context: &mut Arc<RequestContext>,
    body: Body,
    revision: u64,
) -> AnnotatedResponse {
    let app = service.app();
    let body = ReplayableBody::new(body);
    // This and the next reference are the only ones to the context, so nothing is cloned.
    Arc::make_mut(context).trust_settings(Some(revision));
    let mut processed = process(service, context, &mut body.replay(), Ok(())).await;
    if context.seen_settings() != Some(revision) && !processed.was_held {
        let synced = app.sync().await;
        if synced.is_err() || app.replica.as_ref().and_then(SettingsReplica::adopted) != Some(revision) {
            let again = Arc::make_mut(context);
            again.trust_settings(None);
            again.authenticate_again(app);
            // Boxed, since few requests are processed twice.
            let mut body = body.replay();
            processed = Box::pin(process(service, context, &mut body, synced.map_err(Refusal::from))).await;
        }
    }
    complete(app, context, processed).await
}

/// Removes the body of a response to HEAD, and injects faults.
async fn complete(app: &ServerState, context: &RequestContext, processed: Processed) -> AnnotatedResponse {
    let Processed { mut response, is_checked, lose_response, .. } = processed;
    if is_checked {
        if context.method == Method::HEAD && response.problem.is_none() {
            finalize::remove_body(&mut response.response);
        }
        faults::inject(app, context, lose_response, &mut response).await;
    }
    response
}

/// Checks a request, holds it at the gate, and passes it to the router.
///
/// One policy holds for the whole exchange, and it is pinned behind the gate: so the leader of a session can hold two
/// writes, change the policy, and see what the same two writes come to under it.
async fn process(
    service: &impl PipelineService,
    context: &mut Arc<RequestContext>,
    body: &mut Body,
    synced: Result<(), Refusal>,
) -> Processed {
    let app = service.app();
    let checked = check(app, context).and_then(|counted| synced.map(|()| counted));
    let _counted = match checked {
        Ok(counted) => counted,
        Err(refusal) => return Processed::unchecked(refusal),
    };
    if let Some(response) = cors::preflight(&app.options, context) {
        return Processed::unchecked(response);
    }
    let turn = match gate::hold(app, context, body).await {
        Ok(turn) => turn,
        Err(refusal) => return Processed { is_checked: true, ..Processed::unchecked(refusal) },
    };
    let was_held = turn.is_some();
    if was_held && let Err(error) = app.sync().await {
        return Processed::unchecked(Refusal::from(error));
    }
    // This is the only reference to the context so far, so nothing is cloned.
    Arc::make_mut(context).pin(app.pinned_policy(), turn.as_ref().map(Turn::order));
    let lose_response = turn.as_ref().is_some_and(Turn::loses_response);
    // Boxed, since the future of each step around it would otherwise contain it again.
    let answer = catch_panic::catch_panic(&context.uri, Box::pin(service.respond(context, mem::take(body))));
    let response = gate::respond_in_turn(turn, answer).await;
    Processed { response, is_checked: true, lose_response, was_held }
}

/// Returns whether a request is processed before the copy of the settings is known to be up to date.
///
/// The store returns the revision of the settings with a document, and checks it before it writes, so requests for a
/// document need no other query. A token that is not known here may be one of another server, so its holder has to be
/// found first. A request is not held by old settings, and not processed again if its body is long.
fn trusts_copy(app: &ServerState, context: &RequestContext, body: &Body) -> bool {
    let is_about_document = context.uri.path().strip_prefix("/api/documents/").is_some_and(|id| !id.contains('/'));
    let is_known = match &context.authentication {
        None => !context.headers.contains_key(header::AUTHORIZATION),
        Some(Authentication::Granted { .. }) => true,
        Some(Authentication::Denied(_)) => false,
    };
    let is_short = body.size_hint().upper().is_some_and(|bytes| bytes <= MAX_REPLAYED_BYTES);
    is_about_document && is_known && is_short && !context.expects_continue && !app.gate.is_shut()
}
