//! Sentences for writes that were done. The dangerous ones are among them: a success can be a lost update.

use contract::{ApiPath, fields};

use super::facts::{ExchangeFacts, SentCondition};
use super::reads;

/// What stands behind a 2xx to a write.
pub(super) fn explain_write(facts: &ExchangeFacts<'_>) -> String {
    match facts.target {
        Some(ApiPath::Policy) => return format!(": switched: {}", reads::policy(facts)),
        None => return ": done".to_owned(),
        Some(_) => {}
    }
    if facts.response_field(fields::REPLAYED) == Some("?1") {
        return format!(
            ": this very save had been applied before, and its answer was lost; nothing was written twice, and {} stands",
            facts.version_and_author()
        );
    }
    if let Some(buried) = facts.overwrote() {
        return overwrote(facts, buried);
    }
    if facts.exchange.status == Some(201) { created(facts) } else { replaced(facts) }
}

/// The lost update, as it looks from the wire: a success.
fn overwrote(facts: &ExchangeFacts<'_>, buried: &str) -> String {
    let excuse = match facts.condition() {
        SentCondition::IfMatch(held) => format!(" although you hold {held} and the server had {buried}"),
        SentCondition::IfNoneMatchAny => " although you said 'only if there is none', and there was one".to_owned(),
        _ => " although nobody asked which version is replaced".to_owned(),
    };
    let edit = facts.lost_edit();
    let done =
        if is_delete(facts) { "the delete".to_owned() } else { format!("the save became {}, which", saved(facts)) };
    format!("{excuse}: {done} buried {buried}, and {edit} is gone from the document, unseen by you")
}

fn created(facts: &ExchangeFacts<'_>) -> String {
    let created = format!("created as {}", saved(facts));
    match facts.condition() {
        SentCondition::IfNoneMatchAny => format!(": {created}; If-None-Match: * held, so there was nothing to bury"),
        _ if facts.exchange.method == "POST" => {
            format!(": {created}; had there been one of that name, it would be a 409")
        }
        _ => format!(
            ": {created}; there was none, but the request did not ask: had there been one, this would have buried it"
        ),
    }
}

fn replaced(facts: &ExchangeFacts<'_>) -> String {
    let done = if is_delete(facts) { "deleted".to_owned() } else { format!("saved as {}", saved(facts)) };
    match facts.condition() {
        SentCondition::IfMatch(held) if facts.etag() == Some(held.trim()) => {
            format!(": what you sent is what {held} says already; no new version was made")
        }
        SentCondition::IfMatch(held) => {
            format!(": {done}; you hold {held}, and it was still the current version: nothing was buried unseen")
        }
        SentCondition::IfNoneMatchAny => format!(": {done}; If-None-Match: * held, so there was nothing to bury"),
        SentCondition::IfUnmodifiedSince(date) => {
            format!(": {done}; nobody had written since {date}, as far as a date of whole seconds can tell")
        }
        SentCondition::IfMatchAny | SentCondition::IfNoneMatch(_) | SentCondition::None => {
            format!(" although nobody asked which version is replaced: {done}, over whatever was there, read or not")
        }
    }
}

fn saved(facts: &ExchangeFacts<'_>) -> String {
    facts.etag().map_or_else(|| "a version without a tag".to_owned(), ToOwned::to_owned)
}

fn is_delete(facts: &ExchangeFacts<'_>) -> bool {
    facts.exchange.method == "DELETE"
}
