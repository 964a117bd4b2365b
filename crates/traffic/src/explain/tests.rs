//! The sentence of each kind of exchange.

use contract::{Exchange, Message, Reason, Timestamp};

use super::*;

mod refusals;

const PROBLEM: &str = "Content-Type: application/problem+json";
const V5: &str = "\"v5-d4f8c2a1\"";

/// Returns an exchange of alice's.
///
/// `request` is a method, a target and lines of fields. `answer` is a status, lines of fields and a body, which begins
/// with a line that begins with `{`.
fn exchange(request: &str, answer: &str) -> Exchange {
    let (line, fields) = request.split_once('\n').unwrap_or((request, ""));
    let (method, target) = line.split_once(' ').unwrap();
    let (status, rest) = answer.split_once('\n').unwrap_or((answer, ""));
    let (fields_of_answer, body) = rest.split_once("\n{").map_or((rest, String::new()), |(f, b)| (f, format!("{{{b}")));
    Exchange {
        number: 1,
        author: Some("alice".parse().unwrap()),
        client_address: None,
        server: None,
        received: Timestamp::default(),
        judged: None,
        answered: None,
        method: method.to_owned(),
        target: target.to_owned(),
        request: message(fields, ""),
        status: status.parse().ok(),
        response: status.parse::<u16>().ok().map(|_| message(fields_of_answer, &body)),
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    }
}

fn message(fields: &str, body: &str) -> Message {
    let line = |line: &str| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    let fields = fields.lines().map(|text| line(text).unwrap_or_else(|| panic!("{text}"))).collect();
    Message { fields, body: body.to_owned(), cut: false }
}

/// Checks rows of a request, an answer and the sentence.
fn check(table: &[(&str, &str, &str)]) {
    for (request, answer, sentence) in table {
        assert_eq!(explain(&exchange(request, answer)), *sentence, "{request}\n\n{answer}");
    }
}

const PUT: &str = "PUT /api/documents/welcome\nIf-Match: \"v5-d4f8c2a1\"";
const CREATE: &str = "PUT /api/documents/welcome\nIf-None-Match: *";
const CARELESS: &str = "PUT /api/documents/welcome\nContent-Type: application/json";
const GET: &str = "GET /api/documents/welcome";
const V6_BY_BOB: &str = "ETag: \"v6-a2c19f03\"\nIfmatch-Author: bob";

#[test]
fn reads() {
    check(&[
        (
            GET,
            "200\nETag: \"v5-d4f8c2a1\"\nIfmatch-Author: Zo%C3%AB",
            "200: ‘welcome’ is at \"v5-d4f8c2a1\" by Zoë; a save that starts from here sends this tag back in If-Match",
        ),
        (
            "GET /api/documents/welcome\nIf-None-Match: \"v5-d4f8c2a1\"",
            "200\nETag: \"v6-a2c19f03\"\nIfmatch-Author: bob",
            "200: alice had \"v5-d4f8c2a1\"; the current version is \"v6-a2c19f03\" by bob",
        ),
        (
            "GET /api/documents/welcome\nIf-None-Match: \"v5-d4f8c2a1\"",
            "304\nETag: \"v5-d4f8c2a1\"",
            "304: alice has \"v5-d4f8c2a1\", which is still the current version; no text was sent again",
        ),
        (
            "GET /api/documents/welcome\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
            "304",
            "304: the version that alice has is still current; no text was sent again",
        ),
        (
            GET,
            "200\nETag: W/\"v5-d4f8c2a1\"",
            "200: ‘welcome’, but with the weak tag W/\"v5-d4f8c2a1\": a proxy on the way weakened it, and If-Match never \
             matches a weak tag",
        ),
        (
            GET,
            "200\nETag: W/\"v5-d4f8c2a1\"\nX-Varnish: 7\nVia: 1.1 varnish (Varnish/7.1)",
            "200: ‘welcome’, but with the weak tag W/\"v5-d4f8c2a1\": a proxy on the way (its X-Varnish names \
             Varnish, its Via says ‘1.1 varnish (Varnish/7.1)’) weakened it, and If-Match never matches a weak tag",
        ),
        (
            GET,
            "200\nETag: \"v5-d4f8c2a1-gzip\"\nServer: Apache",
            "200: ‘welcome’, but with the tag \"v5-d4f8c2a1-gzip\", which the server never issued: a proxy on the way (its \
             Server says ‘Apache’) compressed the text (gzip) and marked the tag, so If-Match never matches it",
        ),
        (GET, "200", "200: ‘welcome’, but without an ETag, so a save has no version to name"),
        (GET, "404", "404: there has never been a document ‘welcome’; a PUT would create it"),
        (
            GET,
            "410\nContent-Type: application/problem+json\n\
             {\"deleted\":{\"etag\":\"\\\"v7-11111111\\\"\",\"author\":\"bob\",\"at\":\"2026-11-22T05:00:11.123Z\"}}",
            "410: ‘welcome’ was deleted by bob; unlike after a 404, its history can still be read",
        ),
        (
            "GET /api/documents/welcome\nIf-Match: \"v5-d4f8c2a1\"",
            "412\nETag: \"v6-a2c19f03\"\nContent-Type: application/problem+json\n{\"reason\":\"stale\",\"behind\":1}",
            "412: alice holds \"v5-d4f8c2a1\"; the server has \"v6-a2c19f03\"",
        ),
        (GET, "503", "503: the server failed; the read can be repeated"),
        ("GET /api/documents/welcome/versions", "404", "404: there has never been a document ‘welcome’"),
        ("GET /api/documents/welcome/versions/9", "404", "404: ‘welcome’ has no version 9"),
        ("GET /api/documents/welcome/versions/9", "410", "410: version 9 of ‘welcome’ is a delete, which has no text"),
        (
            "GET /api/documents/welcome/versions/9",
            "410\nContent-Type: application/problem+json\n{\"reason\":\"text_removed\"}",
            "410: the text of version 9 of ‘welcome’ was removed to save space; its author and time are still in the list \
             of versions",
        ),
        ("GET /favicon.ico", "404", "404: there is nothing at that address"),
        ("POST /control/gate/release", "204", "204: done"),
        ("OPTIONS /api/documents/welcome", "204", "204: answered; the request changes nothing"),
    ]);
}

