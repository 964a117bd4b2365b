//! A room that is watched: the people and the counters, and the leader's keys.

use std::time::Duration;

use contract::{Exchange, FaultSettings, Hold, Message, ParticipantList, ParticipantRow, Timestamp, Version};
use crossterm::event::KeyCode;
use precondition::Policy;
use precondition::policy::{Dates, Etags, Judging, Preconditions};
use proptest::prelude::*;
use terminal::theme::{Theme, UNICODE};
use traffic::room::Editing;
use tui::gate::GateRequest;
use tui::room_request::{BegunRound, Mistake, OpenForAllFailure, PeopleReport, RoomReport, RoomRequest, RoundText};
use tui::{Effect, Event, SessionPart, SessionStart, State};

use crate::any_size::{play_out, random_input};
use crate::gate::focus_wire;
use crate::harness::{TestApp, author, id};

/// The sizes in which a room is looked at.
const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Returns a room in which nothing was sent yet.
pub(crate) fn empty_room((width, height): (u16, u16)) -> TestApp {
    let state = State::room("http://192.0.2.7:4280".to_owned(), Theme::default());
    TestApp::begin(state, Vec::new(), width, height)
}

pub(crate) fn request(number: u64, who: &str, method: &str) -> Exchange {
    Exchange {
        number,
        author: Some(author(who)),
        client_address: Some([192, 0, 2, 9].into()),
        server: None,
        received: Timestamp::from_millis(1_795_323_611_123 + 1000 * number),
        judged: None,
        answered: None,
        method: method.to_owned(),
        target: "/api/documents/plan".to_owned(),
        request: Message::default(),
        status: None,
        response: None,
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    }
}

