//! The sentences of all refusals: what happened, and what to do next.
//!
//! Their reader is a person who meets the status code for the first time. Programs read `error` and `reason` instead;
//! these sentences are not part of their contract.

pub(crate) mod access;
pub(crate) mod body;
pub(crate) mod precondition_failed;
pub(crate) mod room;
pub(crate) mod transport;

use std::fmt::Display;

use contract::{DocumentId, EntityTag};
use precondition::{Field, RequiredReason, SyntaxError};
use store::facts::MAX_DEPTH;

use super::subject::ProblemSubject;
use crate::budget::{Budget, Unit};
use crate::fields::content_type::{FORM, Media, TypeError};
use precondition_failed::{short, tags};

/// Returns the sentence of a 428: the write does not name the version that it replaces.
pub(crate) fn required(reason: RequiredReason, subject: &ProblemSubject<'_>) -> String {
    let noun = subject.noun;
    let Some(etag) = &subject.etag else {
        return format!(
            "There is no {noun} here, and your request does not say that it expects none. To create the {noun}, send \
             If-None-Match: *. If another client creates it first, the server then refuses yours with a 412."
        );
    };
    let why = match reason {
        RequiredReason::NoCondition => {
            format!(
                "Your write does not say which version of the {noun} it replaces, so it could overwrite a change that \
                 you have not seen."
            )
        }
        RequiredReason::WildcardNamesNoVersion => format!(
            "If-Match: * holds, but it names no version: it only says that the {noun} exists, so your write could \
             overwrite a change that you have not seen."
        ),
        RequiredReason::NamesNoVersion => {
            "Your If-None-Match holds, but it names no version to replace: it only rules versions out, so your write \
             could overwrite a change that you have not seen."
                .to_owned()
        }
        RequiredReason::DateInFuture => format!(
            "Your If-Unmodified-Since holds, but its date is in the future, by the clock of this server or of its \
             database, so it cannot be when you read the {noun}: it would hold for every change until then."
        ),
    };
    format!(
        "{why} Read the {noun}, then repeat the write with If-Match and the value of that response's ETag. (The \
         current ETag is {etag}. Repeating the write with it, without reading, is the lost update again.)"
    )
}

/// Returns the sentence about a budget that is used up.
pub(crate) fn used_up(budget: &Budget, limit: u64, seconds: Option<u32>) -> String {
    let Budget { name, bounds, unit, .. } = budget;
    let when = match seconds {
        Some(1) => "in a second".to_owned(),
        Some(seconds) => format!("in {seconds} seconds"),
        None => "later".to_owned(),
    };
    let limit = match unit {
        Unit::Count(_) => limit.to_string(),
        Unit::Bytes | Unit::Seconds => format!("{limit} {unit}"),
    };
    format!(
        "The budget '{name}' is used up ({bounds}; the limit is {limit}). Nothing was done. Send the request again \
         {when}."
    )
}

/// Returns the sentence about a condition that cannot be parsed.
pub(crate) fn malformed(field: Field, error: &SyntaxError) -> String {
    format!(
        "{field} is malformed: at byte {}, the server expected {}. Nothing was done. Send one or more tags as you \
         received them, with their quotes and with commas between them ({field}: \"v5-d4f8c2a1\"), or * alone.",
        error.position, error.expected
    )
}

pub(crate) fn never_existed(subject: &ProblemSubject<'_>) -> String {
    let noun = subject.noun;
    format!("This {noun} does not exist, and never has. To create it, PUT it here with If-None-Match: *.")
}

pub(crate) fn gone(subject: &ProblemSubject<'_>) -> String {
    let noun = subject.noun;
    let by = subject.deleted.as_ref().map_or_else(String::new, |d| format!(" by {} at {}", d.author, d.at));
    format!(
        "The {noun} was deleted{by}. Its versions can still be read, under /versions. To bring it back, PUT it here \
         with If-None-Match: *."
    )
}

pub(crate) fn version_never(number: u64) -> String {
    format!("The document has no version {number}. GET /versions lists the versions that it has.")
}

pub(crate) fn version_is_delete(number: u64) -> String {
    format!("Version {number} is a delete, so it has no text. The last text is in the version before it.")
}

