//! The description of versions and of events.

use contract::fields::{AUTHOR, EVENT_STREAM, GATE};
use contract::{Document, VersionList};
use serde_json::json;

use super::documents::{ANY, READS, READS_LIST, VERSION, content, failed_read, not_modified};
use super::examples;
use super::operation::{MediaContent, OperationSpec, ResponseSpec};
use super::schemas::SchemaRegistry;
use crate::problem::types::{GONE, MALFORMED_PRECONDITION, NOT_FOUND, TOO_MANY_REQUESTS};

pub(super) const TAG: &str = "history";

pub(super) fn versions(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Newest first, in pages; also after a delete. `parentEtag` is the tag of the version before, `basedOn` \
                the tag that the writer named: if both are tags and differ, an update was lost.";
    let page = MediaContent::json(schemas.response_schema::<VersionList>(), json!(examples::versions()));
    OperationSpec::new("getVersions", TAG, "List the versions of a document", text)
        .with_parameters(&[&["limit", "before"][..], &READS_LIST, &[GATE]].concat())
        .with_response(
            200,
            ResponseSpec::new("One page of versions.")
                .with_headers(&["ETag"])
                .with_content(page)
                .with_links(&["ReadTheNewest"]),
        )
        .with_response(304, not_modified())
        .with_response(412, failed_read())
        .with_problems(&ANY)
        .with_problems(&[&NOT_FOUND, &MALFORMED_PRECONDITION])
}

pub(super) fn version(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "A version never changes, so caches may keep it. The delete of a document is a version without a text: \
                410. A version whose text was removed to save space is a 410 with the reason `text_removed`.";
    let whole = ResponseSpec::new("That version.")
        .with_headers(&VERSION)
        .with_headers(&["Accept-Ranges"])
        .with_content(content::<Document>(schemas));
    OperationSpec::new("getVersion", TAG, "Read one version of a document", text)
        .with_parameters(&READS)
        .with_response(200, whole)
        .with_response(304, not_modified())
        .with_response(412, failed_read().with_headers(&["Last-Modified", AUTHOR]))
        .with_problems(&ANY)
        .with_problems(&[&NOT_FOUND, &GONE, &MALFORMED_PRECONDITION])
}

pub(super) fn events() -> OperationSpec {
    stream("getEvents", "Watch all documents")
}

pub(super) fn events_of_one() -> OperationSpec {
    stream("getDocumentEvents", "Watch one document").with_problems(&[&NOT_FOUND])
}

fn stream(id: &str, summary: &str) -> OperationSpec {
    let text = "An endless stream of server-sent events: `created`, `changed`, `deleted`, each with `id`, `etag`, \
                `author` and `at`. If there is no event for 15 seconds, the server sends a comment. After a break, \
                `Last-Event-ID` resumes without a gap. On /api/events, changes of the leader's question are events \
                `question`.";
    let example = "id: 42\nevent: changed\ndata: {\"id\":\"welcome\",\"etag\":\"\\\"v2-a2c19f03\\\"\",\"author\":\"bob\",\
                   \"at\":\"2026-11-22T05:00:11.123Z\"}\n\n";
    OperationSpec::new(id, TAG, summary, text)
        .with_parameters(&["Last-Event-ID", AUTHOR])
        .with_response(
            200,
            ResponseSpec::new("Events, as they happen.").with_content(MediaContent::text(EVENT_STREAM, example)),
        )
        .with_problems(&ANY)
        .with_problems(&[&TOO_MANY_REQUESTS])
}
