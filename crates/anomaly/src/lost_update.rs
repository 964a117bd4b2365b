//! The rule for lost updates: a write replaced changes that its writer had not been shown.

use contract::{Anomaly, AnomalyKind, Certainty};
use precondition::EntityTag;

use crate::body::{BodyRef, UnreadReason};
use crate::facts::{Applied, ExchangeFacts, NamedVersion, RequestKind};
use crate::loss::{LostChanges, WriteContent, WriterKnowledge, lost_changes};
use crate::memory::MemoryView;
use crate::resource::WriteRecord;
use crate::sighting::{CallerView, KnownBase, WasShown, name_of};
use crate::wording::{Doubt, add_exchanges, add_lines, anomaly, list, request_by};

/// The clause on the problem that preconditions solve.
const CLAUSE: &str = "RFC 9110 13.1.1";

/// A write whose changes another write lost.
struct Overwritten<'a> {
    write: &'a WriteRecord,
    lost: LostChanges,
    proof: LossProof,
    /// The exchange of the version that the later writer knew, and whether the later writer wrote it.
    base: Option<(u64, bool)>,
    /// Whether `write` may have lost the changes of the observed write, and not the other way round.
    is_reversed: bool,
}

/// How a loss is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
enum LossProof {
    /// The writer was shown nothing of it.
    NotShown,
    /// The writer named an older version, and the server accepted that.
    ConditionIgnored(EntityTag),
    /// Two writes overlapped, and neither writer was shown the other's changes.
    OneOfTwo,
    /// It is not proved.
    Missing(Doubt),
}

/// Returns the updates that this write lost or may have lost.
///
/// Among them is its own, if an overlapping write may have replaced it.
pub(crate) fn lost_updates(memory: &MemoryView<'_>, facts: &ExchangeFacts<'_>) -> Vec<Anomaly> {
    if !facts.is_known_write() || facts.applied != Applied::Yes {
        return Vec::new();
    }
    // The resource did not exist, or the condition is of a kind that is not read.
    if matches!(facts.named, NamedVersion::Absent | NamedVersion::WebDav) {
        return Vec::new();
    }
    let Some(later) = WriteRecord::of(facts) else { return Vec::new() };
    let writes = memory.resource.writes.iter();
    let mut found: Vec<Overwritten> = writes.filter_map(|write| overwritten(memory, write, &later)).collect();
    if found.iter().any(Overwritten::is_proved) {
        found.retain(Overwritten::is_proved);
    }
    let (reversed, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.is_reversed);
    [found, reversed].iter().filter_map(|found| describe(facts, found)).collect()
}

impl Overwritten<'_> {
    fn is_proved(&self) -> bool {
        !matches!(self.proof, LossProof::Missing(_))
    }
}

/// Returns the anomaly for these losses, or `None` if there are none.
fn describe(facts: &ExchangeFacts<'_>, found: &[Overwritten<'_>]) -> Option<Anomaly> {
    let first = found.first()?;
    let certainty = if first.is_proved() { Certainty::Certain } else { Certainty::Possible };
    let mut anomaly = anomaly(facts, AnomalyKind::LostUpdate, certainty, CLAUSE, sentence(facts, found));
    anomaly.loses_update = true;
    let number = |one: &Overwritten| one.write.number;
    anomaly.overwritten = match first.proof {
        // Which one of the two is lost is not known.
        LossProof::OneOfTwo => Vec::new(),
        _ if first.is_reversed => vec![facts.observed.number],
        _ => found.iter().map(number).collect(),
    };
    add_exchanges(&mut anomaly, found.iter().map(number));
    add_exchanges(&mut anomaly, found.iter().filter_map(|one| one.base.map(|(number, _)| number)));
    for one in found {
        add_lines(&mut anomaly, &one.lost);
    }
    Some(anomaly)
}

/// Returns whether and how `later` lost the changes of `write`.
fn overwritten<'a>(memory: &MemoryView<'_>, write: &'a WriteRecord, later: &WriteRecord) -> Option<Overwritten<'a>> {
    let answered = later.answered?;
    let has_known_effect = matches!(write.kind, RequestKind::Replace | RequestKind::Patch);
    if write.is_lost || !has_known_effect || write.applied == Applied::No || !write.may_be_before(answered) {
        return None;
    }
    // A later replacement lost the changes before, or has them.
    let end = write.answered.unwrap_or(write.forwarded);
    if memory.resource.is_replaced_between(end, later.forwarded) {
        return None;
    }
    let is_in_order = write.is_before(later.forwarded);
    match &later.named {
        NamedVersion::Tags(_) if is_in_order => by_condition(memory, write, later),
        NamedVersion::Tags(_) => by_same_condition(memory, write, later),
        _ if !are_two(write, later) => None,
        _ if is_in_order => in_order(memory, write, later),
        _ => overlapping(memory, write, later),
    }
}

