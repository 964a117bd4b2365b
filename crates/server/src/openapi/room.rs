//! The description of the room: its participants, its settings, and the leader's question.

use contract::fields::AUTHOR;
use contract::{
    GateSettings, JoinRequest, JoinedParticipant, ParticipantList, Question, QuestionAnswer, QuestionSetting,
    RoomSettings,
};
use serde_json::json;

use super::documents::{BODY, READS_LIST, failed_read, not_modified};
use super::examples;
use super::operation::{MediaContent, OperationSpec, ResponseSpec};
use super::schemas::SchemaRegistry;
use crate::problem::types::{
    BUDGET_EXHAUSTED, CONFLICT, INVALID_REQUEST, MALFORMED_PRECONDITION, NOT_FOUND, PRECONDITION_REQUIRED,
};

pub(super) const TAG: &str = "room";

pub(super) fn join(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Sent with the room's code. The response has a token, which identifies the client as this name from now \
                on; only the token may use the name. If the name is taken, the 409 names a `free` one. Names that \
                differ only in case count as the same.";
    let joined = MediaContent::json(schemas.response_schema::<JoinedParticipant>(), json!(examples::joined()));
    OperationSpec::new("join", TAG, "Join the room under a name", text)
        .with_parameters(&[AUTHOR])
        .with_body(MediaContent::json(schemas.request_schema::<JoinRequest>(), json!({"name": "bob"})))
        .with_response(201, ResponseSpec::new("The name is the client's.").with_content(joined))
        .with_problems(&[&CONFLICT, &INVALID_REQUEST, &BUDGET_EXHAUSTED])
        .with_problems(&BODY)
}

pub(super) fn own_gate(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Which requests the gate holds, and those under the client's own name that wait at it. A request that has \
                no response may be one of them. The gate does not hold this request.";
    let gate = MediaContent::json(schemas.response_schema::<GateSettings>(), json!(examples::gate()));
    OperationSpec::new("getOwnGate", TAG, "Read what the gate holds of one's own", text)
        .with_parameters(&[AUTHOR])
        .with_response(200, ResponseSpec::new("The gate and the client's own requests at it.").with_content(gate))
        .with_problems(&[&INVALID_REQUEST])
}

pub(super) fn question(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "What the leader asks the room, and how many have answered. `counts` are there once they are shown, \
                `right` and `because` once they are revealed. The tag changes with each answer. On `/api/events`, each \
                change is an event `question` with the same JSON, or `null` after the question was withdrawn; a new \
                stream begins with the current question.";
    let asked = MediaContent::json(schemas.response_schema::<Question>(), json!(examples::question()));
    OperationSpec::new("getQuestion", TAG, "Read the question", text)
        .with_parameters(&READS_LIST)
        .with_response(200, ResponseSpec::new("The question.").with_headers(&["ETag"]).with_content(asked))
        .with_response(304, not_modified())
        .with_response(412, failed_read())
        .with_problems(&[&NOT_FOUND, &INVALID_REQUEST, &MALFORMED_PRECONDITION])
}

pub(super) fn answer(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Only the participant whose name is in the path writes this answer, so it needs no condition, and the \
                server refuses one. A later answer of the same round replaces it. With `id`, the server refuses the \
                answer if the leader has asked another question since.";
    let example = json!({"choice": 3, "id": "q1-d4f8c2a1"});
    OperationSpec::new("putAnswer", TAG, "Answer the question", text)
        .with_parameters(&[AUTHOR])
        .with_body(MediaContent::json(schemas.request_schema::<QuestionAnswer>(), example.clone()))
        .with_response(
            200,
            ResponseSpec::new("The answer.")
                .with_content(MediaContent::json(schemas.response_schema::<QuestionAnswer>(), example)),
        )
        .with_problems(&[&NOT_FOUND, &CONFLICT, &INVALID_REQUEST])
        .with_problems(&BODY)
}

pub(super) fn roster(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "All clients that have joined or sent a request under /api, in the order of their arrival. A participant \
                is one row. A client that only names an author is a row for each address.";
    OperationSpec::new("getParticipants", TAG, "List the people in the room", text).with_response(200, people(schemas))
}

pub(super) fn remove(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Refuses all requests under this name from now on with a 403 (`removed`), ends its event streams, and \
                drops its answer. A leader's name cannot be removed.";
    OperationSpec::new("removeParticipant", TAG, "Remove a participant", text)
        .with_parameters(&[AUTHOR])
        .with_response(200, people(schemas))
        .with_problems(&[&NOT_FOUND, &CONFLICT, &INVALID_REQUEST])
}

