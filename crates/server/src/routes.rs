//! The routes: the handler of each path and method.
//!
//! A path is looked up in the table of [`resources`](crate::api::resources), and a `match` has an arm for each
//! resource. Why not axum's router? It passes a request on in one piece: path parameters and the pipeline's knowledge
//! travel as extensions in a map, the future of each handler is a box within a box, and extractors take everything
//! apart again. That was a third of the server's own work for a 304. Here a handler is a function of what it needs.

mod authorize;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::{Author, DocumentId};

use crate::api::resources::Resource;
use crate::api::{control, documents, events, gate, home, meta, participants, question};
use crate::fields::ACCEPT_PATCH;
use crate::fields::cache_control::NO_STORE;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::path::{document_in_path, name_in_path};
use crate::http::request_context::RequestContext;
use crate::openapi;
use crate::problem::types::ProblemType;
use crate::problem::{Refusal, details, types};
use crate::state::ServerState;

/// The methods that at least one resource supports.
const FALLBACK_ROUTE: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// The routes of all resources. Clones are the same routes.
#[derive(Clone, Default)]
pub(crate) struct Routes {
    description: openapi::Description,
}

/// The target of a request: a resource, and the parameters of its path.
enum RequestTarget {
    Home,
    Documents,
    Document(DocumentId),
    Versions(DocumentId),
    Version(DocumentId, u64),
    DocumentEvents(DocumentId),
    Events,
    Participants,
    OwnGate,
    Question,
    Answer(Author),
    Policy,
    Gate,
    ReleaseAll,
    Release(u64),
    Faults,
    Exchanges,
    Roster,
    Remove(Author),
    Readmit(Author),
    QuestionSetting,
    Room,
    Problem(&'static ProblemType),
    OpenApi,
    Health,
    Metrics,
}

impl Routes {
    /// Calls the handler of the target and the method.
    ///
    /// # Errors
    ///
    /// In this order: the path names nothing; the resource does not support the method; the client is not authorized;
    /// the handler refuses. A path that cannot name anything has no methods, and only methods that exist require a
    /// token.
    pub(crate) async fn respond(
        &self,
        app: &ServerState,
        context: &Arc<RequestContext>,
        body: Body,
    ) -> Result<AnnotatedResponse, Refusal> {
        let path = context.uri.path();
        let exists = |(resource, _): &(Resource, _)| app.options.gateway.is_none() || resource.is_without_documents();
        let Some((resource, parameters)) = Resource::find(path).filter(exists) else {
            return no_route(&context.method, path);
        };
        let target = RequestTarget::read(resource, parameters, path)?;
        if context.method == Method::OPTIONS {
            return Ok(options(resource.allow()).into());
        }
        if !resource.has_method(&context.method) {
            return Err(not_allowed(&context.method, resource.allow()));
        }
        authorize::check(app, context, resource)?;
        // The pipeline removes the body of a response to HEAD.
        let method = if context.method == Method::HEAD { &Method::GET } else { &context.method };
        match target {
            RequestTarget::Document(id) if method == Method::GET => {
                documents::get::get(app, context.for_handler()?, id).await
            }
            // Boxed, since otherwise the future of the most frequent request, above, would have room for all others.
            target => Box::pin(self.handle(app, context, target, method, body)).await,
        }
    }

