//! Creating and deleting, at the URL for scratch resources.

use crate::body_template::MERGE_PATCH;
use crate::check::CheckId;
use crate::message::{BodyPace, FieldLine, ProbeRequest, ProbeResponse};
use crate::observed::{self, Observed};
use crate::session::{Halt, ProbeSession, ProbedExchange, has_text, request_to, status_of};
use crate::version_source::VersionSource;

/// The checks that need a scratch resource.
const CHECKS_OF_SCRATCH: [CheckId; 4] =
    [CheckId::CreateNew, CheckId::UpdateMissing, CheckId::StaleDelete, CheckId::CurrentDelete];

/// Asks the checks of this group.
pub(super) async fn ask(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    if session.plan.create.is_none() {
        return Ok(());
    }
    if session.plan.version != VersionSource::EntityTag {
        for id in CHECKS_OF_SCRATCH {
            session.skip(id, "the API does not keep the version in ETag");
        }
        return Ok(());
    }
    ask_update_missing(session).await?;
    // Deleting takes most of them.
    if !session.begin(CheckId::CreateNew, 24)? {
        return Ok(());
    }
    let Some(target) = session.scratch_target() else { return Ok(()) };
    let created = put(session, &target, FieldLine::new("If-None-Match", "*")).await?;
    let is_created = matches!(created.0, Observed::Created | Observed::Done);
    let says = status_of(&created.1.response);
    session.record(CheckId::CreateNew, created.0, says, Some(created.1));
    if !is_created {
        for id in [CheckId::StaleDelete, CheckId::CurrentDelete] {
            session.skip(id, "nothing was created that could be deleted");
        }
        return clean_up(session, &target).await;
    }
    ask_deletes(session, &target).await?;
    clean_up(session, &target).await
}

/// Returns a write of a scratch resource, and the number in it.
pub(super) fn scratch_write(session: &mut ProbeSession<'_>, target: &str, condition: FieldLine) -> (ProbeRequest, u64) {
    let number = session.number();
    let template = session.template.as_ref();
    let body = template.map(|template| template.fill(number)).unwrap_or_default();
    // A scratch resource is written whole, also if the resource of the plan is patched.
    let content_type = template.map_or("", |template| template.content_type());
    let content_type = if content_type == MERGE_PATCH { "application/json" } else { content_type };
    let fields = vec![condition, FieldLine::new("Content-Type", content_type)];
    let target = target.to_owned();
    (ProbeRequest { method: "PUT", target, fields, body: Some(body), pace: BodyPace::AtOnce }, number)
}

/// Writes a scratch resource, and reads it.
async fn put(
    session: &mut ProbeSession<'_>,
    target: &str,
    condition: FieldLine,
) -> Result<(Observed, ProbedExchange), Halt> {
    let (request, number) = scratch_write(session, target, condition);
    let exchange = session.send(request).await?;
    session.await_fresh_reads().await;
    let read = session.send(request_to(target.to_owned(), "GET", Vec::new())).await?;
    let text = number.to_string();
    let is_written = match &read.response {
        Ok(response) if response.is_success() => Some(has_text(&response.body, &text)),
        Ok(response) if matches!(response.status, 404 | 410) => Some(false),
        _ => None,
    };
    Ok((observed::of_write(exchange.response.as_ref(), is_written), exchange))
}

async fn ask_update_missing(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    let id = CheckId::UpdateMissing;
    if !session.begin(id, 6)? {
        return Ok(());
    }
    let Some(target) = session.scratch_target() else { return Ok(()) };
    let (observed, exchange) = put(session, &target, FieldLine::new("If-Match", "*")).await?;
    session.record(id, observed, status_of(&exchange.response), Some(exchange));
    clean_up(session, &target).await
}

/// Returns the tag of a scratch resource, or `None` if it does not exist or has none.
async fn tag_of(session: &mut ProbeSession<'_>, target: &str) -> Result<Option<Vec<u8>>, Halt> {
    let mut tag = None;
    for _ in 0..2 {
        let read = session.send(request_to(target.to_owned(), "GET", Vec::new())).await?;
        let response = read.response.ok().filter(ProbeResponse::is_success);
        tag = response.and_then(|response| response.field("ETag").map(<[u8]>::to_vec));
        if !session.has_late_tags() || !tag.as_ref().is_some_and(|tag| tag.starts_with(b"W/")) {
            break;
        }
        session.pause_a_second().await;
    }
    Ok(tag)
}

async fn ask_deletes(session: &mut ProbeSession<'_>, target: &str) -> Result<(), Halt> {
    let ids = [CheckId::StaleDelete, CheckId::CurrentDelete];
    let stale = tag_of(session, target).await?;
    if let Some(stale) = &stale {
        put(session, target, FieldLine::new("If-Match", stale)).await?;
    }
    let current = tag_of(session, target).await?;
    let (Some(stale), Some(current)) = (stale, current) else {
        for id in ids {
            session.skip(id, "the resource that was created has no tag");
        }
        return Ok(());
    };
    if stale == current {
        session.skip(ids[0], "no older tag that differs from the current one is known");
    } else if session.begin(ids[0], 2)? {
        ask_delete(session, ids[0], target, &stale).await?;
    }
    if tag_of(session, target).await?.is_none() {
        session.skip(ids[1], "the resource is deleted already");
    } else if session.begin(ids[1], 2)? {
        ask_delete(session, ids[1], target, &current).await?;
    }
    Ok(())
}

async fn ask_delete(session: &mut ProbeSession<'_>, id: CheckId, target: &str, tag: &[u8]) -> Result<(), Halt> {
    let fields = vec![FieldLine::new("If-Match", tag)];
    let exchange = session.send(request_to(target.to_owned(), "DELETE", fields)).await?;
    if matches!(&exchange.response, Ok(response) if matches!(response.status, 405 | 501)) {
        session.skip(id, &format!("the server takes no DELETE: {}", status_of(&exchange.response)));
        return Ok(());
    }
    session.await_fresh_reads().await;
    let read = session.send(request_to(target.to_owned(), "GET", Vec::new())).await?;
    let is_gone = read.response.ok().map(|response| matches!(response.status, 404 | 410));
    let observed = observed::of_write(exchange.response.as_ref(), is_gone);
    session.record(id, observed, status_of(&exchange.response), Some(exchange));
    Ok(())
}

/// Deletes a scratch resource, if it is there. If that fails, a note says so.
pub(super) async fn clean_up(session: &mut ProbeSession<'_>, target: &str) -> Result<(), Halt> {
    let read = session.send(request_to(target.to_owned(), "GET", Vec::new())).await?;
    if let Some(response) = read.response.ok().filter(ProbeResponse::is_success) {
        let tag = response.field("ETag").filter(|tag| !tag.starts_with(b"W/"));
        let fields = tag.map(|tag| FieldLine::new("If-Match", tag)).into_iter().collect();
        let deleted = session.send(request_to(target.to_owned(), "DELETE", fields)).await?;
        if !deleted.response.is_ok_and(|response| response.is_success()) {
            session.note(&left_behind(session, target));
        }
    }
    session.scratch.retain(|known| known != target);
    Ok(())
}

/// Returns the note about a scratch resource that was not deleted.
pub(super) fn left_behind(session: &ProbeSession<'_>, target: &str) -> String {
    format!("a scratch resource could not be deleted: {}{target}", session.plan.url.origin())
}
