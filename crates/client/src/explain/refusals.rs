//! Sentences for refusals: what was false, and that nothing was written.

use contract::DocumentId;

use super::facts::{Condition, Facts};
use crate::target::Target;

/// What stands behind a status that is no success.
pub(super) fn refusal(status: u16, facts: &Facts<'_>) -> String {
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
fn precondition_failed(facts: &Facts<'_>) -> String {
    let stands = facts.version_that_stands();
    match facts.problem.reason.as_deref() {
        Some("stale") => format!("{}, the server has {stands}{}", you_hold(facts), behind(facts)),
        Some("deleted") => deleted_meanwhile(facts),
        Some("never_existed") => {
            format!("{}, but there has never been a document {}", you_hold(facts), facts.document())
        }
        Some("already_exists") => format!("you said 'only if there is none', and there is one: {stands}"),
        Some("weak_tag") => {
            format!("{}, a weak tag; If-Match compares strongly, and a weak tag is equal to nothing", you_hold(facts))
        }
        Some("transformed_tag") => format!(
            "{}, which is the current tag with something added on the way, as compressing proxies do; the server has \
             {stands}",
            you_hold(facts)
        ),
        Some("unknown_tag") if facts.asked("If-Match") == Some("") => {
            format!("an If-Match without a tag names no version, so it holds for none; the server has {stands}")
        }
        Some("unknown_tag") => {
            format!(
                "{}, a tag that was never given out for {}; the server has {stands}",
                you_hold(facts),
                facts.document()
            )
        }
        Some("date_too_coarse") => format!(
            "a date names a whole second, and within that second the document got two versions; only a tag tells them \
             apart ({stands})"
        ),
        Some("superseded") => superseded(facts, &stands),
        _ => format!("{}, the server has {stands}{}", you_hold(facts), came_along(facts)),
    }
}

/// What the writer claimed to know.
fn you_hold(facts: &Facts<'_>) -> String {
    match facts.condition() {
        Condition::IfMatch(held) => format!("you hold {held}"),
        Condition::IfMatchAny => "you said 'whatever is there'".to_owned(),
        Condition::IfNoneMatchAny => "you said 'only if there is none'".to_owned(),
        Condition::IfNoneMatch(held) => format!("you said 'not if it is {held}'"),
        Condition::IfUnmodifiedSince(date) => format!("you read it at {date}"),
        Condition::None => "a condition was false".to_owned(),
    }
}

/// How far the writer is behind, where that is more than one version.
fn behind(facts: &Facts<'_>) -> String {
    match facts.problem.behind {
        Some(behind @ 2..) => format!(", {behind} versions later"),
        _ => String::new(),
    }
}

/// With `Prefer: return=representation` a 412 has the current document for a body, and no room for a reason.
fn came_along(facts: &Facts<'_>) -> &'static str {
    if facts.answered("Content-Location").is_some() { ", which came along and can be merged at once" } else { "" }
}

fn deleted_meanwhile(facts: &Facts<'_>) -> String {
    let (held, document) = (you_hold(facts), facts.document());
    match facts.problem.deleted.as_ref().map(|deletion| deletion.author.as_str()) {
        Some(author) if facts.is_asker(author) => {
            format!("{held}, but {document} was deleted under your name meanwhile")
        }
        author => format!("{held}, but {} deleted {document} meanwhile", author.unwrap_or("somebody")),
    }
}

fn superseded(facts: &Facts<'_>, stands: &str) -> String {
    let applied = facts.problem.applied_etag.as_ref();
    let applied = applied.map_or_else(String::new, |tag| format!(" as {tag}"));
    format!(
        "this very save was applied before{applied}, its answer was lost, and since then it was replaced by {stands}; your \
         text stands in the history already"
    )
}

/// 428: nothing was false, because nothing was asked.
fn precondition_required(facts: &Facts<'_>) -> String {
    let why = match facts.problem.reason.as_deref() {
        Some("wildcard_names_no_version") => "If-Match: * says 'whatever is there', which names no version",
        Some("names_no_version") => "your condition says what must not be there, and names no version to replace",
        Some("date_in_future") => {
            "your date is in the future of the server's clock, so it is not when you read anything"
        }
        _ => "you did not say which version you replace, and the server will not guess",
    };
    // A 428 about something that exists names its tag.
    let nothing_there = !facts.problem.error.is_empty() && facts.problem.current_etag.is_none();
    let next = if nothing_there {
        "there is none yet: to create it, send If-None-Match: *"
    } else {
        "read first, then send the ETag of what you read in If-Match"
    };
    format!("{why}; nothing was written; {next}")
}

fn not_found(facts: &Facts<'_>) -> String {
    match &facts.target {
        Some(Target::Document(id)) => {
            format!("there has never been a document \u{2018}{id}\u{2019}; a PUT with If-None-Match: * would create it")
        }
        Some(Target::Version(id, number)) => format!("\u{2018}{id}\u{2019} has no version {number}"),
        Some(Target::Versions(id) | Target::Events(id)) => {
            format!("there has never been a document \u{2018}{id}\u{2019}")
        }
        _ => "there is nothing at that address".to_owned(),
    }
}

fn gone(facts: &Facts<'_>) -> String {
    if let Some(Target::Version(id, number)) = &facts.target {
        return if facts.problem.reason.as_deref() == Some("text_removed") {
            format!(
                "the text of version {number} of \u{2018}{id}\u{2019} was removed to save space; who wrote it and when is \
                 still in the list of versions"
            )
        } else {
            format!("version {number} of \u{2018}{id}\u{2019} is its delete, which has no text")
        };
    }
    let document = facts.document();
    let deletion = facts.problem.deleted.as_ref();
    let who = deletion.map_or_else(String::new, |deletion| format!(" by {}", deletion.author));
    format!("{document} was deleted{who}; not 'never there', but gone: its history can still be read")
}

/// 409: the other refusal, that has nothing to do with versions.
fn conflict(facts: &Facts<'_>) -> String {
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

fn server_failed(facts: &Facts<'_>) -> String {
    if facts.is_write() {
        "the server failed, before the save or after it; only asking again will tell whether it was applied".to_owned()
    } else {
        "the server failed; the read can be repeated".to_owned()
    }
}

/// 401: who you are is not known.
fn unauthorized(facts: &Facts<'_>) -> &'static str {
    match facts.problem.reason.as_deref() {
        Some("no_credentials") => {
            "the server lets in only who shows a token, and you showed none; ask whoever runs it for one"
        }
        Some("invalid_token") => {
            "the token that you showed is none of this server's: mistyped, or of before it was started anew; ask whoever \
             runs it"
        }
        _ => "the server wants a token, and none came that it knows",
    }
}

/// 403: who you are is known, and it is not enough.
fn forbidden(facts: &Facts<'_>) -> &'static str {
    match facts.problem.reason.as_deref() {
        Some("insufficient_scope") => {
            "your token lets you edit, and this is for whoever leads the session: it wants an admin's token"
        }
        Some("other_name") => {
            "your token is one person's, and you write under another name; go by the name that the token was given to"
        }
        _ => "the server knows who you are, and this is not yours to do",
    }
}

fn request_refused(status: u16, facts: &Facts<'_>) -> String {
    let field = facts.problem.field.as_deref();
    match (status, field) {
        (400, Some(field)) => {
            let place = facts.problem.position.map_or_else(String::new, |at| format!(" at byte {at}"));
            format!("{field} is malformed{place}; that is neither 'no condition' nor one that holds")
        }
        (401, _) => unauthorized(facts).to_owned(),
        (403, _) => forbidden(facts).to_owned(),
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
