//! What is said of documents and of the collection of them.

use contract::{Document, DocumentList, fields};
use schemars::JsonSchema;
use serde_json::json;

use super::examples;
use super::links::{AFTER_A_CREATION, AFTER_A_DELETE, AFTER_A_READ, AFTER_A_REFUSAL, AFTER_A_WRITE};
use super::operation::{Answer, Content, Operation};
use super::schemas::Schemas;
use crate::documents::post::NewDocument;
use crate::refusal::kinds::{
    CONFLICT, CONTENT_TOO_LARGE, GONE, INVALID_REQUEST, Kind, MALFORMED_BODY, MALFORMED_PRECONDITION, NOT_FOUND,
    PRECONDITION_FAILED, PRECONDITION_REQUIRED, SERVER_STOPPING, STORE_UNAVAILABLE, UNPROCESSABLE_CONTENT,
    UNSUPPORTED_MEDIA_TYPE,
};

pub(super) const TAG: &str = "documents";

/// The conditions on reads.
pub(super) const READS: [&str; 7] = [
    "If-Match",
    "If-None-Match",
    "If-Modified-Since",
    "If-Unmodified-Since",
    fields::AUTHOR,
    fields::EDITING,
    fields::GATE,
];
/// The conditions on lists, which have no date.
pub(super) const READS_LIST: [&str; 3] = ["If-Match", "If-None-Match", fields::AUTHOR];
/// The conditions on writes, and what their answer is to be.
const WRITES: [&str; 7] =
    ["If-Match", "If-None-Match", "If-Unmodified-Since", "Prefer", fields::AUTHOR, fields::EDITING, fields::GATE];
/// The fields about a version.
pub(super) const VERSION: [&str; 3] = ["ETag", "Last-Modified", fields::AUTHOR];
/// The fields that depend on what the client prefers.
const PREFERRED: [&str; 2] = ["Preference-Applied", "Vary"];
/// The ways in which a body can be wrong.
pub(super) const BODY: [&Kind; 4] =
    [&CONTENT_TOO_LARGE, &UNSUPPORTED_MEDIA_TYPE, &MALFORMED_BODY, &UNPROCESSABLE_CONTENT];
/// The ways in which whatever comes under /api can be refused.
pub(super) const ANY: [&Kind; 3] = [&INVALID_REQUEST, &STORE_UNAVAILABLE, &SERVER_STOPPING];
/// The ways in which a condition can be wrong.
const CONDITIONS: [&Kind; 2] = [&MALFORMED_PRECONDITION, &PRECONDITION_REQUIRED];

pub(super) fn list(schemas: &mut Schemas) -> Operation {
    let page = Content::json(schemas.sent::<DocumentList>(), json!(examples::documents()));
    Operation::new("getDocuments", TAG, "List the documents", "Ordered by id, in pages. The list has a tag of its own.")
        .takes(&[&["limit", "after"][..], &READS_LIST, &[fields::GATE]].concat())
        .answers(
            200,
            Answer::new("One page of them.").with(&["ETag"]).of(page).leads_to(&[
                "ReadTheFirst",
                "DeleteTheFirst",
                "TurnThePage",
            ]),
        )
        .answers(304, not_modified())
        .answers(412, failed_read())
        .refuses(&ANY)
        .refuses(&[&MALFORMED_PRECONDITION])
}

pub(super) fn post(schemas: &mut Schemas) -> Operation {
    let example = json!({"id": "welcome", "title": "Welcome", "content": "Hello.\n"});
    let body = Content::json(schemas.taken::<NewDocument>(), example);
    let text = "POST only creates, under the id in the body or one that the server chooses. A condition on it would be \
                about nothing, and is a 400.";
    Operation::new("postDocument", TAG, "Create a document", text)
        .takes(&["Prefer", fields::AUTHOR, fields::EDITING, fields::GATE])
        .wants(body)
        .answers(201, created(schemas).leads_to(&AFTER_A_CREATION))
        .refuses(&ANY)
        .refuses(&BODY)
        .refuses(&[&CONFLICT])
}

pub(super) fn get(schemas: &mut Schemas) -> Operation {
    let whole = Answer::new("The current version.").with(&VERSION).with(&["Accept-Ranges"]);
    Operation::new("getDocument", TAG, "Read a document", "Keep the `ETag`: it names the version that you have read.")
        .takes(&READS)
        .answers(200, whole.of(content::<Document>(schemas)).leads_to(&AFTER_A_READ))
        .answers(304, not_modified())
        .answers(412, failed_read().with(&["Last-Modified", fields::AUTHOR]))
        .refuses(&ANY)
        .refuses(&[&NOT_FOUND, &GONE, &MALFORMED_PRECONDITION])
}

