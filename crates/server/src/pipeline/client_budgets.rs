//! The budgets of one client: counts its requests, and refuses those beyond.
//!
//! This step comes before all others: a request beyond a budget should cost as little as possible. A client that sends
//! too many gets its 429 a second late, and that request still counts as under way meanwhile. So a client that does not
//! wait for its responses soon has too many under way, and one that does is slowed down to one request a second for
//! each connection. The bytes of a refused body are not counted. A client with too many requests under way gets its 429
//! at once, and in HTTP/1 its connection ends.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, header};
use tokio::time::{Instant, sleep};

use crate::budget::client_account::{Overload, RequestSlot};
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::removal::removed;
use crate::http::request_context::RequestContext;
use crate::problem::Refusal;
use crate::state::SharedState;
use crate::state::participants::{ClientIdentity, NameStanding};

/// How long the refusal of a client that sends too much is delayed.
const REFUSAL_DELAY: Duration = Duration::from_secs(1);

/// Whether a request is served.
pub(super) struct Admission {
    /// The place of the request among those of its client that are under way.
    ///
    /// `None` if the client is not counted, or has no place left.
    pub(super) slot: Option<RequestSlot>,
    /// The budget that the client has used up; `None` if the request is served.
    pub(super) overload: Option<Overload>,
}

/// Counts a request, and the bytes of its body as they arrive.
pub(super) fn admit(
    app: &SharedState,
    context: &mut Arc<RequestContext>,
    client: Option<&ClientIdentity>,
) -> Admission {
    let now = Instant::now();
    let Some(accounts) = client.and_then(|client| app.accounts.of(client, now)) else {
        return Admission { slot: None, overload: None };
    };
    if let Some(received) = context.client.as_ref().and_then(|client| client.received.as_ref()) {
        received.count_for(&accounts);
    }
    let (begun, rates) = (accounts.begin(), accounts.check_rates(now));
    // This is the only reference to the context so far, so nothing is cloned.
    Arc::make_mut(context).accounts = Some(accounts);
    match begun {
        Ok(slot) => Admission { slot: Some(slot), overload: rates.err() },
        Err(overload) => Admission { slot: None, overload: Some(overload) },
    }
}

/// Returns the refusal of a request when it is due.
///
/// It is late if the request has a place among those under way. A client that the leader has removed
/// is told so at once.
pub(super) async fn refuse(
    app: &SharedState,
    context: &RequestContext,
    overload: Overload,
    has_place: bool,
) -> AnnotatedResponse {
    if context.name_standing(app) == NameStanding::Removed {
        return removed(&context.author()).into();
    }
    let refusal = Refusal::budget_exhausted(overload.budget, &app.options.budgets, Some(overload.seconds()));
    let mut response = AnnotatedResponse::from(refusal);
    if has_place {
        sleep(REFUSAL_DELAY).await;
    } else if context.owns_connection() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
