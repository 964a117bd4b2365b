//! The context of a request: its header section and its client.
//!
//! It is parsed once, for the pipeline and all handlers.
//!
//! Parsing does not judge: the context keeps a malformed condition, which is refused later, in the order of the
//! contract. The body is not part of the context, and handlers get it unread. An extractor for the body would read it
//! before the handler runs, so a 412 could never precede the body.

use std::iter;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, Version};
use contract::{ANONYMOUS, Author, DocumentId, Policy, fields};
use precondition::{BodyState, Conditions, Field, HttpDate};
use store::{DocumentChange, JudgeRequest, WriteRequest};

use super::authentication::{AuthError, Authentication};
use crate::budget::client_account::{ClientShares, RequestAccounts};
use crate::connection::peer::Peer;
use crate::connection::peer_client::RequestClient;
use crate::fields::PREFER;
use crate::fields::accept::prefers_events;
use crate::fields::author::{AuthorFieldError, author_header};
use crate::fields::expect::expects_continue;
use crate::fields::prefer::ReturnPreference;
use crate::lock::lock;
use crate::problem::{Refusal, details};
use crate::state::SharedState;
use crate::state::exchange_log::ExchangeId;
use crate::state::gate::Order;
use crate::state::participants::{ClientIdentity, NameStanding};
use crate::state::policy::PinnedPolicy;

/// A request without its body.
///
/// The pipeline builds the context once. Handlers get the same one, as a [`HandlerContext`]. The router matches method
/// and target itself, so it gets clones of these two, see [`to_request`](Self::to_request).
#[derive(Clone)]
pub(crate) struct RequestContext {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    /// The client; `None` if the service is called without a connection.
    pub(crate) client: Option<RequestClient>,
    /// The result of authentication.
    ///
    /// `None` on a server without tokens, which accepts all clients, unless the client has joined under a name.
    pub(crate) authentication: Option<Authentication>,
    /// Whether the server has tokens. On one without, all clients lead.
    has_tokens: bool,
    /// The author that the token or the request names.
    author: Option<Result<Author, AuthorFieldError>>,
    pub(crate) conditions: Conditions,
    pub(crate) preference: ReturnPreference,
    /// Whether the client waits for a 100 (Continue) before it sends the body (RFC 9110 section 10.1.1).
    pub(crate) expects_continue: bool,
    /// Whether the path is under `/api`: only such exchanges are recorded, held, and subject to faults.
    ///
    /// True for all forwarded requests, too.
    pub(crate) under_api: bool,
    destination: RequestDestination,
    /// The number of the exchange; `None` if it is not recorded.
    pub(crate) exchange: Option<ExchangeId>,
    /// The accounts of the client; `None` if it is not counted.
    pub(crate) accounts: Option<RequestAccounts>,
    policy: PolicyPin,
    settings: TrustedSettings,
    /// The place of the request among the released requests; `None` if it was not held.
    pub(crate) order: Option<Order>,
}

/// The server that a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RequestDestination {
    ThisServer,
    /// The server behind the gateway, whatever the path is.
    OtherServer,
}

/// The policy under which a request is judged; `None` until it is set.
///
/// A handler shares the context, and sets the policy again if it changes before the write.
#[derive(Default)]
struct PolicyPin(Mutex<Option<PinnedPolicy>>);

impl PolicyPin {
    fn get(&self) -> Option<PinnedPolicy> {
        *lock(&self.0)
    }

    fn set(&self, policy: PinnedPolicy) {
        *lock(&self.0) = Some(policy);
    }
}

impl Clone for PolicyPin {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.get()))
    }
}

/// The shared settings under which a request is processed before they are known to be up to date.
#[derive(Default)]
struct TrustedSettings {
    /// Their revision; `None` if they were brought up to date first.
    revision: Option<u64>,
    /// The revision in the state of the store in which the request took effect, or 0 if it is not known.
    seen: AtomicU64,
}

