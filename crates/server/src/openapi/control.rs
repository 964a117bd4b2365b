//! The description of the control resources.

use contract::fields::{AUTHOR, EVENT_STREAM};
use contract::{ExchangeList, FaultSettings, GateSettings, Policy};
use serde_json::json;

use super::documents::{BODY, READS_LIST, failed_read, not_modified};
use super::examples::{self};
use super::operation::{MediaContent, OperationSpec, ResponseSpec};
use super::schemas::SchemaRegistry;
use crate::problem::types::{INVALID_REQUEST, MALFORMED_PRECONDITION, NOT_FOUND, PRECONDITION_REQUIRED};

pub(super) const TAG: &str = "control";

pub(super) fn get_policy(schemas: &mut SchemaRegistry) -> OperationSpec {
    let policy = MediaContent::json(schemas.response_schema::<Policy>(), json!(examples::policy()));
    let text = "How conditions are judged. The first word of each member is right; the others are mistakes that real \
                servers make.";
    OperationSpec::new("getPolicy", TAG, "Read the policy", text)
        .with_parameters(&READS_LIST)
        .with_response(
            200,
            ResponseSpec::new("The policy.").with_headers(&["ETag"]).with_content(policy).with_links(&["SetThePolicy"]),
        )
        .with_response(304, not_modified())
        .with_response(412, failed_read())
        .with_problems(&[&INVALID_REQUEST, &MALFORMED_PRECONDITION])
}

pub(super) fn put_policy(schemas: &mut SchemaRegistry) -> OperationSpec {
    let policy = MediaContent::json(schemas.response_schema::<Policy>(), json!(examples::policy()));
    let set = ResponseSpec::new("The policy, as it is now.")
        .with_headers(&["ETag"])
        .with_content(policy)
        .with_links(&["SetThePolicy"]);
    OperationSpec::new("putPolicy", TAG, "Set the policy", "Guarded by `If-Match` itself, whatever the policy says.")
        .with_parameters(&READS_LIST)
        .with_body(MediaContent::json(schemas.request_schema::<Policy>(), json!(examples::policy())))
        .with_response(200, set)
        .with_response(412, failed_read())
        .with_problems(&[&INVALID_REQUEST, &MALFORMED_PRECONDITION, &PRECONDITION_REQUIRED])
        .with_problems(&BODY)
}

pub(super) fn get_gate(schemas: &mut SchemaRegistry) -> OperationSpec {
    OperationSpec::new("getGate", TAG, "See who waits at the gate", "And which requests have to, from now on.")
        .with_response(200, gate(schemas).with_links(&["ReleaseTheFirst"]))
}

pub(super) fn put_gate(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Those that wait already do so until they are released. `held` may come back as it was read, and changes \
                nothing. With `Accept: text/event-stream` the gate holds only as long as the client listens: if the stream \
                breaks off, the gate opens and all go on in order of their arrival. The stream begins with an event `gate`, \
                and ends when the gate is set anew.";
    let live = MediaContent::text(EVENT_STREAM, "event: gate\ndata: {\"hold\":\"writes\",\"held\":[]}\n\n");
    OperationSpec::new("putGate", TAG, "Set which requests have to wait", text)
        .with_parameters(&[AUTHOR])
        .with_body(MediaContent::json(schemas.request_schema::<GateSettings>(), json!({"hold": "writes"})))
        .with_response(200, gate(schemas).with_content(live))
        .with_problems(&[&INVALID_REQUEST])
        .with_problems(&BODY)
}

pub(super) fn release(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "The one with this number. With `loseResponse=true` it is applied, if it is a write that can be, and its \
                connection is closed without a response.";
    OperationSpec::new("releaseExchange", TAG, "Let one go on", text)
        .with_parameters(&["loseResponse", AUTHOR])
        .with_response(200, gate(schemas))
        .with_problems(&[&NOT_FOUND, &INVALID_REQUEST])
}

pub(super) fn release_all(schemas: &mut SchemaRegistry) -> OperationSpec {
    OperationSpec::new("releaseAll", TAG, "Let all go on", "In order of their arrival.")
        .with_parameters(&[AUTHOR])
        .with_response(200, gate(schemas))
        .with_problems(&[&INVALID_REQUEST])
}

fn gate(schemas: &mut SchemaRegistry) -> ResponseSpec {
    ResponseSpec::new("The gate, and who waits at it.")
        .with_content(MediaContent::json(schemas.response_schema::<GateSettings>(), json!(examples::gate())))
}

pub(super) fn get_faults(schemas: &mut SchemaRegistry) -> OperationSpec {
    OperationSpec::new("getFaults", TAG, "See what goes wrong on purpose", "And how often it still will.")
        .with_response(200, faults(schemas))
}

pub(super) fn put_faults(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Delay every answer; apply the next writes, and close the connection without an answer.";
    OperationSpec::new("putFaults", TAG, "Set what goes wrong on purpose", text)
        .with_parameters(&[AUTHOR])
        .with_body(MediaContent::json(schemas.request_schema::<FaultSettings>(), json!(examples::faults())))
        .with_response(200, faults(schemas))
        .with_problems(&[&INVALID_REQUEST])
        .with_problems(&BODY)
}

fn faults(schemas: &mut SchemaRegistry) -> ResponseSpec {
    ResponseSpec::new("The faults.")
        .with_content(MediaContent::json(schemas.response_schema::<FaultSettings>(), json!(examples::faults())))
}

pub(super) fn exchanges(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "The last 1,000 under /api, in pages, in order. Those that were refused for lack of a token are fewer, so that \
                they push no others out. With `Accept: text/event-stream` they come live.";
    let kept = MediaContent::json(schemas.response_schema::<ExchangeList>(), json!(examples::exchanges()));
    let live = MediaContent::text(EVENT_STREAM, "id: 7\nevent: exchange\ndata: {\"number\":7}\n\n");
    OperationSpec::new("getExchanges", TAG, "See what was on the wire", text)
        .with_parameters(&["limit", "afterExchange", AUTHOR])
        .with_response(200, ResponseSpec::new("Requests and their answers.").with_content(kept).with_content(live))
        .with_problems(&[&INVALID_REQUEST])
}
