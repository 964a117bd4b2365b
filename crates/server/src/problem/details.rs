//! The sentences of refusals: what happened, and what to do next. All of them are here.
//!
//! They are written for a person who meets the status code for the first time. They are not part of the contract for
//! programs: those read `error` and `reason`.

pub(crate) mod access;
pub(crate) mod body;
pub(crate) mod precondition_failed;
pub(crate) mod transport;

use std::fmt::Display;

use contract::{DocumentId, EntityTag};
use precondition::{Field, RequiredReason, SyntaxError};
use store::facts::MAX_DEPTH;

use super::subject::ProblemSubject;
use crate::budget::Budget;
use crate::fields::content_type::{Media, TypeError};
use precondition_failed::{short, tags};

/// The write does not name the version that it replaces.
pub(crate) fn required(reason: RequiredReason, subject: &ProblemSubject<'_>) -> String {
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
                "Your write does not say which version of the {noun} it replaces, so it could overwrite a change that you have not seen."
            )
        }
        RequiredReason::WildcardNamesNoVersion => format!(
            "If-Match: * holds, but it names no version: it says only that there is a {noun}, so your write could \
             overwrite a change that you have not seen."
        ),
        RequiredReason::NamesNoVersion => "Your If-None-Match holds, but it names no version to replace: it says only \
             which one it is not, so your write could overwrite a change that you have not seen."
            .to_owned(),
        RequiredReason::DateInFuture => format!(
            "Your If-Unmodified-Since holds, but its time is in the future of this server's clock (see the field Date), so \
             it cannot be when you read the {noun}: it would hold for every change that is made until then."
        ),
    };
    format!(
        "{why} Read the {noun}, and send the write again with If-Match and the value of the field ETag from that answer. \
         (It is {etag} at the moment. Repeating the write with that, without reading, is the lost update again.)"
    )
}

/// A budget is used up.
pub(crate) fn used_up(budget: &Budget, limit: u64, seconds: Option<u32>) -> String {
    let Budget { name, bounds, unit, .. } = budget;
    let when = match seconds {
        Some(1) => "in a second".to_owned(),
        Some(seconds) => format!("in {seconds} seconds"),
        None => "later".to_owned(),
    };
    format!(
        "The budget '{name}' is used up ({bounds}: {limit} {unit}). Nothing was done. Send the request again {when}."
    )
}

/// The condition cannot be parsed.
pub(crate) fn malformed(field: Field, error: &SyntaxError) -> String {
    format!(
        "{field} cannot be read: at byte {} there should be {}. Nothing was done. The right form is one or more tags as \
         the server sent them, quotes included, with commas between them ({field}: \"v5-d4f8c2a1\"), or * alone.",
        error.position, error.expected
    )
}

pub(crate) fn never_existed(subject: &ProblemSubject<'_>) -> String {
    let noun = subject.noun;
    format!("There is no such {noun}, and there never was. To create it, PUT it here with If-None-Match: *.")
}