pub(super) fn put(schemas: &mut Schemas) -> Operation {
    let text = "In the place of the version that `If-Match` names, or, with `If-None-Match: *`, where there is none. A \
                PUT that was applied already, and whose answer was lost, is answered again.";
    let body = Content::json(schemas.taken::<Document>(), json!(examples::document()));
    Operation::new("putDocument", TAG, "Write a document", text)
        .takes(&WRITES)
        .wants(body)
        .answers(200, written(schemas).with(&[fields::REPLAYED]).leads_to(&AFTER_A_WRITE))
        .answers(201, created(schemas).leads_to(&AFTER_A_WRITE))
        .answers(204, minimal().with(&[fields::REPLAYED]).leads_to(&AFTER_A_WRITE))
        .answers(412, failed_write(schemas))
        .refuses(&ANY)
        .refuses(&CONDITIONS)
        .refuses(&BODY)
        .refuses(&[&NOT_FOUND, &CONFLICT])
}

pub(super) fn patch(schemas: &mut Schemas) -> Operation {
    let patch = json!({
        "type": "object",
        "description": "A merge patch (RFC 7396): the members that change. null takes a member away.",
        "properties": {
            "title": {"type": "string", "description": "At most 1,024 bytes of UTF-8."},
            "content": {"type": "string"},
            "parent": {"oneOf": [{"$ref": "#/components/schemas/DocumentId"}, {"type": "null"}]},
        },
        "additionalProperties": false,
    });
    let body = Content { media: fields::MERGE_PATCH, schema: patch, example: json!({"title": "Good morning"}) };
    let text = "A merge patch, applied to the version that `If-Match` names and to no other.";
    Operation::new("patchDocument", TAG, "Change a part of a document", text)
        .takes(&WRITES)
        .wants(body)
        .answers(200, written(schemas).leads_to(&AFTER_A_WRITE))
        .answers(204, minimal().leads_to(&AFTER_A_WRITE))
        .answers(412, failed_write(schemas))
        .refuses(&ANY)
        .refuses(&CONDITIONS)
        .refuses(&BODY)
        .refuses(&[&NOT_FOUND, &GONE, &CONFLICT])
}

pub(super) fn delete(schemas: &mut Schemas) -> Operation {
    let text = "The version that `If-Match` names. What it was can still be read, and the delete is a version too.";
    let gone = Answer::new("It is deleted.").with(&[fields::OVERWROTE, fields::UNSAFE]);
    Operation::new("deleteDocument", TAG, "Delete a document", text)
        .takes(&WRITES)
        .answers(204, gone.leads_to(&AFTER_A_DELETE))
        .answers(412, failed_write(schemas))
        .refuses(&ANY)
        .refuses(&CONDITIONS)
        .refuses(&[&NOT_FOUND, &GONE, &CONFLICT])
}

/// A document as it is sent.
pub(super) fn content<T: JsonSchema>(schemas: &mut Schemas) -> Content {
    Content::json(schemas.sent::<T>(), json!(examples::document()))
}

fn written(schemas: &mut Schemas) -> Answer {
    let fields = ["Content-Location", "Accept-Ranges", fields::OVERWROTE, fields::UNSAFE];
    let answer = Answer::new("The document as it is now.").with(&VERSION).with(&PREFERRED).with(&fields);
    answer.of(content::<Document>(schemas))
}

fn created(schemas: &mut Schemas) -> Answer {
    let answer = Answer::new("The document is new; nothing comes back with `return=minimal`.");
    answer.with(&VERSION).with(&PREFERRED).with(&["Location", "Content-Location"]).of(content::<Document>(schemas))
}

fn minimal() -> Answer {
    Answer::new("Done, and `return=minimal` was preferred.").with(&VERSION).with(&PREFERRED)
}

pub(super) fn not_modified() -> Answer {
    Answer::new("What you have is still current.").with(&["ETag"])
}

/// 412 to a read: nothing was to be written, so nothing else than the problem comes back.
pub(super) fn failed_read() -> Answer {
    Answer::new("A condition is false.").with(&["ETag"]).of(problem())
}

fn failed() -> Answer {
    let about = "A condition is false, so nothing was done. `ETag` is that of the version that is there, if there is \
                 one. With `return=representation` that version is the body.";
    Answer::new(about)
        .with(&VERSION)
        .with(&PREFERRED)
        .with(&["Content-Location"])
        .of(problem())
        .leads_to(&AFTER_A_REFUSAL)
}

fn failed_write(schemas: &mut Schemas) -> Answer {
    failed().of(content::<Document>(schemas))
}

fn problem() -> Content {
    let schema = json!({"$ref": "#/components/schemas/Problem"});
    let example = json!(examples::problem(&PRECONDITION_FAILED));
    Content { media: fields::PROBLEM_JSON, schema, example }
}
