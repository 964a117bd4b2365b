//! The resources of documents, with a file for each method.
//!
//! All writes have the same structure, which [`put`] shows best: the header fields about the body are checked; the
//! conditions are judged a first time, if the client waits for a 100 (Continue), or if memory is enough for that; the
//! body is read; and the store gets the conditions and the change together. The first judgement can only refuse.
//! Nothing is written but by the store's judgement.

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
use precondition::policy::{Judging, Preconditions};
use precondition::{BodyState, Method, Verdict};
use store::{DocumentChange, ReadJudgement, ReadPayload, StoreError, WriteEffect, WriteOutcome, WriteRequest};
use tokio::time::Instant;

use crate::http::representation::size_of;
use crate::http::request_context::RequestContext;
use crate::problem::{Refusal, details, types};
use crate::state::ServerState;
use crate::state::exchange_log::JudgementNote;
use crate::state::offload::is_large;

/// Judges the conditions before the body is read, if the client waits for that or memory is enough.
///
/// For a client that waits for a 100 (Continue), a refusal replaces it (RFC 9110 section 10.1.1). A PUT may repeat a
/// write whose response was lost, if the author of the request wrote the version after the one that it names. Only its
/// body can tell, so it gets its 100.
///
/// Of all other writes, only those that name no tag are judged here, and from memory alone. If they fail, their bodies
/// need not be parsed and hashed. A PUT with a stale tag may have been applied before, and only its body can tell. The
/// refusal is as right as one by the store's writer: the version that it reports is current while the request is being
/// processed.
async fn check_before_body(
    app: &ServerState,
    context: &Arc<RequestContext>,
    id: &DocumentId,
    method: Method,
) -> Result<(), Refusal> {
    if context.expects_continue {
        return refuse_if_failing(app, context, id, method, BodyState::Unread).await;
    }
    // A request that was held is judged when its turn comes.
    if context.order.is_some() || context.conditions.sent_tags().next().is_some() {
        return Ok(());
    }
    match app.store.judge_cached(&context.judge_request(app, id, method, BodyState::Unread)) {
        Some(outcome) => refuse_by(app, context, id, outcome).await,
        None => Ok(()),
    }
}

/// Returns the refusal for a request with a wrong body.
///
/// A false condition takes precedence over the body.
async fn prefer_condition_failure(
    app: &ServerState,
    context: &Arc<RequestContext>,
    id: &DocumentId,
    method: Method,
    body: Refusal,
) -> Refusal {
    refuse_if_failing(app, context, id, method, BodyState::Read).await.err().unwrap_or(body)
}

/// Writes for a client, within the client's budgets of what it stores.
///
/// The budgets are checked before the conditions are judged for good: a client that has used them up takes no time of
/// the store's single writer.
///
/// # Errors
///
/// The client has used up a budget, or the store has failed.
async fn write(
    app: &ServerState,
    context: &RequestContext,
    id: &DocumentId,
    change: DocumentChange,
) -> Result<WriteOutcome, Refusal> {
    let Some(accounts) = &context.accounts else { return Ok(pass_to_store(app, context, id, change).await?) };
    accounts.check_write(may_create(context, &change), Instant::now()).map_err(|overload| {
        Refusal::budget_exhausted(overload.budget, &app.options.budgets, Some(overload.seconds()))
    })?;
    let outcome = pass_to_store(app, context, id, change).await?;
    if let Some(stored) = outcome.appended() {
        let is_new = matches!(outcome.effect, WriteEffect::Created(_));
        accounts.charge_version(size_of(stored), is_new, Instant::now());
    }
    Ok(outcome)
}

/// Returns whether a change may create a document. A PUT that names a version replaces it, or fails.
fn may_create(context: &RequestContext, change: &DocumentChange) -> bool {
    match change {
        DocumentChange::Create(_) => true,
        DocumentChange::Put(_) => {
            context.policy().preconditions == Preconditions::Ignored || context.conditions.sent_tags().next().is_none()
        }
        DocumentChange::Patch { .. } | DocumentChange::Delete => false,
    }
}

/// Passes a write to the store.
///
/// If its conditions are known from memory to fail, or do after the commit in progress, the write is refused without
/// the store's single writer. A held request never takes this way, since it must be judged after the requests that were
/// released before it.
///
/// If the servers of the store share the policy, and it was changed since the request began, the write is judged under
/// the new one.
///
/// If the request was held, the next released request proceeds as soon as this write is queued, unless the order of
/// their responses could be observed.
async fn pass_to_store(
    app: &ServerState,
    context: &RequestContext,
    id: &DocumentId,
    change: DocumentChange,
) -> Result<WriteOutcome, StoreError> {
    loop {
        let request = context.write_request(app, id, change.clone());
        match pass_once(app, context, request).await {
            Err(StoreError::SettingsChanged) if !context.trusts_settings() => {}
            // If the settings were trusted, the pipeline processes the request again.
            outcome => return outcome,
        }
        // Each time, a leader has set another policy.
        app.sync().await?;
        context.pin_again(app.pinned_policy());
    }
}

async fn pass_once(
    app: &ServerState,
    context: &RequestContext,
    request: WriteRequest,
) -> Result<WriteOutcome, StoreError> {
    let Some(order) = &context.order else {
        if let Some(refused) = app.store.refuse_cached(&request) {
            return Ok(refused);
        }
        if let Some(refused) = app.store.refuse_after_commit(&request).await {
            return Ok(refused);
        }
        let is_checked = request.policy.judging == Judging::Atomic;
        let checked = request.settings_revision.filter(|_| is_checked);
        let outcome = app.store.write(request).await?;
        context.note_settings(checked);
        return Ok(outcome);
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
    let outcome = app.store.judge(context.judge_request(app, id, method, incoming)).await?;
    context.note_settings(outcome.settings);
    refuse_by(app, context, id, outcome).await
}

/// Refuses a write if a judgement says so.
async fn refuse_by(
    app: &ServerState,
    context: &Arc<RequestContext>,
    id: &DocumentId,
    mut outcome: ReadJudgement,
) -> Result<(), Refusal> {
    if matches!(outcome.judgement.verdict, Verdict::Proceed | Verdict::Undecided) {
        return Ok(());
    }
    let judged = JudgementNote::new(app.now(), &mut outcome.judgement);
    match outcome.payload {
        ReadPayload::Found(found) => {
            let size = found.current().map_or(0, |stored| size_of(stored));
            if !is_large(size) {
                let judgement = (judged, outcome.judgement);
                return Err(write_response::refusal_for(context, id, judgement, &found, None));
            }
            let (context, id) = (Arc::clone(context), id.clone());
            let refused = move || write_response::refusal_for(&context, &id, (judged, outcome.judgement), &found, None);
            Err(app.offload.run(size, refused).await)
        }
        // Only reads get this payload.
        ReadPayload::Tag(_) => Err(Refusal::new(&types::INTERNAL_ERROR, details::internal())),
    }
}