pub(crate) fn answered(request: Exchange, status: u16, version: u64) -> Exchange {
    let fields = vec![("ETag".to_owned(), format!("\"v{version}-0a0a0a0a\""))];
    let body = if request.is_read() { r#"{"title":"Plan","content":"c"}"# } else { "" };
    let response = Message { fields, body: body.to_owned(), cut: false };
    Exchange { status: Some(status), response: Some(response), ..request }
}

pub(crate) fn recorded(exchange: Exchange) -> Event {
    Event::Recorded(Box::new(exchange))
}

/// Returns a room of three: Alice wrote v3, Bob got a 412 for v2, and Eve's save is held.
pub(crate) fn room_of_three(size: (u16, u16)) -> TestApp {
    let mut play = empty_room(size);
    let editing = ("Ifmatch-Editing".to_owned(), "merging; open=2".to_owned());
    let mut refused = request(3, "Bob", "PUT");
    refused.request.fields = vec![("If-Match".to_owned(), "\"v2-0a0a0a0a\"".to_owned()), editing];
    let events = [
        answered(request(1, "Bob", "GET"), 200, 2),
        answered(request(2, "Alice", "PUT"), 200, 3),
        answered(refused, 412, 3),
        answered(request(4, "Eve", "GET"), 200, 3),
        request(5, "Eve", "PUT"),
    ];
    for exchange in events {
        play.event(recorded(exchange));
    }
    play
}

#[test]
fn empty_room_says_how_people_join() {
    for (width, height) in SIZES {
        let screen = empty_room((width, height)).screen(width, height).text().replace(['\n', '│'], " ");
        assert!(screen.contains("0 people") && screen.contains("ifmatch join"), "{screen}");
    }
}

#[test]
fn address_is_a_qr_code_if_all_of_it_fits() {
    // The upper rows of a finder pattern, in the light quiet zone.
    let pattern = "█ ▄▄▄▄▄ █";
    for (address, (width, height), has_code) in [
        ("http://192.0.2.7:4280", (120, 40), true),
        ("http://192.0.2.7:4280", (40, 12), false),
        // A phone cannot reach it.
        ("http://127.0.0.1:4280", (120, 40), false),
    ] {
        let state = State::room(address.to_owned(), Theme::without_colors(&UNICODE));
        let mut play = TestApp::begin(state, Vec::new(), width, height);
        play.types("j").shows(width, height, "how people join");
        assert_eq!(play.screen(width, height).text().contains(pattern), has_code, "{address} {width}×{height}");
    }
}

#[test]
fn everyone_is_shown_with_version_distance_and_status() {
    let play = room_of_three((120, 40));
    let rows = play.screen(120, 40).rows();
    let row =
        |name: &str| rows.iter().find(|row| row.contains(&format!(" {name} ")) && row.contains("plan v")).unwrap();
    assert!(row("Bob").contains("v2   -1") && row("Bob").contains("412"), "{}", row("Bob"));
    assert!(row("Bob").contains("says: merging, 2 open"), "{}", row("Bob"));
    assert!(row("Alice").contains("v3   ✓") && row("Alice").contains("200 OK"), "{}", row("Alice"));
    assert!(row("Eve").contains("▌ held"), "{}", row("Eve"));
    play.shows(120, 40, "the room: 3 people, most behind first");
    play.shows(120, 40, "412 1");
    assert_eq!(
        rows.iter()
            .position(|row| row.contains("● Alice"))
            .zip(rows.iter().position(|row| row.contains("v2   -1")))
            .map(|(alice, bob)| bob < alice),
        Some(true)
    );
}

#[test]
fn small_terminal_shows_people_and_the_wire() {
    let play = room_of_three((40, 12));
    for name in ["Alice", "Bob", "Eve"] {
        play.shows(40, 12, name);
    }
    play.shows(40, 12, "the wire");
}

#[test]
fn small_terminal_shows_four_people_and_counts_the_others() {
    let mut play = empty_room((40, 12));
    for number in 1..=6 {
        play.event(recorded(answered(request(number, &format!("person-{number}"), "GET"), 200, 1)));
    }
    for name in ["person-1", "person-2", "person-3", "person-4"] {
        play.shows(40, 12, name);
    }
    play.shows(40, 12, "6 people, 2 not shown");
}

/// Returns a row of the server's list, of someone who joined and sent nothing else.
fn row(name: &str) -> ParticipantRow {
    let joined_at = Timestamp::from_millis(1_795_323_611_123);
    let address = Some("192.0.2.9".to_owned());
    let (first_seen, last_seen) = (joined_at, joined_at);
    ParticipantRow {
        name: author(name),
        order: 1,
        joined: true,
        address,
        first_seen,
        last_seen,
        streams: 1,
        removed: false,
    }
}

fn listed(rows: &[ParticipantRow], guesses: u64) -> Event {
    let list = ParticipantList { participants: rows.to_vec() };
    Event::Room(RoomReport::People(Ok(PeopleReport { list, guesses: Some(guesses) })))
}

#[test]
fn those_who_only_joined_are_shown_and_guesses_are_counted() {
    let mut play = room_of_three((120, 40));
    play.event(listed(&[row("Ann")], 3));
    play.shows(120, 40, "the room: 4 people, most behind first, 3 guesses at codes");
    let rows = play.screen(120, 40).rows();
    let ann = rows.iter().find(|row| row.contains(" Ann ")).unwrap();
    assert!(ann.contains("joined") && ann.contains("5 s"), "{ann}");
}

#[test]
fn ages_grow_with_the_clock_and_end_no_frame_too_soon() {
    let mut play = room_of_three((120, 40));
    let asked = |play: &TestApp| {
        play.effects.iter().rev().find_map(|effect| match effect {
            Effect::Room(RoomRequest::TellTime { turn, after }) => Some((*turn, *after)),
            _ => None,
        })
    };
    let (turn, after) = asked(&play).unwrap();
    assert_eq!(after, Duration::from_secs(1));
    let now = Timestamp::from_millis(1_795_323_611_123 + 300_000);
    play.event(Event::Room(RoomReport::Time { turn, now })).shows(120, 40, "4 min");
    assert_eq!(asked(&play), Some((turn + 1, Duration::from_secs(60))), "after a minute, minutes are enough");
}

#[test]
fn leader_removes_a_person_after_a_question_and_lets_them_in_again() {
    let mut play = room_of_three((80, 24));
    play.event(listed(&[row("Ann"), row("Bob")], 0));
    play.types("po").code(KeyCode::Down).shows(80, 24, "Ann joined from 192.0.2.9 5 s ago and listens to events");
    let removal = Effect::Room(RoomRequest::Remove(author("Ann")));
    play.types("x").shows(80, 24, "Remove Ann?").rows();
    play.code(KeyCode::Esc);
    assert!(!play.effects.contains(&removal), "Escape removes no one");
    play.types("x").code(KeyCode::Enter);
    assert_eq!(play.effects.last(), Some(&removal));
    let removed = ParticipantList { participants: vec![ParticipantRow { removed: true, ..row("Ann") }] };
    play.event(Event::Room(RoomReport::Removed { name: author("Ann"), people: Ok(removed) }));
    play.shows(80, 24, "Ann is removed: from now on, each request under this name gets a 403");
    // The list that was requested before the removal arrives late.
    play.event(listed(&[row("Ann"), row("Bob")], 0));
    play.types("x").shows(80, 24, "not now: this person is removed already");
    play.types("r");
    assert_eq!(play.effects.last(), Some(&Effect::Room(RoomRequest::Readmit(author("Ann")))));
    let people = Err("409: the name leads\u{1b}[2J".to_owned());
    play.event(Event::Room(RoomReport::Removed { name: author("Lee"), people })).shows(
        80,
        24,
        "Lee was not removed: 409",
    );
}

#[test]
fn list_is_requested_once_until_it_arrives() {
    let mut play = empty_room((80, 24));
    let requests =
        |play: &TestApp| play.effects.iter().filter(|one| **one == Effect::Room(RoomRequest::ListPeople)).count();
    assert_eq!(requests(&play), 1);
    for number in 1..=9 {
        play.event(recorded(answered(request(number, "Bob", "GET"), 200, 1)));
    }
    assert_eq!(requests(&play), 1, "a request is in flight");
    play.event(listed(&[row("Bob")], 0));
    assert_eq!(requests(&play), 2, "its response may be outdated");
    play.event(listed(&[row("Bob")], 0)).event(recorded(answered(request(10, "Bob", "GET"), 200, 1)));
    assert_eq!(requests(&play), 2, "Bob is on the list");
}

#[test]
fn order_key_changes_the_order_of_the_people() {
    let mut play = room_of_three((80, 24));
    play.types("o").shows(80, 24, "3 people, by name");
    play.types("o").shows(80, 24, "3 people, in order of arrival");
    play.types("o").shows(80, 24, "3 people, most behind first");
}

#[test]
fn counters_are_set_to_zero_and_the_totals_stay() {
    for ((width, height), total) in [((120, 40), true), ((80, 24), true), ((40, 12), true)] {
        let mut play = room_of_three((width, height));
        play.shows(width, height, "412 1");
        let screen = play.types("0").shows(width, height, "412 0").text();
        assert_eq!(screen.contains("of 1"), total, "{screen}");
        play.shows(width, height, "3 people").rows();
        play.shows(width, height, "the counters start at zero");
    }
}

#[test]
fn new_round_copies_the_document_after_a_question() {
    for (keys, text) in [(KeyCode::Enter, RoundText::First), (KeyCode::Char('c'), RoundText::Newest)] {
        let mut play = room_of_three((80, 24));
        let begins = |play: &TestApp| {
            let begins = |one: &&Effect| matches!(one, Effect::Room(RoomRequest::BeginRound { .. }));
            play.effects.iter().filter(begins).count()
        };
        play.types("n").shows(80, 24, "Copy 'plan' into a new document").rows();
        play.code(KeyCode::Esc).shows(80, 24, "412 1");
        assert_eq!(begins(&play), 0, "Escape begins no round");
        play.types("n").code(keys);
        let request = RoomRequest::BeginRound { document: id("plan"), text, over: None };
        assert_eq!(play.effects.last(), Some(&Effect::Room(request)));
        play.shows(80, 24, "412 1");
        let begun = |copy| Event::Room(RoomReport::RoundBegun { document: id("plan"), copy });
        play.event(begun(Err("410: gone\u{1b}[2J".to_owned()))).shows(80, 24, "no new round: 'plan' was not copied");
        play.shows(80, 24, "412 1");
        let opened = Err(OpenForAllFailure::Failed("no route".to_owned()));
        play.event(begun(Ok(BegunRound { document: id("plan-2"), opened })));
        play.shows(80, 24, "people open 'plan-2' with F2");
        play.shows(80, 24, "412 0");
        play.shows(80, 24, "3 people");
    }
}

#[test]
fn round_without_a_document_is_not_asked_about() {
    let mut play = empty_room((80, 24));
    play.types("n").shows(80, 24, "not now: no document is in use yet");
}

#[test]
fn leaders_own_requests_are_not_a_participant() {
    let start = SessionStart::new(SessionPart::Room, "http://192.0.2.7:4280".to_owned(), (120, 40));
    let start = SessionStart { leader: Some(author("Lee")), ..start };
    let mut play = TestApp::begin(start.state(&[], Theme::default()).unwrap(), Vec::new(), 120, 40);
    let own = |number, method| {
        let mut exchange = request(number, "Lee", method);
        exchange.request.fields = vec![("Ifmatch-Gate".to_owned(), "pass".to_owned())];
        exchange
    };
    play.event(recorded(answered(own(1, "GET"), 200, 1))).hides(120, 40, "Lee");
    // A copy for a new round is on the wire, and counts as no save.
    play.event(recorded(answered(own(2, "PUT"), 201, 1))).shows(120, 40, "Lee    PUT");
    play.event(listed(&[row("Lee"), row("Ann")], 0)).shows(120, 40, "1 person");
    play.shows(120, 40, "writes 0");
    // An editor of the same name does not pass the gate.
    play.event(recorded(answered(request(3, "Lee", "GET"), 200, 1))).shows(120, 40, "2 people");
    play.event(listed(&[row("Lee"), row("Ann")], 0)).shows(120, 40, "2 people");
}

#[test]
fn each_mistake_has_a_key_and_a_line_about_the_room() {
    let mut play = empty_room((120, 40));
    play.event(Event::PolicyRead(Ok(Policy::default())));
    let mut policy = Policy::default();
    for (key, mistake, words) in [
        ("e", Mistake::Etags(Etags::Content), "tags: a text that comes back has its old tag again"),
        ("e", Mistake::Etags(Etags::Seconds), "tags: versions of one second share a tag"),
        ("e", Mistake::Etags(Etags::Version), "tags: each version has a tag of its own"),
        ("w", Mistake::Judging(Judging::CheckThenAct), "judging: a save is judged first and written later"),
        ("w", Mistake::Judging(Judging::Atomic), "judging: a save is judged and written in one step"),
        ("t", Mistake::Dates(Dates::Trusted), "dates: every date is believed"),
        ("t", Mistake::Dates(Dates::StrongOnly), "dates: a date counts only if it names one version"),
    ] {
        play.types(key);
        assert_eq!(play.effects.last(), Some(&Effect::Room(RoomRequest::SetMistake(mistake))));
        play.types(key).shows(120, 40, "not now: a change of the policy is under way");
        policy = mistake.applied_to(policy);
        play.event(Event::Room(RoomReport::MistakeSet { mistake, set: Ok(policy) })).shows(120, 40, words);
    }
    play.types("e");
    let set = Err("412: someone\u{1b}[2J was faster".to_owned());
    let report = RoomReport::MistakeSet { mistake: Mistake::Etags(Etags::Content), set };
    play.event(Event::Room(report)).shows(120, 40, "the policy was not changed: 412");
}

#[test]
fn controls_show_each_value_its_key_and_what_the_room_notices() {
    for (width, height) in SIZES {
        let mut play = controls((width, height));
        let mut seen = String::new();
        for _ in 0..20 {
            seen.push_str(&play.screen(width, height).text());
            play.code(KeyCode::Down);
        }
        for words in [
            "F7  policy: ✓ required",
            "e  tags: ✗ seconds",
            "w  judging: atomic",
            "t  dates: proven",
            "d  delay: ! 400 ms",
            "l  lost responses: ! the next one",
            "i  gate: ! holds nothing; 1 waiting",
        ] {
            let words = words.replace("✓ ", "");
            assert!(seen.contains(&words), "{words} in {width}×{height}: {seen}");
        }
    }
}

/// Returns the controls of a room with a mistake and two faults.
pub(crate) fn controls(size: (u16, u16)) -> TestApp {
    let mut play = room_of_three(size);
    play.types("c");
    let policy = Policy { etags: Etags::Seconds, ..Policy::default() };
    play.event(Event::PolicyRead(Ok(policy)));
    let faults = FaultSettings { latency_ms: 400, lose_responses: 1 };
    play.event(Event::Room(RoomReport::Faults(Some(faults))));
    play
}

#[test]
fn held_request_is_released_by_its_own_number() {
    let mut play = room_of_three((120, 40));
    play.types("m").shows(120, 40, "Eve's PUT is in its order now: A releases the marked ones first");
    play.types("A").shows(120, 40, "1 request goes on");
    play.types("X").shows(120, 40, "Eve's PUT is done, and its response is lost");
    play.types("a").shows(120, 40, "Eve's PUT goes on: the server judges it now");
    assert!(play.effects.contains(&Effect::Gate(GateRequest::LetGo(5))), "{:?}", play.effects);
}

#[test]
fn gate_policy_and_faults_have_keys() {
    let mut play = empty_room((120, 40));
    play.types("i").shows(120, 40, "the gate holds writes");
    assert_eq!(play.server.gate.hold, Hold::Writes);
    play.f(7);
    assert_eq!(play.server.policy.preconditions, Preconditions::Optional);
    play.shows(120, 40, "policy optional: a write without a condition is done");
    play.types("l");
    let lose = FaultSettings { latency_ms: 0, lose_responses: 1 };
    assert!(play.effects.contains(&Effect::SetFaults(lose)));
    play.event(Event::FaultsSet(Ok(lose))).shows(120, 40, "its response will be lost");
    for expected in [400, 2000, 0] {
        play.types("d");
        // The loss that is still to come stays.
        let faults = FaultSettings { latency_ms: expected, lose_responses: 1 };
        assert_eq!(play.effects.last(), Some(&Effect::SetFaults(faults)));
        play.event(Event::FaultsSet(Ok(faults)));
    }
    play.event(Event::FaultsSet(Err("no token".to_owned()))).shows(120, 40, "the faults were not set: no token");
}

#[test]
fn versions_of_the_document_in_view_are_shown() {
    let mut play = room_of_three((120, 40));
    play.f(3);
    let listed =
        |effect: &Effect| matches!(effect, Effect::ListVersions { document, .. } if document.as_str() == "plan");
    assert!(play.effects.iter().any(listed), "{}", play.screen(120, 40).text());
}

#[test]
fn room_offers_no_key_that_leads_nowhere() {
    let mut play = room_of_three((120, 40));
    let footer = |play: &TestApp| play.screen(120, 40).rows().pop().unwrap();
    assert!(!footer(&play).contains("Esc") && !footer(&play).contains("F2"), "{}", footer(&play));
    play.f(2).shows(120, 40, "not now: a room is watched without an editor");
    play.types("f~c 412").code(KeyCode::Enter).shows(120, 40, "Esc back");
    play.code(KeyCode::Esc).shows(120, 40, "Eve");
}

#[test]
fn counters_of_a_narrow_terminal_are_apart() {
    let mut play = empty_room((40, 12));
    for number in 1..=300 {
        play.event(recorded(answered(request(number, "Bob", "PUT"), 412, 1)));
        play.event(recorded(answered(request(1000 + number, "Bob", "PUT"), 200, number)));
    }
    play.shows(40, 12, "writes 300  412 300");
}

#[test]
fn keys_of_a_room_do_nothing_elsewhere() {
    let mut play = TestApp::stage(120, 40);
    focus_wire(&mut play).types("n").shows(120, 40, "only while a room is observed");
}

#[test]
fn escape_and_the_focus_key_leave_the_keys_with_the_wire() {
    let mut play = room_of_three((80, 24));
    focus_wire(play.code(KeyCode::Esc)).f(4).f(4).f(4).code(KeyCode::Esc);
    play.types("o").shows(80, 24, "by name");
    play.ctrl('q');
    assert!(play.ended().is_some());
}

/// Returns the line with the names of the lanes.
fn lane_names(play: &TestApp, (width, height): (u16, u16)) -> String {
    let rows = play.screen(width, height).rows();
    rows.into_iter().find(|row| row.contains("server") && !row.contains("the server")).expect("the lanes have names")
}

#[test]
fn full_room_has_eight_lanes_and_one_for_others() {
    let mut play = empty_room((120, 40));
    for number in 1..=25 {
        play.event(recorded(answered(request(number, &format!("p{number}"), "GET"), 200, 1)));
    }
    let mut held = request(26, "p3", "PUT");
    held.request.fields = vec![("If-Match".to_owned(), "\"v1-0a0a0a0a\"".to_owned())];
    play.event(recorded(held)).event(recorded(answered(request(27, "p5", "PUT"), 412, 1)));
    for number in 28..=80 {
        play.event(recorded(answered(request(number, &format!("p{}", number % 25 + 1), "GET"), 200, 1)));
    }
    play.f(4);
    let names = lane_names(&play, (120, 40));
    assert!(names.contains(" p3 ") && names.contains("others (17)"), "the held request is far above: {names}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_in_a_room(
        inputs in proptest::collection::vec(random_input(), 0..40),
        people in 0u64..70,
    ) {
        let mut play = empty_room((80, 24));
        for number in 1..=people {
            let name = format!("person {number} 日本");
            play.event(recorded(answered(request(number, &name, "GET"), 200, number)));
        }
        play_out(&mut play, inputs);
    }
}

/// Returns what the editor says of itself, in order.
fn told(play: &TestApp) -> Vec<Option<Editing>> {
    let told = play.effects.iter().filter_map(|effect| match effect {
        Effect::TellEditing(editing) => Some(*editing),
        _ => None,
    });
    told.collect()
}

#[test]
fn single_editor_says_whether_it_is_edited_or_merging() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    assert_eq!(told(&play), [Some(Editing::Clean)]);
    play.types("Rye ");
    assert_eq!(told(&play).last(), Some(&Some(Editing::Edited)));
    drop(play.server.saved_by("Bob", "Spelt # Bread\n\nflour\nwater\nsalt\n"));
    play.ctrl('s');
    assert_eq!(told(&play).last(), Some(&Some(Editing::Merging { open: 1 })));
    // The save says what is the case when it is sent.
    play.f(9).types("m").ctrl('s');
    let sent = |effect: &Effect| matches!(effect, Effect::Ask { .. } | Effect::TellEditing(_));
    let sent: Vec<_> = play.effects.iter().filter(|effect| sent(effect)).rev().take(2).collect();
    assert!(matches!(sent[..], [Effect::TellEditing(Some(Editing::Clean)), Effect::Ask { .. }]), "{sent:?}");
    assert_eq!(told(&play).iter().rev().nth(1), Some(&Some(Editing::Merging { open: 0 })));
}

