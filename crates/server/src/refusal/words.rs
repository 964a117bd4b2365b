//! What refusals say to people: what happened, and what to do next. All of these sentences stand here, and only here.
//!
//! They are written for somebody who meets the status code for the first time. They are no part of the contract for
//! programs: those read `error` and `reason`.

pub(crate) mod transport;
pub(crate) mod who;

use contract::{DocumentId, EntityTag};
use precondition::{Failure, FailureReason, Field, RequiredReason, SyntaxError, coding};

use super::Subject;
use crate::body::Media;

/// A condition is false.
pub(crate) fn failed(failure: &Failure, subject: &Subject<'_>) -> String {
    let noun = subject.noun;
    let field = failure.field;
    let sent = &failure.sent;
    let current = current(subject);
    let what = match failure.reason {
        FailureReason::Stale if field == Field::IfUnmodifiedSince => {
            format!("The {noun} has changed since {sent}: it is now {current}. {}", again(subject))
        }
        FailureReason::Stale => {
            let behind = failure.behind.map_or_else(String::new, |behind| format!(", {}", versions_later(behind)));
            format!("You have read {sent}, and the {noun} is now {current}{behind}. {}", again(subject))
        }
        FailureReason::Deleted => {
            let by = subject.deleted.as_ref().map_or_else(String::new, |d| format!(" by {} at {}", d.author, d.at));
            format!(
                "The {noun} was deleted{by}, so there is no version that {field} could mean. If it should exist again, \
                 create it: send the text with If-None-Match: *."
            )
        }
        FailureReason::NeverExisted => format!(
            "There is no such {noun}, and there never was, so there is no version that {field} could mean. To create \
             it, send If-None-Match: * in place of {field}."
        ),
        FailureReason::AlreadyExists => format!(
            "{field}: {sent} holds only where that is not there, and the {noun} is: it is now {current}. Read it; if \
             you then want to replace it, send its tag in If-Match."
        ),
        FailureReason::WeakTag => format!(
            "{sent} has been made weak on its way, and If-Match compares strongly: a weak tag matches nothing, old or \
             new. The {noun} is now {current}. Look for a proxy that compresses, ask with Accept-Encoding: identity, \
             and send the tag as the server gave it."
        ),
        FailureReason::TransformedTag => format!(
            "{sent} has been changed on its way: it is the current tag with the suffix that a proxy adds when it \
             compresses. This server issued {current}. Ask with Accept-Encoding: identity, and send the tag as the \
             server gave it."
        ),
        FailureReason::UnknownTag => format!(
            "{field} came with {}, and no version of this {noun} ever had such a tag: it is now {current}. A tag comes \
             from the field ETag of an answer about this very {noun}.{} {}",
            tags(sent),
            marked(sent),
            again(subject)
        ),
        FailureReason::DateTooCoarse => format!(
            "The {noun} got more than one version within the very second that {field} names, so the date cannot say \
             which of them you have read. Read it again, and send its tag in If-Match: tags tell all versions apart."
        ),
        FailureReason::Superseded => superseded(failure, subject),
    };
    if subject.reads() || failure.reason == FailureReason::Superseded {
        what
    } else {
        format!("Nothing was written. {what}")
    }
}

/// The text that was sent is in the history already, with other versions after it.
fn superseded(failure: &Failure, subject: &Subject<'_>) -> String {
    let noun = subject.noun;
    let saved = failure.applied.as_ref().map_or_else(|| "a version".to_owned(), ToString::to_string);
    let (what, base) = match subject.anticipated_by {
        Some(author) => {
            (format!("the same change was made by {author}, as {saved}, before yours came"), "that version")
        }
        None => {
            (format!("your text was saved as {saved}, and only the answer did not reach you"), "your saved version")
        }
    };
    format!(
        "Nothing is lost: {what}. It has been built upon since, and the {noun} is now {}. Read it, and go on from \
         there: if you merge, {base} is the base, and no longer a side.",
        current(subject)
    )
}

/// The write does not name the version that it replaces.
pub(crate) fn required(reason: RequiredReason, subject: &Subject<'_>) -> String {
    let noun = subject.noun;
    let Some(etag) = &subject.etag else {
        return format!(
            "There is no {noun} here, and your request does not say that it knows that. To create it, send \
             If-None-Match: *: then, if somebody else creates it at the same moment, one of you is told."
        );
    };
    let why = match reason {
        RequiredReason::NoCondition => {
            format!(
                "Your write does not say which version of the {noun} it replaces, so it could bury a change that you have not seen."
            )
        }
        RequiredReason::WildcardNamesNoVersion => format!(
            "If-Match: * holds, but it names no version: it says only that there is a {noun}, so your write could bury \
             a change that you have not seen."
        ),
        RequiredReason::NamesNoVersion => "Your If-None-Match holds, but it names no version to replace: it says only \
             which one it is not, so your write could bury a change that you have not seen."
            .to_owned(),
    };
    format!(
        "{why} Read the {noun}, and send the write again with If-Match and the value of the field ETag from that answer. \
         (It is {etag} at the moment. Repeating the write with that, without reading, is the lost update again.)"
    )
}

