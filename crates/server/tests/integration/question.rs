//! The leader's question: asked, answered, shown, revealed, voted on again.

use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::participants::{CODE, LEADER, join, room, send};
use crate::service::{Reply, Service};

const QUESTION: &str = "/api/question";
const SETTING: &str = "/control/question";

/// Sets the question with the condition that fits.
async fn set(service: &Service, setting: &Value) -> Reply {
    let authorization = format!("Bearer {LEADER}");
    let current = send(service, (LEADER, ""), "GET", SETTING, "").await;
    let condition = if current.status == 200 { ("If-Match", current.field("etag")) } else { ("If-None-Match", "*") };
    service.send("PUT", SETTING, &[("Authorization", &authorization), condition], &setting.to_string()).await
}

async fn answer(service: &Service, token: &str, name: &str, answer: Value) -> Reply {
    send(service, (token, ""), "PUT", &format!("/api/question/answers/{name}"), &answer.to_string()).await
}

async fn seen(service: &Service) -> Value {
    send(service, (CODE, ""), "GET", QUESTION, "").await.json()
}

fn setting() -> Value {
    json!({"text": "Which status?", "choices": ["200", "409", "412"], "right": 3, "because": "The tag is old."})
}

#[tokio::test]
async fn a_vote_from_question_to_reveal() {
    let room = room();
    send(&room, (CODE, ""), "GET", QUESTION, "").await.problem(404, "not_found", Some("no_question"));
    assert_eq!(set(&room, &setting()).await.status, 201);
    let (sam, bob) = (join(&room, "sam").await, join(&room, "bob").await);
    assert_eq!(answer(&room, &sam, "sam", json!({"choice": 1})).await.status, 200);
    assert_eq!(answer(&room, &sam, "sam", json!({"choice": 3})).await.json(), json!({"choice": 3}));
    let open = seen(&room).await;
    assert_eq!((&open["state"], &open["answered"], &open["people"]), (&json!("open"), &json!(1), &json!(2)));
    for hidden in ["counts", "right", "because", "earlier"] {
        assert!(open.get(hidden).is_none(), "{open}");
    }
    answer(&room, &bob, "bob", json!({"choice": 2})).await;
    let mut next = setting();
    next["state"] = json!("shown");
    set(&room, &next).await;
    assert_eq!(seen(&room).await["counts"], json!([0, 1, 1]));
    answer(&room, &bob, "bob", json!({"choice": 3})).await.problem(409, "conflict", Some("question_closed"));
    (next["state"], next["round"]) = (json!("open"), json!(2));
    set(&room, &next).await;
    answer(&room, &bob, "bob", json!({"choice": 3})).await;
    next["state"] = json!("revealed");
    set(&room, &next).await;
    let last = seen(&room).await;
    assert_eq!((&last["counts"], &last["earlier"]), (&json!([0, 0, 1]), &json!([[0, 1, 1]])));
    assert_eq!((&last["right"], &last["because"]), (&json!(3), &json!("The tag is old.")));
}

#[tokio::test]
async fn question_is_set_under_if_match() {
    let room = room();
    let first = set(&room, &setting()).await;
    let authorization = format!("Bearer {LEADER}");
    let send_with = async |condition: &[(&str, &str)]| {
        let mut fields = vec![("Authorization", &*authorization)];
        fields.extend(condition);
        room.send("PUT", SETTING, &fields, &setting().to_string()).await
    };
    send_with(&[]).await.problem(428, "precondition_required", Some("no_condition"));
    send_with(&[("If-None-Match", "*")]).await.problem(412, "precondition_failed", Some("already_exists"));
    send_with(&[("If-Match", "*")]).await.problem(428, "precondition_required", Some("wildcard_names_no_version"));
    let mut other = setting();
    other["text"] = json!("Another?");
    let second = set(&room, &other).await;
    assert_ne!(first.field("etag"), second.field("etag"));
    let stale = send_with(&[("If-Match", first.field("etag"))]).await;
    let problem = stale.problem(412, "precondition_failed", Some("stale"));
    assert_eq!((problem["behind"].as_u64(), stale.field("etag")), (Some(1), second.field("etag")));
    let withdraw = async |tag: &str| {
        room.send("DELETE", SETTING, &[("Authorization", &authorization), ("If-Match", tag)], "").await
    };
    withdraw(first.field("etag")).await.problem(412, "precondition_failed", Some("stale"));
    assert_eq!(withdraw(second.field("etag")).await.status, 204);
    withdraw(second.field("etag")).await.problem(404, "not_found", Some("no_question"));
    send(&room, (CODE, ""), "GET", QUESTION, "").await.problem(404, "not_found", Some("no_question"));
    assert_eq!(set(&room, &setting()).await.status, 201, "it can be asked again");
}