impl Clone for TrustedSettings {
    fn clone(&self) -> Self {
        Self { revision: self.revision, seen: self.seen.load(Ordering::Relaxed).into() }
    }
}

impl RequestContext {
    /// Parses the header section of a request. Returns the context and the unread body.
    pub(crate) fn new(app: &SharedState, request: Request, client: Option<RequestClient>) -> (Arc<Self>, Body) {
        let (Parts { method, uri, version, headers, .. }, body) = request.into_parts();
        let authentication = Authentication::of(app.options.tokens.as_ref(), &app.participants, &headers);
        let context = Arc::new(Self {
            author: author_of(authentication.as_ref(), &headers),
            conditions: Conditions::from_fields(field_lines(&headers)),
            preference: ReturnPreference::preferred(headers.get_all(PREFER).iter().map(HeaderValue::as_bytes)),
            expects_continue: expects_continue(version, &headers),
            // The requests to a gateway itself lead it, and are not recorded.
            under_api: app.options.gateway.is_none() && is_under_api(uri.path()),
            destination: RequestDestination::ThisServer,
            method,
            uri,
            version,
            headers,
            client,
            authentication,
            has_tokens: app.options.tokens.is_some(),
            exchange: None,
            accounts: None,
            policy: PolicyPin::default(),
            settings: TrustedSettings::default(),
            order: None,
        });
        (context, body)
    }

    /// Parses the header section of a request that is forwarded to another server.
    ///
    /// It is not authenticated: its credentials are for the other server. `caller` is the name of its client.
    pub(crate) fn forwarded(parts: Parts, client: Option<RequestClient>, caller: Option<Author>) -> Arc<Self> {
        let Parts { method, uri, version, headers, .. } = parts;
        Arc::new(Self {
            author: caller.map(Ok),
            conditions: Conditions::from_fields(field_lines(&headers)),
            preference: ReturnPreference::preferred(iter::empty()),
            expects_continue: expects_continue(version, &headers),
            under_api: true,
            destination: RequestDestination::OtherServer,
            method,
            uri,
            version,
            headers,
            client,
            authentication: None,
            has_tokens: false,
            exchange: None,
            accounts: None,
            policy: PolicyPin::default(),
            settings: TrustedSettings::default(),
            order: None,
        })
    }

    /// Returns whether the request is forwarded to another server.
    pub(crate) fn is_forwarded(&self) -> bool {
        self.destination == RequestDestination::OtherServer
    }

    /// Authenticates the request again, after another server may have given out its token.
    pub(crate) fn authenticate_again(&mut self, app: &SharedState) {
        let found = Authentication::of(app.options.tokens.as_ref(), &app.participants, &self.headers);
        if found != self.authentication {
            self.author = author_of(found.as_ref(), &self.headers);
            self.authentication = found;
        }
    }

    /// Sets the policy under which the request is judged, and its place in the order of release.
    pub(crate) fn pin(&mut self, policy: PinnedPolicy, order: Option<Order>) {
        self.policy.set(policy);
        self.order = order;
    }

    /// Replaces the policy under which the request is judged, since it is no longer in force.
    pub(crate) fn pin_again(&self, policy: PinnedPolicy) {
        self.policy.set(policy);
    }

    /// Sets the revision of the settings that are trusted, or none.
    pub(crate) fn trust_settings(&mut self, revision: Option<u64>) {
        self.settings = TrustedSettings { revision, seen: AtomicU64::new(0) };
    }

    /// Notes the revision of the settings in the state of the store in which the request took effect.
    ///
    /// Nothing that depends on settings may be decided after that.
    pub(crate) fn note_settings(&self, revision: Option<u64>) {
        self.settings.seen.store(revision.unwrap_or(0), Ordering::Relaxed);
    }

