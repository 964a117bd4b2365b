//! Tests of the log: which exchanges it keeps, in which ring, and for how long.

use axum::http::HeaderValue;

use contract::secrets::REDACTED;

use super::*;

/// How many exchanges are kept.
const KEPT: usize = budget::RECORD_EXCHANGES.size();

fn fields() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.append("if-match", HeaderValue::from_static("\"a:b\""));
    headers.append("if-match", HeaderValue::from_static(""));
    headers.append("x", HeaderValue::from_bytes(b"caf\xe9\t").unwrap());
    headers.append("authorization", HeaderValue::from_static("Bearer s3cret"));
    headers
}

fn begin(recorder: &ExchangeLog, target: &str) -> u64 {
    let received = Timestamp::from_millis(1);
    recorder.begin(&RequestSummary {
        share: LogShare::Known,
        author: None,
        client_address: None,
        received,
        method: &Method::PUT,
        target,
        fields: &fields(),
        shows_cookies: false,
    })
}

fn kept(recorder: &ExchangeLog) -> Vec<LoggedExchange> {
    recorder.page(0, usize::MAX, usize::MAX).0
}

fn lost(why: &str) -> Completion<'static> {
    let response = LoggedResponse::Lost(why.to_owned().into());
    Completion { body: &[], is_body_cut: false, judged: None, response, anomalies: &[] }
}

#[test]
fn fields_come_back_unchanged() {
    let recorder = ExchangeLog::new(&Budgets::default());
    begin(&recorder, "/api");
    let fields = kept(&recorder)[0].to_exchange().request.fields;
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [("if-match", "\"a:b\""), ("if-match", ""), ("x", "caf\u{fffd}\t"), ("authorization", REDACTED)];
    assert_eq!(fields, expected);
}

#[test]
fn last_thousand_are_kept_and_each_ends_in_its_place() {
    let recorder = ExchangeLog::new(&Budgets::default());
    let numbers: Vec<u64> = (0..KEPT + 2).map(|_| begin(&recorder, "/api")).collect();
    for number in numbers {
        recorder.end(number, lost(&number.to_string()));
    }
    let kept: Vec<_> = kept(&recorder).iter().map(LoggedExchange::to_exchange).collect();
    assert_eq!((kept.len(), kept[0].number), (KEPT, 3));
    assert!(kept.iter().all(|exchange| exchange.lost == Some(exchange.number.to_string())));
}

#[test]
fn reused_place_has_nothing_of_the_exchange_before() {
    let recorder = ExchangeLog::new(&Budgets::default());
    let evaluation = Evaluation {
        field: Field::IfMatch,
        comparison: Comparison::Strong,
        sent: "\"v1\"".to_owned(),
        current: Some("\"v2\"".to_owned()),
        holds: false,
        clause: "RFC 9110 13.1.1".into(),
    };
    let at = Timestamp::from_millis(2);
    for turn in 0..2 * KEPT {
        let number = begin(&recorder, &format!("/{turn}"));
        let (body, judged) =
            if turn < KEPT { (&b"earlier"[..], Some((at, &[evaluation.clone()][..]))) } else { (&b""[..], None) };
        let response =
            LoggedResponse::Sent { at, status: StatusCode::OK, fields: &HeaderMap::new(), body, is_cut: false };
        recorder.end(number, Completion { body, is_body_cut: false, judged, response, anomalies: &[] });
        if turn == 0 {
            let first = kept(&recorder)[0].to_exchange();
            assert_eq!((first.evaluation, first.judged), (vec![evaluation.clone()], Some(at)));
            assert_eq!((&*first.request.body, &*first.response.unwrap().body), ("earlier", "earlier"));
        }
    }
    for (turn, kept) in (KEPT..).zip(kept(&recorder)) {
        let exchange = kept.to_exchange();
        assert_eq!((exchange.target, exchange.request.fields.len()), (format!("/{turn}"), 4));
        assert_eq!((exchange.judged, exchange.evaluation), (None, Vec::new()));
        assert_eq!((&*exchange.request.body, exchange.response.unwrap()), ("", Message::default()));
    }
}

#[test]
fn long_held_exchange_is_reported_at_its_end_when_evicted() {
    let recorder = ExchangeLog::new(&Budgets::default());
    let mut live = recorder.live();
    let held = begin(&recorder, "/held");
    for _ in 0..KEPT {
        begin(&recorder, "/api");
    }
    assert!(live.try_recv().is_err());
    recorder.broadcast(held);
    assert_eq!(live.try_recv().unwrap().to_exchange().target, "/held");
    recorder.end(held, lost("gone"));
    let told = live.try_recv().unwrap().to_exchange();
    assert_eq!((told.number, told.lost.as_deref()), (held, Some("gone")));
    assert!(recorder.record().known.open.is_empty(), "and forgotten then");
}

