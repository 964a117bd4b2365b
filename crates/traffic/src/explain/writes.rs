//! Sentences for successful writes. A success can be a lost update.

use contract::{ApiPath, fields};

use super::facts::{ExchangeFacts, SentCondition};
use super::reads;

/// The objection to a write that any version satisfies.
const NAMES_NO_VERSION: &str = "the request named no version";

/// Returns the sentence for a 2xx to a write, without the status.
pub(super) fn explain_write(facts: &ExchangeFacts<'_>) -> String {
    match facts.target {
        Some(ApiPath::Participants) => {
            return ": joined; the token in the response, which is not shown, now identifies this name".to_owned();
        }
        Some(ApiPath::Answer(_)) => {
            return ": the answer is counted; no other client writes it, so it needs no condition".to_owned();
        }
        Some(ApiPath::Policy) => return format!(": the policy is now: {}", reads::policy(facts)),
        None => return ": done".to_owned(),
        Some(_) => {}
    }
    if facts.response_field(fields::REPLAYED) == Some("?1") {
        return format!(
            ": this save had already been applied, but its response was lost; nothing was written twice: the version is still {}",
            facts.version_and_author()
        );
    }
    if let Some(tag) = facts.overwrote() {
        return lost_update(facts, tag);
    }
    let sentence = if facts.exchange.status == Some(201) { created(facts) } else { replaced(facts) };
    if facts.has_changed_tag() {
        return format!("{sentence}; a proxy on the way changed the tag, so a save that names it would be refused");
    }
    sentence
}

/// Returns the sentence for a success that overwrote the version `tag` unseen.
fn lost_update(facts: &ExchangeFacts<'_>, tag: &str) -> String {
    let sender = facts.sender();
    let objection = match facts.condition() {
        SentCondition::IfMatch(held) => format!("{sender} held {held} and the server had {tag}"),
        SentCondition::IfNoneMatchAny => format!("{sender} wanted to create it, and the server had {tag}"),
        SentCondition::IfMatchAny
        | SentCondition::EmptyIfMatch
        | SentCondition::IfNoneMatch(_)
        | SentCondition::IfUnmodifiedSince(_)
        | SentCondition::None => NAMES_NO_VERSION.to_owned(),
    };
    let overwritten = facts.overwritten_version(tag);
    format!(" although {objection}: {}, and overwrote {overwritten}: a lost update", written(facts))
}

fn created(facts: &ExchangeFacts<'_>) -> String {
    let created = format!("created as {}", saved(facts));
    match facts.condition() {
        SentCondition::IfNoneMatchAny => format!(": {created}; If-None-Match: * held, so nothing was overwritten"),
        _ if facts.exchange.method == "POST" => {
            format!(": {created}; if the name had been taken, this would have been a 409")
        }
        _ => format!(
            ": {created}; there was no such document, but the request did not make sure: it would have overwritten one"
        ),
    }
}

fn replaced(facts: &ExchangeFacts<'_>) -> String {
    let (done, sender) = (written(facts), facts.sender());
    match facts.condition() {
        SentCondition::IfMatch(held) if facts.etag() == Some(held.trim()) => {
            format!(": the document sent is the same as {held}; no new version was made")
        }
        SentCondition::IfMatch(held) if matching_tag_proves_nothing(facts) => {
            format!(": {done}; {sender} held {held}, and the tag matched, but on this server an update may be lost")
        }
        SentCondition::IfMatch(held) => {
            format!(": {done}; {sender} held {held}, which was still the current version: nothing was lost")
        }
        SentCondition::IfNoneMatchAny => format!(": {done}; If-None-Match: * held, so nothing was overwritten"),
        SentCondition::IfUnmodifiedSince(date) => {
            format!(": {done}; the document had not changed since {date}, as far as a date in whole seconds can tell")
        }
        SentCondition::IfMatchAny
        | SentCondition::EmptyIfMatch
        | SentCondition::IfNoneMatch(_)
        | SentCondition::None => {
            format!(" although {NAMES_NO_VERSION}: {done}, over whatever was there")
        }
    }
}

/// Returns whether the server makes a mistake that loses updates although the tag in If-Match matched.
///
/// These are a comparison before the write instead of with it, and tags that several versions share.
fn matching_tag_proves_nothing(facts: &ExchangeFacts<'_>) -> bool {
    let mistakes = facts.response_field(fields::UNSAFE).unwrap_or_default();
    ["judging=", "etags="].iter().any(|mistake| mistakes.contains(mistake))
}

fn saved(facts: &ExchangeFacts<'_>) -> String {
    facts.etag().map_or_else(|| "a version without a tag".to_owned(), ToOwned::to_owned)
}

/// Returns what a write did to the document.
fn written(facts: &ExchangeFacts<'_>) -> String {
    if facts.exchange.method == "DELETE" { "deleted".to_owned() } else { format!("saved as {}", saved(facts)) }
}
