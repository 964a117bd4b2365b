//! `ifmatch swarm --vote` against a real server: each answer is counted, and the room sees it.

use std::process::Command;

use serde_json::{Value, json};
use tests::http::Request;
use tests::serve::Server;

use crate::PROGRAM;

const TEXT: &str = "Bob saves with an old tag. Which status?";

fn ask(server: &Server, condition: (&str, &str), state: &str, round: u32) -> String {
    let question = json!({"text": TEXT, "choices": ["200", "409", "412"], "state": state, "round": round});
    let request = Request::new("PUT", "/control/question").with(condition.0, condition.1).json(&question);
    let answer = server.answer(&request);
    assert!([200, 201].contains(&answer.status), "{answer}");
    answer.field("etag").expect("a tag").to_owned()
}

fn vote(server: &Server, arguments: &[&str]) -> (Option<i32>, Value) {
    let mut command = Command::new(PROGRAM);
    // Nothing is written there.
    command.env_clear().env("HOME", "/nonexistent").env("PATH", "/usr/bin:/bin");
    command.args(["swarm", "--vote", "--json", "--think", "0", "--server", &server.url()]).args(arguments);
    let output = command.output().expect("the program starts");
    let totals = serde_json::from_slice(&output.stdout);
    (output.status.code(), totals.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))))
}

#[test]
fn fifty_voters_are_all_counted_and_shown() {
    let server = Server::start(PROGRAM);
    let etag = ask(&server, ("If-None-Match", "*"), "open", 1);
    let (code, totals) = vote(&server, &["--writers", "50", "--seed", "7"]);
    let round = &totals["rounds"][0];
    assert_eq!((code, &round["counted"], &round["shown"]), (Some(0), &json!(50), &json!(50)), "{totals}");
    let open = server.answer(&Request::new("GET", "/api/question"));
    assert_eq!((&open.json()["answered"], &open.json()["counts"]), (&json!(50), &Value::Null), "{open}");
    ask(&server, ("If-Match", &etag), "shown", 1);
    let shown = server.answer(&Request::new("GET", "/api/question"));
    assert_eq!(shown.json()["counts"], round["choices"], "{shown}");
    // With the same seed, each voter chooses the same; the names of the first vote are taken.
    let etag = server.answer(&Request::new("GET", "/control/question")).field("etag").expect("a tag").to_owned();
    ask(&server, ("If-Match", &etag), "open", 2);
    let (code, again) = vote(&server, &["--writers", "50", "--seed", "7"]);
    assert_eq!((code, &again["rounds"][0]["choices"]), (Some(0), &round["choices"]), "{again}");
}

#[test]
fn vote_takes_no_options_of_writing() {
    let server = Server::start(PROGRAM);
    for wrong in [&["--strategy", "merge"][..], &["--edits", "2"], &["--writers", "401"]] {
        let output = Command::new(PROGRAM).args(["swarm", "--vote", "--server", &server.url()]).args(wrong).output();
        assert_eq!(output.unwrap().status.code(), Some(2), "{wrong:?}");
    }
}
