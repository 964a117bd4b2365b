//! Examples, built from the contract's types, so that they look like real bodies.

use contract::{
    Document, DocumentEntry, DocumentList, EntityTag, Exchange, ExchangeList, FaultSettings, GateSettings,
    HeldExchange, Hold, JoinedParticipant, ParticipantList, ParticipantRow, Policy, Problem, Question, QuestionSetting,
    RoomSettings, Timestamp, Version, VersionList,
};
use serde_json::{Map, Value, json};

use crate::problem::types::{self, ProblemType};

pub(super) fn document() -> Document {
    let text = "Two people edit this, and nothing is lost.\n";
    Document { title: "Welcome".to_owned(), content: text.to_owned(), parent: None }
}

pub(super) fn documents() -> DocumentList {
    let entry = DocumentEntry {
        id: "welcome".parse().expect("letters are an id"),
        title: "Welcome".to_owned(),
        etag: tag(),
        author: bob(),
        updated_at: then(),
        parent: None,
    };
    DocumentList { documents: vec![entry], next: None }
}

pub(super) fn versions() -> VersionList {
    let version = Version {
        version: 1,
        etag: tag(),
        author: bob(),
        at: then(),
        parent_etag: None,
        based_on: None,
        deleted: false,
    };
    VersionList { versions: vec![version], next: None }
}

pub(super) fn gate() -> GateSettings {
    let held = HeldExchange {
        exchange: 7,
        author: Some(bob()),
        method: "PUT".to_owned(),
        path: "/api/documents/welcome".to_owned(),
        if_match: Some(tag().to_string()),
        since: then(),
    };
    GateSettings { hold: Hold::Writes, held: vec![held] }
}

pub(super) fn exchanges() -> ExchangeList {
    let exchange = Exchange {
        number: 7,
        author: Some(bob()),
        client_address: Some([192, 0, 2, 7].into()),
        server: None,
        received: then(),
        judged: None,
        answered: None,
        method: "GET".to_owned(),
        target: "/api/documents/welcome".to_owned(),
        request: contract::Message::default(),
        status: None,
        response: None,
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    };
    ExchangeList { exchanges: vec![exchange], next: None }
}

pub(super) fn policy() -> Policy {
    Policy::default()
}

pub(super) fn room() -> RoomSettings {
    RoomSettings { open_for_all: Some("welcome".parse().expect("letters are an id")) }
}

pub(super) fn faults() -> FaultSettings {
    FaultSettings { latency_ms: 500, lose_responses: 1 }
}

pub(super) fn joined() -> JoinedParticipant {
    JoinedParticipant {
        name: bob(),
        token: "9f86d081884c7d659a2feaa0c55ad015".parse().expect("hex digits are a token"),
    }
}

pub(super) fn roster() -> ParticipantList {
    let row = ParticipantRow {
        name: bob(),
        order: 1,
        joined: true,
        address: Some("192.0.2.9".to_owned()),
        first_seen: then(),
        last_seen: then(),
        streams: 1,
        removed: false,
    };
    ParticipantList { participants: vec![row] }
}

pub(super) fn setting() -> QuestionSetting {
    let mut setting = QuestionSetting::new("Bob saves with an old tag. Which status?", &["200", "409", "412"]);
    setting.right = Some(3);
    setting.because = Some("If-Match names a version that is not the current one.".to_owned());
    setting
}

pub(super) fn question() -> Question {
    let setting = setting();
    Question {
        id: "q1-d4f8c2a1".to_owned(),
        text: setting.text,
        choices: setting.choices,
        state: setting.state,
        round: setting.round,
        answered: 17,
        people: 23,
        counts: None,
        earlier: Vec::new(),
        right: None,
        because: None,
    }
}

/// Returns an example for each type of problem, by its name.
pub(super) fn of_problems(base: &str) -> Value {
    let named = types::ALL_TYPES.into_iter().map(|kind| {
        let value = problem(kind, base);
        (kind.name.to_owned(), json!({"summary": kind.title, "description": kind.about, "value": value}))
    });
    named.collect::<Map<_, _>>().into()
}

fn problem(kind: &ProblemType, base: &str) -> Problem {
    let detail = "What happened, and what to do next, in a sentence or two.";
    let tags = kind.name == types::PRECONDITION_FAILED.name || kind.name == types::PRECONDITION_REQUIRED.name;
    Problem {
        kind: kind.page(base),
        title: kind.title.to_owned(),
        status: kind.status.as_u16(),
        error: kind.word(),
        reason: kind.reasons().next(),
        detail: detail.to_owned(),
        message: detail.to_owned(),
        current_etag: tags.then(tag),
        current_author: tags.then(bob),
        ..Problem::default()
    }
}

fn tag() -> EntityTag {
    "\"v1-d4f8c2a1\"".parse().expect("this is a tag")
}

fn bob() -> contract::Author {
    "bob".parse().expect("letters are a name")
}

fn then() -> Timestamp {
    Timestamp::from_millis(1_795_323_611_123)
}