/// Returns whether the callers of two writes are known and differ.
fn are_two(write: &WriteRecord, later: &WriteRecord) -> bool {
    write.caller.is_some() && later.caller.is_some() && write.caller != later.caller
}

fn effect(write: &WriteRecord) -> WriteContent<'_> {
    WriteContent { kind: write.kind, body: &write.body, response: write.response.as_ref() }
}

/// Returns the changes of `write` that `later` lost, for a caller who knew `base`.
pub(crate) fn loss(memory: &MemoryView<'_>, base: &[BodyRef], write: &WriteRecord, later: &WriteRecord) -> LostChanges {
    let earlier = later.caller.as_deref().map_or_else(Vec::new, |name| memory.caller(name).known_versions());
    let author_bases = author_bases(memory, write);
    let knowledge = WriterKnowledge {
        bases: base.iter().collect(),
        earlier: earlier.iter().collect(),
        author_bases: author_bases.iter().collect(),
    };
    lost_changes(memory.store, &knowledge, effect(write), effect(later))
}

/// Returns what the author of a write knew: the version that it names, or else the last one shown.
fn author_bases(memory: &MemoryView<'_>, write: &WriteRecord) -> Vec<BodyRef> {
    if let NamedVersion::Tags(tags) = &write.named
        && let [tag] = &tags[..]
        && let Some(body) = memory.resource.tagged_before(tag, write.forwarded).and_then(|named| named.body)
    {
        return vec![body.clone()];
    }
    let base = write.caller.as_deref().and_then(|name| memory.caller(name).base_before(write, write.arrived));
    base.map_or_else(Vec::new, |base| base.bodies)
}

/// Decides about two writes of which the first was answered before the second was forwarded.
fn in_order<'a>(memory: &MemoryView<'_>, write: &'a WriteRecord, later: &WriteRecord) -> Option<Overwritten<'a>> {
    let view = memory.caller(later.caller.as_deref()?);
    let base = view.base_before(write, later.arrived);
    let lost = loss(memory, base.as_ref().map_or(&[], |base| &base.bodies), write, later);
    let doubt = doubt(&view, base.as_ref(), write, &lost, later)?;
    let doubt = doubt.or_else(|| may_be_replaced_by_another(memory, write, later).then_some(Doubt::Order));
    let proof = doubt.map_or(LossProof::NotShown, LossProof::Missing);
    Some(Overwritten {
        write,
        lost,
        proof,
        base: base.map(|base| (base.number, base.is_own_write)),
        is_reversed: false,
    })
}

/// Returns the exchange of which the text would be needed and cannot be read, and why.
fn unread(
    view: &CallerView<'_>,
    base: Option<&KnownBase>,
    write: &WriteRecord,
    later: &WriteRecord,
) -> Option<(u64, UnreadReason)> {
    let later_body = Some((later.number, &later.body)).filter(|_| later.kind != RequestKind::Delete);
    let base = base.into_iter().flat_map(|base| base.bodies.iter().map(|body| (base.number, body)));
    let mut bodies = [(write.number, &write.body)].into_iter().chain(later_body).chain(base);
    bodies.find_map(|(number, body)| view.store.why_unread(body).map(|why| (number, why)))
}

