//! What every exchange goes through, in order: [`handle`] and [`handle_inner`] are that order, and each step is a room
//! of its own.
//!
//! Whatever holds or disturbs exchanges on purpose stands between the last touches and the policy: the record shows it,
//! what it refuses is finished like everything else, and nothing has been judged yet. Behind the route and the method,
//! only those are let in ([`authorize`]) who may.
//!
//! Why not one `Router::layer` of axum's for each of them? There each keeps what is inside of it in a box, and copies
//! the box when a request comes, with all the boxes that are in it; and a request is moved from one to the next. That
//! cost more than everything else that the server does. Here it is one function that can be read from top to bottom,
//! and its future is the only one. The connections call it without a router around it, see
//! [`HttpService`](crate::service::HttpService).

mod authenticate;
mod catch_panic;
pub(crate) mod cors;
mod csrf;
mod drain_body;
pub(crate) mod exchange_log;
pub(crate) mod faults;
pub(crate) mod finalize;
pub(crate) mod gate;
mod header_limit;
pub(crate) mod host;
mod policy;
mod record_metrics;
mod request_info;
pub(crate) mod send_budget;
pub(crate) mod token_guesses;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use contract::Policy;
use tower_service::Service;

use crate::connection::peer_client::ConnectedClient;
use crate::state::ServerState;
use crate::state::exchange_log::ExchangeId;
use crate::state::gate::Turn;
use request_info::RequestInfo;

/// Takes a request to the routes, and its answer back.
pub(crate) async fn handle(app: &ServerState, mut request: Request, routes: Router) -> Response {
    let came = RequestInfo::of(&request);
    authenticate::authenticate(app, &mut request);
    let recording = came.under_api.then(|| exchange_log::begin(app, &mut request));
    let page = cors::allowed_origin(&app.options, request.headers()).cloned();
    let lent = drain_body::track(&mut request, &app.options);
    let client = request.extensions().get::<ConnectedClient>().cloned();
    let guess = token_guesses::guess_in(&request);

    let number = recording.as_ref().map(exchange_log::ExchangeGuard::number);
    let (mut response, policy) = handle_inner(app, &came, number, request, routes).await;

    if let Some(guess) = guess {
        Box::pin(token_guesses::delay_response(app, guess, &mut response)).await;
    }
    send_budget::reserve(app, &came, client.as_ref(), &mut response);
    if let Some(lent) = lent {
        // In a box, as is all that hardly any request needs: it would be room in the future of each of them.
        Box::pin(lent.drain(app, &mut response)).await;
    }
    cors::expose(app, page, &mut response);
    let now = app.now();
    finalize::finalize(app, &came, policy, now, &mut response);
    if let Some(recording) = recording {
        recording.end(now, &mut response).await;
    }
    record_metrics::record_metrics(app, &came.method, &response);
    response
}

/// The inner half of the way: whether it may go on, when, and under which policy. Where it came under none, there is
/// none to be told of.
async fn handle_inner(
    app: &ServerState,
    came: &RequestInfo,
    number: Option<ExchangeId>,
    mut request: Request,
    mut routes: Router,
) -> (Response, Option<Policy>) {
    let let_in = authenticate::check_connection(app, &request)
        .and_then(|()| header_limit::check(&request))
        .and_then(|()| host::check(&request, &app.options))
        .and_then(|()| csrf::check(&request, &app.options))
        .and_then(|()| header_limit::count(app, &request));
    let _counted = match let_in {
        Ok(counted) => counted,
        Err(refusal) => return (refusal.into_response(), None),
    };
    if let Some(answer) = cors::preflight(&app.options, &request) {
        return (answer, None);
    }
    let (mut response, policy, lose_response) = match gate::hold(app, number, &mut request).await {
        Err(refusal) => (refusal.into_response(), None, false),
        Ok(turn) => {
            let lose_response = turn.as_ref().is_some_and(Turn::loses_response);
            let policy = policy::pin_policy(app, &mut request);
            let answer = catch_panic::catch_panic(&came.uri, routes.call(request));
            (gate::respond_in_turn(turn, answer).await, Some(policy), lose_response)
        }
    };
    faults::inject(app, came, lose_response, &mut response).await;
    (response, policy)
}
