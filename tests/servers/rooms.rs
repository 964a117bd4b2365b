//! The question, the answers to it, and the participants are those of all servers.

use serde_json::{Value, json};
use test_postgres::TemporaryDatabase;
use tests::documents::{expect, put};
use tests::events::Events;
use tests::http::{Request, Response};
use tests::serve::Server;

use crate::{ServerPair, eventually, start_on};

fn join(server: &Server, name: &str) -> Response {
    server.answer(&Request::new("POST", "/api/participants").json(&json!({"name": name})))
}

fn joined(server: &Server, name: &str) -> String {
    expect(201, join(server, name)).word("token").expect("a token")
}

fn with_token(request: Request, token: &str) -> Request {
    request.with("Authorization", format!("Bearer {token}"))
}

fn question(state: &str) -> Value {
    json!({"text": "Which status?", "choices": ["200", "412"], "state": state})
}

fn ask(server: &Server, condition: (&str, &str), state: &str) -> Response {
    server.answer(&Request::new("PUT", "/control/question").with(condition.0, condition.1).json(&question(state)))
}

fn answer(server: &Server, name: &str, token: &str, choice: u8) -> Response {
    let request = Request::new("PUT", &format!("/api/question/answers/{name}")).json(&json!({"choice": choice}));
    server.answer(&with_token(request, token))
}

fn shown(server: &Server) -> Value {
    expect(200, server.answer(&Request::new("GET", "/api/question"))).json()
}

#[test]
fn name_is_one_for_all_servers() {
    let pair = ServerPair::start();
    for (round, (server, other)) in pair.both_ways().into_iter().enumerate() {
        let name = format!("sam{round}");
        let token = joined(server, &name);
        let conflict = expect(409, join(other, &name.to_uppercase()));
        assert_eq!(conflict.json()["free"], json!(format!("{}-2", name.to_uppercase())), "{conflict}");
        // At once, and with no request before that could have brought the news.
        let create = put(&name, "text\n").with("If-None-Match", "*");
        let made = expect(201, other.answer(&with_token(create, &token)));
        let by_another = put(&name, "other\n").with("If-Match", made.etag()).with("Ifmatch-Author", &name);
        let refused = expect(403, other.answer(&by_another));
        assert_eq!(refused.word("reason").as_deref(), Some("name_taken"), "{refused}");
        let list = expect(200, other.answer(&Request::new("GET", "/control/participants"))).json();
        assert!(list["participants"].as_array().unwrap().iter().any(|row| row["name"] == json!(name)), "{list}");
    }
}

/// The servers whose locks PostgreSQL has.
const RUNNING_SERVERS: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

#[test]
fn names_become_free_only_while_one_server_runs() {
    const BUDGET: [&str; 2] = ["--budget", "participants=3"];
    let database = TemporaryDatabase::create();
    let first = start_on(&database, &BUDGET);
    // The fourth takes the place of the first, who sent nothing.
    for name in ["n1", "n2", "n3", "n4"] {
        joined(&first, name);
    }
    let second = start_on(&database, &BUDGET);
    expect(200, second.answer(&Request::new("GET", "/control/policy")));
    for server in [&first, &second] {
        let full = expect(503, join(server, "sam"));
        assert_eq!(full.word("budget").as_deref(), Some("participants"), "{full}");
    }
    drop(second);
    eventually("the second server is gone", || (database.run_sql(RUNNING_SERVERS) == "1").then_some(()));
    // For ten minutes, each of the names may be that of a participant who was at the second server.
    expect(503, join(&first, "sam"));
}

#[test]
fn removal_holds_on_every_server() {
    let pair = ServerPair::start();
    for (round, (leader, other)) in pair.both_ways().into_iter().enumerate() {
        let name = format!("sam{round}");
        let token = joined(other, &name);
        let read = with_token(Request::new("GET", "/api/documents"), &token);
        expect(200, other.answer(&read));
        let mut stream = Events::open_with(other, "/api/events", &[("Authorization", &format!("Bearer {token}"))]);
        expect(200, leader.answer(&Request::new("POST", &format!("/control/participants/{name}/remove"))));
        let refused = expect(403, other.answer(&read));
        assert_eq!(refused.word("reason").as_deref(), Some("removed"), "{refused}");
        while stream.try_read().is_ok() {}
        expect(200, other.answer(&Request::new("POST", &format!("/control/participants/{name}/readmit"))));
        expect(200, leader.answer(&read));
    }
}

