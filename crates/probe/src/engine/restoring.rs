//! Restores the original, without overwriting what another client wrote in the meantime.

use crate::condition::Condition;
use crate::engine::creating::{clean_up, left_behind};
use crate::message::{FieldLine, ProbeResponse};
use crate::plan::OriginalKeeper;
use crate::probe_report::Restoration;
use crate::session::{Halt, ProbeSession, has_text, status_of};

/// How often the probe tries to restore the original.
const ATTEMPTS: usize = 3;

/// Restores the original if the probe has written.
pub(super) async fn restore(
    session: &mut ProbeSession<'_>,
    original: &ProbeResponse,
    keeper: &dyn OriginalKeeper,
) -> Restoration {
    if !session.has_written {
        if session.plan.writes {
            keeper.drop_original();
        }
        return Restoration::NotWritten;
    }
    session.is_restoring = true;
    match try_restore(session, original).await {
        Ok(()) => {
            keeper.drop_original();
            Restoration::Restored
        }
        Err(why) => Restoration::Failed { why, place: keeper.place() },
    }
}

/// Deletes the scratch resources that a check did not delete, because the probe ended early.
pub(super) async fn delete_scratch(session: &mut ProbeSession<'_>) {
    session.is_restoring = true;
    for target in session.scratch.clone() {
        if clean_up(session, &target).await.is_err() {
            session.note(&left_behind(session, &target));
        }
    }
}

async fn try_restore(session: &mut ProbeSession<'_>, original: &ProbeResponse) -> Result<(), String> {
    let unreachable = |halt: Halt| match halt {
        Halt::Unreachable(error) => error.to_string(),
        Halt::Stopped => "the probe was stopped".to_owned(),
        Halt::BudgetSpent => "the budget is used up".to_owned(),
    };
    let mut refusal = "the budget is used up".to_owned();
    for attempt in 0..ATTEMPTS {
        if !session.has_requests(3) {
            break;
        }
        let read = session.read_after_write().await.map_err(unreachable)?;
        session.await_strong_tag().await.map_err(unreachable)?;
        let body = read.response.map_err(|error| error.to_string())?.body;
        if is_restored(session, original, &body)? {
            return Ok(());
        }
        if !is_own(session, &body) {
            return Err("another client has written since, and its version is left as it is".to_owned());
        }
        let Some(request) = restoring_request(session, original, attempt) else {
            return Err("the body has no place for the version".to_owned());
        };
        let written = session.send(request).await.map_err(unreachable)?;
        refusal = format!("the server answered {}", status_of(&written.response));
        session.pause_briefly(&written.response).await;
    }
    if session.has_requests(1) {
        let read = session.read_after_write().await.map_err(unreachable)?;
        let body = read.response.map_err(|error| error.to_string())?.body;
        if is_restored(session, original, &body)? {
            return Ok(());
        }
    }
    Err(refusal)
}

/// Returns whether a body is the original, except for members that the server sets.
fn is_restored(session: &mut ProbeSession<'_>, original: &ProbeResponse, body: &[u8]) -> Result<bool, String> {
    let template = session.template.as_ref().ok_or("there is no body")?;
    let is_restored = template.is_restored(&original.body, body) && !is_own(session, body);
    if is_restored && body != original.body {
        session.note("the original is restored, except for what the server sets itself, such as the time of a write");
    }
    Ok(is_restored)
}

/// Returns whether a body has the text of one of the probe's own writes.
fn is_own(session: &ProbeSession<'_>, body: &[u8]) -> bool {
    session.own_numbers().any(|number| has_text(body, &number.to_string()))
}

fn restoring_request(
    session: &ProbeSession<'_>,
    original: &ProbeResponse,
    attempt: usize,
) -> Option<crate::message::ProbeRequest> {
    let plan = session.plan;
    let template = session.template.as_ref()?;
    let body = template.restoring(&original.body, plan.method).ok()?;
    let known = session.known();
    let body = plan.version.write_version(&body, known.current)?;
    // A server may compare a weak tag as if it were strong, or refuse it; without a tag there is no condition to send.
    let is_unguarded = known.current.is_none() || (session.has_weak_tag() && attempt > 0);
    let condition = if is_unguarded { Condition::Absent } else { Condition::Current };
    let mut fields = plan.version.field().and_then(|field| condition.lines(field, known).ok()).unwrap_or_default();
    let own_type = original.text_field("Content-Type").filter(|_| plan.method == crate::write_method::WriteMethod::Put);
    fields.push(FieldLine::new("Content-Type", own_type.unwrap_or(template.content_type())));
    let mut request = session.request(plan.method.name(), fields);
    request.body = Some(body);
    Some(request)
}
