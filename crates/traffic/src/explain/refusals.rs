//! Sentences for refusals: the reason, and that nothing was written.

use contract::{ApiPath, DocumentId, Reason};

use super::facts::{ExchangeFacts, SentCondition};

/// Returns the sentence for a status other than 2xx and 304, without the status.
pub(super) fn refusal(status: u16, facts: &ExchangeFacts<'_>) -> String {
    let sentence = match status {
        412 => precondition_failed(facts),
        428 => return precondition_required(facts),
        404 => not_found(facts),
        409 => conflict(facts),
        410 => gone(facts),
        500..=599 => return server_failed(facts),
        300..=399 => return "the server redirects; this client does not follow redirects".to_owned(),
        _ => request_refused(status, facts),
    };
    if facts.is_write() { format!("{sentence}; nothing was written") } else { sentence }
}

/// Returns the reason of a 412.
fn precondition_failed(facts: &ExchangeFacts<'_>) -> String {
    let current = facts.current_version();
    // The contract's sentence says that the tag was never issued, but an empty field has no tag.
    if facts.problem.reason == Some(Reason::UnknownTag) && facts.request_field("If-Match") == Some("") {
        return format!("an empty If-Match names no version, so it matches none; the server has {current}");
    }
    reason_sentence(412, facts)
        .unwrap_or_else(|| format!("{}; the server has {current}{}", held(facts), representation_note(facts)))
}

/// Returns the contract's sentence for the problem's reason, or `None` if it has none.
fn reason_sentence(status: u16, facts: &ExchangeFacts<'_>) -> Option<String> {
    let sentence = facts.problem.reason.as_ref()?.sentence(status)?;
    Some(fill_in(sentence, facts))
}

/// Fills the placeholders of a sentence of the contract ([`contract::reason`]).
fn fill_in(sentence: &str, facts: &ExchangeFacts<'_>) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some((before, (placeholder, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        text.push_str(before);
        match placeholder {
            "sender" => text.push_str(facts.sender()),
            "held" => text.push_str(&held(facts)),
            "current" => text.push_str(&facts.current_version()),
            "behind" => text.push_str(&behind(facts)),
            "document" => text.push_str(&facts.document()),
            "version" => text.push_str(&facts.version()),
            "deletion" => text.push_str(&deletion(facts)),
            "applied" => text.push_str(&applied(facts)),
            // A test checks that no sentence of the contract has one of these.
            unknown => text.extend(["{", unknown, "}"]),
        }
        rest = after;
    }
    text + rest
}

/// Returns the condition of the request, as a clause about its sender.
fn held(facts: &ExchangeFacts<'_>) -> String {
    let sender = facts.sender();
    match facts.condition() {
        SentCondition::IfMatch(held) => format!("{sender} holds {held}"),
        SentCondition::EmptyIfMatch => format!("{sender} named no version (If-Match is empty)"),
        SentCondition::IfMatchAny => format!("{sender} asked for any version (If-Match: *)"),
        SentCondition::IfNoneMatchAny => format!("{sender} wanted to create it (If-None-Match: *)"),
        SentCondition::IfNoneMatch(held) => format!("{sender} asked for any version other than {held}"),
        SentCondition::IfUnmodifiedSince(date) => format!("{sender} asked for no change since {date}"),
        SentCondition::None => "a condition was false".to_owned(),
    }
}

/// Returns how far the sender is behind, such as `, 3 versions later`; empty for one version.
fn behind(facts: &ExchangeFacts<'_>) -> String {
    match facts.problem.behind {
        Some(behind @ 2..) => format!(", {behind} versions later"),
        _ => String::new(),
    }
}