/// Returns the doubt about a loss if `write` was applied before `later`.
///
/// `Some(None)` if there is no doubt; `None` if nothing is lost, or the caller was shown it.
#[expect(clippy::option_option, reason = "no loss, a loss without doubt, and a loss with a doubt")]
fn doubt(
    view: &CallerView<'_>,
    base: Option<&KnownBase>,
    write: &WriteRecord,
    lost: &LostChanges,
    later: &WriteRecord,
) -> Option<Option<Doubt>> {
    if *lost == LostChanges::Nothing {
        return None;
    }
    let name = || view.name.to_owned();
    let shown = match view.was_shown(write, lost, base, later.arrived) {
        WasShown::Yes => return None,
        WasShown::No => None,
        WasShown::Maybe(number) => {
            let shown = view.memory.shown.iter().find(|shown| shown.number == number);
            let body = shown.and_then(|shown| shown.body.as_ref());
            Some(Doubt::Shown(name(), number, body.and_then(|body| view.store.why_unread(body))))
        }
        WasShown::Open(number) => Some(Doubt::Open(name(), number)),
        WasShown::Forgotten => Some(Doubt::Forgotten(name())),
    };
    let contents = match lost {
        LostChanges::Unknown => Some(Doubt::Contents(unread(view, base, write, later))),
        LostChanges::Lines(lines) if !lines.is_proof => Some(Doubt::NotProof),
        _ => None,
    };
    let applied = (write.applied == Applied::Maybe).then_some(Doubt::NotAnswered(write.number));
    let base = match base {
        None => Some(Doubt::NoBase(name())),
        Some(base) if view.resource.forgotten_until > Some(base.since) => Some(Doubt::Forgotten(name())),
        Some(_) => None,
    };
    Some(applied.or(base).or(shown).or(contents))
}

/// Returns whether a third write may have come between the two, or overlaps one of an overlapping pair.
///
/// Then the third one may have lost the changes.
fn may_be_replaced_by_another(memory: &MemoryView<'_>, write: &WriteRecord, later: &WriteRecord) -> bool {
    let Some(answered) = later.answered.max(write.answered) else { return true };
    let begin = write.forwarded.min(later.forwarded);
    let mut others = memory.resource.writes.iter().filter(|third| third.number != write.number);
    memory.has_open_write(answered)
        || others.any(|third| {
            matches!(third.kind, RequestKind::Replace | RequestKind::Delete | RequestKind::Other)
                && third.answered.is_none_or(|answered| answered > begin)
                && third.may_be_before(answered)
        })
}

/// Decides about a write that names versions, after another one.
///
/// The server may have ignored the condition.
fn by_condition<'a>(memory: &MemoryView<'_>, write: &'a WriteRecord, later: &WriteRecord) -> Option<Overwritten<'a>> {
    let NamedVersion::Tags(tags) = &later.named else { return None };
    let resource = memory.resource;
    // The tag is the one that the write made, or it was sent since: the writer names that version.
    let is_current = |tag: &EntityTag| {
        resource.writes.iter().any(|known| {
            let is_since = known.answered.is_none_or(|answered| answered > write.forwarded);
            is_since && known.tag.as_ref().is_some_and(|made| made.weak_eq(tag))
        }) || resource.tags.iter().any(|known| known.last_answered > write.forwarded && known.tag.weak_eq(tag))
    };
    // With several tags, the server need not say which of them it took for the current one.
    let [tag] = &tags[..] else { return None };
    if tag.is_weak() || is_current(tag) {
        return None;
    }
    let named = resource.tagged_before(tag, write.forwarded)?;
    let base: Vec<BodyRef> = named.body.into_iter().cloned().collect();
    let lost = loss(memory, &base, write, later);
    // If the write changed nothing, or was undone, the named version is the current one.
    let is_changed = matches!(lost, LostChanges::Lines(_) | LostChanges::Bytes) && write.applied == Applied::Yes;
    if !is_changed || may_be_replaced_by_another(memory, write, later) {
        return None;
    }
    // The new version has a strong tag, which is not the named one.
    let has_new_tag = write.tag.as_ref().is_some_and(|made| !made.is_weak())
        || resource.tags.iter().any(|known| {
            let is_after = write.is_before(known.last_forwarded) && known.first_answered > write.forwarded;
            is_after && named.variant == Some(&known.variant) && !known.tag.is_weak()
        });
    let proof = if has_new_tag {
        LossProof::ConditionIgnored(tag.clone())
    } else if are_two(write, later) {
        LossProof::Missing(Doubt::TagUnknown(write.number))
    } else {
        return None;
    };
    Some(Overwritten { write, lost, proof, base: Some((named.number, false)), is_reversed: false })
}