#[test]
fn reads_of_other_things() {
    check(&[
        (
            "GET /api/documents?limit=1000",
            "200\nContent-Type: application/json\n{\"documents\":[{},{}],\"next\":null}",
            "200: the list of documents (2)",
        ),
        ("GET /api/documents", "200", "200: the list of documents"),
        (
            "GET /api/documents/welcome/versions",
            "200\nContent-Type: application/json\n{\"versions\":[{}],\"next\":null}",
            "200: the versions of ‘welcome’, newest first (1)",
        ),
        (
            "GET /api/documents/welcome/versions/3",
            "200\nETag: \"v3-00000000\"\nIfmatch-Author: bob",
            "200: version 3 of ‘welcome’ as it was written by bob; an old version never changes",
        ),
        (
            "GET /api/documents/welcome/events",
            "200",
            "200: a stream of events: every change of ‘welcome’ as it happens",
        ),
        (
            "GET /api/events\nLast-Event-ID: 41",
            "200",
            "200: the stream continues after event 41: the missed events first, then every change of any document as it happens",
        ),
        (
            "GET /control/policy",
            "200\nETag: \"p1\"\n{\"preconditions\":\"required\"}",
            "200: the server's policy: preconditions are required; a save that names no version gets a 428",
        ),
        (
            "PUT /control/policy\nIf-Match: \"p1\"",
            "200\nETag: \"p2\"\n{\"preconditions\":\"ignored\"}",
            "200: the policy is now: preconditions are ignored; the last save wins",
        ),
    ]);
}

#[test]
fn writes_that_overwrote_nothing_unseen() {
    check(&[
        (
            PUT,
            "200\nETag: \"v6-a2c19f03\"\nIfmatch-Author: alice",
            "200: saved as \"v6-a2c19f03\"; alice held \"v5-d4f8c2a1\", which was still the current version: nothing was \
             lost",
        ),
        (
            PUT,
            "200\nETag: \"v7-33333333\"\nIfmatch-Unsafe: judging=apart",
            "200: saved as \"v7-33333333\"; alice held \"v5-d4f8c2a1\", and the tag matched, but on this server an update \
             may be lost (this server makes a mistake on purpose: judging=apart)",
        ),
        (
            PUT,
            "200\nETag: \"v5-d4f8c2a1\"",
            "200: the document sent is the same as \"v5-d4f8c2a1\"; no new version was made",
        ),
        (
            PUT,
            "200\nETag: \"v6-a2c19f03\"\nIfmatch-Author: alice\nIfmatch-Replayed: ?1",
            "200: this save had already been applied, but its response was lost; nothing was written twice: the version is \
             still \"v6-a2c19f03\" by alice",
        ),
        (
            CREATE,
            "201\nETag: \"v1-0e0e0e0e\"",
            "201: created as \"v1-0e0e0e0e\"; If-None-Match: * held, so nothing was overwritten",
        ),
        (
            CARELESS,
            "201\nETag: \"v1-0e0e0e0e\"",
            "201: created as \"v1-0e0e0e0e\"; there was no such document, but the request did not make sure: it would \
             have overwritten one",
        ),
        (
            "POST /api/documents",
            "201\nETag: \"v1-0e0e0e0e\"",
            "201: created as \"v1-0e0e0e0e\"; if the name had been taken, this would have been a 409",
        ),
        (
            "PUT /api/documents/welcome\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
            "200\nETag: \"v6-a2c19f03\"",
            "200: saved as \"v6-a2c19f03\"; the document had not changed since Sun, 06 Nov 1994 08:49:37 GMT, as far as \
             a date in whole seconds can tell",
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: \"v5-d4f8c2a1\"",
            "200\nETag: W/\"v6-a2c19f03\"",
            "200: saved as W/\"v6-a2c19f03\"; alice held \"v5-d4f8c2a1\", which was still the current version: nothing was \
             lost; a proxy on the way changed the tag, so a save that names it would be refused",
        ),
        (
            "DELETE /api/documents/welcome\nIf-Match: \"v5-d4f8c2a1\"",
            "204",
            "204: deleted; alice held \"v5-d4f8c2a1\", which was still the current version: nothing was lost",
        ),
    ]);
}

