//! Conditional writes, one after the other.

use crate::body_template::{BodyTemplate, MERGE_PATCH};
use crate::check::{Ask, CheckId, ProbeCheck};
use crate::condition::{Condition, NO_STALE_TAG};
use crate::engine::validators::write_once;
use crate::message::FieldLine;
use crate::observed::{self, Observed};
use crate::session::{CompletedWrite, Halt, ProbeSession, ProbedExchange, status_of};
use crate::table::CHECKS;
use crate::version_source::VersionSource;
use crate::write_method::WriteMethod;

/// How often the probe tries to make two versions with one date.
const SAME_DATE_ATTEMPTS: usize = 3;

/// Makes the first write, under the current version.
///
/// Returns why the server refuses it, if it does: then no other write can teach anything.
pub(super) async fn try_first_write(session: &mut ProbeSession<'_>) -> Result<Result<(), String>, Halt> {
    if !session.begin(CheckId::CurrentTag, 12)? {
        return Ok(Err("--max-requests is used up".to_owned()));
    }
    session.await_strong_tag().await?;
    let mut first = write_once(session, None).await?;
    if first.is_err() {
        // The condition may have been evaluated with an older version, by a cache.
        session.pause_a_second().await;
        session.read().await?;
        first = write_once(session, None).await?;
        if first.is_ok() {
            session.expect_late_reads();
        }
    }
    let exchange = match first {
        Ok(exchange) => exchange,
        Err(refusal) => {
            let why = format!("a write with the current version was refused ({refusal}), so no other can be judged");
            session.record(CheckId::CurrentTag, Observed::OtherRefusal, refusal, None);
            return Ok(Err(why));
        }
    };
    record_tag_of_write(session, exchange);
    Ok(Ok(()))
}

/// Records whether the response to a write has the tag that the resource has then.
fn record_tag_of_write(session: &mut ProbeSession<'_>, exchange: ProbedExchange) {
    let (Some(state), Ok(response)) = (&session.current, &exchange.response) else { return };
    if session.plan.version != VersionSource::EntityTag || state.version.is_none() {
        session.skip(CheckId::TagOfWrite, "the resource has no entity tag");
        return;
    }
    let observed = observed::of_equal_fields("ETag", &state.response, response);
    let says = match observed {
        Observed::Same => "it has the new tag".to_owned(),
        Observed::Different => "it has another tag than the GET after it".to_owned(),
        _ => format!("no tag: {}", status_of(&exchange.response)),
    };
    if observed == Observed::Missing {
        session.note("the response to a write has no tag, so a client needs one more GET after each write");
    }
    session.record(CheckId::TagOfWrite, observed, says, Some(exchange));
}

/// Asks the checks of this group, and the one of the next group that is a write like these.
pub(super) async fn ask(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    let mut refusals = Vec::new();
    let mut stale = None;
    for check in CHECKS {
        let Ask::Write(condition) = check.ask else { continue };
        let Some(write) = ask_write(session, check, condition).await? else { continue };
        if matches!(write.observed, Observed::PreconditionFailed | Observed::PreconditionRequired) {
            refusals.push(write.exchange.clone());
        }
        if check.id == CheckId::StaleTag {
            stale = Some(write);
        }
    }
    record_tag_of_refusal(session, stale);
    record_freshness(session, refusals);
    ask_date_of_two_versions(session).await?;
    ask_representation(session).await?;
    ask_patch(session).await
}

