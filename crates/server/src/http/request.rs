//! What a request says, read once for all handlers.
//!
//! Reading is not judging: a malformed condition is remembered here and refused in its turn. The body is no part of it.
//! Handlers take it as it comes, unread: an extractor that read it would do so before the handler runs, and then a 412
//! could never come before the body does.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, header};
use contract::{Author, DocumentId, Policy, fields};
use precondition::{BodyState, Conditions, Field, HttpDate, Method};
use store::{DocumentChange, JudgeRequest, WriteRequest};

use super::authentication::{AuthError, Authentication};
use crate::fields::PREFER;
use crate::fields::author::{AuthorFieldError, author_header};
use crate::fields::expect::expects_continue;
use crate::fields::prefer::ReturnPreference;
use crate::problem::{Refusal, details, types};
use crate::state::gate::Order;
use crate::state::{ServerState, SharedState};

/// The name of whoever does not give one.
const UNKNOWN_AUTHOR: &str = "anonymous";

/// A request, its method, path and body aside.
#[derive(Clone)]
pub(crate) struct RequestHead {
    pub(crate) headers: HeaderMap,
    pub(crate) query: String,
    /// Whom it names; see [`author`](Self::author).
    named: Option<Author>,
    pub(crate) conditions: Conditions,
    pub(crate) prefer: ReturnPreference,
    /// The policy that was in force when the request came.
    pub(crate) policy: Policy,
    /// Whether the client waits for a 100 (Continue) before it sends the body (RFC 9110 section 10.1.1).
    pub(crate) expects_continue: bool,
    /// Its place among the requests that were released; `None` if it was not held.
    pub(crate) order: Option<Order>,
}

impl RequestHead {
    /// Who makes it, by the name that it gives or by the one for those who give none.
    pub(crate) fn author(&self) -> Author {
        self.named.clone().unwrap_or_else(|| UNKNOWN_AUTHOR.parse().expect("plain letters are a name"))
    }

    /// Asks for the judgement of a write without its body: it is still to come, or could not be read.
    pub(crate) fn judge_request(
        &self,
        app: &SharedState,
        id: &DocumentId,
        method: Method,
        incoming: BodyState,
    ) -> JudgeRequest {
        JudgeRequest {
            id: id.clone(),
            conditions: self.conditions.clone(),
            method,
            body: incoming,
            author: Some(self.author()),
            now: app.now().to_http_date(),
            policy: self.policy,
        }
    }

    /// Asks for the judgement of a read.
    pub(crate) fn into_read_request(self, id: DocumentId, now: HttpDate) -> JudgeRequest {
        let (method, incoming) = (Method::Read, BodyState::Read);
        JudgeRequest { id, conditions: self.conditions, method, body: incoming, author: None, now, policy: self.policy }
    }

    pub(crate) fn write_request(&self, app: &SharedState, id: &DocumentId, change: DocumentChange) -> WriteRequest {
        WriteRequest {
            id: id.clone(),
            conditions: self.conditions.clone(),
            change,
            author: self.author(),
            at: app.now(),
            policy: self.policy,
        }
    }

    /// The conditions on tags alone, for resources that have no date to be compared with (RFC 9110 section 13.1.3:
    /// a condition on a date is then ignored).
    pub(crate) fn etag_conditions(&self) -> Conditions {
        let on_tags = |name: &str| name == header::IF_MATCH.as_str() || name == header::IF_NONE_MATCH.as_str();
        Conditions::from_fields(field_lines(&self.headers).filter(|(name, _)| on_tags(name)))
    }
}

impl FromRequestParts<ServerState> for RequestHead {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &ServerState) -> Result<Self, Refusal> {
        // Whatever reads fields reads them here: after this, only the body is left to be taken.
        let headers = std::mem::take(&mut parts.headers);
        let policy = parts.extensions.get::<Policy>().copied().unwrap_or_else(|| app.policy());
        let named = author_of(&parts.extensions, &headers).transpose().map_err(|error| invalid_author(&error))?;
        let conditions = Conditions::from_fields(field_lines(&headers));
        let prefer = ReturnPreference::preferred(headers.get_all(PREFER).iter().map(HeaderValue::as_bytes));
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let expects_continue = expects_continue(parts.version, &headers);
        let order = parts.extensions.remove();
        Ok(Self { headers, query, named, conditions, prefer, policy, expects_continue, order })
    }
}

/// Refuses a condition on what has no versions, in words that say why there is none that it could be about.
pub(crate) fn refuse_conditions(asked: &RequestHead, detail: fn() -> String) -> Result<(), Refusal> {
    let on_state = [Field::IfMatch, Field::IfNoneMatch, Field::IfUnmodifiedSince];
    match on_state.into_iter().find(|field| asked.conditions.value(*field).is_some()) {
        Some(field) => Err(Refusal::new(&types::INVALID_REQUEST, detail()).with_field(field.as_str())),
        None => Ok(()),
    }
}

/// The document that the path names.
pub(crate) struct DocumentPath(pub(crate) DocumentId);

impl FromRequestParts<ServerState> for DocumentPath {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &ServerState) -> Result<Self, Refusal> {
        let id = path_param(parts, app, "id").await;
        id.and_then(|text| DocumentId::try_from(text).ok()).map(Self).ok_or_else(|| {
            // No document can ever be here, whatever the method: it is as if there were no such route.
            Refusal::new(&types::NOT_FOUND, details::no_such_id())
        })
    }
}

/// A member of the path, decoded; none where it is no UTF-8.
pub(crate) async fn path_param(parts: &mut Parts, app: &ServerState, member: &str) -> Option<String> {
    let members = RawPathParams::from_request_parts(parts, app).await.ok()?;
    members.iter().find(|(name, _)| *name == member).map(|(_, value)| value.to_owned())
}

/// Who makes a request: on a server that has tokens, whom the token says; elsewhere, whom the request names.
///
/// A name that no token vouches for is nobody's there. One that cannot be read is wrong on every server.
pub(crate) fn author_of(extensions: &Extensions, headers: &HeaderMap) -> Option<Result<Author, AuthorFieldError>> {
    let named = author_header(headers);
    match extensions.get() {
        None | Some(Authentication::Granted { name: None, .. }) => named,
        Some(Authentication::Granted { name: Some(name), .. } | Authentication::Denied(AuthError::OtherName(name))) => {
            Some(named.unwrap_or(Ok(name.clone())).and(Ok(name.clone())))
        }
        Some(Authentication::Denied(_)) => None,
    }
}

fn invalid_author(error: &AuthorFieldError) -> Refusal {
    Refusal::new(&types::INVALID_REQUEST, details::no_author(error)).with_field(fields::AUTHOR)
}

/// All field lines, in order.
fn field_lines(headers: &HeaderMap) -> impl Iterator<Item = (&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}