    /// Returns the revision of the settings in the state of the store in which the request took effect.
    ///
    /// `None` if it is not known.
    pub(crate) fn seen_settings(&self) -> Option<u64> {
        Some(self.settings.seen.load(Ordering::Relaxed)).filter(|revision| *revision > 0)
    }

    /// Returns whether the request is processed under settings that may be out of date.
    pub(crate) fn trusts_settings(&self) -> bool {
        self.settings.revision.is_some()
    }

    /// Returns the context for a handler of documents or of the session.
    ///
    /// # Errors
    ///
    /// The author's name is not valid.
    pub(crate) fn for_handler(self: &Arc<Self>) -> Result<&Arc<Self>, Refusal> {
        match &self.author {
            Some(Err(error)) => Err(Refusal::invalid_request(details::no_author(error)).with_field(fields::AUTHOR)),
            Some(Ok(_)) | None => Ok(self),
        }
    }

    /// Returns the policy that was set; `None` if the request was refused before that.
    pub(crate) fn pinned_policy(&self) -> Option<Policy> {
        self.policy.get().map(|pinned| pinned.policy)
    }

    /// Returns the policy under which the request is judged. Until it is set, that is the strict default.
    pub(crate) fn policy(&self) -> Policy {
        self.pinned_policy().unwrap_or_default()
    }

    /// Returns the author that the request names, if the name is valid.
    pub(crate) fn named_author(&self) -> Option<&Author> {
        self.author.as_ref().and_then(|author| author.as_ref().ok())
    }

    /// Returns the author of the request, or `anonymous` if it names none.
    pub(crate) fn author(&self) -> Author {
        let named = self.named_author().cloned();
        named.unwrap_or_else(|| ANONYMOUS.parse().expect("plain letters are a name"))
    }

    /// Returns whether the request is about the room: its participants, its gate or the question.
    pub(crate) fn is_about_room(&self) -> bool {
        let paths = ["/api/participants", "/api/gate", "/api/question"];
        !self.is_forwarded() && paths.iter().any(|begin| self.uri.path().starts_with(begin))
    }

    /// Returns whether the response will be a stream of events.
    ///
    /// The path says so or, if the response is another server's, `Accept`.
    pub(crate) fn is_for_events(&self) -> bool {
        if self.is_forwarded() { prefers_events(&self.headers) } else { is_event_stream(self.uri.path()) }
    }

    /// Returns whether the request asks to join the room.
    pub(crate) fn is_to_join(&self) -> bool {
        !self.is_forwarded() && self.method == Method::POST && self.uri.path() == "/api/participants"
    }

    /// Returns the client of the request; `None` if the request is refused for its token.
    pub(crate) fn identity(&self) -> Option<ClientIdentity> {
        let (joined, admin) = match &self.authentication {
            None => (false, false),
            Some(Authentication::Granted { name, admin }) => (name.is_some(), *admin && self.has_tokens),
            Some(Authentication::Denied(_)) => return None,
        };
        let address = self.client.as_ref().map(|client| client.connection.address());
        Some(ClientIdentity { name: self.author(), joined, admin, address })
    }

    /// Returns whether the client may use its name. An admin always may.
    pub(crate) fn name_standing(&self, app: &SharedState) -> NameStanding {
        match self.identity() {
            Some(ClientIdentity { name, joined, admin: false, .. }) => app.participants.standing(&name, joined),
            _ => NameStanding::Welcome,
        }
    }

    /// Returns the shares of the budgets that all clients share; `None` if there is no connection.
    ///
    /// A client with an account has one share for all its connections.
    pub(crate) fn shares(&self) -> Option<&ClientShares> {
        let client = self.client.as_ref()?;
        Some(self.accounts.as_ref().map_or(&client.connection.shares, RequestAccounts::shares))
    }

