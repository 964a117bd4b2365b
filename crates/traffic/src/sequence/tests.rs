//! The order of the steps, and the findings.

use contract::exchange::NOT_SENT_PREFIX;
use contract::{EventKind, Exchange, Message, Timestamp, fields};

use super::*;
use crate::limits::TrafficLimits;

fn author(name: &str) -> Author {
    name.parse().unwrap()
}

fn asks(number: u64, who: &str, condition: Option<&str>) -> Exchange {
    let mut request = Message::default();
    request.fields.extend(condition.map(|tag| ("If-Match".to_owned(), tag.to_owned())));
    Exchange {
        number,
        author: Some(author(who)),
        client_address: None,
        server: None,
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
        anomalies: Vec::new(),
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

fn traffic_of(exchanges: &[Exchange]) -> Traffic {
    let mut traffic = Traffic::new(TrafficLimits::SESSION);
    for exchange in exchanges {
        traffic.record(exchange.clone(), None);
    }
    traffic
}

/// Returns the steps of the live diagram, each in a few words; only transcripts show the others.
fn live_steps(traffic: &Traffic) -> Vec<String> {
    all_steps(traffic).into_iter().filter(|step| !step.ends_with("waits") && !step.ends_with("is written")).collect()
}

/// Returns all steps, each in a few words.
fn all_steps(traffic: &Traffic) -> Vec<String> {
    let (alice, bob) = (author("Alice"), author("Bob"));
    let moments = (0..traffic.timeline().len()).filter_map(|at| traffic.timeline().get(at));
    let steps = moments.flat_map(|moment| steps(traffic, moment, &[&alice, &bob]));
    let number = |entry: &Entry| entry.exchange.number;
    let status = |entry: &Entry| entry.exchange.status.unwrap();
    steps
        .map(|step| match step {
            SequenceStep::Request { entry, held: false } => format!("{} departs", number(entry)),
            SequenceStep::Request { entry, held: true } => format!("{} is held", number(entry)),
            SequenceStep::Held { entry } => format!("{} waits", number(entry)),
            SequenceStep::Released { entry } => format!("{} released", number(entry)),
            SequenceStep::Judged { entry } => format!("{} is judged", number(entry)),
            SequenceStep::Written { entry } => format!("{} is written", number(entry)),
            SequenceStep::Response { entry, found: None } => format!("{} {}", number(entry), status(entry)),
            SequenceStep::Response { entry, found: Some(found) } => {
                format!("{} {}: {found}", number(entry), status(entry))
            }
            SequenceStep::Lost { entry, sent: true } => format!("{} lost", number(entry)),
            SequenceStep::Lost { entry, sent: false } => format!("{} not sent", number(entry)),
            SequenceStep::OutsideWrite { delivery } => {
                format!("{} wrote {}", delivery.event.author, delivery.event.etag)
            }
            SequenceStep::Event { delivery } => format!("{} is reported", delivery.event.etag),
        })
        .collect()
}

#[test]
fn responses_of_concurrent_requests_cross() {
    let (one, two) = (asks(1, "Alice", Some("\"v1-a\"")), asks(2, "Bob", Some("\"v1-a\"")));
    let etag = [("ETag", "\"v2-b\"")];
    let traffic = traffic_of(&[one.clone(), two.clone(), answered(&two, 200, &etag), answered(&one, 412, &etag)]);
    assert_eq!(live_steps(&traffic), ["1 departs", "2 departs", "2 200", "1 412: stale by 1"]);
}

#[test]
fn stale_412_counts_versions_if_both_tags_are_numbered() {
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
        let traffic = traffic_of(&[answered(&asked, 412, &[("ETag", newest)])]);
        assert_eq!(live_steps(&traffic), ["1 departs".to_owned(), format!("1 412{found}")], "{mine}");
    }
    let traffic = traffic_of(&[answered(&asks(1, "Alice", None), 428, &[])]);
    assert_eq!(live_steps(&traffic), ["1 departs", "1 428: names no version"]);
}

#[test]
fn held_request_is_released_before_its_response() {
    let ours = asks(7, "Alice", Some("\"v1-a\""));
    let theirs = Exchange { number: 31, ..ours.clone() };
    let mut traffic = traffic_of(&[asks(6, "Bob", None), ours.clone()]);
    traffic.on_server_record(&theirs);
    assert_eq!(live_steps(&traffic), ["6 departs", "7 is held"]);
    // The server's record and the response may arrive in either order; one release is recorded.
    traffic.on_server_record(&answered(&theirs, 200, &[]));
    traffic.record(answered(&ours, 200, &[]), None);
    traffic.on_server_record(&answered(&theirs, 200, &[]));
    assert_eq!(live_steps(&traffic), ["6 departs", "7 is held", "7 released", "7 200"]);
}

/// A report of the gate may be older than the server's record, which is another stream.
#[test]
fn outdated_gate_report_neither_drops_nor_adds_a_request() {
    let held = |number| Exchange { number, ..asks(1, "Bob", Some("\"v1-a\"")) };
    let report = |numbers: &[u64]| contract::GateSettings {
        hold: contract::Hold::Writes,
        held: numbers.iter().map(|number| reported(&held(*number))).collect(),
    };
    let mut traffic = Traffic::new(TrafficLimits::SESSION);
    traffic.on_gate_report(&report(&[30]));
    traffic.on_server_record(&held(31));
    traffic.on_gate_report(&report(&[]));
    assert_eq!(traffic.gate_queue().count(), 1, "only 31 is recorded, and its end is not");
    traffic.on_gate_report(&report(&[31]));
    traffic.on_gate_report(&report(&[]));
    assert_eq!(traffic.gate_queue().count(), 1);
    traffic.on_server_record(&answered(&held(31), 200, &[]));
    assert_eq!(traffic.gate_queue().count(), 0);
    traffic.on_gate_report(&report(&[31]));
    assert_eq!(traffic.gate_queue().count(), 0, "it has ended");
}

/// Returns a held request as the gate reports it.
fn reported(exchange: &Exchange) -> contract::HeldExchange {
    contract::HeldExchange {
        exchange: exchange.number,
        author: exchange.author.clone(),
        method: exchange.method.clone(),
        path: exchange.target.clone(),
        if_match: exchange.request.field("If-Match").map(str::to_owned),
        since: Timestamp::default(),
    }
}

#[test]
fn write_on_an_older_version_is_a_lost_update() {
    let asked = [asks(1, "Alice", Some("\"v1-a\"")), asks(2, "Bob", Some("\"v1-a\""))];
    let mut traffic = traffic_of(&asked);
    traffic.record(answered(&asked[0], 200, &[("ETag", "\"v2-b\"")]), None);
    traffic.record(answered(&asked[1], 200, &[("ETag", "\"v3-c\"")]), None);
    assert_eq!(live_steps(&traffic)[2..], ["1 200", "2 200: overwrote v2 unseen"]);
}

/// Records that the author's last request was evaluated, if it has no response yet.
fn judged(traffic: &mut Traffic, who: &str) {
    if let Some(number) = traffic.open_request_of(&author(who)) {
        traffic.on_judged(number);
    }
}

#[test]
fn request_stops_at_the_gate_and_before_it_is_written() {
    let asked = asks(1, "Alice", Some("\"v1-a\""));
    let mut traffic = traffic_of(std::slice::from_ref(&asked));
    traffic.on_held(1);
    traffic.on_released(1);
    traffic.on_judged(1);
    traffic.on_released(1);
    traffic.record(answered(&asked, 200, &[]), None);
    let steps = ["1 is held", "1 waits", "1 released", "1 is judged", "1 is written", "1 200"];
    assert_eq!(all_steps(&traffic), steps);
}

#[test]
fn judged_unwritten_request_is_between_request_and_response() {
    let (one, two) = (asks(1, "Alice", Some("\"v1-a\"")), asks(2, "Bob", Some("\"v1-a\"")));
    let mut traffic = traffic_of(&[one.clone(), two]);
    judged(&mut traffic, "Alice");
    judged(&mut traffic, "Carol");
    traffic.record(answered(&one, 200, &[]), None);
    judged(&mut traffic, "Alice");
    assert_eq!(live_steps(&traffic), ["1 departs", "2 departs", "1 is judged", "1 200"]);
}

#[test]
fn held_request_is_released_before_its_event() {
    let ours = asks(1, "Alice", Some("\"v1-a\""));
    let event = |id: &str, name: &str| contract::DocumentEvent {
        id: id.parse().unwrap(),
        etag: "\"v2-b\"".parse().unwrap(),
        author: author(name),
        at: Timestamp::default(),
    };
    let mut traffic = traffic_of(std::slice::from_ref(&ours));
    traffic.on_server_record(&Exchange { number: 31, ..ours.clone() });
    traffic.on_event(1, EventKind::Changed, event("other", "Alice"));
    traffic.on_event(0, EventKind::Changed, event("welcome", "Bob"));
    traffic.on_event(1, EventKind::Changed, event("welcome", "Alice"));
    traffic.on_server_record(&answered(&Exchange { number: 31, ..ours.clone() }, 200, &[]));
    traffic.record(answered(&ours, 200, &[]), None);
    let event_step = "\"v2-b\" is reported";
    assert_eq!(live_steps(&traffic), ["1 is held", event_step, event_step, "1 released", event_step, "1 200"]);
}

#[test]
fn request_may_be_reported_as_held_before_it_departs() {
    let ours = asks(1, "Alice", Some("\"v1-a\""));
    let mut early = Traffic::new(TrafficLimits::SESSION);
    early.on_server_record(&Exchange { number: 31, ..ours.clone() });
    early.record(asks(2, "Alice", Some("\"v2-b\"")), None);
    early.record(ours.clone(), None);
    assert_eq!(live_steps(&early), ["2 departs", "1 is held"]);
    // If the record broke off in between, the held request may have ended long ago.
    let mut broken = Traffic::new(TrafficLimits::SESSION);
    broken.on_server_record(&Exchange { number: 31, ..ours.clone() });
    broken.on_server_record_lost();
    broken.record(ours, None);
    assert_eq!(live_steps(&broken), ["1 departs"]);
}

#[test]
fn held_request_is_not_matched_with_another() {
    let ours = asks(1, "Alice", Some("\"v1-a\""));
    let differently = |change: fn(&mut Exchange)| {
        let mut other = Exchange { number: 31, ..ours.clone() };
        change(&mut other);
        let mut traffic = traffic_of(std::slice::from_ref(&ours));
        traffic.on_server_record(&other);
        live_steps(&traffic)
    };
    assert_eq!(differently(|_| {}), ["1 is held"]);
    assert_eq!(differently(|other| other.request.body.push('x')), ["1 is held"], "the gate has not read the body");
    assert_eq!(differently(|other| other.author = None), ["1 departs"]);
    assert_eq!(differently(|other| other.method = "DELETE".to_owned()), ["1 departs"]);
    assert_eq!(differently(|other| other.target.push('2')), ["1 departs"]);
    assert_eq!(differently(|other| other.request.fields.clear()), ["1 departs"]);
    assert_eq!(
        differently(|other| other.request.fields.push(("Content-Length".to_owned(), "7".to_owned()))),
        ["1 departs"]
    );
}

#[test]
fn lost_response_is_not_an_unsent_request() {
    let (one, two) = (asks(1, "Alice", None), asks(2, "Alice", None));
    let not_sent = format!("{NOT_SENT_PREFIX} because nobody listens");
    let traffic = traffic_of(&[lost(&one, "the connection broke off"), lost(&two, &not_sent)]);
    assert_eq!(live_steps(&traffic), ["1 departs", "1 lost", "2 departs", "2 not sent"]);
}

#[test]
fn lost_update_is_marked_at_its_write_and_at_its_loss() {
    let (one, two) = (asks(1, "Alice", Some("\"v1-a\"")), asks(2, "Bob", Some("\"v1-a\"")));
    let first = answered(&one, 200, &[("ETag", "\"v2-b\"")]);
    let second = answered(&two, 200, &[("ETag", "\"v3-c\""), (fields::OVERWROTE, "\"v2-b\"")]);
    let steps_with = |second: Exchange| live_steps(&traffic_of(&[one.clone(), first.clone(), two.clone(), second]));
    assert_eq!(
        steps_with(second.clone()),
        ["1 departs", "1 200: v2 overwritten by Bob", "2 departs", "2 200: overwrote v2 unseen"]
    );
    let elsewhere = Exchange { target: "/api/documents/other".to_owned(), ..second };
    assert_eq!(steps_with(elsewhere)[1], "1 200", "two documents may have the same tags");
}

#[test]
fn replayed_response_is_already_applied() {
    let traffic = traffic_of(&[answered(&asks(1, "Alice", None), 200, &[(fields::REPLAYED, "?1")])]);
    assert_eq!(live_steps(&traffic), ["1 departs", "1 200: already applied"]);
}

#[test]
fn change_is_one_step_for_all_editors_but_its_author() {
    let event = |name: &str, etag: &str| contract::DocumentEvent {
        id: "welcome".parse().unwrap(),
        etag: etag.parse().unwrap(),
        author: author(name),
        at: Timestamp::default(),
    };
    let mut traffic = Traffic::new(TrafficLimits::SESSION);
    for seat in [0, 1] {
        traffic.on_event(seat, EventKind::Changed, event("Carol", "\"v2-b\""));
    }
    traffic.on_event(0, EventKind::Changed, event("Alice", "\"v3-c\""));
    assert_eq!(live_steps(&traffic), ["Carol wrote \"v2-b\"", "\"v2-b\" is reported"]);
    traffic.on_event(1, EventKind::Changed, event("Alice", "\"v3-c\""));
    assert_eq!(live_steps(&traffic), ["Carol wrote \"v2-b\"", "\"v2-b\" is reported", "\"v3-c\" is reported"]);
}

proptest::proptest! {
    #[test]
    fn steps_of_every_exchange_are_in_order(actions in proptest::collection::vec((1_u64..40, 0_u8..6, 0_u8..3), 0..200)) {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        for (number, what, who) in actions {
            let ours = asks(number, ["Alice", "Bob", "Eve"][usize::from(who)], Some("\"v1-a\""));
            match what {
                0 | 1 => traffic.record(ours, None),
                2 => traffic.record(answered(&ours, 200, &[("ETag", "\"v2-b\""), (fields::OVERWROTE, "\"v1-a\"")]), None),
                3 => traffic.record(lost(&ours, "gone"), None),
                4 => drop(traffic.on_server_record(&Exchange { number: number + 100, ..ours })),
                _ => drop(traffic.on_server_record(&answered(&Exchange { number: number + 100, ..ours }, 412, &[]))),
            }
        }
        let steps = live_steps(&traffic);
        for entry in traffic.entries() {
            let number = entry.exchange.number;
            let own: Vec<_> = steps.iter().filter(|step| step.split(' ').next() == Some(&number.to_string())).collect();
            proptest::prop_assert!(own[0].ends_with("departs") || own[0].ends_with("is held"), "{own:?}");
            proptest::prop_assert_eq!(own.iter().filter(|step| step.contains("released")).count() <= 1, true);
            let ends = own.iter().filter(|step| [" 200", " lost"].iter().any(|end| step.contains(end))).count();
            proptest::prop_assert!(ends <= 1, "{own:?}");
        }
    }
}
