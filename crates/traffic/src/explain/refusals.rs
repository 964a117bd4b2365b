//! Sentences for refusals: what was false, and that nothing was written.

use contract::{ApiPath, DocumentId, Reason};

use super::facts::{ExchangeFacts, SentCondition};

/// What stands behind a status that is no success.
pub(super) fn refusal(status: u16, facts: &ExchangeFacts<'_>) -> String {
    let sentence = match status {
        412 => precondition_failed(facts),
        428 => return precondition_required(facts),
        404 => not_found(facts),
        409 => conflict(facts),
        410 => gone(facts),
        500..=599 => return server_failed(facts),
        300..=399 => return "the server points elsewhere; this client does not follow".to_owned(),
        _ => request_refused(status, facts),
    };
    if facts.is_write() { format!("{sentence}; nothing was written") } else { sentence }
}

/// 412: the heart of the matter.
fn precondition_failed(facts: &ExchangeFacts<'_>) -> String {
    let stands = facts.current_version();
    // The table says that the tag was never issued; here is none.
    if facts.problem.reason == Some(Reason::UnknownTag) && facts.request_field("If-Match") == Some("") {
        return format!("an If-Match without a tag names no version, so it holds for none; the server has {stands}");
    }
    told(412, facts)
        .unwrap_or_else(|| format!("{}, the server has {stands}{}", sender_holds(facts), who_wrote_meanwhile(facts)))
}

/// The sentence that the contract has for the reason, if it has one under this status.
fn told(status: u16, facts: &ExchangeFacts<'_>) -> Option<String> {
    let sentence = facts.problem.reason.as_ref()?.sentence(status)?;
    Some(fill_in(sentence, facts))
}

/// Puts what the exchange says into the places of a sentence.
fn fill_in(sentence: &str, facts: &ExchangeFacts<'_>) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some((before, (place, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        text.push_str(before);
        match place {
            "held" => text.push_str(&sender_holds(facts)),
            "current" => text.push_str(&facts.current_version()),
            "behind" => text.push_str(&behind(facts)),
            "document" => text.push_str(&facts.document()),
            "version" => text.push_str(&facts.version()),
            "deletion" => text.push_str(&deletion(facts)),
            "applied" => text.push_str(&applied(facts)),
            // A test looks for these in each sentence of the contract.
            unknown => text.extend(["{", unknown, "}"]),
        }
        rest = after;
    }
    text + rest
}

/// What the writer claimed to know.
fn sender_holds(facts: &ExchangeFacts<'_>) -> String {
    match facts.condition() {
        SentCondition::IfMatch(held) => format!("you hold {held}"),
        SentCondition::IfMatchAny => "you said 'whatever is there'".to_owned(),
        SentCondition::IfNoneMatchAny => "you said 'only if there is none'".to_owned(),
        SentCondition::IfNoneMatch(held) => format!("you said 'not if it is {held}'"),
        SentCondition::IfUnmodifiedSince(date) => format!("you read it at {date}"),
        SentCondition::None => "a condition was false".to_owned(),
    }
}

/// How far the writer is behind, where that is more than one version.
fn behind(facts: &ExchangeFacts<'_>) -> String {
    match facts.problem.behind {
        Some(behind @ 2..) => format!(", {behind} versions later"),
        _ => String::new(),
    }
}