/// Returns a note about the current document in the body of a 412.
///
/// With `Prefer: return=representation` the body is that document, so there is no problem that gives the reason.
fn representation_note(facts: &ExchangeFacts<'_>) -> &'static str {
    match facts.response_field("Content-Location") {
        Some(_) if facts.has_changed_tag() => ", and sent it along, but a proxy on the way changed its tag",
        Some(_) => ", and sent it along, ready to be merged",
        None => "",
    }
}

/// Returns a clause about the deletion, with its author.
fn deletion(facts: &ExchangeFacts<'_>) -> String {
    let document = facts.document();
    match facts.problem.deleted.as_ref().map(|deletion| deletion.author.as_str()) {
        Some(author) if facts.is_sender(author) => format!("{document} was deleted under the same name"),
        author => format!("{} deleted {document}", author.unwrap_or("another client")),
    }
}

/// Returns the version that the first attempt of this write made, such as ` as "v6-a2c19f03"`.
fn applied(facts: &ExchangeFacts<'_>) -> String {
    facts.problem.applied_etag.as_ref().map_or_else(String::new, |tag| format!(" as {tag}"))
}

/// Returns the sentence for a 428.
fn precondition_required(facts: &ExchangeFacts<'_>) -> String {
    let unconditional =
        || "the request does not say which version it replaces, and the server will not guess".to_owned();
    let why = reason_sentence(428, facts).unwrap_or_else(unconditional);
    // The problem of a 428 has the current tag if the document exists.
    let nothing_there = !facts.problem.error.is_empty() && facts.problem.current_etag.is_none();
    let next = if nothing_there {
        "there is no document yet: to create it, send If-None-Match: *"
    } else {
        "read the document first, then send its ETag in If-Match"
    };
    format!("{why}; nothing was written; {next}")
}

fn not_found(facts: &ExchangeFacts<'_>) -> String {
    match &facts.target {
        Some(ApiPath::Document(id)) => {
            format!("there has never been a document \u{2018}{id}\u{2019}; a PUT would create it")
        }
        Some(ApiPath::Version(id, number)) => format!("\u{2018}{id}\u{2019} has no version {number}"),
        Some(ApiPath::Versions(id) | ApiPath::Events(id)) => {
            format!("there has never been a document \u{2018}{id}\u{2019}")
        }
        Some(ApiPath::Question | ApiPath::Answer(_)) => "the leader has asked no question".to_owned(),
        _ => "there is nothing at that address".to_owned(),
    }
}

fn gone(facts: &ExchangeFacts<'_>) -> String {
    if let Some(ApiPath::Version(id, number)) = &facts.target {
        let is_delete = || format!("version {number} of \u{2018}{id}\u{2019} is a delete, which has no text");
        return reason_sentence(410, facts).unwrap_or_else(is_delete);
    }
    let document = facts.document();
    let deletion = facts.problem.deleted.as_ref();
    let who = deletion.map_or_else(String::new, |deletion| format!(" by {}", deletion.author));
    format!("{document} was deleted{who}; unlike after a 404, its history can still be read")
}

/// Returns the reason of a 409, which has nothing to do with versions.
fn conflict(facts: &ExchangeFacts<'_>) -> String {
    match &facts.target {
        Some(ApiPath::Participants) => {
            let free = facts.problem.free.as_ref().map_or_else(String::new, |free| format!("; {free} is free"));
            return format!("another participant has that name{free}");
        }
        Some(ApiPath::Answer(_)) => {
            return "the question takes no more answers, or the leader has asked another one".to_owned();
        }
        _ => {}
    }
    if facts.exchange.method == "POST" {
        return "a document of that name exists; POST creates, and never replaces".to_owned();
    }
    let children: Vec<&str> = facts.problem.children.iter().map(DocumentId::as_str).collect();
    let detail = facts.problem.detail.trim_end_matches('.');
    let why = if !children.is_empty() {
        let listed = children.len() as u64;
        let more = match facts.problem.child_count.unwrap_or(listed).saturating_sub(listed) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        format!("the document has children ({}{more})", children.join(", "))
    } else if !detail.is_empty() {
        detail.to_owned()
    } else {
        "other documents are in the way".to_owned()
    };
    format!("the version was right, so this is not a 412: {why}")
}

fn server_failed(facts: &ExchangeFacts<'_>) -> String {
    if facts.is_write() {
        "the server failed, before or after the save; only another request will tell whether it was applied".to_owned()
    } else {
        "the server failed; the read can be repeated".to_owned()
    }
}

/// Returns the reason of a 401: the server does not know the sender.
fn unauthorized(facts: &ExchangeFacts<'_>) -> String {
    reason_sentence(401, facts).unwrap_or_else(|| "the server requires a token that it knows".to_owned())
}

/// Returns the reason of a 403: the server knows the sender, who may not do this.
fn forbidden(facts: &ExchangeFacts<'_>) -> String {
    reason_sentence(403, facts).unwrap_or_else(|| format!("the server knows {}, who may not do this", facts.sender()))
}

fn request_refused(status: u16, facts: &ExchangeFacts<'_>) -> String {
    let field = facts.problem.field.as_deref();
    match (status, field) {
        (400, Some(field)) => {
            let position = facts.problem.position.map_or_else(String::new, |at| format!(" at byte {at}"));
            format!("{field} is malformed{position}, and the server does not guess what it means")
        }
        (401, _) => unauthorized(facts),
        (403, _) => forbidden(facts),
        (405, _) => format!("{} is not supported here", facts.exchange.method),
        (413, _) => "the document is larger than this server accepts".to_owned(),
        (415, _) => "the body has a media type that this server does not accept here".to_owned(),
        (421, _) => "this server does not answer to that host name".to_owned(),
        (422, _) => "the body is JSON, but not a valid document".to_owned(),
        (431, _) => "the header section of the request is larger than this server accepts".to_owned(),
        _ if facts.problem.detail.is_empty() => "the server refused, and gave no reason".to_owned(),
        _ => format!("the server refused: {}", facts.problem.detail.trim_end_matches('.')),
    }
}
