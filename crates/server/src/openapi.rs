//! `GET /openapi.json`: the description of this server for programs (OpenAPI 3.1).
//!
//! It is generated from the code, so that it stays true:
//!
//! - paths and methods come from [`resources`](crate::api::resources), like those of the router;
//! - bodies come from the contract's types, with their serde attributes and their doc comments ([`schemas`]);
//! - refusals come from [`types`], with every `error` and every `reason`.
//!
//! What no type expresses is written by hand, in a file for each family of resources: which header field belongs to
//! which status, and which request a tag leads to. A test checks all of this against the running router.
//!
//! Why `schemars` for the bodies? OpenAPI 3.1 uses JSON Schema, and that is what `schemars` derives, from the same
//! attributes that serde uses; it knows nothing of HTTP. It adds two seconds to a first build. `utoipa` adds five,
//! brings a second parser for Rust, and requires path and method again on each handler: a second table beside the
//! router's, which could contradict it. A derive of our own would have to understand serde's attributes, and schemas by
//! hand would be a third definition of a document.

mod control;
mod documents;
mod examples;
mod history;
mod links;
mod meta;
mod operation;
mod parameters;
mod room;
mod schemas;

use std::sync::{Arc, Mutex};

use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::api::resources::{RequiredAccess, Resource};
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::conditional_get::HashedBody;
use crate::http::request_context::RequestContext;
use crate::lock::lock;
use crate::options::ServerOptions;
use crate::problem::Refusal;
use crate::problem::types::{self, ProblemType};
use crate::state::SharedState;
use operation::{OperationSpec, ResponseSpec};
use schemas::SchemaRegistry;

/// The description of a server, generated once. Clones share it.
///
/// Generating it takes milliseconds, and it does not change.
#[derive(Clone, Default)]
pub(crate) struct Description(Arc<Mutex<Option<HashedBody>>>);

impl Description {
    fn of(&self, options: &ServerOptions) -> HashedBody {
        let mut described = lock(&self.0);
        described.get_or_insert_with(|| HashedBody::of(&description(options))).clone()
    }
}

/// `GET /openapi.json`.
pub(crate) fn get(
    app: &SharedState,
    context: &RequestContext,
    description: &Description,
) -> Result<AnnotatedResponse, Refusal> {
    description.of(&app.options).hashed_response(app, context, "description")
}

/// Returns the whole description.
///
/// That of a server with a gateway is about its control interface: it has no documents.
fn description(options: &ServerOptions) -> Value {
    let mut schemas = SchemaRegistry::new();
    let mut described = |resource: Resource| (resource.path().to_owned(), path_item(resource, options, &mut schemas));
    let is_proxy = options.gateway.is_some();
    let resources: Vec<Resource> =
        Resource::ALL.into_iter().filter(|resource| !is_proxy || resource.is_without_documents()).collect();
    let paths: Map<_, _> = resources.iter().copied().map(&mut described).collect();
    let tags = API_TAGS.iter().filter(|(name, _)| resources.iter().any(|resource| tag_of(*resource) == *name));
    let (summary, text) = if is_proxy { PROXY_DESCRIPTION } else { SERVER_DESCRIPTION };
    let mut description = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "ifmatch",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": summary,
            "description": text,
            "license": {"name": "MIT or Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{
            "url": if is_proxy { options.base_path() } else { "/" },
            "description": "The server that sent this description.",
        }],
        "tags": tags.map(|(name, description)| json!({"name": name, "description": description})).collect::<Value>(),
        "security": [],
        "paths": paths,
        "components": {
            "schemas": schemas.into_components(options.base_path()),
            "parameters": parameters::parameters(),
            "headers": parameters::headers(),
            "examples": examples::of_problems(options.base_path()),
            "links": links::all_links(),
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token (RFC 6750). Operations require it on a server with tokens.",
            }},
        },
    });
    links::remove_dangling(&mut description);
    description
}

/// The summary and the description of a document server.
const SERVER_DESCRIPTION: (&str, &str) = (
    "A document server that loses no updates.",
    "Every version of a document has an entity tag, and a write names in `If-Match` the version that \
    it replaces. If that version is no longer the current one, the server refuses the write with a 412 and the current \
    tag, and nothing is lost. It refuses a write that names no version with a 428.\n\n\
    A method that is not listed for a path is a 405 with `Allow`, and a path that is not listed is a 404. Every refusal \
    is a problem (RFC 9457); `error` and `reason` are words for programs.",
);

/// The summary and the description of the control interface of a proxy.
const PROXY_DESCRIPTION: (&str, &str) = (
    "The control interface of a proxy that records, holds and loses exchanges.",
    "The proxy passes on all requests for other paths. Here, its leader holds requests, releases them in any order, \
    loses responses, and reads the record of all exchanges.\n\n\
    A method that is not listed for a path is a 405 with `Allow`, and a path that is not listed is a 404. Every refusal \
    is a problem (RFC 9457); `error` and `reason` are words for programs.",
);

const API_TAGS: [(&str, &str); 5] = [
    (documents::TAG, "Documents, and conditional writes."),
    (history::TAG, "Old versions of documents, and events."),
    (room::TAG, "The people in a room, and the question that its leader asks."),
    (control::TAG, "For the leader of a session: policy, gate, injected faults, recorded exchanges."),
    (meta::TAG, "The server itself: health, metrics, types of problem."),
];

