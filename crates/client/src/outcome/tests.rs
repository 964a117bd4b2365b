//! Every status, field and body that a document server may respond with, and some that it may not.

use contract::{Document, EntityTag, Reason, Timestamp};
use editor::Guard;

use super::*;
use crate::response::answer;

const JSON: (&str, &str) = ("content-type", "application/json");
const PROBLEM: (&str, &str) = ("content-type", "application/problem+json");
const V5: (&str, &str) = ("etag", "\"v5-d4f8c2a1\"");
const V6: (&str, &str) = ("etag", "\"v6-a2c19f03\"");
const BOB: (&str, &str) = ("ifmatch-author", "bob");
const DATE: (&str, &str) = ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
const HERE: (&str, &str) = ("content-location", "/api/documents/welcome");
const BODY: &str = r#"{"title":"T","content":"text\n"}"#;

const READ: EditorRequest = EditorRequest::Read { unless: None };

fn tag(text: &str) -> EntityTag {
    text.parse().unwrap()
}

fn reread() -> EditorRequest {
    EditorRequest::Read { unless: Some(tag("\"v5-d4f8c2a1\"")) }
}

fn write() -> EditorRequest {
    EditorRequest::Write {
        guard: Guard::IfMatch(tag("\"v5-d4f8c2a1\"")),
        document: WorkingCopy::default(),
        want_current: true,
    }
}

fn delete() -> EditorRequest {
    EditorRequest::Delete { guard: Guard::IfMatch(tag("\"v5-d4f8c2a1\"")) }
}

fn snapshot(etag: &str) -> Snapshot {
    Snapshot {
        etag: tag(etag),
        author: Some("bob".parse().unwrap()),
        at: Some(Timestamp::from_millis(784_111_777_000)),
        document: Document { title: "T".to_owned(), content: "text\n".to_owned(), parent: None },
    }
}