async fn ask_write(
    session: &mut ProbeSession<'_>,
    check: &'static ProbeCheck,
    condition: Condition,
) -> Result<Option<CompletedWrite>, Halt> {
    if !session.begin(check.id, 6)? {
        return Ok(None);
    }
    session.await_strong_tag().await?;
    if session.has_weak_tag() && has_to_match(condition) {
        session.skip(check.id, "the tag is weak, so If-Match with it never holds");
        return Ok(None);
    }
    if condition == Condition::CurrentDate && session.known().last_modified.is_some() {
        // The version must be the only one of its second.
        session.pause_a_second().await;
        if let Err(why) = write_once(session, None).await? {
            session.skip(check.id, &why);
            return Ok(None);
        }
    }
    let (request, number) = match session.conditional_write(condition) {
        Ok(prepared) => prepared,
        Err(why) => {
            session.skip(check.id, why);
            return Ok(None);
        }
    };
    let write = session.write(request, number).await?;
    let observed =
        if session.plan.version.field().is_none() { in_body(condition, write.observed) } else { write.observed };
    session.record(check.id, observed, says(&write), Some(write.exchange.clone()));
    Ok(Some(write))
}

/// Returns whether a condition can hold only if the current tag matches strongly.
fn has_to_match(condition: Condition) -> bool {
    use Condition as C;
    matches!(condition, C::Current | C::ListWithCurrent | C::TwoLinesWithCurrent | C::CurrentTagOldDate)
}

/// Returns what an observation means if the version is in the body.
///
/// Then there is no condition, so that a 409 is the right refusal (RFC 9110 section 15.5.10).
fn in_body(condition: Condition, observed: Observed) -> Observed {
    match (condition, observed) {
        (Condition::Absent, Observed::BadRequest | Observed::Conflict | Observed::PreconditionFailed) => {
            Observed::PreconditionRequired
        }
        (_, Observed::Conflict) => Observed::PreconditionFailed,
        (_, observed) => observed,
    }
}

/// Returns what was observed, in words.
fn says(write: &CompletedWrite) -> String {
    let status = status_of(&write.exchange.response);
    match write.observed {
        Observed::Done | Observed::Created => format!("{status}: written"),
        Observed::DoneWithoutEffect => format!("{status}, but the resource does not have the text"),
        Observed::RefusedYetWritten => format!("{status}, but the text was written"),
        Observed::Accepted => format!("{status}: the server decides later"),
        _ => status,
    }
}

/// Records whether the 412 to an old tag has the current tag.
fn record_tag_of_refusal(session: &mut ProbeSession<'_>, stale: Option<CompletedWrite>) {
    let refused = stale.filter(|write| write.observed == Observed::PreconditionFailed);
    let (Some(write), Some(before)) = (refused, session.version()) else {
        session.skip(CheckId::TagOfRefusal, "there is no 412 to an old tag");
        return;
    };
    if session.plan.version != VersionSource::EntityTag {
        session.skip(CheckId::TagOfRefusal, "the API keeps the version in the body");
        return;
    }
    // The version has changed since, but not between the 412 and the read before it.
    let current = write.before.unwrap_or(before);
    let tag = write.exchange.response.as_ref().ok().and_then(|response| response.field("ETag"));
    let (observed, says) = match tag {
        None => (Observed::Missing, "it has no tag"),
        Some(tag) if tag == current => (Observed::Same, "it has the current tag"),
        Some(_) => (Observed::Different, "it has another tag than the current one"),
    };
    session.record(CheckId::TagOfRefusal, observed, says.to_owned(), Some(write.exchange));
}

/// Records whether a cache may reuse one of these refusals.
fn record_freshness(session: &mut ProbeSession<'_>, refusals: Vec<ProbedExchange>) {
    let is_fresh = |exchange: &ProbedExchange| {
        exchange.response.as_ref().is_ok_and(|response| observed::of_freshness(response) == Observed::Fresh)
    };
    let Some(last) = refusals.last().cloned() else {
        session.skip(CheckId::CachedRefusal, "there is no 412 or 428");
        return;
    };
    match refusals.into_iter().find(is_fresh) {
        Some(fresh) => {
            let says = "one may be reused".to_owned();
            session.record(CheckId::CachedRefusal, Observed::Fresh, says, Some(fresh));
        }
        None => session.record(CheckId::CachedRefusal, Observed::NotFresh, "none may be reused".to_owned(), Some(last)),
    }
}

