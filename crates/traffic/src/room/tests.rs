//! Tests of a room: who holds what, who is behind, and what is counted.

use contract::{Author, Message, ParticipantList, ParticipantRow, Timestamp, fields};
use proptest::prelude::*;

use super::*;
use crate::fixture::exchange;

fn request(number: u64, who: &str, method: &str, document: &str) -> Exchange {
    Exchange {
        author: Some(who.parse::<Author>().unwrap()),
        method: method.to_owned(),
        target: format!("/api/documents/{document}"),
        received: Timestamp::from_millis(number * 1000),
        ..exchange(number, None)
    }
}

/// Ends a request with a status, and with the tag of a version if the response names one.
fn answered(request: &Exchange, status: u16, version: Option<u64>) -> Exchange {
    let fields = version.map(|number| ("ETag".to_owned(), format!("\"v{number}-0a\""))).into_iter().collect();
    let shows = request.is_read() && status == 200;
    let body = if shows { r#"{"title":"t","content":"c"}"#.to_owned() } else { String::new() };
    Exchange { status: Some(status), response: Some(Message { fields, body, cut: false }), ..request.clone() }
}

fn room(exchanges: &[Exchange]) -> Room {
    let mut room = Room::default();
    for exchange in exchanges {
        room.record(exchange);
    }
    room
}

fn names(room: &Room, order: RosterOrder) -> Vec<&str> {
    room.roster(order).into_iter().map(|at| room.attendees()[at].name.as_str()).collect()
}

fn behind(room: &Room, who: &str) -> Option<u64> {
    room.behind(room.attendees().iter().find(|one| one.name.as_str() == who).unwrap())
}

#[test]
fn only_requests_about_documents_are_counted() {
    let about = |number, method: &str, target: &str, status| {
        answered(&Exchange { target: target.to_owned(), ..request(number, "Bob", method, "plan") }, status, None)
    };
    let room = room(&[
        about(1, "POST", "/api/participants", 201),
        about(2, "PUT", "/api/question/answers/Bob", 200),
        about(3, "GET", "/api/question", 304),
        about(4, "GET", "/api/events", 200),
        about(5, "GET", "/api/documents/plan/events", 200),
        about(6, "GET", "/api/gate", 200),
        about(7, "GET", "/", 200),
        about(8, "GET", "/openapi.json", 200),
    ]);
    assert_eq!(*room.counters().total(), Tally::default());
    assert_eq!(names(&room, RosterOrder::Arrival), ["Bob"], "the sender is in the room");
}

#[test]
fn reader_holds_the_version_that_was_shown() {
    let mut room = room(&[
        answered(&request(1, "Bob", "GET", "plan"), 200, Some(3)),
        answered(&request(2, "Eve", "PUT", "plan"), 200, Some(5)),
    ]);
    assert_eq!((behind(&room, "Bob"), behind(&room, "Eve")), (Some(2), Some(0)));
    room.record(&answered(&request(3, "Bob", "PUT", "plan"), 412, Some(5)));
    assert_eq!(behind(&room, "Bob"), Some(2), "a 412 without the document shows no text");
    let mut with_text = answered(&request(4, "Bob", "PUT", "plan"), 412, Some(5));
    with_text.response.as_mut().unwrap().body = r#"{"title":"t","content":"c"}"#.to_owned();
    room.record(&with_text);
    assert_eq!(behind(&room, "Bob"), Some(0));
    room.record(&answered(&request(5, "Eve", "PUT", "plan"), 200, Some(6)));
    room.record(&answered(&request(6, "Bob", "GET", "plan"), 304, Some(6)));
    assert_eq!(behind(&room, "Bob"), Some(0), "a 304 says that the client has the current version");
}

#[test]
fn another_document_begins_without_a_version() {
    let room = room(&[
        answered(&request(1, "Bob", "GET", "plan"), 200, Some(3)),
        answered(&request(2, "Bob", "GET", "notes"), 404, None),
    ]);
    assert_eq!(behind(&room, "Bob"), None);
    assert_eq!(room.documents(), [(&"notes".parse().unwrap(), 1)]);
}

#[test]
fn held_request_is_the_latest_until_it_ends() {
    let held = request(7, "Bob", "PUT", "plan");
    let mut room = room(std::slice::from_ref(&held));
    assert!(room.attendees()[0].latest.unwrap().is_open);
    room.record(&answered(&request(8, "Bob", "GET", "plan"), 200, Some(2)));
    room.record(&answered(&held, 412, Some(2)));
    let latest = room.attendees()[0].latest.unwrap();
    assert_eq!((latest.number, latest.status), (8, Some(200)), "the older request ended later");
}

#[test]
fn roster_has_three_orders() {
    let room = room(&[
        answered(&request(1, "bob", "GET", "plan"), 200, Some(4)),
        answered(&request(2, "Eve", "GET", "plan"), 200, Some(2)),
        answered(&request(3, "Ann", "PUT", "plan"), 200, Some(5)),
        answered(&request(4, "Zoe", "GET", "notes"), 404, None),
    ]);
    assert_eq!(names(&room, RosterOrder::MostBehind), ["Eve", "bob", "Ann", "Zoe"], "those without a version are last");
    assert_eq!(names(&room, RosterOrder::Name), ["Ann", "bob", "Eve", "Zoe"]);
    assert_eq!(names(&room, RosterOrder::Arrival), ["bob", "Eve", "Ann", "Zoe"]);
    let first = RosterOrder::default();
    assert_eq!(first.next().next().next(), first);
}

#[test]
fn one_name_from_two_addresses_is_two_people() {
    let from = |number, address: &str| Exchange {
        client_address: Some(address.parse().unwrap()),
        ..answered(&request(number, "curl", "GET", "plan"), 200, Some(1))
    };
    let room = room(&[from(1, "192.0.2.7"), from(2, "192.0.2.8"), from(3, "192.0.2.7")]);
    assert_eq!(room.attendees().len(), 2);
    assert!(room.attendees().iter().all(|one| room.is_shared_name(one)));
}

#[test]
fn merged_save_is_a_success_after_a_412_of_the_same_person() {
    let count = |exchanges: &[Exchange]| room(exchanges).counters().total().of(Counted::MergedSaves);
    let put = |number, who, status| answered(&request(number, who, "PUT", "plan"), status, None);
    let get = |number, who| answered(&request(number, who, "GET", "plan"), 200, Some(1));
    assert_eq!(count(&[put(1, "Bob", 412), get(2, "Bob"), put(3, "Bob", 200)]), 1);
    assert_eq!(count(&[put(1, "Bob", 412), put(2, "Bob", 200), put(3, "Bob", 200)]), 1, "only the first after it");
    assert_eq!(count(&[put(1, "Bob", 412), put(2, "Eve", 200)]), 0);
    assert_eq!(count(&[put(1, "Bob", 412), put(2, "Bob", 428), put(3, "Bob", 200)]), 0, "a 428 is no merge");
}

#[test]
fn each_kind_is_counted_once_per_exchange() {
    let put = |number, status| answered(&request(number, "Bob", "PUT", "plan"), status, None);
    let mut lost = put(5, 200);
    lost.response.as_mut().unwrap().fields.push((fields::OVERWROTE.to_owned(), "\"v1-0a\"".to_owned()));
    let exchanges = [
        answered(&request(1, "Bob", "GET", "plan"), 200, Some(1)),
        answered(&request(2, "Bob", "GET", "plan"), 304, Some(1)),
        put(3, 428),
        put(4, 412),
        lost,
        request(6, "Bob", "PUT", "plan"),
    ];
    let mut room = room(&exchanges);
    for exchange in &exchanges {
        room.record(exchange);
    }
    let numbers = |tally: &Tally| Counted::ALL.map(|counted| tally.of(counted));
    assert_eq!(numbers(room.counters().total()), [2, 1, 1, 1, 1, 1, 1], "reported twice, counted once");
    room.begin_round();
    assert_eq!(numbers(room.counters().round()), [0; 7]);
    room.record(&put(7, 412));
    assert_eq!(room.counters().round().of(Counted::PreconditionFailed), 1);
    assert_eq!(room.counters().total().of(Counted::PreconditionFailed), 2);
}

#[test]
fn exchanges_with_a_server_behind_a_proxy_are_counted() {
    let foreign = |number, method, status| {
        let request = Exchange { target: "/notes/1".to_owned(), ..request(number, "Bob", method, "plan") };
        let mut exchange = answered(&request, status, None);
        exchange.response.as_mut().unwrap().fields.push(("via".to_owned(), "1.1 ifmatch-2ab35519".to_owned()));
        exchange
    };
    let lost = Exchange { anomalies: vec![crate::fixture::lost_update()], ..foreign(2, "PUT", 200) };
    let room = room(&[foreign(1, "GET", 200), lost, foreign(3, "GET", 404)]);
    let numbers = Counted::ALL.map(|counted| room.counters().total().of(counted));
    assert_eq!(numbers, [2, 0, 1, 0, 0, 0, 1]);
}

#[test]
fn minutes_are_kept_without_gaps_and_within_the_limit() {
    let at = |number: u64, minute: u64| Exchange {
        answered: Some(Timestamp::from_millis(minute * 60_000 + 5)),
        ..answered(&request(number, "Bob", "PUT", "plan"), 412, None)
    };
    let failed = |room: &Room| room.counters().by_minute(Counted::PreconditionFailed);
    let mut room = room(&[at(1, 100), at(2, 100), at(3, 103), at(4, 102)]);
    assert_eq!(failed(&room), [2, 0, 1, 1]);
    room.record(&at(5, 103 + 10 * MINUTES_KEPT as u64));
    assert_eq!(failed(&room).len(), MINUTES_KEPT, "after a long silence");
    assert_eq!(failed(&room).iter().sum::<u64>(), 1);
    room.record(&at(6, 100));
    assert_eq!(failed(&room).iter().sum::<u64>(), 1, "too old for a minute of its own");
    assert_eq!(room.counters().total().of(Counted::PreconditionFailed), 6);
}

#[test]
fn what_an_editor_says_of_itself_is_parsed_or_ignored() {
    for (value, editing) in [
        ("clean", Some(Editing::Clean)),
        ("edited", Some(Editing::Edited)),
        ("merging; open=12", Some(Editing::Merging { open: 12 })),
        ("merging", None),
        ("merging; open=-1", None),
        ("merging; open=99999999999999999999", None),
        ("edited; open=1", None),
        ("", None),
    ] {
        assert_eq!(Editing::parse(value), editing, "{value}");
    }
}

#[test]
fn people_and_documents_are_bounded() {
    let mut room = Room::default();
    for number in 1..=2 * MAX_ATTENDEES as u64 {
        room.record(&answered(&request(number, &format!("p{number}"), "PUT", &format!("d{number}")), 201, Some(1)));
    }
    assert_eq!(room.attendees().len(), MAX_ATTENDEES);
    assert_eq!(room.counters().total().of(Counted::Writes), 2 * MAX_ATTENDEES as u64);
}

proptest! {
    /// Whatever is reported, in whatever order and however often, each exchange is counted once.
    #[test]
    fn reports_are_counted_once_in_any_order(
        ended in prop::collection::vec((0..4_u8, 0..3_u8, 0..6_u8, 1..9_u64), 1..40),
        order in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..120),
    ) {
        let exchanges: Vec<_> = (1..).zip(&ended).map(|(number, (who, document, kind, version))| {
            let (method, status) = [("GET", 200), ("GET", 304), ("PUT", 200), ("PUT", 412), ("PUT", 428), ("GET", 404)]
                [usize::from(*kind)];
            answered(&request(number, &format!("p{who}"), method, &format!("d{document}")), status, Some(*version))
        }).collect();
        let mut room = Room::default();
        for (at, is_open) in &order {
            let exchange = at.get(&exchanges);
            let open = Exchange { status: None, response: None, ..exchange.clone() };
            room.record(if *is_open { &open } else { exchange });
        }
        for exchange in &exchanges {
 room.record(exchange);
}
        let total = room.counters().total();
        let with = |status| exchanges.iter().filter(|exchange| exchange.status == Some(status)).count() as u64;
        prop_assert_eq!(total.of(Counted::PreconditionFailed), with(412));
        prop_assert_eq!(total.of(Counted::PreconditionRequired), with(428));
        prop_assert_eq!(total.of(Counted::NotModified), with(304));
        for person in room.attendees() {
            let newest = person.document.as_ref().and_then(|document| room.newest(document));
            prop_assert!(person.version.is_none_or(|version| Some(version) <= newest));
        }
    }
}

