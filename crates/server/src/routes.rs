//! Which path and which method lead where.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_extractor_with_state, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use store::Store;
use tokio::sync::watch;

use crate::app::{App, Shared};
use crate::asked::Named;
use crate::documents::versions::Numbered;
use crate::options::Options;
use crate::refusal::{Refusal, kinds, words};
use crate::{control, documents, events, health, layers, metrics, refusal};

/// What can be done to a document.
const DOCUMENT: &str = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
/// What can be done to the collection of documents.
const COLLECTION: &str = "GET, HEAD, POST, OPTIONS";
/// What can be done to a setting.
const SETTING: &str = "GET, HEAD, PUT, OPTIONS";
/// What can be done to what is only there to be done.
const ACTION: &str = "POST, OPTIONS";
/// What can be done to what is only there to be read.
const READ_ONLY: &str = "GET, HEAD, OPTIONS";

/// The server as a service, without a socket.
///
/// Event streams end when `stopped` says so, or when nobody is left who could set it.
pub fn router(store: Arc<dyn Store>, options: Options, stopped: watch::Receiver<bool>) -> Router {
    let app = Shared::new(store, options, stopped);
    let document = get(documents::get::get)
        .put(documents::put::put)
        .patch(documents::patch::patch)
        .delete(documents::delete::delete);
    let collection = get(documents::list::list).merge(post(documents::post::post));
    // Where no document or version can be, there is no route: that is said before the method is looked at.
    let named = from_extractor_with_state::<Named, App>(Arc::clone(&app));
    let numbered = from_extractor_with_state::<Numbered, App>(Arc::clone(&app));
    let version = resource(READ_ONLY, get(documents::versions::one)).layer(numbered);
    let about_one = Router::new()
        .route("/api/documents/{id}", resource(DOCUMENT, document))
        .route("/api/documents/{id}/versions", resource(READ_ONLY, get(documents::versions::list)))
        .route("/api/documents/{id}/versions/{version}", version)
        .route("/api/documents/{id}/events", resource(READ_ONLY, get(events::of_document)))
        .route_layer(named);
    let api = about_one
        .route("/api/documents", resource(COLLECTION, collection))
        .route("/api/events", resource(READ_ONLY, get(events::of_all)));
    let around = Router::new()
        .route("/problems/{name}", resource(READ_ONLY, get(refusal::pages::explain)))
        .route("/metrics", resource(READ_ONLY, get(metrics::metrics)))
        .route("/healthz", resource(READ_ONLY, get(health::healthz)))
        .route("/control/policy", resource(SETTING, get(control::policy::get).put(control::policy::put)))
        .route("/control/gate", resource(SETTING, get(control::gate::get).put(control::gate::put)))
        .route("/control/gate/release", resource(ACTION, post(control::gate::release_all)))
        .route("/control/gate/{exchange}/release", resource(ACTION, post(control::gate::release)))
        .route("/control/faults", resource(SETTING, get(control::faults::get).put(control::faults::put)))
        .route("/control/exchanges", resource(READ_ONLY, get(control::exchanges::list)));
    // The last layer is the first to see a request, and the last to see its response.
    api.merge(around)
        .fallback(nothing_here)
        .layer(from_fn_with_state(Arc::clone(&app), layers::rest::take_the_rest))
        .layer(from_fn(layers::panics::answer_panics))
        .layer(from_fn_with_state(Arc::clone(&app), layers::policy::choose))
        .layer(from_fn_with_state(Arc::clone(&app), layers::gate::hold))
        .layer(from_fn_with_state(Arc::clone(&app), layers::faults::disturb))
        .layer(from_fn_with_state(Arc::clone(&app), layers::finish::finish))
        .layer(from_fn_with_state(Arc::clone(&app), layers::record::record))
        .layer(from_fn_with_state(Arc::clone(&app), layers::count::count))
        .with_state(app)
}

/// A resource with what can be done to it. OPTIONS tells, and so does the refusal of everything else.
fn resource(allow: &'static str, methods: MethodRouter<App>) -> MethodRouter<App> {
    // With a fallback of its own, a method router would add its Allow to whatever has none, and a 404 has none.
    let all_others = any(move |request: Request| async move {
        let refusal = Refusal::new(&kinds::METHOD_NOT_ALLOWED, words::method(request.method().as_str(), allow));
        add_allow(refusal.into_response(), allow)
    });
    all_others.merge(methods.options(move || async move { options(allow) }))
}

/// Conditions are not judged here: OPTIONS selects no representation (RFC 9110 section 13.2.1).
fn options(allow: &'static str) -> Response {
    let response = (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]);
    add_allow(response.into_response(), allow)
}

fn add_allow(mut response: Response, allow: &'static str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, HeaderValue::from_static(allow));
    if allow.contains("PATCH") {
        headers.insert(ACCEPT_PATCH, HeaderValue::from_static(contract::fields::MERGE_PATCH));
    }
    response
}

/// The field that says which patch formats there are (RFC 5789 section 3.1).
pub(crate) const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

async fn nothing_here(request: Request) -> Refusal {
    Refusal::new(&kinds::NOT_FOUND, words::no_route(request.uri().path()))
}
