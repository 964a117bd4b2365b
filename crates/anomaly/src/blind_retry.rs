//! The rule for blind retries: after a 412, the same body is sent again with another condition.
//!
//! A client that copies the current tag out of a refusal defeats the precondition: the server compares the tag of a
//! version that the writer has not read. A client that read the newer version, and then sent its old text, decided to
//! do so, as far as an observer can tell; that is not reported.

use contract::{Anomaly, AnomalyKind, Certainty};

use crate::caller::ShownKind;
use crate::facts::{Applied, ExchangeFacts, NamedVersion, RequestKind};
use crate::loss::LostChanges;
use crate::lost_update::loss;
use crate::memory::MemoryView;
use crate::resource::{RefusedWrite, WriteRecord};
use crate::sighting::{CallerView, KnownBase, WasShown, name_of};
use crate::wording::{add_exchanges, add_lines, anomaly, request_by};

const CLAUSE: &str = "RFC 9110 15.5.13";

/// Returns the blind retry that this write is, if it is one.
pub(crate) fn blind_retry(memory: &MemoryView<'_>, facts: &ExchangeFacts<'_>) -> Option<Anomaly> {
    let caller = facts.observed.caller?;
    if !facts.is_known_write() || facts.applied != Applied::Yes {
        return None;
    }
    let retry = WriteRecord::of(facts)?;
    let refusal = memory.resource.refusals.iter().rev().find(|refusal| is_repeated(refusal, &retry))?;
    let view = memory.caller(caller);
    if has_read_between(&view, refusal, retry.arrived) {
        return None;
    }
    let (write, lost, base) = newer_version(memory, &view, refusal, &retry);
    let shown = write.map(|write| view.was_shown(write, &lost, base.as_ref(), retry.arrived));
    // The refusal may have shown the newer version, and a retry that lost nothing does no harm.
    if lost == LostChanges::Nothing && write.is_some() || shown == Some(WasShown::Yes) {
        return None;
    }
    let is_unsure = matches!(shown, Some(WasShown::Maybe(_) | WasShown::Open(_) | WasShown::Forgotten));
    let certainty = if is_unsure { Certainty::Possible } else { Certainty::Certain };
    let loses = matches!(lost, LostChanges::Lines(_) | LostChanges::Bytes);
    let what = write.filter(|_| loses).map_or_else(String::new, |write| {
        format!("; what {} wrote (exchange {}) is lost", name_of(write.caller.as_ref()), write.number)
    });
    let condition = match &retry.named {
        NamedVersion::Tags(_) | NamedVersion::Date => "another condition",
        _ => "no condition",
    };
    let read = if is_unsure { "and perhaps without having read" } else { "without having read" };
    let sentence = format!(
        "{} repeats exchange {}, which was refused with 412, with {condition} and the same body, {read} the newer \
         version{what}",
        request_by(facts),
        refusal.number
    );
    let mut anomaly = anomaly(facts, AnomalyKind::BlindRetry, certainty, CLAUSE, sentence);
    anomaly.loses_update = loses;
    add_exchanges(&mut anomaly, [refusal.number]);
    if let Some(write) = write {
        add_exchanges(&mut anomaly, [write.number]);
        anomaly.overwritten.extend(loses.then_some(write.number));
    }
    add_lines(&mut anomaly, &lost);
    Some(anomaly)
}

/// Returns whether a write repeats a refused one (method, caller and body) with another condition.
fn is_repeated(refusal: &RefusedWrite, retry: &WriteRecord) -> bool {
    refusal.kind == retry.kind
        && refusal.caller == retry.caller
        && refusal.answered < retry.arrived
        && refusal.body.digest.is_some()
        && refusal.body.digest == retry.body.digest
        && refusal.named != retry.named
}

/// Returns whether the caller read the resource between the refusal and its next request.
fn has_read_between(view: &CallerView<'_>, refusal: &RefusedWrite, before: u64) -> bool {
    view.memory.shown.iter().any(|shown| {
        shown.kind == ShownKind::Representation
            && *shown.target == *view.target
            && shown.first_answered < before
            && shown.last_answered > refusal.answered
    })
}

/// Returns the last write of another caller before the retry, with its changes that the retry lost.
fn newer_version<'a>(
    memory: &MemoryView<'a>,
    view: &CallerView<'_>,
    refusal: &RefusedWrite,
    retry: &WriteRecord,
) -> (Option<&'a WriteRecord>, LostChanges, Option<KnownBase>) {
    let is_newer = |write: &&WriteRecord| {
        write.applied == Applied::Yes
            && write.is_before(retry.forwarded)
            && write.caller.is_some()
            && write.caller != refusal.caller
            && matches!(write.kind, RequestKind::Replace | RequestKind::Patch)
            && !write.is_lost
            && !memory.resource.is_replaced_between(write.answered.unwrap_or(write.forwarded), retry.forwarded)
    };
    let Some(write) = memory.resource.writes.iter().rev().find(is_newer) else {
        return (None, LostChanges::Unknown, None);
    };
    let base = view.base_before(write, retry.arrived);
    let lost = loss(memory, base.as_ref().map_or(&[], |base| &base.bodies), write, retry);
    (Some(write), lost, base)
}
