//! The description of the resources about the server itself.

use contract::fields::JSON;
use serde_json::json;

use super::documents::{READS_LIST, failed_read, not_modified};
use super::operation::{MediaContent, OperationSpec, ResponseSpec};
use crate::fields::content_type::FORM;
use crate::problem::types::{
    CONTENT_TOO_LARGE, FORBIDDEN, INVALID_REQUEST, MALFORMED_PRECONDITION, NOT_FOUND, STORE_UNAVAILABLE,
    TOO_MANY_REQUESTS, UNSUPPORTED_MEDIA_TYPE,
};

pub(super) const TAG: &str = "server";

const TEXT: &str = "text/plain";

/// The media type of the page for browsers.
const HTML: &str = "text/html";

pub(super) fn home() -> OperationSpec {
    let text = "What this server is, how to join, requests to try and, for those who may read them, the documents. HTML \
                for a client that prefers it, text for all others. The page contains no code and no token.";
    OperationSpec::new("getHome", TAG, "Read what this server is", text)
        .with_response(200, page("The page."))
        .with_problems(&[&STORE_UNAVAILABLE])
}

pub(super) fn enter() -> OperationSpec {
    let text = "The form of the page: `name` and `code` join the room, `token` is the one in the page that comes back, and \
                `choice` with `id` answers the leader's question. The page in the response says what was wrong.";
    let schema = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let form = MediaContent { media: FORM, schema, example: json!({"name": "sam", "code": "kudop-lirat-bomak"}) };
    OperationSpec::new("postHome", TAG, "Join and answer by a form", text)
        .with_body(form)
        .with_response(200, page("The page of the participant, with the question."))
        .with_response(401, page("The code or token is wrong.").with_headers(&["WWW-Authenticate"]))
        .with_response(409, page("The name is taken; the page proposes a free one."))
        .with_response(422, page("The name cannot be used."))
        .with_response(503, page("The room is full."))
        .with_problems(&[&INVALID_REQUEST, &FORBIDDEN, &CONTENT_TOO_LARGE, &UNSUPPORTED_MEDIA_TYPE, &TOO_MANY_REQUESTS])
}

fn page(description: &str) -> ResponseSpec {
    ResponseSpec::new(description)
        .with_headers(&["Vary"])
        .with_content(MediaContent::text(HTML, "<!doctype html>\n<title>ifmatch</title>\n"))
        .with_content(MediaContent::text(TEXT, "ifmatch\n"))
}

pub(super) fn problem() -> OperationSpec {
    let page = MediaContent::text(TEXT, "412 Precondition Failed\n\nA condition of the request is false.\n");
    OperationSpec::new("getProblem", TAG, "Explain a type of problem", "The `type` of each problem is this URL.")
        .with_response(200, ResponseSpec::new("The explanation.").with_content(page))
        .with_problems(&[&NOT_FOUND])
}

pub(super) fn description() -> OperationSpec {
    let schema = json!({"type": "object", "required": ["openapi", "info", "paths"]});
    let example = json!({"openapi": "3.1.0", "info": {"title": "ifmatch", "version": "0.1.0"}, "paths": {}});
    OperationSpec::new(
        "getOpenApi",
        TAG,
        "Read this description",
        "Generated from the code of the server that serves \
                                                                    it.",
    )
    .with_parameters(&READS_LIST)
    .with_response(
        200,
        ResponseSpec::new("This description.").with_headers(&["ETag"]).with_content(MediaContent {
            media: JSON,
            schema,
            example,
        }),
    )
    .with_response(304, not_modified())
    .with_response(412, failed_read())
    .with_problems(&[&INVALID_REQUEST, &MALFORMED_PRECONDITION])
}

pub(super) fn health() -> OperationSpec {
    let word = json!({"const": "ok"});
    let schema = json!({
        "type": "object",
        "properties": {"status": word, "store": word, "events": {"enum": ["ok", "late"]}},
        "required": ["status", "store"],
        "additionalProperties": false,
    });
    let well = MediaContent { media: JSON, schema, example: json!({"status": "ok", "store": "ok"}) };
    let text = "Also checks that its store works. `events` is there if several servers may share the store: it is `late` \
                if this server does not hear in time what others write. Reads and writes are correct then, too.";
    OperationSpec::new("getHealth", TAG, "Check whether the server is alive", text)
        .with_response(200, ResponseSpec::new("Server and store are alive.").with_content(well))
        .with_problems(&[&STORE_UNAVAILABLE])
}

pub(super) fn metrics() -> OperationSpec {
    let text = "Requests by method and status, refusals by reason, held requests, store latency, connections to the \
                database; in the text format of Prometheus.";
    let numbers = MediaContent::text(TEXT, "# TYPE ifmatch_gate_held_requests gauge\nifmatch_gate_held_requests 0\n");
    OperationSpec::new("getMetrics", TAG, "Read the metrics", text)
        .with_response(200, ResponseSpec::new("The metrics.").with_content(numbers))
}
