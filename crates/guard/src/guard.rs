//! The guard: decides by method how a request passes.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, header};
use precondition::Method as JudgedMethod;

use crate::buffered::BufferBudget;
use crate::error::GuardError;
use crate::fields;
use crate::options::{GuardMode, GuardOptions};
use crate::origin_server::OriginServer;
use crate::problem::GuardRefusal;
use crate::resources::Resources;
use crate::shared::Shared;
use crate::tags::TagIssuer;
use crate::{read, unguarded, write};

/// Methods that only read, and have no representation with a tag of their own.
const OTHER_SAFE_METHODS: [&str; 7] = ["OPTIONS", "TRACE", "CONNECT", "PROPFIND", "REPORT", "SEARCH", "QUERY"];

/// The guard in front of a server.
#[derive(Debug)]
pub struct ServerGuard<S> {
    shared: Arc<Shared<S>>,
}

impl<S: OriginServer> ServerGuard<S> {
    /// Creates a guard with a new epoch: all tags of earlier ones are stale.
    ///
    /// # Errors
    ///
    /// The operating system has no random numbers.
    pub fn new(server: S, options: GuardOptions) -> Result<Self, getrandom::Error> {
        Ok(Self {
            shared: Arc::new(Shared {
                server,
                issuer: TagIssuer::new()?,
                resources: Resources::new(options.max_resources),
                budget: BufferBudget::new(options.max_buffered_bytes),
                options,
            }),
        })
    }

    /// Responds to a request: by the server's response, or by a refusal.
    ///
    /// The request is one that could be sent to the server as it is: its target is a path and a query, and it has no
    /// fields that are about the connection to the client, except `Upgrade`. The response may have
    /// [`EvaluatedConditions`](crate::EvaluatedConditions) among its extensions.
    ///
    /// If the future is dropped while a write is at the server, the guard still waits for the server's answer, so that
    /// the next write is judged by the version that this one has made.
    ///
    /// # Errors
    ///
    /// The server or the client broke off.
    pub async fn handle(&self, request: Request<Body>) -> Result<Response<Body>, GuardError<S::Error>> {
        let shared = &self.shared;
        let method = request.method().clone();
        match method.as_str() {
            // A connection that changes to another protocol, such as WebSocket, has no representation.
            "GET" if is_upgrade(request.headers()) => unguarded::pass(shared, request).await,
            "GET" | "HEAD" => read::respond(shared, request).await,
            "PUT" => write::respond(shared, request, JudgedMethod::Put).await,
            "PATCH" => write::respond(shared, request, JudgedMethod::Patch).await,
            "DELETE" => write::respond(shared, request, JudgedMethod::Delete).await,
            name if OTHER_SAFE_METHODS.contains(&name) => unguarded::pass(shared, request).await,
            _ => {
                let is_judged = fields::names_tags(request.headers());
                let must_be_visible = is_judged || shared.options.mode == GuardMode::Required;
                match fields::method_override(request.headers()).filter(|_| must_be_visible) {
                    Some(field) => Ok(shared.refuse(GuardRefusal::MethodOverride(field), request.uri())),
                    None if is_judged => write::respond(shared, request, JudgedMethod::Patch).await,
                    None => unguarded::change(shared, request).await,
                }
            }
        }
    }
}

fn is_upgrade(fields: &HeaderMap) -> bool {
    fields.contains_key(header::UPGRADE)
}