/// Decides about two overlapping writes that name the same version and were both accepted.
fn by_same_condition<'a>(
    memory: &MemoryView<'_>,
    write: &'a WriteRecord,
    later: &WriteRecord,
) -> Option<Overwritten<'a>> {
    let (NamedVersion::Tags(named), NamedVersion::Tags(others)) = (&later.named, &write.named) else { return None };
    let ([named], [other]) = (&named[..], &others[..]) else { return None };
    if !named.strong_eq(other) {
        return None;
    }
    // A strong tag names one content, whenever it was sent.
    let known = memory.resource.tagged_before(named, u64::MAX)?;
    let base: Vec<BodyRef> = known.body.into_iter().cloned().collect();
    let (lost, reverse) = (loss(memory, &base, write, later), loss(memory, &base, later, write));
    let is_change = |lost: &LostChanges| matches!(lost, LostChanges::Lines(_) | LostChanges::Bytes);
    // A third write may have brought the named version back in between.
    let is_proved = is_change(&lost)
        && is_change(&reverse)
        && write.applied == Applied::Yes
        && !may_be_replaced_by_another(memory, write, later);
    let base = Some((known.number, false));
    is_proved.then_some(Overwritten { write, lost, proof: LossProof::OneOfTwo, base, is_reversed: false })
}

/// Decides about two overlapping writes without conditions: which one came first is not known.
fn overlapping<'a>(memory: &MemoryView<'_>, write: &'a WriteRecord, later: &WriteRecord) -> Option<Overwritten<'a>> {
    let (view, other) = (memory.caller(later.caller.as_deref()?), memory.caller(write.caller.as_deref()?));
    let (base, other_base) = (view.base_before(write, later.arrived), other.base_before(later, write.arrived));
    let bodies = |base: &Option<KnownBase>| base.as_ref().map_or_else(Vec::new, |base| base.bodies.clone());
    let lost = loss(memory, &bodies(&base), write, later);
    let reverse = loss(memory, &bodies(&other_base), later, write);
    let here = doubt(&view, base.as_ref(), write, &lost, later);
    // A condition that was accepted says that the write replaced the version that it names.
    let has_condition = matches!(write.named, NamedVersion::Tags(_) | NamedVersion::Absent | NamedVersion::WebDav);
    let there = if has_condition { None } else { doubt(&other, other_base.as_ref(), later, &reverse, write) };
    let known = |base: Option<KnownBase>| base.map(|base| (base.number, base.is_own_write));
    let Some(here) = here else {
        let proof = LossProof::Missing(Doubt::Order);
        there?;
        return Some(Overwritten { write, lost: reverse, proof, base: known(other_base), is_reversed: true });
    };
    let is_proved = here.is_none() && there == Some(None) && !may_be_replaced_by_another(memory, write, later);
    let proof = if is_proved { LossProof::OneOfTwo } else { LossProof::Missing(Doubt::Order) };
    Some(Overwritten { write, lost, proof, base: known(base), is_reversed: false })
}

fn sentence(facts: &ExchangeFacts<'_>, found: &[Overwritten<'_>]) -> String {
    let request = request_by(facts);
    let writer = facts.observed.caller.unwrap_or("the caller");
    let name = |one: &Overwritten| name_of(one.write.caller.as_ref()).to_owned();
    let wrote = |one: &Overwritten| format!("{} wrote (exchange {})", name(one), one.write.number);
    let wrote = list(&found.iter().map(wrote).collect::<Vec<_>>());
    let is_by = |one: &Overwritten| format!("{} (exchange {})", name(one), one.write.number);
    let writers = list(&found.iter().map(is_by).collect::<Vec<_>>());
    let replaced = if facts.kind == RequestKind::Delete { "removed" } else { "replaced" };
    match &found[0].proof {
        LossProof::NotShown => {
            let since = match found[0].base {
                Some((number, true)) => format!(" since writing exchange {number}"),
                Some((number, false)) => format!(" since exchange {number}"),
                None => String::new(),
            };
            format!("{request} {replaced} what {wrote}, which {writer} had not read{since}; an update is lost")
        }
        LossProof::ConditionIgnored(tag) => format!(
            "{request} names {tag}, and was accepted although {writers} had replaced that version; an update is lost"
        ),
        LossProof::OneOfTwo => format!(
            "{request} overlapped with {} by {writers}, and neither had read the other; one of the two updates is lost",
            method(found[0].write.kind)
        ),
        LossProof::Missing(doubt) if found[0].is_reversed => {
            format!("{writers} may have replaced what {writer} wrote here without reading it; not certain: {doubt}")
        }
        LossProof::Missing(doubt) => {
            format!("{request} may have {replaced} what {wrote} without reading it; not certain: {doubt}")
        }
    }
}

fn method(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Replace => "PUT",
        RequestKind::Patch => "PATCH",
        RequestKind::Delete => "DELETE",
        RequestKind::Get | RequestKind::Safe | RequestKind::Other => "the request",
    }
}