pub(crate) fn gone(subject: &ProblemSubject<'_>) -> String {
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

pub(crate) fn text_removed(number: u64) -> String {
    format!(
        "The text of version {number} has been removed to save space: this server keeps those of the newest versions \
         only. GET /versions still says who wrote it and when."
    )
}

/// If-Match names a version, and the request asks for another one.
pub(crate) fn other_version(number: u64, etag: &EntityTag, sent: &str) -> String {
    format!(
        "If-Match came with {}, which names another version of this document. Version {number} is a resource of \
         its own, and its tag is {etag} for ever. Leave the condition out to read it.",
        short(sent)
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
        "Version {number} was written after {}, and has not changed since. Leave the condition out to read it; \
         GET /versions lists all versions with their times.",
        short(sent)
    )
}

pub(crate) fn exists(id: &DocumentId) -> String {
    format!(
        "There is a document {id} already, and POST only creates. Choose another id, or leave it out and the server \
         chooses; to replace the document, read it and PUT with If-Match."
    )
}

pub(crate) fn children(first: &[DocumentId], count: u64) -> String {
    let names: Vec<&str> = first.iter().map(DocumentId::as_str).collect();
    let more = match count.saturating_sub(first.len() as u64) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!(
        "Nothing was deleted: these documents belong under this one, and would be left without a parent: {}{more}. \
         Move or delete them first.",
        names.join(", ")
    )
}

pub(crate) fn no_parent(parent: &DocumentId) -> String {
    format!("Nothing was written: the parent {parent} does not exist. Create it first, or choose another parent.")
}

pub(crate) fn circle(parent: &DocumentId) -> String {
    format!("Nothing was written: under {parent} the document would come to stand under itself. Choose another parent.")
}

pub(crate) fn too_deep(parent: &DocumentId) -> String {
    format!(
        "Nothing was written: under {parent} the document, or one that belongs under it, would be nested more than \
         {MAX_DEPTH} levels deep. Choose a parent nearer to the top."
    )
}

pub(crate) fn no_route(path: &str) -> String {
    let path = short(path);
    format!("There is nothing at {path}. Documents are at /api/documents, and each at /api/documents/ and its id.")
}

pub(crate) fn no_such_id() -> String {
    "There can be no such document: an id is 1 to 64 of a-z 0-9 . _ -, and begins with a letter or digit.".to_owned()
}

pub(crate) fn no_such_problem(names: &str) -> String {
    format!("There is no problem of that name. These are explained: {names}.")
}

pub(crate) fn method(method: &str, allow: &str) -> String {
    let method = short(method);
    format!("{method} cannot be done here. These can: {allow}.")
}

pub(crate) fn no_author(error: &dyn Display) -> String {
    format!(
        "Ifmatch-Author says who writes, and it cannot be taken: {error}. Nothing was done. It is one name of 1 to 64 \
         visible characters, in UTF-8, percent-encoded where they are not ASCII (Zo%C3%AB)."
    )
}

pub(crate) fn query(name: &str, text: &str, form: &str) -> String {
    format!("In the query, {name} is {:?}, and it has to be {form}.", short(text))
}

pub(crate) fn lose_response_of_all() -> String {
    "loseResponse is for the release of one exchange, and this releases all. None was released. Send it to \
     /control/gate/{exchange}/release, or leave it out."
        .to_owned()
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

pub(crate) fn condition_on_release() -> String {
    "What waits at the gate has no versions, so there is none that a condition could be about, and none is judged. Leave \
     the condition out; nothing was released."
        .to_owned()
}

pub(crate) fn not_held(exchange: &str) -> String {
    let exchange = short(exchange);
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

pub(crate) fn media_type(media: Media, error: TypeError) -> String {
    let why = match error {
        TypeError::Missing => "There is no Content-Type.",
        TypeError::Malformed => {
            "Content-Type cannot be read: it stands there once, and is a type, a slash and a subtype, with parameters such \
             as ; charset=utf-8 (RFC 9110 section 5.6.6)."
        }
        TypeError::Other => "Content-Type names another media type.",
        TypeError::Charset => "Content-Type names another charset than UTF-8.",
    };
    let (what, right) = match media {
        Media::Json => ("What is sent here", "application/json"),
        Media::MergePatch => ("A patch", "application/merge-patch+json (RFC 7396)"),
    };
    format!("{why} {what} has to be {right}, in UTF-8. Say so in Content-Type.")
}

pub(crate) fn coding() -> String {
    "The body is coded, as Content-Encoding says, and no content coding is understood here. Send it plain, and leave the \
     field out."
        .to_owned()
}

pub(crate) fn disk_full() -> String {
    "The disk of the server is full, so nothing was written. What is there can still be read. Tell whoever runs the \
     server, and send the same write again later."
        .to_owned()
}

pub(crate) fn store_replaced() -> String {
    "The file of the store was removed or replaced while the server had it open, so nothing was saved. What was there \
     can still be read. Tell whoever runs the server: put the file back if possible, start the server again, and then \
     send the same write again."
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
