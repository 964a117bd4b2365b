//! The order of the steps, and what the server found.

use contract::{EventKind, Message, Timestamp};

use super::*;

fn author(name: &str) -> Author {
    name.parse().unwrap()
}

fn asks(number: u64, who: &str, condition: Option<&str>) -> Exchange {
    let mut request = Message::default();
    request.fields.extend(condition.map(|tag| ("If-Match".to_owned(), tag.to_owned())));
    Exchange {
        number,
        author: Some(author(who)),
        received: Timestamp::default(),
        judged: None,
        answered: None,
        method: "PUT".to_owned(),
        target: "/api/documents/welcome".to_owned(),
        request,
        status: None,
        response: None,
        lost: None,
        evaluation: Vec::new(),
    }
}

fn answered(asked: &Exchange, status: u16, response: &[(&str, &str)]) -> Exchange {
    let fields = response.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let response = Some(Message { fields, ..Message::default() });
    Exchange { status: Some(status), response, ..asked.clone() }
}

fn lost(asked: &Exchange, why: &str) -> Exchange {
    Exchange { lost: Some(why.to_owned()), ..asked.clone() }
}

fn wire(exchanges: &[Exchange]) -> Wire {
    let mut wire = Wire::default();
    for exchange in exchanges {
        wire.record(exchange.clone(), None);
    }
    wire
}

/// Each step in a word, in its order.
fn told(wire: &Wire) -> Vec<String> {
    let (alice, bob) = (author("Alice"), author("Bob"));
    let moments = (0..wire.moments().len()).filter_map(|at| wire.moments().get(at));
    let steps = moments.flat_map(|moment| steps(wire, moment, &[&alice, &bob]));
    let number = |entry: &Entry| entry.exchange.number;
    let status = |entry: &Entry| entry.exchange.status.unwrap();
    steps
        .map(|step| match step {
            SequenceStep::Asks { entry, held: false } => format!("{} asks", number(entry)),
            SequenceStep::Asks { entry, held: true } => format!("{} is held", number(entry)),
            SequenceStep::GoesOn { entry } => format!("{} goes on", number(entry)),
            SequenceStep::Judged { entry } => format!("{} is judged", number(entry)),
            SequenceStep::Answers { entry, found: None } => format!("{} {}", number(entry), status(entry)),
            SequenceStep::Answers { entry, found: Some(found) } => {
                format!("{} {}: {}", number(entry), status(entry), found.words)
            }
            SequenceStep::Lost { entry, sent: true } => format!("{} lost", number(entry)),
            SequenceStep::Lost { entry, sent: false } => format!("{} not sent", number(entry)),
            SequenceStep::Wrote { told } => format!("{} wrote {}", told.event.author, told.event.etag),
            SequenceStep::Tells { told } => format!("{} is told", told.event.etag),
        })
        .collect()
}

#[test]
fn two_requests_at_once_cross() {
    let (one, two) = (asks(1, "Alice", Some("\"v1-a\"")), asks(2, "Bob", Some("\"v1-a\"")));
    let etag = [("ETag", "\"v2-b\"")];
    let wire = wire(&[one.clone(), two.clone(), answered(&two, 200, &etag), answered(&one, 412, &etag)]);
    assert_eq!(told(&wire), ["1 asks", "2 asks", "2 200", "1 412: stale by 1"]);
}

#[test]
fn how_stale_it_was_is_said_where_both_versions_are_counted() {
    for (mine, newest, found) in [
        ("\"v1-a\"", "\"v4-b\"", ": stale by 3"),
        ("\"v1-a\"", "\"v1-b\"", ""),
        ("\"v4-a\"", "\"v1-b\"", ""),
        ("\"sha-1\"", "\"v2-b\"", ""),
        ("\"v1-a\", \"v2-b\"", "\"v9-c\"", ""),
        ("\"v+1-a\"", "\"v2-b\"", ""),
        ("\"v99999999999999999999-a\"", "\"v2-b\"", ""),
    ] {
        let asked = asks(1, "Alice", Some(mine));
        let wire = wire(&[answered(&asked, 412, &[("ETag", newest)])]);
        assert_eq!(told(&wire), ["1 asks".to_owned(), format!("1 412{found}")], "{mine}");
    }
    let wire = wire(&[answered(&asks(1, "Alice", None), 428, &[])]);
    assert_eq!(told(&wire), ["1 asks", "1 428: names no version"]);
}

