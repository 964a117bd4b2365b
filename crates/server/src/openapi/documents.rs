//! The description of documents and of their collection.

use contract::{Document, DocumentList, fields};
use schemars::JsonSchema;
use serde_json::json;

use super::examples;
use super::links::{AFTER_A_CREATION, AFTER_A_DELETE, AFTER_A_READ, AFTER_A_REFUSAL, AFTER_A_WRITE};
use super::operation::{MediaContent, OperationSpec, ResponseSpec};
use super::schemas::SchemaRegistry;
use crate::api::documents::post::NewDocument;
use crate::problem::types::{
    CONFLICT, CONTENT_TOO_LARGE, GONE, INVALID_REQUEST, MALFORMED_BODY, MALFORMED_PRECONDITION, NOT_FOUND,
    PRECONDITION_FAILED, PRECONDITION_REQUIRED, ProblemType, SERVER_STOPPING, STORE_UNAVAILABLE, UNPROCESSABLE_CONTENT,
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
/// The conditions on reads of lists, which have no date.
pub(super) const READS_LIST: [&str; 3] = ["If-Match", "If-None-Match", fields::AUTHOR];
/// The conditions on writes, and the preference for the response.
const WRITES: [&str; 7] =
    ["If-Match", "If-None-Match", "If-Unmodified-Since", "Prefer", fields::AUTHOR, fields::EDITING, fields::GATE];
/// The fields about a version.
pub(super) const VERSION: [&str; 3] = ["ETag", "Last-Modified", fields::AUTHOR];
/// The fields that depend on what the client prefers.
const PREFERRED: [&str; 2] = ["Preference-Applied", "Vary"];
/// The problems that a body may cause.
pub(super) const BODY: [&ProblemType; 4] =
    [&CONTENT_TOO_LARGE, &UNSUPPORTED_MEDIA_TYPE, &MALFORMED_BODY, &UNPROCESSABLE_CONTENT];
/// The problems that any request under `/api` may cause.
pub(super) const ANY: [&ProblemType; 3] = [&INVALID_REQUEST, &STORE_UNAVAILABLE, &SERVER_STOPPING];
/// The problems that a condition may cause.
const CONDITIONS: [&ProblemType; 2] = [&MALFORMED_PRECONDITION, &PRECONDITION_REQUIRED];

pub(super) fn list(schemas: &mut SchemaRegistry) -> OperationSpec {
    let page = MediaContent::json(schemas.response_schema::<DocumentList>(), json!(examples::documents()));
    OperationSpec::new(
        "getDocuments",
        TAG,
        "List the documents",
        "Ordered by id, in pages. Each page has a tag of its own.",
    )
    .with_parameters(&[&["limit", "after"][..], &READS_LIST, &[fields::GATE]].concat())
    .with_response(
        200,
        ResponseSpec::new("One page of documents.").with_headers(&["ETag"]).with_content(page).with_links(&[
            "ReadTheFirst",
            "DeleteTheFirst",
            "TurnThePage",
        ]),
    )
    .with_response(304, not_modified())
    .with_response(412, failed_read())
    .with_problems(&ANY)
    .with_problems(&[&MALFORMED_PRECONDITION])
}

pub(super) fn post(schemas: &mut SchemaRegistry) -> OperationSpec {
    let example = json!({"id": "welcome", "title": "Welcome", "content": "Hello.\n"});
    let body = MediaContent::json(schemas.request_schema::<NewDocument>(), example);
    let text = "POST only creates, under the id in the body or one that the server chooses. A condition has no version \
                to compare with, so it is a 400.";
    OperationSpec::new("postDocument", TAG, "Create a document", text)
        .with_parameters(&["Prefer", fields::AUTHOR, fields::EDITING, fields::GATE])
        .with_body(body)
        .with_response(201, created(schemas).with_links(&AFTER_A_CREATION))
        .with_problems(&ANY)
        .with_problems(&BODY)
        .with_problems(&[&CONFLICT])
}

pub(super) fn get(schemas: &mut SchemaRegistry) -> OperationSpec {
    let whole = ResponseSpec::new("The current version.").with_headers(&VERSION).with_headers(&["Accept-Ranges"]);
    OperationSpec::new("getDocument", TAG, "Read a document", "Keep the `ETag`: it names the version that you read.")
        .with_parameters(&READS)
        .with_response(200, whole.with_content(content::<Document>(schemas)).with_links(&AFTER_A_READ))
        .with_response(304, not_modified())
        .with_response(412, failed_read().with_headers(&["Last-Modified", fields::AUTHOR]))
        .with_problems(&ANY)
        .with_problems(&[&NOT_FOUND, &GONE, &MALFORMED_PRECONDITION])
}

pub(super) fn put(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Replaces the version that `If-Match` names or, with `If-None-Match: *`, creates the document. If this \
                same PUT was already applied and its response was lost, the server sends the response again.";
    let body = MediaContent::json(schemas.request_schema::<Document>(), json!(examples::document()));
    OperationSpec::new("putDocument", TAG, "Write a document", text)
        .with_parameters(&WRITES)
        .with_body(body)
        .with_response(200, written(schemas).with_headers(&[fields::REPLAYED]).with_links(&AFTER_A_WRITE))
        .with_response(201, created(schemas).with_links(&AFTER_A_WRITE))
        .with_response(204, minimal().with_headers(&[fields::REPLAYED]).with_links(&AFTER_A_WRITE))
        .with_response(412, failed_write(schemas))
        .with_problems(&ANY)
        .with_problems(&CONDITIONS)
        .with_problems(&BODY)
        .with_problems(&[&NOT_FOUND, &CONFLICT])
}

pub(super) fn patch(schemas: &mut SchemaRegistry) -> OperationSpec {
    let patch = json!({
        "type": "object",
        "description": "A merge patch (RFC 7396): the members that change. null removes a member.",
        "properties": {
            "title": {"type": "string", "description": "At most 1,024 bytes of UTF-8."},
            "content": {"type": "string"},
            "parent": {"oneOf": [{"$ref": "#/components/schemas/DocumentId"}, {"type": "null"}]},
        },
        "additionalProperties": false,
    });
    let body = MediaContent { media: fields::MERGE_PATCH, schema: patch, example: json!({"title": "Good morning"}) };
    let text = "Applies a merge patch to the version that `If-Match` names, and to no other.";
    OperationSpec::new("patchDocument", TAG, "Change part of a document", text)
        .with_parameters(&WRITES)
        .with_body(body)
        .with_response(200, written(schemas).with_links(&AFTER_A_WRITE))
        .with_response(204, minimal().with_links(&AFTER_A_WRITE))
        .with_response(412, failed_write(schemas))
        .with_problems(&ANY)
        .with_problems(&CONDITIONS)
        .with_problems(&BODY)
        .with_problems(&[&NOT_FOUND, &GONE, &CONFLICT])
}

pub(super) fn delete(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Deletes the version that `If-Match` names. The old versions can still be read, and the delete is a \
                version too.";
    let gone = ResponseSpec::new("The document is deleted.").with_headers(&[fields::OVERWROTE, fields::UNSAFE]);
    OperationSpec::new("deleteDocument", TAG, "Delete a document", text)
        .with_parameters(&WRITES)
        .with_response(204, gone.with_links(&AFTER_A_DELETE))
        .with_response(412, failed_write(schemas))
        .with_problems(&ANY)
        .with_problems(&CONDITIONS)
        .with_problems(&[&NOT_FOUND, &GONE, &CONFLICT])
}

/// Returns the content of a response with a document.
pub(super) fn content<T: JsonSchema>(schemas: &mut SchemaRegistry) -> MediaContent {
    MediaContent::json(schemas.response_schema::<T>(), json!(examples::document()))
}

fn written(schemas: &mut SchemaRegistry) -> ResponseSpec {
    let fields = ["Content-Location", "Accept-Ranges", fields::OVERWROTE, fields::UNSAFE];
    let answer =
        ResponseSpec::new("The new version.").with_headers(&VERSION).with_headers(&PREFERRED).with_headers(&fields);
    answer.with_content(content::<Document>(schemas))
}

fn created(schemas: &mut SchemaRegistry) -> ResponseSpec {
    let answer = ResponseSpec::new("The document was created. With `return=minimal`, there is no body.");
    answer
        .with_headers(&VERSION)
        .with_headers(&PREFERRED)
        .with_headers(&["Location", "Content-Location"])
        .with_content(content::<Document>(schemas))
}

fn minimal() -> ResponseSpec {
    ResponseSpec::new("The write was applied, and the client preferred `return=minimal`.")
        .with_headers(&VERSION)
        .with_headers(&PREFERRED)
}

pub(super) fn not_modified() -> ResponseSpec {
    ResponseSpec::new("The version that the client has is still current.").with_headers(&["ETag"])
}

/// Returns the 412 to a read: its body is always the problem, since `Prefer` concerns writes.
pub(super) fn failed_read() -> ResponseSpec {
    ResponseSpec::new("A condition is false.").with_headers(&["ETag"]).with_problems(&[&PRECONDITION_FAILED])
}

fn failed() -> ResponseSpec {
    let about = "A condition is false, so nothing was done. `ETag` names the current version, if there is one. With \
                 `return=representation`, that version is the body.";
    ResponseSpec::new(about)
        .with_headers(&VERSION)
        .with_headers(&PREFERRED)
        .with_headers(&["Content-Location"])
        .with_problems(&[&PRECONDITION_FAILED])
        .with_links(&AFTER_A_REFUSAL)
}

fn failed_write(schemas: &mut SchemaRegistry) -> ResponseSpec {
    failed().with_content(content::<Document>(schemas))
}
