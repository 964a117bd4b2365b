//! The room: joining, questions and answers, and the leader's list of people.

use client::ClientError;
use contract::{Author, QuestionSetting, QuestionState, Reason, RoomSettings, Token};
use traffic::room::Editing;

use crate::alice;
use crate::script::{answer, play};

const JSON: &str = "200 OK\nContent-Type: application/json";
const PROBLEM: &str = "Content-Type: application/problem+json";

#[tokio::test]
async fn a_client_joins_and_sends_its_token() {
    let joined = r#"{"name":"Zo\u00eb Q","token":"0a1b"}"#;
    let server = play(move |stage| [joined, r#"{"choice":2}"#].map(|body| stage.exchange(&answer(JSON, body))));
    let client = alice(&server.url).with_token(&"kudop".parse::<Token>().unwrap());
    let joined = client.join(&"Zo\u{eb} Q".parse().unwrap()).await.unwrap();
    assert_eq!(joined.name.as_str(), "Zo\u{eb} Q");
    client.with_token(&joined.token).answer(2, Some("q1-5a22")).await.unwrap();
    let asked = server.end().await;
    assert!(asked[0].starts_with("POST /api/participants HTTP/1.1\r\n"), "{}", asked[0]);
    assert!(asked[0].contains("Authorization: Bearer kudop\r\n") && asked[0].ends_with("{\"name\":\"Zo\u{eb} Q\"}"));
    assert!(asked[1].starts_with("PUT /api/question/answers/alice HTTP/1.1\r\n"), "{}", asked[1]);
    assert!(asked[1].contains("Authorization: Bearer 0a1b\r\n"), "{}", asked[1]);
    assert!(asked[1].ends_with(r#"{"choice":2,"id":"q1-5a22"}"#), "{}", asked[1]);
}

#[tokio::test]
async fn a_taken_name_comes_with_a_free_one() {
    let problem = r#"{"status":409,"reason":"name_taken","free":"alice-2"}"#;
    let server = play(move |stage| [stage.exchange(&answer(&format!("409 Conflict\n{PROBLEM}"), problem))]);
    let client = alice(&server.url);
    let Err(ClientError::Refused(problem)) = client.join(client.author()).await else { panic!("it is refused") };
    assert_eq!((problem.reason, problem.free.as_ref().map(Author::as_str)), (Some(Reason::NameTaken), Some("alice-2")));
    server.end().await;
}

#[tokio::test]
async fn a_question_is_asked_read_and_withdrawn() {
    let setting = r#"{"text":"T","choices":["a","b"],"state":"open","round":1}"#;
    let tagged = format!("{JSON}\nETag: \"q1-5a22\"");
    let seen = r#"{"id":"q1-0a","text":"T","choices":["a","b"],"state":"open","round":1,"answered":1,"people":2}"#;
    let none = format!("404 Not Found\n{PROBLEM}");
    let server = play(move |stage| {
        [
            (&*tagged, setting),
            (&tagged, setting),
            (&tagged, setting),
            (JSON, seen),
            ("204 No Content", ""),
            (&none, "{}"),
            (&none, "{}"),
        ]
        .map(|(head, body)| stage.exchange(&answer(head, body)))
    });
    let client = alice(&server.url);
    let asked = client.set_question(&QuestionSetting::new("T", &["a", "b"]), None).await.unwrap();
    assert_eq!((asked.etag.to_string().as_str(), asked.value.state), ("\"q1-5a22\"", QuestionState::Open));
    client.set_question(&asked.value, Some(&asked.etag)).await.unwrap();
    assert_eq!(client.question_setting().await.unwrap().unwrap(), asked);
    assert_eq!(client.question().await.unwrap().unwrap().answered, 1);
    client.withdraw_question(&asked.etag).await.unwrap();
    assert!(client.question().await.unwrap().is_none() && client.question_setting().await.unwrap().is_none());
    let sent = server.end().await;
    assert!(sent[0].contains("If-None-Match: *\r\n") && sent[1].contains("If-Match: \"q1-5a22\"\r\n"), "{sent:?}");
    assert!(
        sent[4].starts_with("DELETE /control/question") && sent[4].contains("If-Match: \"q1-5a22\"\r\n"),
        "{}",
        sent[4]
    );
}

#[tokio::test]
async fn people_are_listed_removed_and_readmitted() {
    let row = r#"{"name":"bob","order":1,"joined":true,"address":null,"firstSeen":"2026-11-22T05:00:11Z","lastSeen":"2026-11-22T05:00:11Z","streams":0,"removed":false}"#;
    let list = format!(r#"{{"participants":[{row}]}}"#);
    let server = play(move |stage| [(); 3].map(|()| stage.exchange(&answer(JSON, &list))));
    let client = alice(&server.url);
    let bob = "Bob Q".parse().unwrap();
    assert_eq!(client.participants().await.unwrap().participants[0].name.as_str(), "bob");
    client.remove_participant(&bob).await.unwrap();
    client.readmit_participant(&bob).await.unwrap();
    let sent = server.end().await;
    assert!(sent[1].starts_with("POST /control/participants/Bob%20Q/remove HTTP/1.1\r\n"), "{}", sent[1]);
    assert!(sent[2].starts_with("POST /control/participants/Bob%20Q/readmit HTTP/1.1\r\n"), "{}", sent[2]);
}

#[tokio::test]
async fn editing_field_is_sent_only_if_enabled() {
    let server = play(move |stage| ["{}"; 4].map(|body| stage.exchange(&answer(JSON, body))));
    let (telling, silent) = (alice(&server.url).with_editing_field(), alice(&server.url));
    let clone = telling.clone();
    telling.set_editing(Some(Editing::Merging { open: 2 }));
    silent.set_editing(Some(Editing::Edited));
    for client in [&clone, &silent, &telling.clone().with_author("bob".parse().unwrap())] {
        let _ = client.question().await;
    }
    telling.set_editing(None);
    let _ = clone.question().await;
    let asked = server.end().await;
    assert!(asked[0].contains("\r\nIfmatch-Editing: merging; open=2\r\n"), "{}", asked[0]);
    for silent in &asked[1..] {
        assert!(!silent.to_ascii_lowercase().contains("ifmatch-editing"), "{silent}");
    }
}

#[tokio::test]
async fn settings_are_replaced_only_over_those_that_were_read() {
    let tagged = format!("{JSON}\nETag: \"r1-none\"");
    let changed = format!("{JSON}\nETag: \"r2-plan\"");
    let stale = format!("412 Precondition Failed\n{PROBLEM}\nETag: \"r2-plan\"");
    let server = play(move |stage| {
        [
            (&*tagged, r#"{"openForAll":null}"#),
            (&changed, r#"{"openForAll":"plan"}"#),
            (&stale, r#"{"status":412,"reason":"stale"}"#),
        ]
        .map(|(head, body)| stage.exchange(&answer(head, body)))
    });
    let client = alice(&server.url);
    let read = client.room_settings().await.unwrap();
    assert_eq!((read.etag.to_string().as_str(), &read.value), ("\"r1-none\"", &RoomSettings::default()));
    let wanted = RoomSettings { open_for_all: Some("plan".parse().unwrap()) };
    let set = client.set_room_settings(&wanted, &read.etag).await.unwrap();
    assert_eq!((set.etag.to_string().as_str(), &set.value), ("\"r2-plan\"", &wanted));
    let refused = client.set_room_settings(&RoomSettings::default(), &read.etag).await;
    assert!(matches!(refused, Err(ClientError::Refused(problem)) if problem.status == 412));
    let requests = server.end().await;
    assert!(requests[0].starts_with("GET /control/room HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[1].starts_with("PUT /control/room HTTP/1.1\r\n"), "{}", requests[1]);
    assert!(requests[1].contains("If-Match: \"r1-none\"\r\n"), "{}", requests[1]);
    assert!(
        requests[1].ends_with(r#"{"openForAll":"plan"}"#) && requests[2].ends_with(r#"{"openForAll":null}"#),
        "{requests:?}"
    );
}