#[test]
fn long_body_is_kept_with_one_byte_more_than_the_limit() {
    let mut bytes = ByteArena::default();
    for (long, kept) in [(MAX_RECORDED_BODY, MAX_RECORDED_BODY), (3 * MAX_RECORDED_BODY, MAX_RECORDED_BODY + 1)] {
        let part = bytes.put_body(&vec![b'x'; long]);
        assert_eq!(bytes.get(part).len(), kept);
    }
    bytes.clear();
    assert!(bytes.0.capacity() <= RETAINED_CAPACITY, "the next exchange may be a small one");
}

#[test]
fn exchanges_are_kept_within_a_budget_of_bytes() {
    let recorder = ExchangeLog::new(&Budgets::default());
    let body = vec![b'x'; MAX_RECORDED_BODY];
    let none = HeaderMap::new();
    let response = || LoggedResponse::Sent {
        at: Timestamp::from_millis(2),
        status: StatusCode::OK,
        fields: &none,
        body: &body,
        is_cut: false,
    };
    let held = begin(&recorder, "/held");
    for _ in 0..KEPT {
        let number = begin(&recorder, "/api");
        recorder.end(number, Completion { body: &body, response: response(), ..lost("") });
    }
    let kept = kept(&recorder);
    let bytes: usize = kept.iter().map(|kept| kept.bytes.0.len()).sum();
    let room = budget::RECORD_BYTES.size();
    assert!((room - 3 * MAX_RECORDED_BODY..=room).contains(&bytes), "{bytes}");
    let numbers: Vec<u64> = kept.iter().map(|kept| kept.number).collect();
    let last = held + KEPT as u64;
    assert_eq!(numbers, (last + 1 - numbers.len() as u64..=last).collect::<Vec<_>>(), "the newest, without a gap");
    recorder.end(held, lost("gone"));
    for _ in 0..KEPT {
        let number = begin(&recorder, "/api");
        recorder.end(number, lost("small"));
    }
    let ring = &recorder.record().known;
    let bytes: usize = ring.kept.iter().map(|kept| kept.bytes.0.len()).sum();
    assert_eq!((ring.kept.len(), ring.bytes), (KEPT, bytes), "what has gone does not count any more");
}

#[test]
fn refused_exchanges_leave_the_others_in_the_record() {
    let budgets = Budgets::default().with(&budget::RECORD_REFUSED_BYTES, 5_000);
    let recorder = ExchangeLog::new(&budgets);
    let one = begin(&recorder, "/api");
    let body = [b'x'; 1000];
    for _ in 0..2 * KEPT {
        let (received, fields) = (Timestamp::from_millis(1), HeaderMap::new());
        let begun = RequestSummary {
            share: LogShare::Refused,
            author: None,
            client_address: None,
            received,
            method: &Method::PUT,
            target: "/api",
            fields: &fields,
            shows_cookies: false,
        };
        let number = recorder.begin(&begun);
        recorder.end(number, Completion { body: &body, ..lost("refused") });
    }
    let two = begin(&recorder, "/api");
    recorder.end(one, lost("one"));
    let all: Vec<_> = kept(&recorder).iter().map(|kept| kept.number).collect();
    let last = 2 * KEPT as u64 + 1;
    assert_eq!(all, [one, last - 3, last - 2, last - 1, last, two], "in the order of their numbers");
    let (page, more) = recorder.page(one, 2, usize::MAX);
    assert_eq!((page.iter().map(|kept| kept.number).collect::<Vec<_>>(), more), (vec![last - 3, last - 2], true));
    let (page, more) = recorder.page(one, 9, 2_500);
    assert_eq!((page.iter().map(|kept| kept.number).collect::<Vec<_>>(), more), (vec![last - 3, last - 2], true));
    assert_eq!(recorder.page(last, 1, 0).0.len(), 1);
    assert!(!recorder.page(two, 9, 9).1);
}

#[test]
fn anomalies_come_back_and_count_as_bytes() {
    let recorder = ExchangeLog::new(&Budgets::default());
    let anomaly = Anomaly {
        kind: contract::AnomalyKind::LostUpdate,
        certainty: contract::Certainty::Certain,
        loses_update: true,
        target: "/notes/1".to_owned(),
        exchanges: vec![1, 2],
        overwritten: vec![1],
        sentence: "an update is lost".to_owned(),
        clause: "RFC 9110 13.1.1".to_owned(),
        lost: vec!["salt".to_owned()],
        restored: Vec::new(),
        more_lines: 0,
    };
    let (with, without) = (begin(&recorder, "/a"), begin(&recorder, "/a"));
    recorder.end(with, Completion { anomalies: std::slice::from_ref(&anomaly), ..lost("gone") });
    recorder.end(without, lost("gone"));
    let kept = kept(&recorder);
    assert_eq!(kept[0].to_exchange().anomalies, [anomaly]);
    assert!(kept[1].to_exchange().anomalies.is_empty() && kept[0].size() > kept[1].size() + 100);
}
