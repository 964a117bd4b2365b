//! What is said of the control resources, for whoever leads a session.

use contract::fields::{AUTHOR, EVENT_STREAM};
use contract::{ExchangeList, FaultSettings, GateSettings, Policy};
use serde_json::json;

use super::documents::{BODY, READS_LIST, failed_read, not_modified};
use super::examples;
use super::operation::{Answer, Content, Operation};
use super::schemas::Schemas;
use crate::refusal::kinds::{INVALID_REQUEST, MALFORMED_PRECONDITION, NOT_FOUND, PRECONDITION_REQUIRED};

pub(super) const TAG: &str = "control";

pub(super) fn get_policy(schemas: &mut Schemas) -> Operation {
    let policy = Content::json(schemas.sent::<Policy>(), json!(examples::policy()));
    let text = "How conditions are judged. The first word of each member is right; the others are mistakes that real \
                servers make.";
    Operation::new("getPolicy", TAG, "Read the policy", text)
        .takes(&READS_LIST)
        .answers(200, Answer::new("The policy.").with(&["ETag"]).of(policy).leads_to(&["SetThePolicy"]))
        .answers(304, not_modified())
        .answers(412, failed_read())
        .refuses(&[&INVALID_REQUEST, &MALFORMED_PRECONDITION])
}

pub(super) fn put_policy(schemas: &mut Schemas) -> Operation {
    let policy = Content::json(schemas.sent::<Policy>(), json!(examples::policy()));
    let set = Answer::new("The policy, as it is now.").with(&["ETag"]).of(policy).leads_to(&["SetThePolicy"]);
    Operation::new("putPolicy", TAG, "Set the policy", "Guarded by `If-Match` itself, whatever the policy says.")
        .takes(&READS_LIST)
        .wants(Content::json(schemas.taken::<Policy>(), json!(examples::policy())))
        .answers(200, set)
        .answers(412, failed_read())
        .refuses(&[&INVALID_REQUEST, &MALFORMED_PRECONDITION, &PRECONDITION_REQUIRED])
        .refuses(&BODY)
}

pub(super) fn get_gate(schemas: &mut Schemas) -> Operation {
    Operation::new("getGate", TAG, "See who waits at the gate", "And which requests have to, from now on.")
        .answers(200, gate(schemas).leads_to(&["ReleaseTheFirst"]))
}

pub(super) fn put_gate(schemas: &mut Schemas) -> Operation {
    let text = "Those that wait already do so until they are released. `held` may come back as it was read, and changes \
                nothing. With `Accept: text/event-stream` the gate holds only as long as the client listens: if the stream \
                breaks off, the gate opens and all go on in order of their arrival. The stream begins with an event `gate`, \
                and ends when the gate is set anew.";
    let live = Content::text(EVENT_STREAM, "event: gate\ndata: {\"hold\":\"writes\",\"held\":[]}\n\n");
    Operation::new("putGate", TAG, "Set which requests have to wait", text)
        .takes(&[AUTHOR])
        .wants(Content::json(schemas.taken::<GateSettings>(), json!({"hold": "writes"})))
        .answers(200, gate(schemas).of(live))
        .refuses(&[&INVALID_REQUEST])
        .refuses(&BODY)
}

pub(super) fn release(schemas: &mut Schemas) -> Operation {
    let text = "The one with this number. With `loseResponse=true` it is applied, if it is a write that can be, and its \
                connection is closed without a response.";
    Operation::new("releaseExchange", TAG, "Let one go on", text)
        .takes(&["loseResponse", AUTHOR])
        .answers(200, gate(schemas))
        .refuses(&[&NOT_FOUND, &INVALID_REQUEST])
}

pub(super) fn release_all(schemas: &mut Schemas) -> Operation {
    Operation::new("releaseAll", TAG, "Let all go on", "In order of their arrival.")
        .takes(&[AUTHOR])
        .answers(200, gate(schemas))
        .refuses(&[&INVALID_REQUEST])
}

fn gate(schemas: &mut Schemas) -> Answer {
    Answer::new("The gate, and who waits at it.")
        .of(Content::json(schemas.sent::<GateSettings>(), json!(examples::gate())))
}

pub(super) fn get_faults(schemas: &mut Schemas) -> Operation {
    Operation::new("getFaults", TAG, "See what goes wrong on purpose", "And how often it still will.")
        .answers(200, faults(schemas))
}

pub(super) fn put_faults(schemas: &mut Schemas) -> Operation {
    let text = "Delay every answer; apply the next writes, and close the connection without an answer.";
    Operation::new("putFaults", TAG, "Set what goes wrong on purpose", text)
        .takes(&[AUTHOR])
        .wants(Content::json(schemas.taken::<FaultSettings>(), json!(examples::faults())))
        .answers(200, faults(schemas))
        .refuses(&[&INVALID_REQUEST])
        .refuses(&BODY)
}

fn faults(schemas: &mut Schemas) -> Answer {
    Answer::new("The faults.").of(Content::json(schemas.sent::<FaultSettings>(), json!(examples::faults())))
}

pub(super) fn exchanges(schemas: &mut Schemas) -> Operation {
    let text = "The last 1,000 under /api, in pages, in order. Those that were refused for lack of a token are fewer, so that \
                they push no others out. With `Accept: text/event-stream` they come live.";
    let kept = Content::json(schemas.sent::<ExchangeList>(), json!(examples::exchanges()));
    let live = Content::text(EVENT_STREAM, "id: 7\nevent: exchange\ndata: {\"number\":7}\n\n");
    Operation::new("getExchanges", TAG, "See what was on the wire", text)
        .takes(&["limit", "afterExchange", AUTHOR])
        .answers(200, Answer::new("Requests and their answers.").of(kept).of(live))
        .refuses(&[&INVALID_REQUEST])
}
