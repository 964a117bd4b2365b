//! A room of several servers: which there are, which one got a request, and what only some of them do.

use contract::{Exchange, FaultSettings};
use terminal::theme::Theme;
use tui::room_request::{RoomReport, RoomRequest};
use tui::{Effect, Event, SessionPart, SessionStart};

use crate::harness::TestApp;
use crate::room::{answered, recorded, request};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Returns a room of two servers: Bob read at the first, and Eve saved at the second.
fn room_of_two_servers((width, height): (u16, u16)) -> TestApp {
    let start = SessionStart::new(SessionPart::Room, "http://192.0.2.7:4280".to_owned(), (width, height));
    let start = SessionStart { more_servers: vec!["http://192.0.2.7:4281".to_owned()], ..start };
    let mut play = TestApp::begin(start.state(&[], Theme::default()).unwrap(), Vec::new(), width, height);
    let at = |port: u16, exchange: Exchange| Exchange { server: Some(format!("http://192.0.2.7:{port}")), ..exchange };
    let mut save = request(2, "Eve", "PUT");
    save.request.fields = vec![("If-Match".to_owned(), "\"v1-0a0a0a0a\"".to_owned())];
    play.event(recorded(at(4280, answered(request(1, "Bob", "GET"), 200, 1))));
    play.event(recorded(at(4281, answered(save, 200, 2))));
    play
}

#[test]
fn heading_names_all_servers_or_counts_them() {
    room_of_two_servers((120, 40)).shows(120, 40, "2 servers: 192.0.2.7:4280, 192.0.2.7:4281  policy");
    room_of_two_servers((80, 24)).shows(80, 24, "2 servers: 192.0.2.7:4280, 192.0.2.7:4281");
    room_of_two_servers((40, 12)).shows(40, 12, "2 servers  policy");
}

#[test]
fn each_exchange_names_its_server_at_every_width() {
    for (width, height) in SIZES {
        let play = room_of_two_servers((width, height));
        let rows = play.screen(width, height).text();
        let row = |who: &str| rows.lines().find(|row| row.contains(who) && row.contains('→')).map(str::to_owned);
        let eve = row("Eve").expect("the save is listed");
        assert!(eve.contains(":4281 "), "{width}×{height}: {eve}");
        if height > 12 {
            let bob = row("Bob").expect("the read is listed");
            assert!(bob.contains(":4280 "), "{width}×{height}: {bob}");
        }
    }
}

#[test]
fn diagram_names_the_server_of_a_request() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = room_of_two_servers((width, height));
        play.f(4).shows(width, height, "servers");
        play.shows(width, height, "GET plan :4280");
        play.shows(width, height, "PUT If-Match \"v1\" :4281");
    }
}

#[test]
fn controls_say_that_not_every_server_has_the_faults() {
    let mut play = room_of_two_servers((120, 40));
    play.types("c");
    assert!(play.effects.contains(&Effect::Room(RoomRequest::ReadFaults)), "{:?}", play.effects);
    let faults = FaultSettings { latency_ms: 300, lose_responses: 2 };
    play.event(Event::Room(RoomReport::DifferentFaults(faults)));
    play.shows(120, 40, "delay: ! 300 ms, not at every server");
    play.shows(120, 40, "lost responses: ! the next 2, not at every server");
    let all = FaultSettings { lose_responses: 1, ..faults };
    play.event(Event::FaultsSet(Ok(all)));
    play.shows(120, 40, "the next one at each server");
}

#[test]
fn delay_leaves_out_faults_that_not_all_servers_have() {
    let mut play = room_of_two_servers((120, 40));
    play.event(Event::Room(RoomReport::DifferentFaults(FaultSettings { latency_ms: 300, lose_responses: 2 })));
    play.types("l");
    let set = Effect::SetFaults(FaultSettings { latency_ms: 0, lose_responses: 1 });
    assert!(play.effects.contains(&set), "{:?}", play.effects);
}

#[test]
fn server_that_does_not_respond_is_named_until_it_does() {
    let followed = |is_followed| {
        let server = "http://192.0.2.7:4281".to_owned();
        Event::Room(RoomReport::ServerFollowed { server, is_followed })
    };
    for (width, height) in SIZES {
        let mut play = room_of_two_servers((width, height));
        play.event(followed(false)).shows(width, height, "192.0.2.7:4281 does not respond");
        let heading = if width == 120 { "192.0.2.7:4281 ✗ no response  policy" } else { "1 of 2 servers  policy" };
        play.shows(width, height, heading);
        play.event(followed(true)).shows(width, height, "192.0.2.7:4281 responds again");
        play.hides(width, height, "1 of 2");
        play.hides(width, height, "no response");
    }
}

#[test]
fn single_server_is_named_by_its_address_alone() {
    let start = SessionStart::new(SessionPart::Room, "http://192.0.2.7:4280".to_owned(), (120, 40));
    let mut play = TestApp::begin(start.state(&[], Theme::default()).unwrap(), Vec::new(), 120, 40);
    play.event(recorded(answered(request(1, "Bob", "GET"), 200, 1)));
    play.shows(120, 40, "ifmatch  http://192.0.2.7:4280  policy");
    play.hides(120, 40, "servers");
}