pub(super) fn readmit(schemas: &mut SchemaRegistry) -> OperationSpec {
    OperationSpec::new("readmitParticipant", TAG, "Undo a removal", "The participant's token is valid again.")
        .with_parameters(&[AUTHOR])
        .with_response(200, people(schemas))
        .with_problems(&[&NOT_FOUND, &INVALID_REQUEST])
}

fn people(schemas: &mut SchemaRegistry) -> ResponseSpec {
    ResponseSpec::new("The people in the room.")
        .with_content(MediaContent::json(schemas.response_schema::<ParticipantList>(), json!(examples::roster())))
}

pub(super) fn setting(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "The question as the leader set it, with the right choice. Its tag does not change with answers.";
    let set = MediaContent::json(schemas.response_schema::<QuestionSetting>(), json!(examples::setting()));
    OperationSpec::new("getQuestionSetting", TAG, "Read the question as it was set", text)
        .with_parameters(&READS_LIST)
        .with_response(200, ResponseSpec::new("The question.").with_headers(&["ETag"]).with_content(set))
        .with_response(304, not_modified())
        .with_response(412, failed_read())
        .with_problems(&[&NOT_FOUND, &INVALID_REQUEST, &MALFORMED_PRECONDITION])
}

pub(super) fn put_setting(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Asks the room (`If-None-Match: *`, or `If-Match` with the tag of the question before), shows the counts \
                (`state`: `shown`), reveals the right choice (`revealed`), or lets the room vote again (the next \
                `round`). Another text or other choices are a new question. Nothing of it is stored on disk.";
    let set = || json!(examples::setting());
    let body = MediaContent::json(schemas.response_schema::<QuestionSetting>(), set());
    let done = ResponseSpec::new("The question.").with_headers(&["ETag"]).with_content(body);
    OperationSpec::new("putQuestionSetting", TAG, "Ask, show, reveal or vote again", text)
        .with_parameters(&READS_LIST)
        .with_body(MediaContent::json(schemas.request_schema::<QuestionSetting>(), set()))
        .with_response(200, done.clone())
        .with_response(201, done)
        .with_response(412, failed_read())
        .with_problems(&[&INVALID_REQUEST, &MALFORMED_PRECONDITION, &PRECONDITION_REQUIRED])
        .with_problems(&BODY)
}

pub(super) fn delete_setting() -> OperationSpec {
    OperationSpec::new("deleteQuestionSetting", TAG, "Withdraw the question", "Its answers are forgotten.")
        .with_parameters(&READS_LIST)
        .with_response(204, ResponseSpec::new("There is no question any more."))
        .with_response(412, failed_read())
        .with_problems(&[&NOT_FOUND, &INVALID_REQUEST, &MALFORMED_PRECONDITION, &PRECONDITION_REQUIRED])
}

pub(super) fn settings(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "The document that opens by itself in editors that were started without one. On `/api/events`, each change \
                is an event `room` with the same JSON; a new stream begins with one if a document is set.";
    OperationSpec::new("getRoom", TAG, "Read the settings of the room", text)
        .with_parameters(&READS_LIST)
        .with_response(200, room(schemas))
        .with_response(304, not_modified())
        .with_response(412, failed_read())
        .with_problems(&[&INVALID_REQUEST, &MALFORMED_PRECONDITION])
}

pub(super) fn put_settings(schemas: &mut SchemaRegistry) -> OperationSpec {
    let text = "Opens a document in all editors in which none is open yet, now and when they join, or with null in none. \
                It need not exist: the first save in one of them creates it. Requires `If-Match`, whatever the policy \
                says. Nothing of it is stored on disk.";
    let body = MediaContent::json(schemas.request_schema::<RoomSettings>(), json!(examples::room()));
    OperationSpec::new("putRoom", TAG, "Open a document for all", text)
        .with_parameters(&READS_LIST)
        .with_body(body)
        .with_response(200, room(schemas))
        .with_response(412, failed_read())
        .with_problems(&[&INVALID_REQUEST, &MALFORMED_PRECONDITION, &PRECONDITION_REQUIRED])
        .with_problems(&BODY)
}

fn room(schemas: &mut SchemaRegistry) -> ResponseSpec {
    let settings = MediaContent::json(schemas.response_schema::<RoomSettings>(), json!(examples::room()));
    ResponseSpec::new("The settings.").with_headers(&["ETag"]).with_content(settings).with_links(&["SetTheRoom"])
}
