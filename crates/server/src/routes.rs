//! The routes: the handler of each path and method.

mod authorize;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};

use crate::api::control::gate::HeldExchangePath;
use crate::api::documents::versions::VersionPath;
use crate::api::meta::problems::ProblemName;
use crate::api::resources::{RequiredAccess, Resource};
use crate::api::{control, documents, events, meta};
use crate::fields::ACCEPT_PATCH;
use crate::fields::cache_control::NO_STORE;
use crate::http::path::DocumentPath;
use crate::http::request_context::HandlerContext;
use crate::openapi;
use crate::problem::{Refusal, details, types};
use crate::state::ServerState;

/// Returns the routes of all resources.
pub(crate) fn routes(app: &ServerState) -> Router {
    let all = Resource::ALL.into_iter();
    let routes = all.fold(Router::new(), |routes, resource| routes.route(resource.path(), methods(resource, app)));
    routes.fallback(no_route).with_state(Arc::clone(app))
}

/// Returns the handlers of a resource, which take the parameters of its path.
fn methods(resource: Resource, app: &ServerState) -> MethodRouter<ServerState> {
    match resource {
        Resource::Document | Resource::Versions | Resource::DocumentEvents => methods_of::<DocumentPath>(resource, app),
        Resource::Version => methods_of::<(DocumentPath, VersionPath)>(resource, app),
        Resource::Release => methods_of::<HeldExchangePath>(resource, app),
        Resource::Problem => methods_of::<ProblemName>(resource, app),
        _ => methods_of::<()>(resource, app),
    }
}

/// Returns the handlers of a resource, with OPTIONS and the refusal of all other methods.
///
/// A path that cannot name anything has no route, and that is said before anything else. So everything here takes the
/// path first, the handlers too: a layer around them would read it twice.
fn methods_of<Path>(resource: Resource, app: &ServerState) -> MethodRouter<ServerState>
where
    Path: FromRequestParts<ServerState> + Send + 'static,
{
    let allow = resource.allow();
    // With a fallback of its own, a method router would add its Allow to whatever has none, and a 404 has none.
    let all_others = any(move |_: Path, request: Request| async move { not_allowed(request.method().as_str(), allow) });
    let mut handlers = handlers(resource);
    if app.options.tokens.is_some() && resource.required_access(&Method::GET) != RequiredAccess::Nothing {
        // Only methods that exist require a token. All others are refused in the same way to all clients.
        let admit = move |path: Path, request: Request, next: Next| {
            authorize::authorize(resource.required_access(request.method()), path, request, next)
        };
        handlers = handlers.route_layer(from_fn_with_state(Arc::clone(app), admit));
    }
    all_others.merge(handlers.options(move |_: Path| async move { options(allow) }))
}

/// Returns the handlers of the methods of a resource.
fn handlers(resource: Resource) -> MethodRouter<ServerState> {
    match resource {
        Resource::Documents => get(documents::list::list).merge(post(documents::post::post)),
        Resource::Document => get(documents::get::get)
            .put(documents::put::put)
            .patch(documents::patch::patch)
            .delete(documents::delete::delete),
        Resource::Versions => get(documents::versions::list),
        Resource::Version => get(documents::versions::get),
        Resource::DocumentEvents => get(events::document_events),
        Resource::Events => get(events::all_events),
        Resource::Policy => get(control::policy::get).put(control::policy::put),
        Resource::Gate => get(control::gate::get).put(control::gate::put),
        Resource::ReleaseAll => post(control::gate::release_all),
        Resource::Release => post(control::gate::release),
        Resource::Faults => get(control::faults::get).put(control::faults::put),
        Resource::Exchanges => get(control::exchanges::list),
        Resource::Problem => get(meta::problems::explain),
        Resource::OpenApi => {
            let description = openapi::Description::default();
            get(move |State(app): State<ServerState>, HandlerContext(context): HandlerContext| async move {
                openapi::get(&app, &context, &description)
            })
        }
        Resource::Health => get(meta::health::healthz),
        Resource::Metrics => get(meta::metrics::metrics),
    }
}

fn not_allowed(method: &str, allow: &'static str) -> Response {
    add_allow(Refusal::new(&types::METHOD_NOT_ALLOWED, details::method(method, allow)).into_response(), allow)
}

/// Conditions are not judged here: OPTIONS selects no representation (RFC 9110 section 13.2.1).
fn options(allow: &'static str) -> Response {
    let response = (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, NO_STORE)]);
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

/// Answers a request whose path has no resource.
///
/// `OPTIONS *` is about the server as a whole (RFC 9110 section 9.3.7), and CONNECT about another one: it names no
/// path, so there is none that could be missing.
async fn no_route(request: Request) -> Response {
    match (request.method(), request.uri().path()) {
        (&Method::OPTIONS, "*") => options(FALLBACK_ROUTE),
        (&Method::CONNECT, _) => not_allowed("CONNECT", FALLBACK_ROUTE),
        (_, path) => Refusal::new(&types::NOT_FOUND, details::no_route(path)).into_response(),
    }
}

/// The methods that some resource has.
const FALLBACK_ROUTE: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