/// Returns the word and the sentence of a refusal.
fn refused(outcome: ResponseOutcome) -> (String, String) {
    match outcome {
        ResponseOutcome::Refused(problem) => (problem.error, problem.detail),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_document_that_is_read_comes_with_its_tag() {
    let whole = answer(200, &[JSON, V5, BOB, DATE], BODY);
    assert_eq!(outcome_of(&READ, &whole), ResponseOutcome::Read(snapshot("\"v5-d4f8c2a1\"")));
    assert_eq!(outcome_of(&reread(), &answer(304, &[V5], "")), ResponseOutcome::NotModified);
}

#[test]
fn unrequested_304_is_refused() {
    assert_eq!(refused(outcome_of(&READ, &answer(304, &[V5], ""))).0, "not_a_document_server");
    let ResponseOutcome::Unanswered(told) = outcome_of(&write(), &answer(304, &[V5], "")) else { panic!() };
    assert_eq!(told, "the server responded with 304 Not Modified, which does not tell whether the request succeeded");
}

#[test]
fn document_without_a_usable_tag_is_refused() {
    let (error, detail) = refused(outcome_of(&READ, &answer(200, &[JSON], BODY)));
    assert_eq!(error, "not_a_document_server");
    assert!(detail.contains("no ETag"), "{detail}");
    let (error, _) = refused(outcome_of(&READ, &answer(200, &[JSON, ("etag", "v5")], BODY)));
    assert_eq!(error, "not_a_document_server");
    let (_, detail) = refused(outcome_of(&READ, &answer(200, &[("content-type", "text/html"), V5], "<html>")));
    assert!(detail.contains("text/html"), "{detail}");
    let (_, detail) = refused(outcome_of(&READ, &answer(200, &[JSON, V5], r#"{"title":1}"#)));
    assert!(detail.contains("its body is malformed"), "{detail}");
}

#[test]
fn tag_changed_by_a_proxy_is_refused_in_words() {
    let weak = ("etag", "W/\"v5-d4f8c2a1\"");
    let marked = ("etag", "\"v5-d4f8c2a1-gzip\"");
    for (tag, word) in [(weak, "weakened_etag"), (marked, "transformed_etag")] {
        for (ask, status, consequence) in [
            (READ, 200, "A text that is read like this could not be saved."),
            (write(), 200, "The server applied the save"),
            (write(), 201, "The server applied the save"),
            (write(), 412, "Nothing was written"),
            (delete(), 412, "Nothing was written"),
        ] {
            let fields = [JSON, tag, HERE, ("server", "nginx/1.22.1")];
            let (error, detail) = refused(outcome_of(&ask, &answer(status, &fields, BODY)));
            assert_eq!(error, word);
            assert!(detail.contains(tag.1) && detail.contains(consequence), "{status}: {detail}");
            assert!(detail.contains("nginx/1.22.1"), "{status}: {detail}");
        }
    }
    // A 304 compares weakly, so its tag decides nothing.
    assert_eq!(outcome_of(&reread(), &answer(304, &[weak], "")), ResponseOutcome::NotModified);
}

#[test]
fn body_compressed_by_a_proxy_is_refused_in_words() {
    let (error, detail) = refused(outcome_of(&READ, &answer(200, &[JSON, V5, ("content-encoding", "br")], "\u{1}")));
    assert_eq!(error, "coded_body");
    assert!(detail.contains("compressed (br)"), "{detail}");
    // The tag identifies the save, whatever happened to the body.
    let saved = outcome_of(&write(), &answer(200, &[JSON, V6, ("content-encoding", "br")], "\u{1}"));
    assert!(matches!(saved, ResponseOutcome::Saved(_)), "{saved:?}");
}

#[test]
fn a_save_whose_body_is_another_text_is_altered() {
    let sent = Document { title: "T".to_owned(), content: "text".to_owned(), parent: None };
    let ask = EditorRequest::Write {
        guard: Guard::IfMatch(tag("\"v5-d4f8c2a1\"")),
        document: sent.into(),
        want_current: true,
    };
    let of = |status: u16, body: &str| outcome_of(&ask, &answer(status, &[JSON, V6, BOB, DATE], body));
    // A newline at the end, a changed title, another normalization form.
    for body in [BODY, r#"{"title":"t","content":"text"}"#, r#"{"title":"T","content":"te\u0301xt"}"#] {
        for status in [200, 201] {
            let ResponseOutcome::Altered(saved, kept) = of(status, body) else { panic!("{status} {body}") };
            assert_eq!((saved.etag.to_string().as_str(), saved.created), ("\"v6-a2c19f03\"", status == 201));
            let document: Document = serde_json::from_str(body).unwrap();
            assert_eq!((kept.etag, kept.author, kept.document), (saved.etag, None, document));
        }
    }
    // The server adds a parent by itself, or sends nothing to compare.
    for same in [r#"{"title":"T","content":"text"}"#, r#"{"content":"text","parent":"p","title":"T"}"#, "", "{}"] {
        assert!(matches!(of(200, same), ResponseOutcome::Saved(_)), "{same}");
    }
    assert!(matches!(outcome_of(&ask, &answer(204, &[V6], "")), ResponseOutcome::Saved(_)));
}

#[test]
fn save_takes_its_tag_from_the_field_with_any_body() {
    const BODY: &str = r#"{"title":"","content":""}"#;
    let plain = Saved { etag: tag("\"v6-a2c19f03\""), at: None, created: false, replayed: false, overwrote: None };
    for (answer, saved) in [
        (answer(200, &[JSON, V6], BODY), plain.clone()),
        (answer(200, &[V6], "not even JSON"), plain.clone()),
        (answer(204, &[V6, DATE], ""), Saved { at: Some(Timestamp::from_millis(784_111_777_000)), ..plain.clone() }),
        (answer(201, &[JSON, V6], BODY), Saved { created: true, ..plain.clone() }),
        (answer(200, &[JSON, V6, ("ifmatch-replayed", "?1")], BODY), Saved { replayed: true, ..plain.clone() }),
        (answer(200, &[JSON, V6, ("ifmatch-replayed", "?0")], BODY), plain.clone()),
        (
            answer(200, &[JSON, V6, ("ifmatch-overwrote", "\"v5-d4f8c2a1\"")], BODY),
            Saved { overwrote: Some(tag("\"v5-d4f8c2a1\"")), ..plain },
        ),
    ] {
        assert_eq!(outcome_of(&write(), &answer), ResponseOutcome::Saved(saved));
    }
    assert_eq!(refused(outcome_of(&write(), &answer(200, &[JSON], BODY))).0, "not_a_document_server");
}

#[test]
fn a_412_carries_the_current_document_on_request() {
    let outcome = outcome_of(&write(), &answer(412, &[JSON, V6, BOB, DATE, HERE], BODY));
    let failed = PreconditionFailure {
        current: Some(snapshot("\"v6-a2c19f03\"")),
        etag: Some(tag("\"v6-a2c19f03\"")),
        ..PreconditionFailure::default()
    };
    assert_eq!(outcome, ResponseOutcome::Failed(Box::new(failed)));
}

#[test]
fn body_of_412_without_content_location_is_not_a_document() {
    let outcome = outcome_of(&write(), &answer(412, &[JSON, V6], BODY));
    let failed = PreconditionFailure { etag: Some(tag("\"v6-a2c19f03\"")), ..PreconditionFailure::default() };
    assert_eq!(outcome, ResponseOutcome::Failed(Box::new(failed)));
}

#[test]
fn a_412_with_a_problem_gives_its_reason() {
    let body = r#"{"error":"precondition_failed","reason":"superseded","currentEtag":"\"v6-a2c19f03\"",
        "appliedEtag":"\"v5-00000000\""}"#;
    let failed = PreconditionFailure {
        reason: Some(Reason::Superseded),
        etag: Some(tag("\"v6-a2c19f03\"")),
        applied: Some(tag("\"v5-00000000\"")),
        ..PreconditionFailure::default()
    };
    assert_eq!(
        outcome_of(&write(), &answer(412, &[PROBLEM, V6], body)),
        ResponseOutcome::Failed(Box::new(failed.clone()))
    );
    // If the field was lost, the body still has the tag.
    assert_eq!(outcome_of(&delete(), &answer(412, &[PROBLEM], body)), ResponseOutcome::Failed(Box::new(failed)));
}

#[test]
fn a_412_about_a_deleted_document_names_who_deleted_it() {
    let body =
        r#"{"reason":"deleted","deleted":{"etag":"\"v7-11111111\"","author":"bob","at":"2026-11-22T05:00:11.123Z"}}"#;
    let ResponseOutcome::Failed(failed) = outcome_of(&write(), &answer(412, &[PROBLEM], body)) else { panic!() };
    assert_eq!((failed.reason, failed.etag), (Some(Reason::Deleted), None));
    assert_eq!(failed.deleted.unwrap().author.as_str(), "bob");
}

#[test]
fn a_412_without_a_reason_is_still_a_412() {
    for page in [answer(412, &[("content-type", "text/html")], "<html>"), answer(412, &[PROBLEM], "{")] {
        assert_eq!(outcome_of(&write(), &page), ResponseOutcome::Failed(Box::default()));
    }
}

#[test]
fn a_428_is_reported_with_its_problem() {
    let body = r#"{"error":"precondition_required","reason":"no_condition","detail":"Send If-Match."}"#;
    let ResponseOutcome::Required(problem) = outcome_of(&write(), &answer(428, &[PROBLEM], body)) else { panic!() };
    assert_eq!((problem.reason, problem.detail.as_str()), (Some(Reason::NoCondition), "Send If-Match."));
    let ResponseOutcome::Required(problem) = outcome_of(&write(), &answer(428, &[], "")) else { panic!() };
    assert_eq!((problem.status, problem.title.as_str()), (428, "Precondition Required"));
}

#[test]
fn a_404_is_absent_and_a_410_is_gone() {
    let gone = r#"{"deleted":{"etag":"\"v7-11111111\"","author":"bob","at":"2026-11-22T05:00:11.123Z"}}"#;
    for ask in [READ, delete()] {
        assert_eq!(outcome_of(&ask, &answer(404, &[PROBLEM], "{}")), ResponseOutcome::Absent);
        let ResponseOutcome::Gone(Some(deletion)) = outcome_of(&ask, &answer(410, &[PROBLEM], gone)) else { panic!() };
        assert_eq!(deletion.author.as_str(), "bob");
        assert_eq!(outcome_of(&ask, &answer(410, &[PROBLEM], "{}")), ResponseOutcome::Gone(None));
    }
}

#[test]
fn foreign_404_page_says_nothing_about_documents() {
    for status in [404, 410] {
        let page = answer(status, &[("content-type", "text/html")], "<html>");
        assert_eq!(refused(outcome_of(&READ, &page)).0, "unexplained");
    }
}

#[test]
fn any_other_4xx_is_a_refusal_with_its_reason() {
    for status in [400, 401, 403, 404, 405, 408, 409, 413, 415, 421, 422, 429, 431] {
        let body = r#"{"error":"word","detail":"Sentence."}"#;
        let told = refused(outcome_of(&write(), &answer(status, &[PROBLEM], body)));
        assert_eq!(told, ("word".to_owned(), "Sentence.".to_owned()), "{status}");
    }
}

#[test]
fn slowed_client_sends_the_same_again() {
    for (value, seconds) in
        [("1", 1), ("7", 7), ("0", 0), ("100000", 60), ("Wed, 21 Oct 2015 07:28:00 GMT", 1), ("-3", 1), ("", 1)]
    {
        let fields = [PROBLEM, ("retry-after", value)];
        for ask in [READ, write(), delete()] {
            let told = outcome_of(&ask, &answer(429, &fields, r#"{"budget":"client-requests","limit":2000}"#));
            let why = "the server slows this client down (429 Too Many Requests, 'client-requests')".to_owned();
            let retry_after = Duration::from_secs(seconds);
            assert_eq!(told, ResponseOutcome::TooManyRequests { why, retry_after }, "{value:?}");
        }
    }
}

#[test]
fn a_failing_server_leaves_open_what_happened() {
    for ask in [READ, write(), delete()] {
        let told = outcome_of(&ask, &answer(503, &[PROBLEM], r#"{"detail":"The disk is full."}"#));
        let sentence = "the server responded with 503 Service Unavailable: The disk is full.".to_owned();
        assert_eq!(told, ResponseOutcome::Unanswered(sentence));
        let told = outcome_of(&ask, &answer(500, &[], ""));
        assert_eq!(told, ResponseOutcome::Unanswered("the server responded with 500 Internal Server Error".to_owned()));
    }
}

#[test]
fn a_redirect_is_reported_and_not_followed() {
    let (error, detail) = refused(outcome_of(&write(), &answer(301, &[("location", "http://other.example/")], "")));
    assert_eq!(error, "redirected");
    assert!(detail.contains("http://other.example/") && detail.contains("Nothing was written"), "{detail}");
}

#[test]
fn a_2xx_outside_the_contract_is_not_a_success() {
    assert_eq!(refused(outcome_of(&READ, &answer(206, &[JSON, V5], BODY))).0, "not_a_document_server");
    for ask in [write(), delete()] {
        let ResponseOutcome::Unanswered(told) = outcome_of(&ask, &answer(202, &[], "")) else { panic!() };
        assert_eq!(told, "the server responded with 202 Accepted, which does not tell whether the request succeeded");
    }
}

#[test]
fn a_delete_is_done_with_204() {
    assert_eq!(outcome_of(&delete(), &answer(204, &[], "")), ResponseOutcome::Deleted);
}