    /// Returns the query, which may be empty.
    pub(crate) fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }

    /// Returns the client's end of the connection, in HTTP/1.
    pub(crate) fn peer(&self) -> Option<&Peer> {
        self.client.as_ref().and_then(|client| client.peer.as_ref())
    }

    /// Returns whether the connection serves only this request at a time, unlike HTTP/2 with its streams.
    pub(crate) fn owns_connection(&self) -> bool {
        self.version < Version::HTTP_2
    }

    /// Returns the store's request to judge a write without its body.
    ///
    /// The body is still unread, or it was malformed.
    pub(crate) fn judge_request(
        &self,
        app: &SharedState,
        id: &DocumentId,
        method: precondition::Method,
        body: BodyState,
    ) -> JudgeRequest {
        let author = Some(self.author());
        JudgeRequest { method, body, author, ..self.read_request(id.clone(), app.now().to_http_date()) }
    }

    /// Returns the store's request to judge a read.
    pub(crate) fn read_request(&self, id: DocumentId, now: HttpDate) -> JudgeRequest {
        JudgeRequest {
            id,
            conditions: self.conditions.clone(),
            method: precondition::Method::Read,
            body: BodyState::Read,
            author: None,
            now,
            policy: self.policy(),
        }
    }

    /// Returns the store's request for a write.
    pub(crate) fn write_request(&self, app: &SharedState, id: &DocumentId, change: DocumentChange) -> WriteRequest {
        let pinned = self.policy.get();
        WriteRequest {
            id: id.clone(),
            conditions: self.conditions.clone(),
            change,
            author: self.author(),
            at: app.now(),
            policy: pinned.map_or_else(Policy::default, |pinned| pinned.policy),
            policy_revision: pinned.and_then(|pinned| pinned.revision),
            settings_revision: self.settings.revision,
        }
    }

    /// Refuses conditions on a resource that has no versions.
    ///
    /// `detail` says why there is no version to compare with.
    ///
    /// # Errors
    ///
    /// The request has a condition on the state of the resource.
    pub(crate) fn refuse_conditions(&self, detail: fn() -> String) -> Result<(), Refusal> {
        let on_state = [Field::IfMatch, Field::IfNoneMatch, Field::IfUnmodifiedSince];
        match on_state.into_iter().find(|field| self.conditions.value(*field).is_some()) {
            Some(field) => Err(Refusal::invalid_request(detail()).with_field(field.as_str())),
            None => Ok(()),
        }
    }
}

/// Returns the author of a request: the holder of its token, or else the name in the request.
///
/// On a server with tokens, a name without a valid token is ignored. An invalid name is refused on every server.
fn author_of(authentication: Option<&Authentication>, headers: &HeaderMap) -> Option<Result<Author, AuthorFieldError>> {
    let named = author_header(headers);
    match authentication {
        None | Some(Authentication::Granted { name: None, .. }) => named,
        Some(Authentication::Granted { name: Some(name), .. } | Authentication::Denied(AuthError::OtherName(name))) => {
            Some(named.unwrap_or(Ok(name.clone())).and(Ok(name.clone())))
        }
        Some(Authentication::Denied(_)) => None,
    }
}

/// Returns whether a path is `/api` or below it.
fn is_under_api(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns whether the path is one of events. (A document may have the id `events`.)
fn is_event_stream(path: &str) -> bool {
    let in_document = |rest: &str| rest.split_once('/').is_some_and(|(_, what)| what == "events");
    path == "/api/events" || path.strip_prefix("/api/documents/").is_some_and(in_document)
}

/// Returns all field lines, in order.
fn field_lines(headers: &HeaderMap) -> impl Iterator<Item = (&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_streams_are_told_from_documents() {
        for stream in ["/api/events", "/api/documents/a/events", "/api/documents/events/events"] {
            assert!(is_event_stream(stream), "{stream}");
        }
        for other in
            ["/api/documents/events", "/api/documents", "/api/documents/a/versions", "/api/documents/a/b/events"]
        {
            assert!(!is_event_stream(other), "{other}");
        }
    }
}