async fn ask_date_of_two_versions(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    let id = CheckId::DateOfTwoVersions;
    if session.plan.version.field().is_none() || session.known().last_modified.is_none() {
        session.skip(id, "the resource has no Last-Modified, or no condition is sent in a field");
        return Ok(());
    }
    for _ in 0..SAME_DATE_ATTEMPTS {
        if !session.begin(id, 8)? {
            return Ok(());
        }
        let mut dates = Vec::new();
        for _ in 0..2 {
            session.await_strong_tag().await?;
            if let Err(why) = write_once(session, None).await? {
                session.skip(id, &why);
                return Ok(());
            }
            dates.push(session.known().last_modified.map(<[u8]>::to_vec));
        }
        if dates[0] != dates[1] {
            continue;
        }
        let (request, number) = match session.conditional_write(Condition::CurrentDate) {
            Ok(prepared) => prepared,
            Err(why) => {
                session.skip(id, why);
                return Ok(());
            }
        };
        let write = session.write(request, number).await?;
        session.record(id, write.observed, says(&write), Some(write.exchange.clone()));
        return Ok(());
    }
    session.skip(id, "no two writes came into one second");
    Ok(())
}

async fn ask_representation(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    let id = CheckId::PreferRepresentation;
    if !session.begin(id, 3)? {
        return Ok(());
    }
    let Ok((mut request, number)) = session.conditional_write(Condition::Stale) else {
        session.skip(id, NO_STALE_TAG);
        return Ok(());
    };
    request.fields.push(FieldLine::new("Prefer", "return=representation"));
    let write = session.write(request, number).await?;
    let (Observed::PreconditionFailed, Ok(response), Some(state)) =
        (write.observed, &write.exchange.response, &session.current)
    else {
        session.skip(id, "there is no 412 to an old tag");
        return Ok(());
    };
    let is_same = response.body == state.response.body;
    let observed = if is_same { Observed::Same } else { Observed::Missing };
    let says = if is_same { "it has the representation" } else { "it does not have the representation" };
    session.record(id, observed, says.to_owned(), Some(write.exchange));
    Ok(())
}

/// Returns the template of a merge patch: the body of the user, or the changed member of a copy.
fn patch_template(session: &ProbeSession<'_>) -> Option<BodyTemplate> {
    if let Some(body) = &session.plan.body {
        return Some(body.clone()).filter(BodyTemplate::is_json_object);
    }
    let response = &session.current.as_ref()?.response;
    let content_type = response.text_field("Content-Type").unwrap_or_default();
    BodyTemplate::of_representation(&response.body, content_type, WriteMethod::Patch, &session.plan.version).ok()
}

async fn ask_patch(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    let id = CheckId::StalePatch;
    let plan = session.plan;
    if plan.method == WriteMethod::Patch || plan.version.field().is_none() {
        session.skip(id, "the writes are PATCHes already, or the version is in the body");
        return Ok(());
    }
    let Some(template) = patch_template(session) else {
        session.skip(id, "the body is not a JSON object with a text in it");
        return Ok(());
    };
    // Servers that know no merge patch may still change members if the type is JSON.
    for content_type in [MERGE_PATCH, "application/json"] {
        if !session.begin(id, 18)? {
            return Ok(());
        }
        let Ok((mut request, number)) = session.conditional_write(Condition::Stale) else {
            session.skip(id, NO_STALE_TAG);
            return Ok(());
        };
        request.method = WriteMethod::Patch.name();
        request.fields.retain(|line| !line.is("Content-Type"));
        request.fields.push(FieldLine::new("Content-Type", content_type));
        request.body = Some(template.fill(number));
        let write = session.write(request, number).await?;
        let is_unsupported = write.observed == Observed::DoneWithoutEffect
            || matches!(&write.exchange.response, Ok(response) if matches!(response.status, 400 | 404 | 405 | 415 | 501));
        if !is_unsupported {
            session.record(id, write.observed, says(&write), Some(write.exchange.clone()));
            return Ok(());
        }
    }
    session.skip(id, "the server takes no patch of a JSON object");
    Ok(())
}
