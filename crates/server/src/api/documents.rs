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

use contract::DocumentId;
use precondition::policy::Judging;
use precondition::{BodyState, Method, Verdict};
use store::{DocumentChange, ReadPayload, StoreError, WriteOutcome};

use crate::http::representation::size_of;
use crate::http::request::RequestHead;
use crate::problem::{Refusal, details, types};
use crate::state::ServerState;
use crate::state::exchange_log::JudgementNote;

/// Judges before the body has come, for a client that waits for a 100 (Continue): a refusal is sent instead of it (RFC
/// 9110 section 10.1.1).
///
/// A PUT that may repeat a write whose response was lost has not failed yet: only its body can tell, so it gets its
/// 100. It may do so if the author of the request wrote the version after the one that it names; all others need not
///      send a body
/// in vain.
async fn check_before_body(
    app: &ServerState,
    asked: &RequestHead,
    id: &DocumentId,
    method: Method,
) -> Result<(), Refusal> {
    if asked.expects_continue { refuse_if_failing(app, asked, id, method, BodyState::Unread).await } else { Ok(()) }
}

/// The body is wrong. But a condition that is false, or missing, is said first: it was not the body that decided.
async fn prefer_condition_failure(
    app: &ServerState,
    asked: &RequestHead,
    id: &DocumentId,
    method: Method,
    body: Refusal,
) -> Refusal {
    refuse_if_failing(app, asked, id, method, BodyState::Read).await.err().unwrap_or(body)
}

/// Hands a write to the store. If the request was held, the next one that was released proceeds when the write is
/// queued, unless something would show which of the two has its response first.
async fn write(
    app: &ServerState,
    asked: &RequestHead,
    id: &DocumentId,
    change: DocumentChange,
) -> Result<WriteOutcome, StoreError> {
    let writing = app.store.write(asked.write_request(app, id, change));
    let Some(order) = &asked.order else { return writing.await };
    if asked.policy.judging == Judging::CheckThenAct || app.faults.get().lose_responses > 0 {
        return writing.await;
    }
    order.settle(writing).await
}

async fn refuse_if_failing(
    app: &ServerState,
    asked: &RequestHead,
    id: &DocumentId,
    method: Method,
    incoming: BodyState,
) -> Result<(), Refusal> {
    if let Some(order) = &asked.order {
        order.first().await;
    }
    let mut said = app.store.judge(asked.judge_request(app, id, method, incoming)).await?;
    if matches!(said.judgement.verdict, Verdict::Proceed | Verdict::Undecided) {
        return Ok(());
    }
    let judged = JudgementNote::new(app.now(), &mut said.judgement);
    match said.payload {
        ReadPayload::Found(found) => {
            let size = found.current().map_or(0, size_of);
            let (asked, id) = (asked.clone(), id.clone());
            let refused = move || write_response::refusal_for(&asked, &id, (judged, said.judgement), &found, None);
            Err(app.offload.run(size, refused).await)
        }
        // That is what reads are told.
        ReadPayload::Tag(_) => Err(Refusal::new(&types::INTERNAL_ERROR, details::internal())),
    }
}