/// Nobody can tell what the condition is.
pub(crate) fn malformed(field: Field, error: &SyntaxError) -> String {
    format!(
        "{field} cannot be read: at byte {} there should be {}. Nothing was done. The right form is one or more tags as \
         the server sent them, quotes included, with commas between them ({field}: \"v5-d4f8c2a1\"), or * alone.",
        error.position, error.expected
    )
}

pub(crate) fn never_existed(subject: &Subject<'_>) -> String {
    let noun = subject.noun;
    format!("There is no such {noun}, and there never was. To create it, PUT it here with If-None-Match: *.")
}

pub(crate) fn gone(subject: &Subject<'_>) -> String {
    let noun = subject.noun;
    let by = subject.deleted.as_ref().map_or_else(String::new, |d| format!(" {} deleted it at {}.", d.author, d.at));
    format!(
        "There is no such {noun} any more.{by} Its versions can still be read, under /versions; to have it again, PUT \
         it here with If-None-Match: *."
    )
}

pub(crate) fn version_never(number: u64) -> String {
    format!("The document has no version {number}. GET /versions lists those that it has.")
}

pub(crate) fn version_is_delete(number: u64) -> String {
    format!("Version {number} is the delete itself, so it has no text. The version before it has the last one.")
}

/// If-Match names a version, and the request asks for another one.
pub(crate) fn other_version(number: u64, etag: &EntityTag, sent: &str) -> String {
    format!(
        "If-Match came with {sent}, which names another version of this document. Version {number} is a resource of \
         its own, and its tag is {etag} for ever. Leave the condition out to read it."
    )
}

/// If-Match names nothing, and the request asks for a version.
pub(crate) fn tag_of_no_version(number: u64, etag: &EntityTag, sent: &str) -> String {
    format!(
        "If-Match came with {}, and no version of this document ever had such a tag. The tag of version {number} is \
         {etag} for ever. Leave the condition out to read it.",
        tags(sent)
    )
}

/// If-Unmodified-Since names a time before the version that the request asks for.
pub(crate) fn version_is_later(number: u64, sent: &str) -> String {
    format!(
        "Version {number} was written after {sent}, and has not changed since. Leave the condition out to read it; \
         GET /versions lists all versions with their times."
    )
}

pub(crate) fn exists(id: &DocumentId) -> String {
    format!(
        "There is a document {id} already, and POST only creates. Choose another id, or leave it out and the server \
         chooses; to replace the document, read it and PUT with If-Match."
    )
}

pub(crate) fn children(children: &[DocumentId]) -> String {
    let names: Vec<&str> = children.iter().map(DocumentId::as_str).collect();
    format!(
        "Nothing was deleted: these documents belong under this one, and would be left without a parent: {}. Move or \
         delete them first.",
        names.join(", ")
    )
}

pub(crate) fn no_parent(parent: &DocumentId) -> String {
    format!("Nothing was written: the parent {parent} does not exist. Create it first, or choose another parent.")
}

pub(crate) fn circle(parent: &DocumentId) -> String {
    format!("Nothing was written: under {parent} the document would come to stand under itself. Choose another parent.")
}

pub(crate) fn no_route(path: &str) -> String {
    format!("There is nothing at {path}. Documents are at /api/documents, and each at /api/documents/ and its id.")
}

pub(crate) fn no_such_id() -> String {
    "There can be no such document: an id is 1 to 64 of a-z 0-9 . _ -, and begins with a letter or digit.".to_owned()
}

pub(crate) fn no_such_problem(names: &str) -> String {
    format!("There is no problem of that name. These are explained: {names}.")
}

pub(crate) fn method(method: &str, allow: &str) -> String {
    format!("{method} cannot be done here. These can: {allow}.")
}

pub(crate) fn no_author() -> String {
    "Ifmatch-Author says who writes, and it cannot be read: it is one name of 1 to 64 visible characters, in UTF-8, \
     and percent-encoded where they are not ASCII (Zo%C3%AB); a percent sign is %25."
        .to_owned()
}

pub(crate) fn query(name: &str, text: &str, form: &str) -> String {
    format!("In the query, {name} is {text:?}, and it has to be {form}.")
}

