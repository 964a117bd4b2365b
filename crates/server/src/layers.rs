//! What every exchange goes through, in order: [`through`] and [`within`] are that order, and each step is a room of its
//! own.
//!
//! Whatever holds or disturbs exchanges on purpose stands between the last touches and the policy: the record shows it,
//! what it refuses is finished like everything else, and nothing has been judged yet. Behind the route and the method,
//! only those are let in ([`admit`]) who may.
//!
//! Why not one `Router::layer` of axum's for each of them? There each keeps what is inside of it in a box, and copies the
//! box when a request comes, with all the boxes that are in it; and a request is moved from one to the next. That cost
//! more than everything else that the server does. Here it is one function that can be read from top to bottom, and its
//! future is the only one. The connections call it without a router around it, see [`Site`](crate::site::Site).

pub(crate) mod admit;
pub(crate) mod cors;
mod count;
pub(crate) mod faults;
pub(crate) mod finish;
pub(crate) mod gate;
pub(crate) mod guesses;
mod head;
pub(crate) mod host;
mod identify;
mod page;
mod panics;
mod policy;
pub(crate) mod record;
mod rest;
pub(crate) mod sending;

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Response};
use contract::Policy;
use tower_service::Service;

use crate::accept::client::Client;
use crate::app::App;
use crate::layers::record::Number;

/// What is remembered of a request when it has gone to the routes.
struct Came {
    method: Method,
    uri: Uri,
    /// Whether it is about documents: only such exchanges are recorded, held and disturbed.
    under_api: bool,
}

/// Takes a request to the routes, and its answer back.
pub(crate) async fn through(app: &App, mut request: Request, routes: Router) -> Response {
    let came = Came::of(&request);
    identify::identify(app, &mut request);
    let recording = came.under_api.then(|| record::begin(app, &mut request));
    let page = cors::allowed(&app.options, request.headers()).cloned();
    let lent = rest::lend(&mut request, &app.options);
    let client = request.extensions().get::<Client>().cloned();
    let guess = guesses::in_request(&request);

    let number = recording.as_ref().map(record::Recording::number);
    let (mut response, policy) = within(app, &came, number, request, routes).await;

    if let Some(guess) = guess {
        Box::pin(guesses::slow(app, guess, &mut response)).await;
    }
    sending::reserve(app, &came, client.as_ref(), &mut response);
    if let Some(lent) = lent {
        // In a box, as is all that hardly any request needs: it would be room in the future of each of them.
        Box::pin(lent.take_the_rest(app, &mut response)).await;
    }
    cors::expose(app, page, &mut response);
    let now = app.now();
    finish::finish(app, &came, policy, now, &mut response);
    if let Some(recording) = recording {
        recording.end(now, &mut response).await;
    }
    count::count(app, &came.method, &response);
    response
}

/// The inner half of the way: whether it may go on, when, and under which policy. Where it came under none, there is none
/// to be told of.
async fn within(
    app: &App,
    came: &Came,
    number: Option<Number>,
    mut request: Request,
    mut routes: Router,
) -> (Response, Option<Policy>) {
    let let_in = identify::judge_connection(app, &request)
        .and_then(|()| head::judge(&request))
        .and_then(|()| host::judge(&request, &app.options))
        .and_then(|()| page::judge(&request, &app.options))
        .and_then(|()| head::count(app, &request));
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
            let lose_response = turn.as_ref().is_some_and(gate::Turn::loses_response);
            let policy = policy::choose(app, &mut request);
            let answer = panics::answered(&came.uri, routes.call(request));
            (gate::in_turn(turn, answer).await, Some(policy), lose_response)
        }
    };
    faults::disturb(app, came, lose_response, &mut response).await;
    (response, policy)
}

impl Came {
    fn of(request: &Request) -> Self {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let under_api = under_api(uri.path());
        Self { method, uri, under_api }
    }
}

/// Whether a path belongs to the documents. What lies under it is recorded, and says so while a mistake is on.
fn under_api(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
