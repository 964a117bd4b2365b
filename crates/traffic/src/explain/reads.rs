//! Sentences for successful reads, 304 included.

use contract::ApiPath;
use serde::Deserialize;

use super::facts::{ExchangeFacts, SentCondition};
use crate::intermediary::{Intermediary, Transformation, tag_transformation};

/// Returns the sentence for a 2xx to a read, without the status.
pub(super) fn explain_read(facts: &ExchangeFacts<'_>) -> String {
    match &facts.target {
        Some(ApiPath::Document(_)) if facts.exchange.method != "OPTIONS" => document(facts),
        Some(ApiPath::Documents) => format!(": the list of documents{}", count_in_words(facts, "documents")),
        Some(ApiPath::Versions(_)) => {
            format!(": the versions of {}, newest first{}", facts.document(), count_in_words(facts, "versions"))
        }
        Some(ApiPath::Version(_, number)) => format!(
            ": version {number} of {} as it was written{}; an old version never changes",
            facts.document(),
            facts.by_author()
        ),
        Some(ApiPath::Events(_) | ApiPath::AllEvents) => events(facts),
        Some(ApiPath::OwnGate) => ": which requests of the client's own the gate holds".to_owned(),
        Some(ApiPath::Question) => ": the leader's question, and how many have answered".to_owned(),
        Some(ApiPath::Policy) => format!(": the server's policy: {}", policy(facts)),
        _ => ": answered; the request changes nothing".to_owned(),
    }
}

/// Returns the sentence for a 304.
pub(super) fn not_modified(facts: &ExchangeFacts<'_>) -> String {
    let held = match facts.condition() {
        SentCondition::IfNoneMatch(value) if !value.contains(',') => Some(value),
        _ => None,
    };
    let sender = facts.sender();
    match facts.etag().or(held) {
        Some(tag) => format!("{sender} has {tag}, which is still the current version; no text was sent again"),
        None => format!("the version that {sender} has is still current; no text was sent again"),
    }
}

fn document(facts: &ExchangeFacts<'_>) -> String {
    let document = facts.document();
    let Some(etag) = facts.etag() else {
        return format!(": {document}, but without an ETag, so a save has no version to name");
    };
    let who = Intermediary::read(|name| facts.response_field(name).map(str::as_bytes)).to_parenthetical();
    match etag.parse().ok().as_ref().and_then(tag_transformation) {
        Some(Transformation::Marked(_, coding)) => {
            return format!(
                ": {document}, but with the tag {etag}, which the server never issued: a proxy on the way{who} compressed the \
                 text ({coding}) and marked the tag, so If-Match never matches it"
            );
        }
        Some(_) => {
            return format!(
                ": {document}, but with the weak tag {etag}: a proxy on the way{who} weakened it, and If-Match never matches a \
                 weak tag"
            );
        }
        None => {}
    }
    let author = facts.by_author();
    match facts.condition() {
        SentCondition::IfNoneMatch(held) => {
            format!(": {} had {held}; the current version is {}", facts.sender(), facts.current_version())
        }
        _ => format!(": {document} is at {etag}{author}; a save that starts from here sends this tag back in If-Match"),
    }
}

fn events(facts: &ExchangeFacts<'_>) -> String {
    let what = match &facts.target {
        Some(ApiPath::Events(_)) => format!("change of {}", facts.document()),
        _ => "change of any document".to_owned(),
    };
    match facts.request_field("Last-Event-ID") {
        Some(id) => {
            format!(": the stream continues after event {id}: the missed events first, then every {what} as it happens")
        }
        None => format!(": a stream of events: every {what} as it happens"),
    }
}

/// Returns the length of the list in the body, such as ` (3)`; empty if the body was not kept whole.
fn count_in_words(facts: &ExchangeFacts<'_>, member: &str) -> String {
    let body = facts.exchange.response.as_ref().map_or("", |response| &response.body);
    let list: Option<serde_json::Value> = serde_json::from_str(body).ok();
    let count = list.as_ref().and_then(|list| list.get(member)?.as_array()).map(Vec::len);
    count.map_or_else(String::new, |count| format!(" ({count})"))
}

/// Returns what the policy in the body means for a save.
pub(super) fn policy(facts: &ExchangeFacts<'_>) -> String {
    #[derive(Deserialize)]
    struct Stated {
        preconditions: String,
    }
    let body = facts.exchange.response.as_ref().map_or("", |response| &response.body);
    let stated = serde_json::from_str(body).map(|stated: Stated| stated.preconditions).unwrap_or_default();
    let meaning = match stated.as_str() {
        "required" => "preconditions are required; a save that names no version gets a 428",
        "optional" => "preconditions are optional; a save that names no version is accepted, whatever it overwrites",
        "ignored" => "preconditions are ignored; the last save wins",
        _ => "see the body of the response",
    };
    meaning.to_owned()
}
