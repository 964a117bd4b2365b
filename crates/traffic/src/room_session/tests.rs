//! Tests of the files of a session: what is in them, and what may not be.

use std::sync::Arc;

use contract::{Exchange, Message, Question, QuestionSetting, QuestionState, Timestamp, Version};
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::fixture::exchange;
use crate::room::Room;

fn session(exchanges: Vec<Exchange>) -> RoomSession {
    let mut room = Room::default();
    for exchange in &exchanges {
        room.record(exchange);
    }
    RoomSession {
        server: "http://192.0.2.7:4280".to_owned(),
        saved_at: Timestamp::from_millis(1_795_323_611_123),
        room,
        exchanges: exchanges.into_iter().map(Arc::new).collect(),
        questions: Vec::new(),
        server_facts: ServerFacts::default(),
        secrets: Vec::new(),
    }
}

/// Returns a save that got a 412.
fn refused(number: u64, who: &str) -> Exchange {
    let fields = vec![("Host".to_owned(), "192.0.2.7".to_owned()), ("If-Match".to_owned(), "\"v1-0a\"".to_owned())];
    let request = Message { fields, body: r#"{"title":"t","content":"c"}"#.to_owned(), cut: false };
    let response = Message { fields: vec![("ETag".to_owned(), "\"v2-0b\"".to_owned())], ..Message::default() };
    Exchange {
        author: Some(who.parse().unwrap()),
        method: "PUT".to_owned(),
        request,
        response: Some(response),
        ..exchange(number, Some(412))
    }
}

fn asked(state: QuestionState, round: u32, counts: Option<Vec<u64>>, earlier: Vec<Vec<u64>>) -> Question {
    let is_revealed = state == QuestionState::Revealed;
    Question {
        id: "q1-0a".to_owned(),
        text: "Which status?".to_owned(),
        choices: vec!["200".to_owned(), "412".to_owned()],
        state,
        round,
        answered: 3,
        people: 4,
        counts,
        earlier,
        right: is_revealed.then_some(2),
        because: is_revealed.then(|| "It is stale.".to_owned()),
    }
}

/// Checks an archive against the members that HAR 1.2 requires, and their types.
fn check_har(text: &str) -> Value {
    let har: Value = serde_json::from_str(text).unwrap();
    let log = &har["log"];
    assert_eq!(log["version"], "1.2");
    assert!(log["creator"]["name"].is_string() && log["creator"]["version"].is_string());
    for entry in log["entries"].as_array().unwrap() {
        assert!(entry["startedDateTime"].as_str().unwrap().ends_with('Z'), "{entry}");
        let timings = &entry["timings"];
        let parts = ["send", "wait", "receive"].map(|part| timings[part].as_u64().unwrap());
        assert_eq!(entry["time"].as_u64().unwrap(), parts.iter().sum::<u64>());
        assert!(entry["cache"].is_object());
        let (request, response) = (&entry["request"], &entry["response"]);
        for (message, texts) in [
            (request, &["method", "url", "httpVersion"][..]),
            (response, &["statusText", "httpVersion", "redirectURL"]),
        ] {
            assert!(texts.iter().all(|name| message[*name].is_string()), "{message}");
            assert!(message["cookies"].is_array());
            assert!(message["headersSize"].is_i64() && message["bodySize"].is_i64(), "{message}");
            for header in message["headers"].as_array().unwrap() {
                assert!(header["name"].is_string() && header["value"].is_string(), "{header}");
            }
        }
        assert!(request["queryString"].as_array().unwrap().iter().all(|pair| pair["name"].is_string()));
        if let Some(data) = request.get("postData") {
            assert!(data["mimeType"].is_string() && data["text"].is_string() && data["params"].is_array());
        }
        assert!(response["status"].is_u64());
        assert!(response["content"]["size"].is_u64() && response["content"]["mimeType"].is_string());
    }
    har
}

#[test]
fn files_have_every_exchange_and_say_how_many_are_missing() {
    let lost = Exchange { status: None, response: None, lost: Some("the client left".to_owned()), ..refused(7, "Bob") };
    let files = SessionFiles::of(session(vec![refused(5, "Bob"), refused(6, "Eve"), lost]));
    let har = check_har(&files.archive);
    let entries = har["log"]["entries"].as_array().unwrap();
    assert_eq!(entries.iter().map(|entry| entry["_number"].as_u64().unwrap()).collect::<Vec<_>>(), [5, 6, 7]);
    assert_eq!(entries[0]["request"]["url"], "http://192.0.2.7/api/documents/welcome");
    assert_eq!(
        (&entries[2]["response"]["status"], &entries[2]["response"]["_error"]),
        (&0.into(), &"the client left".into())
    );
    for text in [&files.page, &files.archive] {
        assert!(text.contains("3 of 7 exchanges are in these files; 4 were no longer on record"), "{text}");
    }
    assert!(files.page.contains("| 412 Precondition Failed | 2 | 2 |"), "{}", files.page);
    assert!(
        files.page.contains(r#"| 5 | 00:00:00.000 | Bob | PUT /api/documents/welcome | If\-Match: \"v1\-0a\" |"#),
        "{}",
        files.page
    );
}

#[test]
fn all_exchanges_are_said_to_be_all() {
    let files = SessionFiles::of(session(vec![refused(1, "Bob")]));
    assert!(files.page.contains("All exchanges since the server began are in these files: 1."), "{}", files.page);
    check_har(&SessionFiles::of(session(Vec::new())).archive);
}

#[test]
fn end_of_an_exchange_counts_whichever_list_has_it() {
    let open = |number| Exchange { status: None, response: None, ..refused(number, "Bob") };
    let ours = vec![open(1), refused(2, "Bob"), refused(4, "Bob")];
    let theirs = vec![refused(1, "Bob"), open(2), open(3)];
    let all = unite_exchanges(ours.into_iter().map(Arc::new).collect(), theirs);
    let seen: Vec<_> = all.iter().map(|exchange| (exchange.number, exchange.is_open())).collect();
    assert_eq!(seen, [(1, false), (2, false), (3, true), (4, false)]);
}

/// A token in every place in which one could appear.
#[test]
fn no_file_has_a_token() {
    const TOKEN: &str = "s3cret-token-of-sam";
    let body = |body: &str, media: &str| Message {
        fields: vec![("Content-Type".to_owned(), media.to_owned())],
        body: body.replace("TOKEN", TOKEN),
        cut: false,
    };
    let fields = |names: &[&str]| Message {
        fields: names.iter().map(|name| ((*name).to_owned(), format!("Bearer {TOKEN}"))).collect(),
        ..Message::default()
    };
    let at = |number: u64, target: &str, request: Message, response: Message| Exchange {
        target: target.replace("TOKEN", TOKEN),
        method: "POST".to_owned(),
        request,
        response: Some(response),
        author: Some("Sam".parse().unwrap()),
        ..exchange(number, Some(200))
    };
    let (json, form, none) =
        ("application/json", "application/x-www-form-urlencoded; charset=utf-8", Message::default());
    let join = "/api/participants";
    let exchanges = vec![
        at(1, "/api/documents/a", fields(&["Authorization", "Cookie", "X-Auth-Token"]), fields(&["Set-Cookie"])),
        at(2, join, body(r#"{"name":"sam"}"#, json), body(r#"{"name":"sam","token":"TOKEN"}"#, json)),
        at(3, join, body(r#"{"name":"sam","token":"TOKEN"}"#, json), none.clone()),
        at(4, join, body(r#"{"name":"sam","code":"TOKEN"}"#, json), none.clone()),
        at(5, join, body("name=sam&code=TOKEN&choice=2", form), none.clone()),
        at(6, "/api/documents?access_token=TOKEN", none.clone(), none.clone()),
        at(7, "/api/documents/a", body(r#"{"title":"t","content":"c","api_key":"TOKEN"}"#, json), none.clone()),
        Exchange {
            response: None,
            status: None,
            lost: Some("lost".to_owned()),
            ..at(8, join, body(r#"{"token":"TOKEN"#, json), none.clone())
        },
    ];
    let files = SessionFiles::of(session(exchanges.clone()));
    for text in [&files.page, &files.archive] {
        assert!(!text.contains(TOKEN) && !text.contains(&crate::markdown::escape(TOKEN)), "{text}");
        assert!(text.contains("not shown"));
    }
    assert!(files.archive.contains("name=sam&code=[not shown]&choice=2"), "the rest of a form stays");
    // A token that this program knows is found in any text, also in one that nothing marks as secret.
    let mut typed = exchanges;
    typed.push(at(9, "/api/documents/a", body(r#"{"title":"t","content":"my code is TOKEN"}"#, json), none));
    let mut known = session(typed);
    known.secrets = vec![TOKEN.to_owned()];
    known.questions =
        vec![Question { text: format!("Is {TOKEN} a code?"), ..asked(QuestionState::Open, 1, None, vec![]) }];
    let files = SessionFiles::of(known);
    for text in [&files.page, &files.archive] {
        assert!(!text.contains(TOKEN) && !text.contains(&crate::markdown::escape(TOKEN)), "{text}");
    }
    assert!(files.archive.contains("my code is [not shown]"));
}

#[test]
fn question_has_the_counts_of_both_rounds() {
    let mut session = session(Vec::new());
    let read = |number, question: &Question| Exchange {
        target: "/api/question".to_owned(),
        response: Some(Message { body: serde_json::to_string(question).unwrap(), ..Message::default() }),
        ..exchange(number, Some(200))
    };
    session.exchanges = vec![Arc::new(read(1, &asked(QuestionState::Shown, 1, Some(vec![2, 1]), vec![])))];
    session.server_facts.question = Some(asked(QuestionState::Open, 2, None, vec![]));
    let page = SessionFiles::of(session.clone()).page;
    assert!(page.contains("| | choice | right | round 1 |\n"), "round 2 is open: {page}");
    assert!(page.contains("| 2 | 412 |  | 1 |"), "{page}");
    session.server_facts.question = Some(asked(QuestionState::Revealed, 2, Some(vec![0, 3]), vec![vec![2, 1]]));
    let page = SessionFiles::of(session).page;
    assert!(page.contains("| 1 | 200 |  | 2 | 0 |\n| 2 | 412 | ✓ | 1 | 3 |\n"), "{page}");
    assert!(page.contains("Round 2: 3 of 4 have answered; the right choice was revealed.\n\n> It is stale."), "{page}");
}

#[test]
fn leaders_own_setting_has_the_right_choice_before_the_reveal() {
    let mut session = session(Vec::new());
    session.server_facts.question = Some(asked(QuestionState::Open, 1, None, vec![]));
    let mut setting = QuestionSetting::new("Which status?", &["200", "412"]);
    setting.right = Some(2);
    session.server_facts.setting = Some(setting);
    assert!(SessionFiles::of(session).page.contains("| 2 | 412 | ✓ |"));
}

#[test]
fn versions_are_a_graph_that_names_what_was_lost() {
    let version = |number: u64, author: &str, base: Option<u64>| Version {
        version: number,
        etag: format!("\"v{number}-0a\"").parse().unwrap(),
        author: author.parse().unwrap(),
        at: Timestamp::from_millis(number * 1000),
        parent_etag: (number > 1).then(|| format!("\"v{}-0a\"", number - 1).parse().unwrap()),
        based_on: base.map(|base| format!("\"v{base}-0a\"").parse().unwrap()),
        deleted: false,
    };
    let mut session = session(Vec::new());
    let versions = vec![version(1, "Ann", None), version(2, "Bob", Some(1)), version(3, "Eve", Some(1))];
    session.server_facts.histories = vec![("plan".parse().unwrap(), versions)];
    session.server_facts.gaps = vec!["the policy: 403".to_owned()];
    let page = SessionFiles::of(session).page;
    assert!(page.contains("### plan") && page.contains("**1 version is lost**"), "{page}");
    assert!(page.contains("✗ lost: overwritten by v3, whose writer had not seen it"), "{page}");
    assert!(page.contains("- Missing: the policy: 403."), "{page}");
}

#[test]
fn folder_is_named_by_day_and_time() {
    assert_eq!(session_folder_name(Timestamp::from_millis(1_795_323_611_123)), "ifmatch-session-2026-11-22-050011");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Foreign text adds no line to the page, and no control character to either file.
    #[test]
    fn foreign_text_stays_text(text in "([\n\r\u{1b}\u{202e}|`<>#*_\\[\\]!~-]|[a-z]|\u{e4}){0,24}") {
        let with = |text: &str| {
            let message = Message { fields: vec![("If-Match".to_owned(), text.to_owned())], body: text.to_owned(), cut: true };
            let one = Exchange {
                author: "Bob".parse().ok(),
                target: format!("/api/documents/a{text}"),
                method: "PUT".to_owned(),
                request: message.clone(),
                response: Some(message),
                ..exchange(1, Some(412))
            };
            let mut session = session(vec![one]);
            let question = Question { text: text.to_owned(), choices: vec![text.to_owned(); 2], ..asked(QuestionState::Shown, 1, Some(vec![1, 1]), vec![]) };
            session.questions = vec![question];
            SessionFiles::of(session)
        };
        let (files, plain) = (with(&text), with("x"));
        check_har(&files.archive);
        prop_assert_eq!(files.page.lines().count(), plain.page.lines().count(), "{}", files.page);
        for file in [&files.page, &files.archive] {
            prop_assert_eq!(file.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}'), None);
        }
        for (line, plain) in files.page.lines().zip(plain.page.lines()) {
            let bars = |line: &str| line.replace("\\|", "").matches('|').count();
            prop_assert_eq!(bars(line), bars(plain), "{}", line);
        }
    }
}
