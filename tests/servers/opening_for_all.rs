//! The document that the leader opens for all is one for all servers.

use serde_json::{Value, json};
use tests::documents::expect;
use tests::events::Events;
use tests::http::{Request, Response};
use tests::serve::Server;

use crate::{ServerPair, race};

const SETTINGS: &str = "/control/room";

/// The number of races of a test.
const RACES: usize = 30;

fn read(server: &Server) -> Response {
    expect(200, server.answer(&Request::new("GET", SETTINGS)))
}

fn open_for_all(document: &str, etag: &str) -> Request {
    Request::new("PUT", SETTINGS).json(&json!({ "openForAll": document })).with("If-Match", etag)
}

#[test]
fn document_opened_at_one_server_is_open_at_the_other() {
    let pair = ServerPair::start();
    for (round, (leader, other)) in pair.both_ways().into_iter().enumerate() {
        let before = read(leader);
        assert_eq!((read(other).etag(), read(other).json()), (before.etag(), before.json()));
        let document = format!("plan{round}");
        let set = expect(200, leader.answer(&open_for_all(&document, &before.etag())));
        let after = read(other);
        assert_eq!((after.etag(), after.json()), (set.etag(), json!({ "openForAll": document })));
        expect(304, other.answer(&Request::new("GET", SETTINGS).with("If-None-Match", after.etag())));
        let stale = expect(412, other.answer(&open_for_all("notes", &before.etag())));
        assert_eq!((stale.etag(), stale.json()["behind"].clone()), (after.etag(), json!(1)), "{stale}");
        expect(428, other.answer(&Request::new("PUT", SETTINGS).json(&json!({"openForAll": "notes"}))));
        assert_eq!(read(leader).json()["openForAll"], json!(document));
    }
}

#[test]
fn two_leaders_who_open_a_document_collide() {
    let pair = ServerPair::start();
    for round in 0..RACES {
        let etag = read(&pair.first).etag();
        let documents = [format!("plan{round}"), format!("notes{round}")];
        let statuses = race(&pair, &documents.each_ref().map(|document| open_for_all(document, &etag)));
        assert!(statuses == [200, 412] || statuses == [412, 200], "round {round}: {statuses:?}");
        let winner = &documents[usize::from(statuses[1] == 200)];
        for server in [&pair.first, &pair.second] {
            assert_eq!(read(server).json()["openForAll"], json!(winner), "round {round}");
        }
    }
}

#[test]
fn editors_at_the_other_server_hear_of_the_document() {
    let pair = ServerPair::start();
    for (round, (leader, other)) in pair.both_ways().into_iter().enumerate() {
        let document = format!("plan{round}");
        let mut stream = Events::open_with(other, "/api/events", &[("Ifmatch-Author", "Sam")]);
        expect(200, leader.answer(&open_for_all(&document, &read(leader).etag())));
        let opened = room_event(&mut stream, |settings| settings["openForAll"] == json!(document));
        assert_eq!(opened, json!({ "openForAll": document }));
        // A stream that begins later, too.
        let mut later = Events::open_with(other, "/api/events", &[("Ifmatch-Author", "Ann")]);
        assert_eq!(room_event(&mut later, |_| true), json!({ "openForAll": document }));
    }
}

/// Returns the settings in the next event `room` that is wanted.
fn room_event(stream: &mut Events, is_wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let event = stream.try_read().expect("the stream has the event");
        if event.name == "room" && is_wanted(&event.data) {
            return event.data;
        }
    }
}
