//! What is said of what the server says of itself.

use contract::fields::JSON;
use serde_json::json;

use super::documents::{READS_LIST, failed_read, not_modified};
use super::operation::{Answer, Content, Operation};
use crate::refusal::kinds::{INVALID_REQUEST, MALFORMED_PRECONDITION, NOT_FOUND, STORE_UNAVAILABLE};

pub(super) const TAG: &str = "server";

const TEXT: &str = "text/plain";

pub(super) fn problem() -> Operation {
    let page = Content::text(TEXT, "412 Precondition Failed\n\nA condition of the request is false.\n");
    Operation::new("getProblem", TAG, "Have a kind of problem explained", "The `type` of each problem leads here.")
        .answers(200, Answer::new("The explanation.").of(page))
        .refuses(&[&NOT_FOUND])
}

pub(super) fn description() -> Operation {
    let schema = json!({"type": "object", "required": ["openapi", "info", "paths"]});
    let example = json!({"openapi": "3.1.0", "info": {"title": "ifmatch", "version": "0.1.0"}, "paths": {}});
    Operation::new("getOpenApi", TAG, "Read this description", "Made from the code of the server that serves it.")
        .takes(&READS_LIST)
        .answers(200, Answer::new("This.").with(&["ETag"]).of(Content { media: JSON, schema, example }))
        .answers(304, not_modified())
        .answers(412, failed_read())
        .refuses(&[&INVALID_REQUEST, &MALFORMED_PRECONDITION])
}

pub(super) fn health() -> Operation {
    let word = json!({"const": "ok"});
    let schema = json!({
        "type": "object",
        "properties": {"status": word, "store": word},
        "required": ["status", "store"],
        "additionalProperties": false,
    });
    let well = Content { media: JSON, schema, example: json!({"status": "ok", "store": "ok"}) };
    Operation::new("getHealth", TAG, "Ask whether the server is alive", "And whether its store is.")
        .answers(200, Answer::new("Both are.").of(well))
        .refuses(&[&STORE_UNAVAILABLE])
}

pub(super) fn metrics() -> Operation {
    let text = "Requests by method and status, refusals by reason, held requests, how long the store takes: as \
                Prometheus reads it.";
    let numbers = Content::text(TEXT, "# TYPE ifmatch_held_requests gauge\nifmatch_held_requests 0\n");
    Operation::new("getMetrics", TAG, "Read the counters", text).answers(200, Answer::new("The counters.").of(numbers))
}