/// Returns a row of the server's list.
fn row(name: &str, joined: bool, address: Option<&str>, seen: [u64; 2]) -> ParticipantRow {
    let [first_seen, last_seen] = seen.map(Timestamp::from_millis);
    let (name, address) = (name.parse().unwrap(), address.map(str::to_owned));
    ParticipantRow { name, order: 1, joined, address, first_seen, last_seen, streams: 1, removed: false }
}

fn list(rows: Vec<ParticipantRow>) -> ParticipantList {
    ParticipantList { participants: rows }
}

#[test]
fn silent_participant_is_in_the_room() {
    let mut room = Room::default();
    room.record(&answered(&request(1, "Bob", "GET", "plan"), 200, Some(1)));
    room.list_participants(&list(vec![row("Ann", true, None, [0, 7000])]));
    let names: Vec<_> = room.attendees().iter().map(|one| (one.name.as_str(), one.has_joined())).collect();
    assert_eq!(names, [("Ann", true), ("Bob", false)], "in order of arrival, and Bob stays although not listed");
    assert_eq!(room.attendees()[0].last_seen, Timestamp::from_millis(7000));
    assert!(room.is_listed(&"Ann".parse().unwrap()) && !room.is_listed(&"Bob".parse().unwrap()));
}

#[test]
fn joined_person_is_one_from_any_address() {
    let at = |number, last: u8| Exchange {
        client_address: Some([192, 0, 2, last].into()),
        ..answered(&request(number, "Sam", "GET", "plan"), 200, Some(1))
    };
    let mut room = Room::default();
    room.record(&at(1, 1));
    room.record(&at(2, 2));
    assert_eq!(room.attendees().len(), 2, "plain clients with one name are two people");
    room.list_participants(&list(vec![row("Sam", true, Some("192.0.2.2"), [500, 2000])]));
    room.record(&at(3, 3));
    let [sam] = room.attendees() else { panic!("{:?}", room.attendees()) };
    assert_eq!(sam.latest.map(|latest| latest.number), Some(3));
    assert_eq!((sam.first_seen.as_millis(), sam.last_seen.as_millis()), (500, 3000));
}