#[tokio::test]
async fn question_beyond_its_limits_is_refused() {
    let room = room();
    for (member, value, says) in [
        ("text", json!(""), "the text must have"),
        ("text", json!("x".repeat(2049)), "the text must have"),
        ("choices", json!(["one"]), "2 to 6 choices"),
        ("choices", json!([1, 2]), "expected a string"),
        ("choices", json!(["a", "b", "c", "d", "e", "f", "g"]), "2 to 6 choices"),
        ("choices", json!(["a", "a", "b"]), "are the same"),
        ("right", json!(4), "from 1 to 3"),
        ("right", json!(-1), "invalid value"),
        ("round", json!(2), "round must be 1"),
        ("round", json!(0), "round must be"),
        ("state", json!("closed"), "unknown variant"),
        ("answered", json!(3), "unknown field"),
    ] {
        let mut wrong = setting();
        wrong[member] = value;
        let problem = set(&room, &wrong).await.problem(422, "unprocessable_content", None);
        assert!(problem["detail"].as_str().unwrap().contains(says), "{member}: {problem}");
    }
    send(&room, (CODE, ""), "GET", QUESTION, "").await.problem(404, "not_found", Some("no_question"));
}

#[tokio::test]
async fn only_the_participant_writes_its_answer() {
    let room = room();
    set(&room, &setting()).await;
    let sam = join(&room, "sam").await;
    join(&room, "bob").await;
    answer(&room, &sam, "bob", json!({"choice": 1})).await.problem(403, "forbidden", Some("other_name"));
    answer(&room, CODE, "carol", json!({"choice": 1})).await.problem(403, "forbidden", Some("not_joined"));
    let claimed = send(&room, (CODE, "bob"), "PUT", "/api/question/answers/bob", r#"{"choice":1}"#).await;
    claimed.problem(403, "forbidden", Some("name_taken"));
    assert_eq!(answer(&room, "anns-own-token", "Ann", json!({"choice": 1})).await.status, 200, "her token has a name");
    for wrong in [json!({"choice": 0}), json!({"choice": 4}), json!({"choice": 256}), json!({"choice": "1"}), json!({})]
    {
        answer(&room, &sam, "sam", wrong).await.problem(422, "unprocessable_content", None);
    }
    let other = json!({"choice": 1, "id": "q9-0"});
    answer(&room, &sam, "sam", other).await.problem(409, "conflict", Some("other_question"));
    let right = json!({"choice": 1, "id": seen(&room).await["id"]});
    assert_eq!(answer(&room, &sam, "sam", right).await.status, 200);
    assert_eq!(seen(&room).await["answered"], 2);
    let setting = send(&room, (&sam, ""), "GET", SETTING, "").await;
    setting.problem(403, "forbidden", Some("insufficient_scope"));
}

#[tokio::test]
async fn answer_needs_no_condition_under_any_policy() {
    let room = room();
    set(&room, &setting()).await;
    let sam = join(&room, "sam").await;
    for word in ["required", "optional", "ignored"] {
        let policy = send(&room, (LEADER, ""), "GET", "/control/policy", "").await;
        let mut new = policy.json();
        new["preconditions"] = json!(word);
        let fields = [("Authorization", &*format!("Bearer {LEADER}")), ("If-Match", policy.field("etag"))];
        assert_eq!(room.send("PUT", "/control/policy", &fields, &new.to_string()).await.status, 200);
        assert_eq!(answer(&room, &sam, "sam", json!({"choice": 1})).await.status, 200, "{word}");
        let fields = [("Authorization", &*format!("Bearer {sam}")), ("If-Match", "\"x\"")];
        let guarded = room.send("PUT", "/api/question/answers/sam", &fields, r#"{"choice":1}"#).await;
        guarded.problem(400, "invalid_request", None);
    }
}

#[tokio::test]
async fn answer_of_a_removed_participant_does_not_count() {
    let room = room();
    set(&room, &setting()).await;
    let sam = join(&room, "sam").await;
    answer(&room, &sam, "sam", json!({"choice": 1})).await;
    send(&room, (LEADER, ""), "POST", "/control/participants/sam/remove", "").await;
    let question = seen(&room).await;
    assert_eq!((&question["answered"], &question["people"]), (&json!(0), &json!(0)));
    answer(&room, &sam, "sam", json!({"choice": 1})).await.problem(403, "forbidden", Some("removed"));
}

#[tokio::test]
async fn question_has_a_conditional_get() {
    let room = room();
    set(&room, &setting()).await;
    let sam = join(&room, "sam").await;
    let authorization = format!("Bearer {sam}");
    let read = send(&room, (&sam, ""), "GET", QUESTION, "").await;
    let fields = [("Authorization", &*authorization), ("If-None-Match", read.field("etag"))];
    assert_eq!(room.send("GET", QUESTION, &fields, "").await.status, 304);
    answer(&room, &sam, "sam", json!({"choice": 1})).await;
    assert_eq!(room.send("GET", QUESTION, &fields, "").await.status, 200, "an answer changes the tag");
}

#[tokio::test(start_paused = true)]
async fn event_stream_tells_of_the_question() {
    let room = room();
    set(&room, &setting()).await;
    let sam = join(&room, "sam").await;
    let authorization = format!("Bearer {sam}");
    let response = room.open("GET", "/api/events", &[("Authorization", &authorization)], "").await;
    let mut events = response.into_body().into_data_stream();
    let mut next = async || loop {
        let block = String::from_utf8(events.next().await.unwrap().unwrap().to_vec()).unwrap();
        if block.contains("event: question") {
            assert!(!block.contains("id:"), "Last-Event-ID stays: {block}");
            let data = block.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
            return serde_json::from_str::<Value>(data).unwrap();
        }
    };
    assert_eq!(next().await, seen(&room).await, "it begins with the current question");
    answer(&room, &sam, "sam", json!({"choice": 2})).await;
    assert_eq!(next().await["answered"], 1);
    for choice in [1, 2, 3, 1, 2] {
        answer(&room, &sam, "sam", json!({"choice": choice})).await;
    }
    let mut shown = setting();
    shown["state"] = json!("shown");
    set(&room, &shown).await;
    assert_eq!(next().await["counts"], json!([0, 1, 0]), "many changes are one event, with the newest state");
    let tag = send(&room, (LEADER, ""), "GET", SETTING, "").await.field("etag").to_owned();
    room.send("DELETE", SETTING, &[("Authorization", &format!("Bearer {LEADER}")), ("If-Match", &tag)], "").await;
    assert_eq!(next().await, Value::Null);
}

#[tokio::test]
async fn answer_is_recorded_and_never_held() {
    let room = room();
    set(&room, &setting()).await;
    let sam = join(&room, "sam").await;
    send(&room, (LEADER, ""), "PUT", "/control/gate", r#"{"hold":"all"}"#).await;
    assert_eq!(answer(&room, &sam, "sam", json!({"choice": 2})).await.status, 200);
    let kept = send(&room, (LEADER, ""), "GET", "/control/exchanges", "").await.json();
    let last = kept["exchanges"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["target"], &last["author"]), (&json!("/api/question/answers/sam"), &json!("sam")));
}
