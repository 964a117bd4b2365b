//! A participant who misbehaves in a room: bounded, harmless to the others, and removable.

use serde_json::json;
use tests::documents::get;
use tests::http::{HttpConnection, Request};
use tests::second_client::beside;
use tests::serve::Server;
use tests::usage::budget;

use crate::PROGRAM;

/// Joins, and returns the value of `Authorization`.
fn join(server: &Server, name: &str) -> String {
    let joined = server.answer(&Request::new("POST", "/api/participants").json(&json!({"name": name})));
    assert_eq!(joined.status, 201, "{joined}");
    format!("Bearer {}", joined.word("token").expect("a token"))
}

#[test]
fn hundreds_of_streams_are_bounded_and_end_on_removal() {
    let server = Server::start(PROGRAM);
    let mallory = join(&server, "mallory");
    let request = Request::new("GET", "/api/events").with("Authorization", &mallory);
    let mut streams = Vec::new();
    let mut refused = 0;
    beside(&server, None, |second_client| {
        while !second_client.is_done() || refused < 300 {
            let mut connection = HttpConnection::open(server.address());
            connection.write(&request.head(server.address()));
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
    let server = Server::start(PROGRAM);
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