pub(crate) fn text_removed(number: u64) -> String {
    format!(
        "The text of version {number} has been removed to save space: this server keeps only the texts of the newest \
         versions. GET /versions still lists the version's author and time."
    )
}

/// Returns the sentence about an `If-Match` that names another version than the path does.
pub(crate) fn other_version(number: u64, etag: &EntityTag, sent: &str) -> String {
    format!(
        "If-Match is {}, which names another version of this document. Version {number} is a resource of its own, and \
         its tag is always {etag}. To read it, send no condition.",
        short(sent)
    )
}

/// Returns the sentence about an `If-Match` that names no version at all, for a path that names one.
pub(crate) fn tag_of_no_version(number: u64, etag: &EntityTag, sent: &str) -> String {
    format!(
        "If-Match is {}, and no version of this document has ever had such a tag. The tag of version {number} is \
         always {etag}. To read it, send no condition.",
        tags(sent)
    )
}

/// Returns the sentence about an `If-Unmodified-Since` that is earlier than the version in the path.
pub(crate) fn version_is_later(number: u64, sent: &str) -> String {
    format!(
        "Version {number} was written after {}, and a version never changes. To read it, send no condition. GET \
         /versions lists all versions with their times.",
        short(sent)
    )
}

pub(crate) fn exists(id: &DocumentId) -> String {
    format!(
        "The document {id} already exists, and POST only creates. Choose another id, or send none and the server \
         chooses one. To replace the document, read it and PUT it with If-Match."
    )
}

pub(crate) fn children(first: &[DocumentId], count: u64) -> String {
    let names: Vec<&str> = first.iter().map(DocumentId::as_str).collect();
    let more = match count.saturating_sub(first.len() as u64) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let (has, their, them) = if count == 1 { ("a child", "its", "it") } else { ("children", "their", "them") };
    format!(
        "Nothing was deleted: the document has {has}, which would lose {their} parent: {}{more}. Move or delete {them} \
         first.",
        names.join(", ")
    )
}

pub(crate) fn no_parent(parent: &DocumentId) -> String {
    format!("Nothing was written: the parent {parent} does not exist. Create it first, or choose another parent.")
}

pub(crate) fn circle(parent: &DocumentId) -> String {
    format!(
        "Nothing was written: with {parent} as its parent, the document would be its own ancestor. Choose another \
         parent."
    )
}

pub(crate) fn too_deep(parent: &DocumentId) -> String {
    format!(
        "Nothing was written: with {parent} as its parent, the document or one of its descendants would be nested more \
         than {MAX_DEPTH} levels deep. Choose a parent nearer to the top."
    )
}

pub(crate) fn no_route(path: &str) -> String {
    let path = short(path);
    format!(
        "There is nothing at {path}. The list of documents is at /api/documents, each document at /api/documents/ID."
    )
}

pub(crate) fn no_such_id() -> String {
    "No document can have this id: an id is 1 to 64 characters from a-z 0-9 . _ - and begins with a letter or digit."
        .to_owned()
}

pub(crate) fn no_such_problem(names: &str) -> String {
    format!("There is no type of problem with that name. The types are: {names}.")
}

pub(crate) fn method(method: &str, allow: &str) -> String {
    let method = short(method);
    format!("This resource does not support {method}. It supports {allow}.")
}

pub(crate) fn no_author(error: &dyn Display) -> String {
    format!(
        "Ifmatch-Author names the writer, and its value is not a valid name: {error}. Nothing was done. A name has 1 \
         to 64 visible characters, in percent-encoded UTF-8."
    )
}

pub(crate) fn query(name: &str, text: &str, form: &str) -> String {
    format!("The query parameter {name} is {:?}, but it must be {form}.", short(text))
}

pub(crate) fn lose_response_of_all() -> String {
    "loseResponse applies to the release of one exchange, and this request releases all. Nothing was released. Send \
     the parameter to /control/gate/{exchange}/release, or omit it."
        .to_owned()
}

pub(crate) fn duplicate_of_all() -> String {
    "duplicate applies to the release of one exchange, and this request releases all. Nothing was released. Send the \
     parameter to /control/gate/{exchange}/release, or omit it."
        .to_owned()
}