#[test]
fn removal_is_seen_and_undone_with_the_list() {
    let mut room = Room::default();
    let removed = ParticipantRow { removed: true, ..row("Ann", true, None, [0, 0]) };
    room.list_participants(&list(vec![removed]));
    assert!(room.attendees()[0].is_removed());
    room.list_participants(&list(vec![row("Ann", true, None, [0, 0])]));
    assert!(!room.attendees()[0].is_removed());
}

fn saying(request: Exchange, editing: Editing) -> Exchange {
    let field = (fields::EDITING.to_owned(), editing.to_string());
    Exchange { request: Message { fields: vec![field], ..Message::default() }, ..request }
}

#[test]
fn late_end_of_an_exchange_does_not_bring_an_earlier_state_back() {
    let held = saying(request(1, "Bob", "PUT", "plan"), Editing::Edited);
    let read = saying(request(2, "Bob", "GET", "plan"), Editing::Merging { open: 1 });
    let room = room(&[held.clone(), answered(&read, 200, Some(4)), answered(&held, 412, Some(4))]);
    assert_eq!(room.attendees()[0].editing, Some(Editing::Merging { open: 1 }));
}

proptest! {
    #[test]
    fn written_state_is_read_back(open in any::<usize>()) {
        for editing in [Editing::Clean, Editing::Edited, Editing::Merging { open }] {
            prop_assert_eq!(Editing::parse(&editing.to_string()), Some(editing));
        }
    }
}

#[test]
fn request_without_a_name_is_of_an_anonymous_person_if_it_is_about_a_document() {
    let nameless = |number, target: &str, status| {
        let request = Exchange {
            author: None,
            client_address: Some([192, 0, 2, 4].into()),
            target: target.to_owned(),
            ..request(number, "Bob", "GET", "plan")
        };
        answered(&request, status, Some(3))
    };
    let mut room = room(&[nameless(1, "/api/participants", 201), nameless(2, "/api/documents/plan", 401)]);
    assert!(room.attendees().is_empty(), "who joins, or is not let in, is no one else");
    room.record(&nameless(3, "/api/documents/plan", 200));
    room.list_participants(&list(vec![row(ANONYMOUS, false, Some("192.0.2.4"), [500, 2000])]));
    let [one] = room.attendees() else { panic!("{:?}", room.attendees()) };
    let latest = one.latest.and_then(|latest| latest.status);
    assert_eq!((one.name.as_str(), one.version, latest), (ANONYMOUS, Some(3), Some(200)));
}