    /// Calls the handler of a target and a method.
    async fn handle(
        &self,
        app: &ServerState,
        context: &Arc<RequestContext>,
        target: RequestTarget,
        method: &Method,
        body: Body,
    ) -> Result<AnnotatedResponse, Refusal> {
        let other = |allow| Err(not_allowed(method, allow));
        Ok(match target {
            RequestTarget::Home => match *method {
                Method::GET => home::get(app, context).await?,
                Method::POST => home::post(app, context, body).await?,
                _ => return other(Resource::Home.allow()),
            },
            RequestTarget::Documents => match *method {
                Method::GET => documents::list::list(app, context.for_handler()?).await?,
                Method::POST => documents::post::post(app, context.for_handler()?, body).await?,
                _ => return other(Resource::Documents.allow()),
            },
            RequestTarget::Document(id) => match *method {
                Method::GET => documents::get::get(app, context.for_handler()?, id).await?,
                Method::PUT => documents::put::put(app, context.for_handler()?, id, body).await?,
                Method::PATCH => documents::patch::patch(app, context.for_handler()?, id, body).await?,
                Method::DELETE => documents::delete::delete(app, context.for_handler()?, id).await?,
                _ => return other(Resource::Document.allow()),
            },
            RequestTarget::Versions(id) => documents::versions::list(app, context.for_handler()?, id).await?,
            RequestTarget::Version(id, number) => {
                documents::versions::get(app, context.for_handler()?, id, number).await?
            }
            RequestTarget::DocumentEvents(id) => events::document_events(app, context.for_handler()?, id).await?.into(),
            RequestTarget::Events => events::all_events(app, context.for_handler()?).await?.into(),
            RequestTarget::Participants => participants::join(app, context.for_handler()?, body).await?.into(),
            RequestTarget::OwnGate => gate::get(app, context.for_handler()?).await.into(),
            RequestTarget::Question => question::get(app, context.for_handler()?).await?,
            RequestTarget::Answer(name) => question::answer(app, context.for_handler()?, name, body).await?.into(),
            RequestTarget::Policy => match *method {
                Method::GET => control::guarded::get(app, context.for_handler()?, &app.policy)?,
                Method::PUT => control::guarded::put(app, context.for_handler()?, &app.policy, body).await?.into(),
                _ => return other(Resource::Policy.allow()),
            },
            RequestTarget::Gate => match *method {
                Method::GET => control::gate::get(app).await.into(),
                Method::PUT => control::gate::put(app, context.for_handler()?, body).await?.into(),
                _ => return other(Resource::Gate.allow()),
            },
            RequestTarget::ReleaseAll => control::gate::release_all(app, context.for_handler()?).await?.into(),
            RequestTarget::Release(number) => control::gate::release(app, context.for_handler()?, number).await?.into(),
            RequestTarget::Faults => match *method {
                Method::GET => control::faults::get(app).into(),
                Method::PUT => control::faults::put(app, context.for_handler()?, body).await?.into(),
                _ => return other(Resource::Faults.allow()),
            },
            RequestTarget::Exchanges => control::exchanges::list(app, context.for_handler()?).await?.into(),
            RequestTarget::Roster => control::participants::list(app).await.into(),
            RequestTarget::Remove(name) => {
                control::participants::remove(app, context.for_handler()?, &name).await?.into()
            }
            RequestTarget::Readmit(name) => {
                control::participants::readmit(app, context.for_handler()?, &name).await?.into()
            }
            RequestTarget::QuestionSetting => match *method {
                Method::GET => control::question::get(app, context.for_handler()?)?,
                Method::PUT => control::question::put(app, context.for_handler()?, body).await?.into(),
                Method::DELETE => control::question::delete(app, context.for_handler()?).await?.into(),
                _ => return other(Resource::QuestionSetting.allow()),
            },
            RequestTarget::Room => match *method {
                Method::GET => control::guarded::get(app, context.for_handler()?, &app.room)?,
                Method::PUT => control::guarded::put(app, context.for_handler()?, &app.room, body).await?.into(),
                _ => return other(Resource::Room.allow()),
            },
            RequestTarget::Problem(kind) => meta::problems::explain(kind).into(),
            RequestTarget::OpenApi => openapi::get(app, context.for_handler()?, &self.description)?,
            RequestTarget::Health => meta::health::healthz(app).await?.into(),
            RequestTarget::Metrics => meta::metrics::metrics(app).into(),
        })
    }
}

impl RequestTarget {
    /// Parses the parameters of a path. They are empty if the resource has none.
    ///
    /// # Errors
    ///
    /// The path has the form of a resource, but cannot name one.
    fn read(resource: Resource, [first, second]: [&str; 2], path: &str) -> Result<Self, Refusal> {
        Ok(match resource {
            Resource::Home => Self::Home,
            Resource::Documents => Self::Documents,
            Resource::Document => Self::Document(document_in_path(first)?),
            Resource::Versions => Self::Versions(document_in_path(first)?),
            Resource::Version => {
                Self::Version(document_in_path(first)?, documents::versions::version_in_path(second, path)?)
            }
            Resource::DocumentEvents => Self::DocumentEvents(document_in_path(first)?),
            Resource::Events => Self::Events,
            Resource::Participants => Self::Participants,
            Resource::OwnGate => Self::OwnGate,
            Resource::Question => Self::Question,
            Resource::Answer => Self::Answer(name_in_path(first)?),
            Resource::Policy => Self::Policy,
            Resource::Gate => Self::Gate,
            Resource::ReleaseAll => Self::ReleaseAll,
            Resource::Release => Self::Release(control::gate::exchange_in_path(first)?),
            Resource::Faults => Self::Faults,
            Resource::Exchanges => Self::Exchanges,
            Resource::Roster => Self::Roster,
            Resource::Remove => Self::Remove(name_in_path(first)?),
            Resource::Readmit => Self::Readmit(name_in_path(first)?),
            Resource::QuestionSetting => Self::QuestionSetting,
            Resource::Room => Self::Room,
            Resource::Problem => Self::Problem(meta::problems::kind_in_path(first)?),
            Resource::OpenApi => Self::OpenApi,
            Resource::Health => Self::Health,
            Resource::Metrics => Self::Metrics,
        })
    }
}

fn not_allowed(method: &Method, allow: &'static str) -> Refusal {
    let refusal = Refusal::new(&types::METHOD_NOT_ALLOWED, details::method(method.as_str(), allow));
    let refusal = refusal.with_header(header::ALLOW, allow);
    if has_patch(allow) { refusal.with_header(ACCEPT_PATCH, contract::fields::MERGE_PATCH) } else { refusal }
}

/// Returns the response to OPTIONS, which selects no representation (RFC 9110 section 13.2.1).
///
/// The server ignores conditions on it.
fn options(allow: &'static str) -> Response {
    let mut response = (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, NO_STORE)]).into_response();
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, HeaderValue::from_static(allow));
    if has_patch(allow) {
        headers.insert(ACCEPT_PATCH, HeaderValue::from_static(contract::fields::MERGE_PATCH));
    }
    response
}

fn has_patch(allow: &str) -> bool {
    allow.contains("PATCH")
}

/// Responds to a request whose path has no resource.
///
/// `OPTIONS *` is about the server as a whole (RFC 9110 section 9.3.7). CONNECT names another server and no path, so no
/// path can be missing.
fn no_route(method: &Method, path: &str) -> Result<AnnotatedResponse, Refusal> {
    match (method, path) {
        (&Method::OPTIONS, "*") => Ok(options(FALLBACK_ROUTE).into()),
        (&Method::CONNECT, _) => Err(not_allowed(method, FALLBACK_ROUTE)),
        (_, path) => Err(Refusal::new(&types::NOT_FOUND, details::no_route(path))),
    }
}