/// Only a proxy has a request that it could send again.
pub(crate) fn duplicate_without_proxy() -> String {
    "Only a proxy sends a request twice, and this server is none: the request is here already. Nothing was released. \
     Omit the parameter; to try it out, let the client send the request twice."
        .to_owned()
}

pub(crate) fn query_twice(name: &str) -> String {
    format!("The query has the parameter {name} more than once, so its value is ambiguous. Send it once.")
}

pub(crate) fn content_range() -> String {
    "Content-Range says that the body is a part of a document, but this server only replaces whole documents. Omit the \
     field and send the whole document, or PATCH with a merge patch of the changes."
        .to_owned()
}

pub(crate) fn condition_on_post() -> String {
    "POST creates a document that does not exist yet, so a condition has no version to compare with, and the server \
     evaluates none. Omit the condition. To create a document under an id of your choice, and only if there is none, \
     PUT it there with If-None-Match: *."
        .to_owned()
}

pub(crate) fn condition_on_setting() -> String {
    "This setting has no versions, so a condition has nothing to compare with, and the server evaluates none. Omit the \
     condition: your values replace the current ones."
        .to_owned()
}

pub(crate) fn condition_on_release() -> String {
    "Held requests have no versions, so a condition has nothing to compare with, and the server evaluates none. \
     Nothing was released. Omit the condition."
        .to_owned()
}

pub(crate) fn not_held_here(exchange: &str) -> String {
    let exchange = short(exchange);
    format!(
        "The gate of this server holds no request with the number {exchange:?}. Each server of the store releases the \
         requests that it holds itself, and GET /control/gate lists those of the server that is asked. So ask the \
         server that received the request, if it is still held."
    )
}

pub(crate) fn not_held(exchange: &str) -> String {
    let exchange = short(exchange);
    format!(
        "The gate holds no request with the number {exchange:?}: it was released, its client disconnected, or the \
         number was never in use. GET /control/gate lists the held requests."
    )
}

pub(crate) fn stopping() -> String {
    "The server is stopping, and it held your request at its gate. Nothing was done. When the server is back, send the \
     same write with the same tag again."
        .to_owned()
}

pub(crate) fn media_type(media: Media, error: TypeError) -> String {
    let why = match error {
        TypeError::Missing => "The request has no Content-Type.",
        TypeError::Malformed => {
            "Content-Type is malformed. Send it once: a type, a slash and a subtype, then parameters such as ; \
             charset=utf-8 (RFC 9110 section 5.6.6)."
        }
        TypeError::Other => "Content-Type names another media type.",
        TypeError::Charset => "Content-Type names another charset than UTF-8.",
    };
    let (what, right) = match media {
        Media::Json => ("This body", "application/json"),
        Media::MergePatch => ("A patch", "application/merge-patch+json (RFC 7396)"),
        Media::Form => ("A form", FORM),
    };
    format!("{why} {what} must be {right} in UTF-8. Name that media type in Content-Type.")
}

pub(crate) fn coding() -> String {
    "Content-Encoding says that the body is compressed or otherwise encoded, and this server supports no content \
     coding. Send the body unencoded, without that field."
        .to_owned()
}

pub(crate) fn disk_full() -> String {
    "The server's disk is full, so nothing was written. The server can still read documents. Tell its operator, and \
     send the same write again later."
        .to_owned()
}

pub(crate) fn store_replaced() -> String {
    "The store's file was removed or replaced while the server had it open, so nothing was saved. The server can still \
     read the documents in the old file. Tell its operator: put the old file back if possible, and restart the server. \
     Then send the same write again."
        .to_owned()
}

pub(crate) fn damaged(what: &str) -> String {
    format!("The store is damaged: {what}. Tell the server's operator, who may have a backup.")
}

pub(crate) fn store_failed() -> String {
    "The store does not respond. If this was a write, it may or may not have been applied. The same write with the \
     same tag is safe to send again."
        .to_owned()
}

pub(crate) fn internal() -> String {
    "The server has a fault, and your request is not the cause. If this was a write, it may or may not have been \
     applied: read the document before you write again."
        .to_owned()
}