#[test]
fn writes_that_overwrote_something_or_may_have() {
    const LOST: &str = "overwrote \"v6-a2c19f03\", which alice had never seen: a lost update";
    check(&[
        (
            CARELESS,
            "200\nETag: \"v6-a2c19f03\"",
            "200 although the request named no version: saved as \"v6-a2c19f03\", over whatever was there",
        ),
        (
            CARELESS,
            "200\nETag: \"v7-33333333\"\nIfmatch-Overwrote: \"v6-a2c19f03\"",
            &format!("200 although the request named no version: saved as \"v7-33333333\", and {LOST}"),
        ),
        (
            PUT,
            "200\nETag: \"v7-33333333\"\nIfmatch-Overwrote: \"v6-a2c19f03\"",
            &format!(
                "200 although alice held {V5} and the server had \"v6-a2c19f03\": saved as \"v7-33333333\", and {LOST}"
            ),
        ),
        (
            CREATE,
            "200\nETag: \"v7-33333333\"\nIfmatch-Overwrote: \"v6-a2c19f03\"",
            &format!(
                "200 although alice wanted to create it, and the server had \"v6-a2c19f03\": saved as \"v7-33333333\", \
                 and {LOST}"
            ),
        ),
        (
            "DELETE /api/documents/welcome",
            "204\nIfmatch-Overwrote: \"v6-a2c19f03\"\nIfmatch-Unsafe: etags=content",
            &format!(
                "204 although the request named no version: deleted, and {LOST} (this server makes a mistake on purpose: \
                 etags=content)"
            ),
        ),
    ]);
}

#[test]
fn earlier_response_names_the_overwritten_author() {
    let saved = |target: &str, author: &str| {
        exchange(
            &format!("PUT {target}\nIf-Match: {V5}"),
            &format!("200\nETag: \"v6-a2c19f03\"\nIfmatch-Author: {author}"),
        )
    };
    let careless = exchange(CARELESS, "200\nETag: \"v7-33333333\"\nIfmatch-Overwrote: \"v6-a2c19f03\"");
    let after = |author: &str| {
        let other = saved("/api/documents/other", "carol");
        explain_among(&careless, &[exchange(GET, "304"), other, saved("/api/documents/welcome", author)])
    };
    let by_bob = "overwrote \"v6-a2c19f03\" by bob, which alice had never seen: a lost update";
    assert!(after("bob").ends_with(by_bob), "{}", after("bob"));
    // Two editors may use one name.
    let namesake = "overwrote \"v6-a2c19f03\", saved under the same name: a lost update";
    assert!(after("alice").ends_with(namesake), "{}", after("alice"));
}

#[test]
fn request_without_an_author_is_from_anonymous() {
    let anonymous = Exchange { author: None, ..exchange(PUT, "412") };
    let sentence = "412: anonymous holds \"v5-d4f8c2a1\"; the server has another version; nothing was written";
    assert_eq!(explain(&anonymous), sentence);
}