/// With `Prefer: return=representation` a 412 has the current document for a body, and no room for a reason.
fn who_wrote_meanwhile(facts: &ExchangeFacts<'_>) -> &'static str {
    if facts.response_field("Content-Location").is_some() { ", which came along and can be merged at once" } else { "" }
}

/// Who deleted the document.
fn deletion(facts: &ExchangeFacts<'_>) -> String {
    let document = facts.document();
    match facts.problem.deleted.as_ref().map(|deletion| deletion.author.as_str()) {
        Some(author) if facts.is_asker(author) => format!("{document} was deleted under your name"),
        author => format!("{} deleted {document}", author.unwrap_or("somebody")),
    }
}

/// The version that the same write made when it came the first time.
fn applied(facts: &ExchangeFacts<'_>) -> String {
    facts.problem.applied_etag.as_ref().map_or_else(String::new, |tag| format!(" as {tag}"))
}

/// 428: nothing was false, because nothing was asked.
fn precondition_required(facts: &ExchangeFacts<'_>) -> String {
    let unguarded = || "you did not say which version you replace, and the server will not guess".to_owned();
    let why = told(428, facts).unwrap_or_else(unguarded);
    // A 428 about something that exists names its tag.
    let nothing_there = !facts.problem.error.is_empty() && facts.problem.current_etag.is_none();
    let next = if nothing_there {
        "there is none yet: to create it, send If-None-Match: *"
    } else {
        "read first, then send the ETag of what you read in If-Match"
    };
    format!("{why}; nothing was written; {next}")
}

fn not_found(facts: &ExchangeFacts<'_>) -> String {
    match &facts.target {
        Some(ApiPath::Document(id)) => {
            format!("there has never been a document \u{2018}{id}\u{2019}; a PUT with If-None-Match: * would create it")
        }
        Some(ApiPath::Version(id, number)) => format!("\u{2018}{id}\u{2019} has no version {number}"),
        Some(ApiPath::Versions(id) | ApiPath::Events(id)) => {
            format!("there has never been a document \u{2018}{id}\u{2019}")
        }
        _ => "there is nothing at that address".to_owned(),
    }
}

fn gone(facts: &ExchangeFacts<'_>) -> String {
    if let Some(ApiPath::Version(id, number)) = &facts.target {
        let is_delete = || format!("version {number} of \u{2018}{id}\u{2019} is its delete, which has no text");
        return told(410, facts).unwrap_or_else(is_delete);
    }
    let document = facts.document();
    let deletion = facts.problem.deleted.as_ref();
    let who = deletion.map_or_else(String::new, |deletion| format!(" by {}", deletion.author));
    format!("{document} was deleted{who}; not 'never there', but gone: its history can still be read")
}

/// 409: the other refusal, that has nothing to do with versions.
fn conflict(facts: &ExchangeFacts<'_>) -> String {
    if facts.exchange.method == "POST" {
        return "there is a document of that name already; POST creates, and never replaces".to_owned();
    }
    let children: Vec<&str> = facts.problem.children.iter().map(DocumentId::as_str).collect();
    let why = if children.is_empty() {
        facts.problem.detail.trim_end_matches('.').to_owned()
    } else {
        let listed = children.len() as u64;
        let more = match facts.problem.child_count.unwrap_or(listed).saturating_sub(listed) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        format!("documents that belong under it ({}{more})", children.join(", "))
    };
    let why = if why.is_empty() { "other documents".to_owned() } else { why };
    format!("the version was right, so this is no 412; what stands in the way: {why}")
}

fn server_failed(facts: &ExchangeFacts<'_>) -> String {
    if facts.is_write() {
        "the server failed, before the save or after it; only asking again will tell whether it was applied".to_owned()
    } else {
        "the server failed; the read can be repeated".to_owned()
    }
}

/// 401: who you are is not known.
fn unauthorized(facts: &ExchangeFacts<'_>) -> String {
    told(401, facts).unwrap_or_else(|| "the server wants a token, and none came that it knows".to_owned())
}

/// 403: who you are is known, and it is not enough.
fn forbidden(facts: &ExchangeFacts<'_>) -> String {
    told(403, facts).unwrap_or_else(|| "the server knows who you are, and this is not yours to do".to_owned())
}

fn request_refused(status: u16, facts: &ExchangeFacts<'_>) -> String {
    let field = facts.problem.field.as_deref();
    match (status, field) {
        (400, Some(field)) => {
            let place = facts.problem.position.map_or_else(String::new, |at| format!(" at byte {at}"));
            format!("{field} is malformed{place}; that is neither 'no condition' nor one that holds")
        }
        (401, _) => unauthorized(facts),
        (403, _) => forbidden(facts),
        (405, _) => format!("{} is nothing that can be done here", facts.exchange.method),
        (413, _) => "the document is larger than this server takes".to_owned(),
        (415, _) => "the body is of a kind that this server does not read here".to_owned(),
        (421, _) => "this server does not answer to that host name".to_owned(),
        (422, _) => "the body is JSON, but no document".to_owned(),
        (431, _) => "the fields of the request are larger than this server takes".to_owned(),
        _ if facts.problem.detail.is_empty() => "the server refused, and gave no reason".to_owned(),
        _ => format!("the server refused: {}", facts.problem.detail.trim_end_matches('.')),
    }
}
