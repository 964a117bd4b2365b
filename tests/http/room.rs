//! A participant who misbehaves in a room: bounded, harmless to the others, and removable.

use serde_json::json;
use tests::documents::{get, put};
use tests::http::{HttpConnection, Request};
use tests::second_client::beside;
use tests::serve::{OneServer, Server};
use tests::until;
use tests::usage::budget;

use crate::PROGRAM;

/// Starts one server, whose budgets the test uses up.
fn start_alone() -> Server {
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:"];
    Server::start_alone(PROGRAM, &arguments, OneServer::Budgets)
}

/// Joins, and returns the value of `Authorization`.
fn join(server: &Server, name: &str) -> String {
    let joined = server.answer(&Request::new("POST", "/api/participants").json(&json!({"name": name})));
    assert_eq!(joined.status, 201, "{joined}");
    format!("Bearer {}", joined.word("token").expect("a token"))
}

#[test]
fn hundreds_of_streams_are_bounded_and_end_on_removal() {
    let server = start_alone();
    let mallory = join(&server, "mallory");
    let request = Request::new("GET", "/api/events").with("Authorization", &mallory);
    let mut streams = Vec::new();
    let mut refused = 0;
    beside(&server, None, |second_client| {
        while !second_client.is_done() || refused < 300 {
            let mut connection = HttpConnection::open(server.address());
            connection.write(&request.head(server.host()));
            match connection.try_read_head().expect("a response").status {
                200 => streams.push(connection),
                429 => refused += 1,
                other => panic!("a stream was answered with {other}"),
            }
        }
    });
    assert_eq!(streams.len(), 16);
    assert!(budget(&server, "refused_total", "participant-streams") >= 300);
    let removed = server.answer(&Request::new("POST", "/control/participants/mallory/remove"));
    assert_eq!(removed.status, 200, "{removed}");
    for mut stream in streams {
        while stream.try_read_chunk().expect("the stream ends as it should").is_some() {}
    }
    let refused = server.answer(&get("doc").with("Authorization", &mallory));
    assert_eq!((refused.status, refused.word("reason").as_deref()), (403, Some("removed")));
}

#[test]
fn flood_of_names_leaves_room_for_others() {
    let server = start_alone();
    let sam = join(&server, "sam");
    assert_eq!(server.answer(&get("doc").with("Authorization", &sam)).status, 404);
    for number in 0..600 {
        join(&server, &format!("mallory {number}"));
    }
    assert_eq!(budget(&server, "used", "participants"), 500);
    join(&server, "ann");
    let known = server.answer(&get("doc").with("Authorization", &sam).with("Ifmatch-Author", "sam"));
    assert_eq!(known.status, 404, "a name that is used stays: {known}");
}

/// `/control/gate` shows all held requests, and on a server with tokens only to a leader.
#[test]
fn participant_sees_only_own_requests_at_the_gate() {
    let server = Server::start(PROGRAM);
    let (ann, sam) = (join(&server, "ann"), join(&server, "sam"));
    // Each server lists the requests that it holds itself.
    let own = |who: &str| -> Vec<String> {
        let gates = server.addresses().into_iter().flat_map(|address| {
            let answer = Request::new("GET", "/api/gate").with("Authorization", who).send(address);
            assert_eq!(answer.status, 200, "{answer}");
            answer.json()["held"].as_array().expect("a list").clone()
        });
        gates.map(|held| held["path"].to_string()).collect()
    };
    assert_eq!(own(&ann), [""; 0]);
    let closing = Request::new("PUT", "/control/gate").json(&json!({"hold": "all"}));
    assert_eq!(server.answer(&closing).status, 200);
    let request = put("notes", "text").with("If-None-Match", "*").with("Authorization", &ann);
    let mut held = HttpConnection::open(server.address());
    held.write(&[request.head(server.host()), request.content().to_vec()].concat());
    until("it is held, and the question about it is not", || own(&ann) == ["\"/api/documents/notes\""]);
    assert_eq!(own(&sam), [""; 0], "it is not Sam's");
    let gate = server.answer(&Request::new("GET", "/api/gate").with("Authorization", &sam)).json();
    assert_eq!(gate["hold"], "all", "that the gate holds requests is no secret");
    for address in server.addresses() {
        assert_eq!(Request::new("POST", "/control/gate/release").send(address).status, 200);
    }
    assert_eq!(held.read("PUT").status, 201);
    assert_eq!(own(&ann), [""; 0]);
}