#[test]
fn question_and_answers_are_the_same_on_every_server() {
    let pair = ServerPair::start();
    let (first, second) = (&pair.first, &pair.second);
    let (ann, bob) = (joined(first, "ann"), joined(second, "bob"));
    let asked = expect(201, ask(first, ("If-None-Match", "*"), "open"));
    expect(412, ask(second, ("If-None-Match", "*"), "open"));
    let mut streams = [first, second].map(|server| Events::open_with(server, "/api/events", &[]));
    for stream in &mut streams {
        assert_eq!(stream.try_read().unwrap().name, "question", "a stream begins with the question");
    }
    expect(200, answer(second, "ann", &ann, 1));
    expect(200, answer(first, "ann", &ann, 2));
    expect(200, answer(first, "bob", &bob, 2));
    for server in [first, second] {
        let shown = shown(server);
        assert_eq!((&shown["answered"], &shown["people"]), (&json!(2), &json!(2)), "{shown}");
        assert_eq!(shown["counts"], Value::Null);
    }
    for stream in &mut streams {
        while stream.try_read().unwrap().data["answered"] != 2 {}
    }
    let etag = asked.etag();
    expect(200, ask(second, ("If-Match", &etag), "shown"));
    expect(412, ask(first, ("If-Match", &etag), "open"));
    for server in [first, second] {
        assert_eq!(shown(server)["counts"], json!([0, 2]), "each participant counts once");
        assert_eq!(answer(server, "ann", &ann, 1).status, 409);
    }
    assert_eq!(shown(first), shown(second));
    for stream in &mut streams {
        while stream.try_read().unwrap().data["counts"] != json!([0, 2]) {}
    }
    expect(200, first.answer(&Request::new("POST", "/control/participants/bob/remove")));
    assert_eq!(shown(second)["counts"], json!([0, 1]), "the answer of a removed participant is dropped");
    let current = expect(200, second.answer(&Request::new("GET", "/control/question"))).etag();
    let withdraw = Request::new("DELETE", "/control/question").with("If-Match", &current);
    expect(204, second.answer(&withdraw));
    expect(404, first.answer(&Request::new("GET", "/api/question")));
}

/// Many answer at both servers at once: none is lost when servers change the question at the same time.
#[test]
fn answers_at_both_servers_are_all_counted() {
    const VOTERS: usize = 24;
    let pair = ServerPair::start();
    let voters: Vec<_> = (0..VOTERS)
        .map(|number| {
            let name = format!("p{number}");
            let token = joined(if number % 2 == 0 { &pair.first } else { &pair.second }, &name);
            (name, token)
        })
        .collect();
    expect(201, ask(&pair.first, ("If-None-Match", "*"), "open"));
    std::thread::scope(|scope| {
        for (number, (name, token)) in voters.iter().enumerate() {
            let server = if number % 3 == 0 { &pair.first } else { &pair.second };
            scope.spawn(move || expect(200, answer(server, name, token, 1)));
        }
    });
    for server in [&pair.first, &pair.second] {
        assert_eq!(shown(server)["answered"], json!(VOTERS));
    }
}

/// People who only listen at one server count in the question at the other.
#[test]
fn people_at_both_servers_are_counted() {
    let pair = ServerPair::start();
    expect(201, ask(&pair.first, ("If-None-Match", "*"), "open"));
    let listeners = [(&pair.first, "kim"), (&pair.second, "lee"), (&pair.second, "kim")];
    let streams = listeners.map(|(server, name)| Events::open_with(server, "/api/events", &[("Ifmatch-Author", name)]));
    for server in [&pair.first, &pair.second] {
        eventually("kim and lee are counted", || (shown(server)["people"] == 2).then_some(()));
    }
    drop(streams);
    for server in [&pair.first, &pair.second] {
        eventually("they are gone", || (shown(server)["people"] == 0).then_some(()));
    }
}
