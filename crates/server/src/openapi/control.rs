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
    let text = "How the server judges conditions. The first word of each member is correct; the others are mistakes \
                that real servers make.";
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
    let set =
        ResponseSpec::new("The new policy.").with_headers(&["ETag"]).with_content(policy).with_links(&["SetThePolicy"]);
    OperationSpec::new("putPolicy", TAG, "Set the policy", "Requires `If-Match`, whatever the policy says.")
        .with_parameters(&READS_LIST)
        .with_body(MediaContent::json(schemas.request_schema::<Policy>(), json!(examples::policy())))
        .with_response(200, set)
        .with_response(412, failed_read())
        .with_problems(&[&INVALID_REQUEST, &MALFORMED_PRECONDITION, &PRECONDITION_REQUIRED])
        .with_problems(&BODY)
}

pub(super) fn get_gate(schemas: &mut SchemaRegistry) -> OperationSpec {
    OperationSpec::new("getGate", TAG, "List the held requests", "Also says which requests the gate holds from now on.")
        .with_response(200, gate(schemas).with_links(&["ReleaseTheFirst"]))
}

pub(super) fn put_gate(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Requests that are already held stay held until they are released. The server ignores `held`, so a \
                client may send it back as it was read. With `Accept: text/event-stream`, the gate holds requests only \
                while the client listens: if the stream breaks, the gate opens and all held requests proceed in order \
                of arrival. The stream begins with an event `gate`, and ends when a client sets the gate again.";
    let live = MediaContent::text(EVENT_STREAM, "event: gate\ndata: {\"hold\":\"writes\",\"held\":[]}\n\n");
    OperationSpec::new("putGate", TAG, "Set which requests the gate holds", text)
        .with_parameters(&[AUTHOR])
        .with_body(MediaContent::json(schemas.request_schema::<GateSettings>(), json!({"hold": "writes"})))
        .with_response(200, gate(schemas).with_content(live))
        .with_problems(&[&INVALID_REQUEST])
        .with_problems(&BODY)
}

pub(super) fn release(schemas: &mut SchemaRegistry, is_proxy: bool) -> OperationSpec {
    let mut text =
        "Releases the request with this number. With `loseResponse=true`, if the request is a write that is \
                    applied, the server closes its connection without a response."
            .to_owned();
    let mut parameters = vec!["loseResponse", AUTHOR];
    if is_proxy {
        text += " With `duplicate=true`, the proxy sends the request twice, like a network that duplicates a message. \
                 The client gets the first response; the second exchange is recorded with `Ifmatch-Duplicate`.";
        parameters.insert(1, "duplicate");
    }
    OperationSpec::new("releaseExchange", TAG, "Release one request", &text)
        .with_parameters(&parameters)
        .with_response(200, gate(schemas))
        .with_problems(&[&NOT_FOUND, &INVALID_REQUEST])
}

pub(super) fn release_all(schemas: &mut SchemaRegistry) -> OperationSpec {
    OperationSpec::new("releaseAll", TAG, "Release all requests", "They proceed in order of arrival.")
        .with_parameters(&[AUTHOR])
        .with_response(200, gate(schemas))
        .with_problems(&[&INVALID_REQUEST])
}

fn gate(schemas: &mut SchemaRegistry) -> ResponseSpec {
    ResponseSpec::new("The gate and the requests that it holds.")
        .with_content(MediaContent::json(schemas.response_schema::<GateSettings>(), json!(examples::gate())))
}

pub(super) fn get_faults(schemas: &mut SchemaRegistry) -> OperationSpec {
    OperationSpec::new(
        "getFaults",
        TAG,
        "Read the injected faults",
        "`loseResponses` is how many responses are still \
                                                                      to be lost.",
    )
    .with_response(200, faults(schemas))
}

pub(super) fn put_faults(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Delays every response; applies the next writes and closes their connections without a response.";
    OperationSpec::new("putFaults", TAG, "Inject faults", text)
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
    let text = "The last 1,000 exchanges under /api, oldest first, in pages. Exchanges that were refused for lack of a \
                token have a separate, smaller limit, so that they do not displace the others. With `Accept: \
                text/event-stream`, exchanges arrive live.";
    let kept = MediaContent::json(schemas.response_schema::<ExchangeList>(), json!(examples::exchanges()));
    let live = MediaContent::text(EVENT_STREAM, "id: 7\nevent: exchange\ndata: {\"number\":7}\n\n");
    OperationSpec::new("getExchanges", TAG, "List recorded exchanges", text)
        .with_parameters(&["limit", "afterExchange", AUTHOR])
        .with_response(200, ResponseSpec::new("Requests and their responses.").with_content(kept).with_content(live))
        .with_problems(&[&INVALID_REQUEST])
}