/// Returns the operations of one resource.
fn path_item(resource: Resource, options: &ServerOptions, schemas: &mut SchemaRegistry) -> Value {
    let asks =
        |method: &Method| options.tokens.is_some() && resource.required_access(method) != RequiredAccess::Nothing;
    let is_proxy = options.gateway.is_some();
    let described: Map<_, _> = resource
        .methods()
        .map(|method| {
            let operation = match method {
                Method::OPTIONS => options_operation(resource),
                Method::HEAD => operation_for(resource, &Method::GET, is_proxy, schemas),
                _ => operation_for(resource, &method, is_proxy, schemas),
            };
            let is_guarded = method != Method::OPTIONS && asks(&method);
            let operation = if is_guarded { operation.requires_token() } else { operation };
            // A name may be taken or removed on a server without tokens, too.
            let has_names = method != Method::OPTIONS && resource.required_access(&method) != RequiredAccess::Nothing;
            let operation = if has_names { operation.with_problems(&[&types::FORBIDDEN]) } else { operation };
            let operation = if method == Method::HEAD { operation.without_request_body() } else { operation };
            (method.as_str().to_ascii_lowercase(), operation.into_value())
        })
        .collect();
    let mut path = Value::Object(described);
    let members: Vec<Value> = parameters::path_parameters(resource.path()).map(parameters::parameter).collect();
    if !members.is_empty() {
        path["parameters"] = Value::Array(members);
    }
    path
}

fn operation_for(resource: Resource, method: &Method, is_proxy: bool, schemas: &mut SchemaRegistry) -> OperationSpec {
    match resource {
        Resource::Home if method == Method::POST => meta::enter(),
        Resource::Home => meta::home(),
        Resource::Documents if method == Method::POST => documents::post(schemas),
        Resource::Documents => documents::list(schemas),
        Resource::Document if method == Method::PUT => documents::put(schemas),
        Resource::Document if method == Method::PATCH => documents::patch(schemas),
        Resource::Document if method == Method::DELETE => documents::delete(schemas),
        Resource::Document => documents::get(schemas),
        Resource::Versions => history::versions(schemas),
        Resource::Version => history::version(schemas),
        Resource::DocumentEvents => history::events_of_one(),
        Resource::Events => history::events(),
        Resource::Participants => room::join(schemas),
        Resource::OwnGate => room::own_gate(schemas),
        Resource::Question => room::question(schemas),
        Resource::Answer => room::answer(schemas),
        Resource::Roster => room::roster(schemas),
        Resource::Remove => room::remove(schemas),
        Resource::Readmit => room::readmit(schemas),
        Resource::QuestionSetting if method == Method::PUT => room::put_setting(schemas),
        Resource::QuestionSetting if method == Method::DELETE => room::delete_setting(),
        Resource::QuestionSetting => room::setting(schemas),
        Resource::Room if method == Method::PUT => room::put_settings(schemas),
        Resource::Room => room::settings(schemas),
        Resource::Policy if method == Method::PUT => control::put_policy(schemas),
        Resource::Policy => control::get_policy(schemas),
        Resource::Gate if method == Method::PUT => control::put_gate(schemas),
        Resource::Gate => control::get_gate(schemas),
        Resource::ReleaseAll => control::release_all(schemas),
        Resource::Release => control::release(schemas, is_proxy),
        Resource::Faults if method == Method::PUT => control::put_faults(schemas),
        Resource::Faults => control::get_faults(schemas),
        Resource::Exchanges => control::exchanges(schemas),
        Resource::Problem => meta::problem(),
        Resource::OpenApi => meta::description(),
        Resource::Health => meta::health(),
        Resource::Metrics => meta::metrics(),
    }
}

fn options_operation(resource: Resource) -> OperationSpec {
    let name: String = resource.path().split(['/', '{', '}', '.']).map(capitalize).collect();
    let name = if name.is_empty() { "Home".to_owned() } else { name };
    let mut answer = ResponseSpec::new("The methods that the resource supports.").with_headers(&["Allow"]);
    if resource.allow().contains("PATCH") {
        answer = answer.with_headers(&["Accept-Patch"]);
    }
    // On a path that can name something impossible, OPTIONS may be a 404.
    let sometimes: &[&ProblemType] = if resource.path().contains('{') { &[&types::NOT_FOUND] } else { &[] };
    let summary = "List the supported methods";
    OperationSpec::new(&format!("options{name}"), tag_of(resource), summary, "The server ignores conditions here.")
        .with_response(204, answer)
        .with_problems(sometimes)
}

fn tag_of(resource: Resource) -> &'static str {
    match resource {
        Resource::Documents | Resource::Document => documents::TAG,
        Resource::Versions | Resource::Version | Resource::DocumentEvents | Resource::Events => history::TAG,
        Resource::Participants
        | Resource::OwnGate
        | Resource::Question
        | Resource::Answer
        | Resource::Roster
        | Resource::Remove
        | Resource::Readmit
        | Resource::QuestionSetting
        | Resource::Room => room::TAG,
        Resource::Home | Resource::Problem | Resource::OpenApi | Resource::Health | Resource::Metrics => meta::TAG,
        _ => control::TAG,
    }
}

fn capitalize(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