#[test]
fn what_is_held_stops_and_goes_on_before_it_is_answered() {
    let ours = asks(7, "Alice", Some("\"v1-a\""));
    let theirs = Exchange { number: 31, ..ours.clone() };
    let mut wire = wire(&[asks(6, "Bob", None), ours.clone()]);
    wire.recorded(&theirs);
    assert_eq!(told(&wire), ["6 asks", "7 is held"]);
    // The server may tell that it ended, or its answer may be here first: once is enough.
    wire.recorded(&answered(&theirs, 200, &[]));
    wire.record(answered(&ours, 200, &[]), None);
    wire.recorded(&answered(&theirs, 200, &[]));
    assert_eq!(told(&wire), ["6 asks", "7 is held", "7 goes on", "7 200"]);
}

#[test]
fn write_on_an_older_version_is_a_lost_update() {
    let asked = [asks(1, "Alice", Some("\"v1-a\"")), asks(2, "Bob", Some("\"v1-a\""))];
    let mut wire = wire(&asked);
    wire.record(answered(&asked[0], 200, &[("ETag", "\"v2-b\"")]), None);
    wire.record(answered(&asked[1], 200, &[("ETag", "\"v3-c\"")]), None);
    assert_eq!(told(&wire)[2..], ["1 200", "2 200: v2 buried, unseen"]);
}

#[test]
fn judged_unwritten_request_is_between_request_and_response() {
    let (one, two) = (asks(1, "Alice", Some("\"v1-a\"")), asks(2, "Bob", Some("\"v1-a\"")));
    let mut wire = wire(&[one.clone(), two]);
    wire.on_judged(&author("Alice"));
    wire.on_judged(&author("Carol"));
    wire.record(answered(&one, 200, &[]), None);
    wire.on_judged(&author("Alice"));
    assert_eq!(told(&wire), ["1 asks", "2 asks", "1 is judged", "1 200"]);
}

#[test]
fn what_is_held_goes_on_before_anybody_is_told_what_it_did() {
    let ours = asks(1, "Alice", Some("\"v1-a\""));
    let event = |id: &str, name: &str| contract::DocumentEvent {
        id: id.parse().unwrap(),
        etag: "\"v2-b\"".parse().unwrap(),
        author: author(name),
        at: Timestamp::default(),
    };
    let mut wire = wire(std::slice::from_ref(&ours));
    wire.recorded(&Exchange { number: 31, ..ours.clone() });
    wire.on_event(1, EventKind::Changed, event("other", "Alice"));
    wire.on_event(0, EventKind::Changed, event("welcome", "Bob"));
    wire.on_event(1, EventKind::Changed, event("welcome", "Alice"));
    wire.recorded(&answered(&Exchange { number: 31, ..ours.clone() }, 200, &[]));
    wire.record(answered(&ours, 200, &[]), None);
    let told_of = "\"v2-b\" is told";
    assert_eq!(told(&wire), ["1 is held", told_of, told_of, "1 goes on", told_of, "1 200"]);
}

#[test]
fn what_is_held_may_be_told_before_it_is_seen_to_depart() {
    let ours = asks(1, "Alice", Some("\"v1-a\""));
    let mut early = Wire::default();
    early.recorded(&Exchange { number: 31, ..ours.clone() });
    early.record(asks(2, "Alice", Some("\"v2-b\"")), None);
    early.record(ours.clone(), None);
    assert_eq!(told(&early), ["2 asks", "1 is held"]);
    // Not where the record broke off in between: that one may have ended long ago.
    let mut broken = Wire::default();
    broken.recorded(&Exchange { number: 31, ..ours.clone() });
    broken.record_lost();
    broken.record(ours, None);
    assert_eq!(told(&broken), ["1 asks"]);
}

#[test]
fn a_request_that_is_held_is_not_taken_for_another() {
    let ours = asks(1, "Alice", Some("\"v1-a\""));
    let differently = |change: fn(&mut Exchange)| {
        let mut other = Exchange { number: 31, ..ours.clone() };
        change(&mut other);
        let mut wire = wire(std::slice::from_ref(&ours));
        wire.recorded(&other);
        told(&wire)
    };
    assert_eq!(differently(|_| {}), ["1 is held"]);
    assert_eq!(differently(|other| other.request.body.push('x')), ["1 is held"], "a gate has not read the body");
    assert_eq!(differently(|other| other.author = None), ["1 asks"]);
    assert_eq!(differently(|other| other.method = "DELETE".to_owned()), ["1 asks"]);
    assert_eq!(differently(|other| other.target.push('2')), ["1 asks"]);
    assert_eq!(differently(|other| other.request.fields.clear()), ["1 asks"]);
    assert_eq!(
        differently(|other| other.request.fields.push(("Content-Length".to_owned(), "7".to_owned()))),
        ["1 asks"]
    );
}