#[test]
fn people_on_the_stage_say_nothing_of_themselves() {
    let mut play = TestApp::stage(120, 40);
    play.types("Rye ").ctrl('s');
    assert_eq!(told(&play), []);
}

#[test]
fn versions_name_the_people_who_hold_them() {
    let version = |number: u64| Version {
        version: number,
        etag: format!("\"v{number}-0a0a0a0a\"").parse().unwrap(),
        author: author("Dan"),
        at: Timestamp::from_millis(1_795_323_611_123 + 1000 * number),
        parent_etag: (number > 1).then(|| format!("\"v{}-0a0a0a0a\"", number - 1).parse().unwrap()),
        based_on: (number > 1).then(|| format!("\"v{}-0a0a0a0a\"", number - 1).parse().unwrap()),
        deleted: false,
    };
    for (width, height) in SIZES {
        let mut play = room_of_three((width, height));
        play.f(3).event(Event::VersionsListed { document: id("plan"), listed: Ok(vec![version(3), version(2)]) });
        let screen = play.shows(width, height, "held by").text().replace(['\n', '┃', ' '], "");
        assert!(screen.contains("heldby●Alice♣Eve"), "v3: {screen}");
        assert!(screen.contains("heldby◆Bob"), "v2: {screen}");
        for (number, who) in (6..).zip(["Fay", "Gus", "Hal"]) {
            play.event(recorded(answered(request(number, who, "GET"), 200, 3)));
        }
        let screen = play.screen(width, height).text().replace(['\n', '┃', ' '], "");
        assert!(screen.contains("and2others"), "five hold v3: {screen}");
    }
}