/// Two editors may use one name; 'by alice' would mean that the sender knows the version.
#[test]
fn version_of_a_namesake_is_not_by_the_sender() {
    const V6_BY_ALICE: &str = "ETag: \"v6-a2c19f03\"\nIfmatch-Author: alice";
    const NOTHING: &str = "; nothing was written";
    let stale = format!("412\n{V6_BY_ALICE}\n{PROBLEM}\n{{\"reason\":\"stale\"}}");
    let deletion = r#""deleted":{"etag":"\"v6-a2c19f03\"","author":"alice","at":"2026-11-22T05:00:11.123Z"}"#;
    let deleted = format!("412\n{PROBLEM}\n{{\"reason\":\"deleted\",{deletion}}}");
    check(&[
        (
            PUT,
            &stale,
            &format!("412: alice holds {V5}; the server has \"v6-a2c19f03\", saved under the same name{NOTHING}"),
        ),
        (
            PUT,
            &deleted,
            &format!("412: alice holds {V5}, but ‘welcome’ was deleted under the same name meanwhile{NOTHING}"),
        ),
        (
            "GET /api/documents/welcome\nIf-None-Match: \"v5-d4f8c2a1\"",
            &format!("200\n{V6_BY_ALICE}"),
            &format!("200: alice had {V5}; the current version is \"v6-a2c19f03\", saved under the same name"),
        ),
    ]);
}

#[test]
fn missing_responses() {
    let lost = |request: &str, lost: &str| explain(&Exchange { lost: Some(lost.to_owned()), ..exchange(request, "") });
    let cut_off = "the connection broke before the response was complete: connection reset";
    assert_eq!(explain(&exchange(PUT, "")), "on its way: no response yet");
    assert_eq!(
        lost(PUT, cut_off),
        "no response came (the connection broke before the response was complete: connection reset): the save may or \
         may not have been applied; only another request will tell"
    );
    assert!(lost("DELETE /api/documents/a", cut_off).contains("the delete may or may not have been applied"));
    assert_eq!(
        lost(GET, "no response within 5s"),
        "no response came (no response within 5s): a read changes nothing, so it can safely be repeated"
    );
    assert_eq!(
        lost(PUT, "not sent, because http://a cannot be reached (connection refused)"),
        "the request was not sent, because http://a cannot be reached (connection refused); nothing can have changed"
    );
}

#[test]
fn room() {
    let taken = format!("409\n{PROBLEM}\n{{\"status\":409,\"reason\":\"name_taken\",\"free\":\"sam-2\"}}");
    let removed = format!("403\n{PROBLEM}\n{{\"status\":403,\"reason\":\"removed\"}}");
    check(&[
        (
            "POST /api/participants",
            "201",
            "201: joined; the token in the response, which is not shown, now identifies this name",
        ),
        (
            "POST /api/participants",
            &taken,
            "409: another participant has that name; sam-2 is free; nothing was written",
        ),
        ("GET /api/question", "200", "200: the leader's question, and how many have answered"),
        ("GET /api/question", "404", "404: the leader has asked no question"),
        (
            "PUT /api/question/answers/alice",
            "200",
            "200: the answer is counted; no other client writes it, so it needs no condition",
        ),
        ("GET /api/documents", &removed, "403: the leader of the room has removed alice, and can let them in again"),
    ]);
}

#[test]
fn anomaly_is_explained_instead_of_the_status() {
    let write = Exchange { anomalies: vec![crate::fixture::lost_update()], ..exchange("PUT /notes/1", "204") };
    assert_eq!(explain(&write), "204: PUT by bob replaced what ann wrote, unread; an update is lost");
}

#[test]
fn mistakes_of_the_server_can_be_left_out() {
    let sent =
        exchange(PUT, "200\nETag: \"v7-33333333\"\nIfmatch-Overwrote: \"v6-a2c19f03\"\nIfmatch-Unsafe: etags=content");
    let (whole, short) = (explain(&sent), explain_without_mistakes(&sent, []));
    assert!(whole.contains("on purpose: etags=content"), "{whole}");
    assert!(!short.contains("purpose") && !short.contains("etags"), "{short}");
    assert!(short.contains("v6-a2c19f03"), "what was lost is still said: {short}");
    let sent = exchange(PUT, "200\nETag: \"v7-33333333\"\nIfmatch-Unsafe: judging=apart");
    let short = explain_without_mistakes(&sent, []);
    assert!(short.ends_with("but on this server an update may be lost"), "nothing is claimed that is not so: {short}");
}

#[test]
fn empty_if_match_names_no_version() {
    const EMPTY: &str = "PUT /api/documents/welcome\nIf-Match: ";
    check(&[(
        EMPTY,
        "200\nETag: \"v6-a2c19f03\"",
        "200 although the request named no version: saved as \"v6-a2c19f03\", over whatever was there",
    )]);
    let refused = explain(&exchange(EMPTY, "412"));
    assert!(!refused.contains("holds ,") && !refused.contains("held ,"), "{refused}");
}
