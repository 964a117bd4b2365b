//! Documents, one verb a file.
//!
//! All the writes have the same shape, and it is worth reading in one of them, say [`put`]: what the fields declare,
//! a first judgement for a client that waits for one, the body, and then the store, with the conditions and the change
//! in one hand. The first judgement is a courtesy. Only the store's counts.

pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod post;
pub(crate) mod put;
pub(crate) mod versions;
mod write_response;

use std::sync::Arc;

use contract::DocumentId;
use precondition::policy::Judging;
use precondition::{BodyState, Method, Verdict};
use store::{DocumentChange, ReadPayload, StoreError, WriteOutcome};

use crate::http::representation::size_of;
use crate::http::request_context::RequestContext;
use crate::problem::{Refusal, details, types};
use crate::state::ServerState;
use crate::state::exchange_log::JudgementNote;

/// Judges before the body has come, for a client that waits for a 100 (Continue).
///
/// A refusal is sent instead of the 100 (RFC 9110 section 10.1.1). A PUT that may repeat a write whose response was
/// lost has not failed yet: only its body can tell, so it gets its 100. It may be such a repetition if the author of
/// the request wrote the version after the one that it names.
async fn check_before_body(
    app: &ServerState,
    context: &Arc<RequestContext>,
    id: &DocumentId,
    method: Method,
) -> Result<(), Refusal> {
    if context.expects_continue { refuse_if_failing(app, context, id, method, BodyState::Unread).await } else { Ok(()) }
}

/// Returns the refusal of a request whose body is wrong. A condition that fails comes before the body.
async fn prefer_condition_failure(
    app: &ServerState,
    context: &Arc<RequestContext>,
    id: &DocumentId,
    method: Method,
    body: Refusal,
) -> Refusal {
    refuse_if_failing(app, context, id, method, BodyState::Read).await.err().unwrap_or(body)
}

/// Hands a write to the store.
///
/// If it is known from memory that its conditions fail, it is refused without the store's only writer. A request that
/// was held does not take that way: it is judged after the requests that were released before it.
///
/// If the request was held, the next one that was released proceeds when the write is queued, unless something would
/// show which of the two has its response first.
async fn write(
    app: &ServerState,
    context: &RequestContext,
    id: &DocumentId,
    change: DocumentChange,
) -> Result<WriteOutcome, StoreError> {
    let request = context.write_request(app, id, change);
    let Some(order) = &context.order else {
        return match app.store.refuse_cached(&request) {
            Some(refused) => Ok(refused),
            None => app.store.write(request).await,
        };
    };
    let writing = app.store.write(request);
    if context.policy().judging == Judging::CheckThenAct || app.faults.get().lose_responses > 0 {
        return writing.await;
    }
    order.settle(writing).await
}

async fn refuse_if_failing(
    app: &ServerState,
    context: &Arc<RequestContext>,
    id: &DocumentId,
    method: Method,
    incoming: BodyState,
) -> Result<(), Refusal> {
    if let Some(order) = &context.order {
        order.first().await;
    }
    let mut outcome = app.store.judge(context.judge_request(app, id, method, incoming)).await?;
    if matches!(outcome.judgement.verdict, Verdict::Proceed | Verdict::Undecided) {
        return Ok(());
    }
    let judged = JudgementNote::new(app.now(), &mut outcome.judgement);
    match outcome.payload {
        ReadPayload::Found(found) => {
            let size = found.current().map_or(0, |stored| size_of(stored));
            let (context, id) = (Arc::clone(context), id.clone());
            let refused = move || write_response::refusal_for(&context, &id, (judged, outcome.judgement), &found, None);
            Err(app.offload.run(size, refused).await)
        }
        // Only reads get this payload.
        ReadPayload::Tag(_) => Err(Refusal::new(&types::INTERNAL_ERROR, details::internal())),
    }
}