pub(crate) fn query_twice(name: &str) -> String {
    format!("In the query, {name} stands more than once. Say it once, so that it is clear which one is meant.")
}

pub(crate) fn content_range() -> String {
    "A document is written whole, and Content-Range says that this is a part of one. Leave the field out and send the \
     whole document, or send what changes as a merge patch with PATCH."
        .to_owned()
}

pub(crate) fn condition_on_post() -> String {
    "POST creates a document that is not there yet, so there is no version that a condition could be about, and none \
     is judged. Leave the condition out; to create a document under an id of your choice and only where there is none, \
     PUT it there with If-None-Match: *."
        .to_owned()
}

pub(crate) fn condition_on_setting() -> String {
    "This setting has no versions, so there is none that a condition could be about, and none is judged. Leave the \
     condition out: what you send is what will be in force."
        .to_owned()
}

pub(crate) fn not_held(exchange: &str) -> String {
    format!(
        "No request waits at the gate under the number {exchange:?}: it has been released, its client has gone, or there \
         never was one. GET /control/gate lists those that wait."
    )
}

pub(crate) fn stopping() -> String {
    "The server ends, and your request waited at its gate. Nothing was done. Send it again when the server is back: the \
     same write with the same tag."
        .to_owned()
}

pub(crate) fn media_type(media: Media) -> String {
    let (method, right) = match media {
        Media::Json => ("What is sent here", "application/json"),
        Media::MergePatch => ("A patch", "application/merge-patch+json (RFC 7396)"),
    };
    format!("{method} has to be {right}, in UTF-8. Say so in Content-Type.")
}

pub(crate) fn coding() -> String {
    "The body is coded, as Content-Encoding says, and no content coding is understood here. Send it plain, and leave the \
     field out."
        .to_owned()
}

pub(crate) fn broken_body() -> String {
    "The body ended before it was complete. Send the request again.".to_owned()
}

pub(crate) fn no_json(reason: &str) -> String {
    format!("The body is no JSON: {reason}. Nothing was written.")
}

pub(crate) fn half_a_character(line: usize, column: usize) -> String {
    format!(
        "the escape before line {line} column {column} is half of a surrogate pair (\\ud800 to \\udfff), which is no \
         character; send both halves, or the character itself"
    )
}

pub(crate) fn no_document(reason: &str) -> String {
    format!("The body is JSON, and not what is wanted here: {reason}. Nothing was written.")
}

pub(crate) fn document_too_large(size: usize, limit: u64) -> String {
    format!(
        "Title and content have {size} bytes together, and a document may have {limit}. Nothing was written. Split the \
         document."
    )
}

pub(crate) fn body_too_large(limit: u64) -> String {
    format!("The body has more than {limit} bytes, which is more than any document needs. Nothing was written.")
}

pub(crate) fn disk_full() -> String {
    "The disk of the server is full, so nothing was written. What is there can still be read. Tell whoever runs the \
     server, and send the same write again later."
        .to_owned()
}

pub(crate) fn damaged(what: &str) -> String {
    format!("The store is damaged: {what}. Tell whoever runs the server; there may be a backup.")
}

pub(crate) fn store_failed() -> String {
    "The store does not answer. A write was perhaps done and perhaps not: the same write with the same tag is safe to \
     send again."
        .to_owned()
}

pub(crate) fn internal() -> String {
    "Something in the server is broken, and it is not your request. Read the document before you write again, to see \
     what was done."
        .to_owned()
}

/// The current version, and who wrote it.
fn current(subject: &Subject<'_>) -> String {
    match (&subject.etag, subject.author) {
        (Some(etag), Some(author)) => format!("{etag}, written by {author}"),
        (Some(etag), None) => etag.to_string(),
        (None, _) => "not there".to_owned(),
    }
}

/// What to do after a condition is false.
fn again(subject: &Subject<'_>) -> &'static str {
    if subject.reads() {
        "Leave the condition out to read what is there now."
    } else {
        "Read it again, merge your text with it, and write with the tag that you have read then."
    }
}

/// What a field on tags came with.
fn tags(sent: &str) -> &str {
    if sent.is_empty() { "no tag at all" } else { sent }
}

/// What may have happened to a tag that looks as if somebody on the way had changed it.
fn marked(sent: &str) -> String {
    let coding = EntityTag::parse(sent.as_bytes()).ok().as_ref().and_then(coding::mark);
    coding.map_or_else(String::new, |coding| {
        format!(
            " This one ends as proxies mark tags when they compress ({coding}): ask with Accept-Encoding: identity."
        )
    })
}

fn versions_later(behind: u64) -> String {
    if behind == 1 { "one version later".to_owned() } else { format!("{behind} versions later") }
}
