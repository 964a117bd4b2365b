//! The screen of a proxy: a room without documents, policy and questions.

use tui::gate::GateRequest;
use tui::{Effect, Event, RoomHosting, State};

use crate::harness::TestApp;
use crate::room::{answered, recorded, request};
use terminal::theme::Theme;

fn proxied(size: (u16, u16)) -> TestApp {
    let address = "http://127.0.0.1:4281".to_owned();
    let hosting = RoomHosting {
        address: address.clone(),
        command: "curl -i http://127.0.0.1:4281/".to_owned(),
        join: Vec::new(),
        leader: Vec::new(),
        store: "memory:".to_owned(),
        is_lasting: false,
        seeds: Vec::new(),
        forwards_to: Some("http://localhost:3000".to_owned()),
    };
    let state = State::room(address, Theme::default()).with_hosting(Some(hosting));
    TestApp::begin(state, Vec::new(), size.0, size.1)
}

#[test]
fn proxy_names_its_server_and_no_policy() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = proxied((width, height));
        play.shows(width, height, "http://localhost:3000");
        play.shows(width, height, "Point a client at http://127.0.0.1:4281 in place of");
        for hidden in ["policy", "People join with"] {
            play.hides(width, height, hidden);
        }
        play.types("c").shows(width, height, "lost responses");
        play.hides(width, height, "judging");
    }
}

#[test]
fn what_a_proxy_lacks_is_refused_with_the_reason() {
    let mut play = proxied((120, 40));
    play.event(recorded(request(1, "Bob", "PUT")));
    let before = play.effects.len();
    play.types("n").shows(120, 40, "the proxy has neither documents nor questions of its own");
    assert_eq!(play.effects.len(), before);
}

/// The tags of the guard are long: in full, the reason of a 412 would not fit.
#[test]
fn long_tags_in_a_sentence_are_shortened_if_it_does_not_fit() {
    let mut refused = answered(request(4, "bob", "PUT"), 412, 2);
    refused.request.fields = vec![("If-Match".to_owned(), "\"1-555a3a06488c9718-e7d91bb14043\"".to_owned())];
    let response = refused.response.as_mut().expect("it is answered");
    response.fields = vec![("ETag".to_owned(), "\"2-555a3a06488c9718-db1998e04bcc\"".to_owned())];
    let mut play = proxied((40, 12));
    play.event(recorded(refused));
    play.shows(40, 12, "412: bob holds \"1-555a3a…4043\"");
    play.shows(40, 12, "server has \"2-555a3a…4bcc\"");
    play.shows(120, 40, "412: bob holds \"1-555a3a06488c9718-e7d91bb14043\"; the server has");
}

#[test]
fn held_request_waits_at_the_proxy() {
    let mut play = proxied((120, 40));
    play.event(recorded(request(7, "Bob", "PUT")));
    let held = contract::HeldExchange {
        exchange: 7,
        author: Some("Bob".parse().expect("it is a name")),
        method: "PUT".to_owned(),
        path: "/api/documents/plan".to_owned(),
        if_match: None,
        since: contract::Timestamp::from_millis(0),
    };
    play.event(Event::GateTold(Ok(contract::GateSettings { hold: contract::Hold::Writes, held: vec![held] })));
    play.shows(120, 40, "held at the gate: the proxy has it, and forwards it once it is released");
}

#[test]
fn held_request_is_sent_twice_by_the_key_for_duplicates() {
    let mut play = proxied((120, 40));
    play.event(recorded(request(7, "Bob", "PUT"))).types("D");
    let twice = Effect::Gate(GateRequest::SendTwice(7));
    assert!(play.effects.contains(&twice), "{:?}", play.effects);
    play.shows(120, 40, "Bob's PUT is sent twice: its client gets the first response");
}
