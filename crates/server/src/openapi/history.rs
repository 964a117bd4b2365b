//! What is said of versions and of events.

use contract::fields::{AUTHOR, EVENT_STREAM, GATE};
use contract::{Document, VersionList};
use serde_json::json;

use super::documents::{ANY, READS, READS_LIST, VERSION, content, failed_read, not_modified};
use super::examples;
use super::operation::{Answer, Content, Operation};
use super::schemas::Schemas;
use crate::refusal::kinds::{GONE, MALFORMED_PRECONDITION, NOT_FOUND};

pub(super) const TAG: &str = "history";

pub(super) fn versions(schemas: &mut Schemas) -> Operation {
    let text = "Newest first, in pages, after a delete too. `parentEtag` is the version before, `basedOn` the one that \
                the writer named: where the two differ, an update was lost.";
    let page = Content::json(schemas.sent::<VersionList>(), json!(examples::versions()));
    Operation::new("getVersions", TAG, "List the versions of a document", text)
        .takes(&[&["limit", "before"][..], &READS_LIST, &[GATE]].concat())
        .answers(200, Answer::new("One page of them.").with(&["ETag"]).of(page).leads_to(&["ReadTheNewest"]))
        .answers(304, not_modified())
        .answers(412, failed_read())
        .refuses(&ANY)
        .refuses(&[&NOT_FOUND, &MALFORMED_PRECONDITION])
}

pub(super) fn version(schemas: &mut Schemas) -> Operation {
    let text = "As it was. A version never changes, so caches may keep it. The delete of a document is a version \
                without a text: 410. So is a version whose text has been removed to save space: 410 with the reason \
                `text_removed`.";
    let whole = Answer::new("That version.").with(&VERSION).with(&["Accept-Ranges"]).of(content::<Document>(schemas));
    Operation::new("getVersion", TAG, "Read one version of a document", text)
        .takes(&READS)
        .answers(200, whole)
        .answers(304, not_modified())
        .answers(412, failed_read().with(&["Last-Modified", AUTHOR]))
        .refuses(&ANY)
        .refuses(&[&NOT_FOUND, &GONE, &MALFORMED_PRECONDITION])
}

pub(super) fn events() -> Operation {
    stream("getEvents", "Watch all documents")
}

pub(super) fn events_of_one() -> Operation {
    stream("getDocumentEvents", "Watch one document").refuses(&[&NOT_FOUND])
}

fn stream(id: &str, summary: &str) -> Operation {
    let text = "Server-sent events without an end: `created`, `changed`, `deleted`, each with `id`, `etag`, `author` \
                and `at`. A comment comes every 15 seconds where nothing else does. After a break, `Last-Event-ID` \
                resumes without a gap.";
    let example = "id: 42\nevent: changed\ndata: {\"id\":\"welcome\",\"etag\":\"\\\"v2-a2c19f03\\\"\",\"author\":\"bob\",\
                   \"at\":\"2026-11-22T05:00:11.123Z\"}\n\n";
    Operation::new(id, TAG, summary, text)
        .takes(&["Last-Event-ID", AUTHOR])
        .answers(200, Answer::new("Events, as they happen.").of(Content::text(EVENT_STREAM, example)))
        .refuses(&ANY)
}