#[test]
fn an_answer_that_broke_off_is_not_a_request_that_never_left() {
    let (one, two) = (asks(1, "Alice", None), asks(2, "Alice", None));
    let not_sent = format!("{} because nobody listens", client::TransportError::NOT_SENT_PREFIX);
    let wire = wire(&[lost(&one, "the connection broke off"), lost(&two, &not_sent)]);
    assert_eq!(told(&wire), ["1 asks", "1 lost", "2 asks", "2 not sent"]);
}

#[test]
fn lost_update_is_marked_at_its_write_and_at_its_loss() {
    let (one, two) = (asks(1, "Alice", Some("\"v1-a\"")), asks(2, "Bob", Some("\"v1-a\"")));
    let first = answered(&one, 200, &[("ETag", "\"v2-b\"")]);
    let second = answered(&two, 200, &[("ETag", "\"v3-c\""), (fields::OVERWROTE, "\"v2-b\"")]);
    let wire_of = |second: Exchange| told(&wire(&[one.clone(), first.clone(), two.clone(), second]));
    assert_eq!(wire_of(second.clone()), ["1 asks", "1 200: v2 buried by Bob", "2 asks", "2 200: v2 buried, unseen"]);
    let elsewhere = Exchange { target: "/api/documents/other".to_owned(), ..second };
    assert_eq!(wire_of(elsewhere)[1], "1 200", "two documents may have the same tags");
}

#[test]
fn a_replay_says_that_it_was_done_before() {
    let wire = wire(&[answered(&asks(1, "Alice", None), 200, &[(fields::REPLAYED, "?1")])]);
    assert_eq!(told(&wire), ["1 asks", "1 200: done before"]);
}

#[test]
fn change_is_one_step_for_all_listeners_but_its_author() {
    let event = |name: &str, etag: &str| contract::DocumentEvent {
        id: "welcome".parse().unwrap(),
        etag: etag.parse().unwrap(),
        author: author(name),
        at: Timestamp::default(),
    };
    let mut wire = Wire::default();
    for seat in [0, 1] {
        wire.on_event(seat, EventKind::Changed, event("Carol", "\"v2-b\""));
    }
    wire.on_event(0, EventKind::Changed, event("Alice", "\"v3-c\""));
    assert_eq!(told(&wire), ["Carol wrote \"v2-b\"", "\"v2-b\" is told"]);
    wire.on_event(1, EventKind::Changed, event("Alice", "\"v3-c\""));
    assert_eq!(told(&wire), ["Carol wrote \"v2-b\"", "\"v2-b\" is told", "\"v3-c\" is told"]);
}

#[test]
fn a_tag_is_shortened_only_where_it_counts_versions() {
    assert_eq!(short("\"v12-a2c19f03\""), "v12");
    for other in ["\"v12\"", "W/\"v12-a\"", "\"vx-a\"", "v12-a", "*", "", "\"\u{202e}\""] {
        assert_eq!(short(other), other);
    }
}

proptest::proptest! {
    #[test]
    fn every_exchange_is_among_the_steps_in_its_order(deeds in proptest::collection::vec((1_u64..40, 0_u8..6, 0_u8..3), 0..200)) {
        let mut wire = Wire::default();
        for (number, what, who) in deeds {
            let ours = asks(number, ["Alice", "Bob", "Eve"][usize::from(who)], Some("\"v1-a\""));
            match what {
                0 | 1 => wire.record(ours, None),
                2 => wire.record(answered(&ours, 200, &[("ETag", "\"v2-b\""), (fields::OVERWROTE, "\"v1-a\"")]), None),
                3 => wire.record(lost(&ours, "gone"), None),
                4 => wire.recorded(&Exchange { number: number + 100, ..ours }),
                _ => wire.recorded(&answered(&Exchange { number: number + 100, ..ours }, 412, &[])),
            }
        }
        let steps = told(&wire);
        for entry in wire.entries() {
            let number = entry.exchange.number;
            let own: Vec<_> = steps.iter().filter(|step| step.split(' ').next() == Some(&number.to_string())).collect();
            proptest::prop_assert!(own[0].ends_with("asks") || own[0].ends_with("is held"), "{own:?}");
            proptest::prop_assert_eq!(own.iter().filter(|step| step.contains("goes on")).count() <= 1, true);
            let ends = own.iter().filter(|step| [" 200", " lost"].iter().any(|end| step.contains(end))).count();
            proptest::prop_assert!(ends <= 1, "{own:?}");
        }
    }
}
