//! Each sentence, as a room would read it.

use contract::{Exchange, Message, Reason, Timestamp};

use super::*;

const PROBLEM: &str = "Content-Type: application/problem+json";
const V5: &str = "\"v5-d4f8c2a1\"";

/// An exchange from `PUT /target` and lines of fields; `answer` is the status, lines of fields and, for a problem, its
/// body as the last line.
fn exchange(request: &str, answer: &str) -> Exchange {
    let (line, fields) = request.split_once('\n').unwrap_or((request, ""));
    let (method, target) = line.split_once(' ').unwrap();
    let (status, rest) = answer.split_once('\n').unwrap_or((answer, ""));
    let (fields_of_answer, body) = rest.split_once("\n{").map_or((rest, String::new()), |(f, b)| (f, format!("{{{b}")));
    Exchange {
        number: 1,
        author: Some("alice".parse().unwrap()),
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
    }
}

fn message(fields: &str, body: &str) -> Message {
    let line = |line: &str| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    let fields = fields.lines().map(|text| line(text).unwrap_or_else(|| panic!("{text}"))).collect();
    Message { fields, body: body.to_owned(), cut: false }
}

/// `request`, `answer`, sentence.
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
            "200: you have \"v5-d4f8c2a1\", and it has been replaced since; here is \"v6-a2c19f03\" by bob",
        ),
        (
            "GET /api/documents/welcome\nIf-None-Match: \"v5-d4f8c2a1\"",
            "304\nETag: \"v5-d4f8c2a1\"",
            "304: you have \"v5-d4f8c2a1\", and it is still the current version; no text was sent again",
        ),
        (
            "GET /api/documents/welcome\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
            "304",
            "304: what you have is still current; no text was sent again",
        ),
        (
            GET,
            "200\nETag: W/\"v5-d4f8c2a1\"",
            "200: ‘welcome’, but its tag arrived weak (W/\"v5-d4f8c2a1\"): a proxy on the way weakened it, and If-Match \
             never matches a weak tag",
        ),
        (
            GET,
            "200\nETag: W/\"v5-d4f8c2a1\"\nX-Varnish: 7\nVia: 1.1 varnish (Varnish/7.1)",
            "200: ‘welcome’, but its tag arrived weak (W/\"v5-d4f8c2a1\"): a proxy on the way (its X-Varnish names \
             Varnish, its Via says ‘1.1 varnish (Varnish/7.1)’) weakened it, and If-Match never matches a weak tag",
        ),
        (
            GET,
            "200\nETag: \"v5-d4f8c2a1-gzip\"\nServer: Apache",
            "200: ‘welcome’, but its tag arrived as \"v5-d4f8c2a1-gzip\", which the server never gave out: a proxy on the \
             way (its Server says ‘Apache’) compressed the text (gzip) and marked the tag, and If-Match never matches it",
        ),
        (GET, "200", "200: ‘welcome’, but without an ETag, so a save has no version that it could name"),
        (GET, "404", "404: there has never been a document ‘welcome’; a PUT with If-None-Match: * would create it"),
        (
            GET,
            "410\nContent-Type: application/problem+json\n\
             {\"deleted\":{\"etag\":\"\\\"v7-11111111\\\"\",\"author\":\"bob\",\"at\":\"2026-11-22T05:00:11.123Z\"}}",
            "410: ‘welcome’ was deleted by bob; not 'never there', but gone: its history can still be read",
        ),
        (
            "GET /api/documents/welcome\nIf-Match: \"v5-d4f8c2a1\"",
            "412\nETag: \"v6-a2c19f03\"\nContent-Type: application/problem+json\n{\"reason\":\"stale\",\"behind\":1}",
            "412: you hold \"v5-d4f8c2a1\", the server has \"v6-a2c19f03\"",
        ),
        (GET, "503", "503: the server failed; the read can be repeated"),
        ("GET /api/documents/welcome/versions", "404", "404: there has never been a document ‘welcome’"),
        ("GET /api/documents/welcome/versions/9", "404", "404: ‘welcome’ has no version 9"),
        (
            "GET /api/documents/welcome/versions/9",
            "410",
            "410: version 9 of ‘welcome’ is its delete, which has no text",
        ),
        (
            "GET /api/documents/welcome/versions/9",
            "410\nContent-Type: application/problem+json\n{\"reason\":\"text_removed\"}",
            "410: the text of version 9 of ‘welcome’ was removed to save space; its author and time are still in the list \
             of versions",
        ),
        ("GET /favicon.ico", "404", "404: there is nothing at that address"),
        ("POST /control/gate/release", "204", "204: done"),
        ("OPTIONS /api/documents/welcome", "204", "204: answered; nothing was asked to change"),
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
            "200: from now on you are told of every change of ‘welcome’ as it happens",
        ),
        (
            "GET /api/events\nLast-Event-ID: 41",
            "200",
            "200: the stream goes on behind event 41; you are told of every change of any document, the missed ones first",
        ),
        (
            "GET /control/policy",
            "200\nETag: \"p1\"\n{\"preconditions\":\"required\"}",
            "200: the server's policy: preconditions are required; a save that names no version gets a 428",
        ),
        (
            "PUT /control/policy\nIf-Match: \"p1\"",
            "200\nETag: \"p2\"\n{\"preconditions\":\"ignored\"}",
            "200: switched: preconditions are ignored; the last save wins",
        ),
    ]);
}

#[test]
fn writes_that_buried_nothing() {
    check(&[
        (
            PUT,
            "200\nETag: \"v6-a2c19f03\"\nIfmatch-Author: alice",
            "200: saved as \"v6-a2c19f03\"; you hold \"v5-d4f8c2a1\", and it was still the current version: nothing was \
             buried unseen",
        ),
        (
            PUT,
            "200\nETag: \"v5-d4f8c2a1\"",
            "200: what you sent is what \"v5-d4f8c2a1\" says already; no new version was made",
        ),
        (
            PUT,
            "200\nETag: \"v6-a2c19f03\"\nIfmatch-Author: alice\nIfmatch-Replayed: ?1",
            "200: this very save had been applied before, and its answer was lost; nothing was written twice, and \
             \"v6-a2c19f03\" by alice stands",
        ),
        (
            CREATE,
            "201\nETag: \"v1-0e0e0e0e\"",
            "201: created as \"v1-0e0e0e0e\"; If-None-Match: * held, so there was nothing to bury",
        ),
        (
            CARELESS,
            "201\nETag: \"v1-0e0e0e0e\"",
            "201: created as \"v1-0e0e0e0e\"; there was none, but the request did not ask: had there been one, this would \
             have buried it",
        ),
        (
            "POST /api/documents",
            "201\nETag: \"v1-0e0e0e0e\"",
            "201: created as \"v1-0e0e0e0e\"; had there been one of that name, it would be a 409",
        ),
        (
            "PUT /api/documents/welcome\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
            "200\nETag: \"v6-a2c19f03\"",
            "200: saved as \"v6-a2c19f03\"; nobody had written since Sun, 06 Nov 1994 08:49:37 GMT, as far as a date of \
             whole seconds can tell",
        ),
        (
            "DELETE /api/documents/welcome\nIf-Match: \"v5-d4f8c2a1\"",
            "204",
            "204: deleted; you hold \"v5-d4f8c2a1\", and it was still the current version: nothing was buried unseen",
        ),
    ]);
}

#[test]
fn writes_that_buried_something_or_may_have() {
    check(&[
        (
            CARELESS,
            "200\nETag: \"v6-a2c19f03\"",
            "200 although nobody asked which version is replaced: saved as \"v6-a2c19f03\", over whatever was there, read \
             or not",
        ),
        (
            CARELESS,
            "200\nETag: \"v7-33333333\"\nIfmatch-Overwrote: \"v6-a2c19f03\"",
            "200 although nobody asked which version is replaced: the save became \"v7-33333333\", which buried \
             \"v6-a2c19f03\", and the edit in it is gone from the document, unseen by you",
        ),
        (
            PUT,
            "200\nETag: \"v7-33333333\"\nIfmatch-Overwrote: \"v6-a2c19f03\"",
            "200 although you hold \"v5-d4f8c2a1\" and the server had \"v6-a2c19f03\": the save became \"v7-33333333\", \
             which buried \"v6-a2c19f03\", and the edit in it is gone from the document, unseen by you",
        ),
        (
            CREATE,
            "200\nETag: \"v7-33333333\"\nIfmatch-Overwrote: \"v6-a2c19f03\"",
            "200 although you said 'only if there is none', and there was one: the save became \"v7-33333333\", which \
             buried \"v6-a2c19f03\", and the edit in it is gone from the document, unseen by you",
        ),
        (
            "DELETE /api/documents/welcome",
            "204\nIfmatch-Overwrote: \"v6-a2c19f03\"\nIfmatch-Unsafe: etags=content",
            "204 although nobody asked which version is replaced: the delete buried \"v6-a2c19f03\", and the edit in it is \
             gone from the document, unseen by you (a mistake is switched on in this server: etags=content)",
        ),
    ]);
}

#[test]
fn whoever_saw_a_version_being_written_knows_whose_edit_is_gone() {
    let saved = |target: &str, author: &str| {
        exchange(
            &format!("PUT {target}\nIf-Match: {V5}"),
            &format!("200\nETag: \"v6-a2c19f03\"\nIfmatch-Author: {author}"),
        )
    };
    let careless = exchange(CARELESS, "200\nETag: \"v7-33333333\"\nIfmatch-Overwrote: \"v6-a2c19f03\"");
    let earlier =
        [exchange(GET, "304"), saved("/api/documents/other", "carol"), saved("/api/documents/welcome", "bob")];
    let sentence = explain_among(&careless, &earlier);
    assert!(
        sentence.ends_with("buried \"v6-a2c19f03\", and bob's edit is gone from the document, unseen by you"),
        "{sentence}"
    );
}

#[test]
fn preconditions_that_failed() {
    let put = |reason: &str, more: &str| format!("412\n{V6_BY_BOB}\n{PROBLEM}\n{{\"reason\":\"{reason}\"{more}}}");
    let nothing = "; nothing was written";
    for (request, answer, sentence) in [
        (
            PUT,
            put("stale", ",\"behind\":1"),
            format!("412: you hold {V5}, the server has \"v6-a2c19f03\" by bob{nothing}"),
        ),
        (
            PUT,
            put("stale", ",\"behind\":3"),
            format!("412: you hold {V5}, the server has \"v6-a2c19f03\" by bob, 3 versions later{nothing}"),
        ),
        (
            PUT,
            format!("412\n{V6_BY_BOB}\nContent-Type: application/json\nContent-Location: /api/documents/welcome\n{{}}"),
            format!(
                "412: you hold {V5}, the server has \"v6-a2c19f03\" by bob, which came along and can be merged at once{nothing}"
            ),
        ),
        (
            PUT,
            format!(
                "412\n{PROBLEM}\n{{\"reason\":\"deleted\",\"deleted\":{{\"etag\":\"\\\"v7-1\\\"\",\"author\":\"bob\",\
                 \"at\":\"2026-11-22T05:00:11.123Z\"}}}}"
            ),
            format!("412: you hold {V5}, but bob deleted ‘welcome’ meanwhile{nothing}"),
        ),
        (
            PUT,
            format!("412\n{PROBLEM}\n{{\"reason\":\"never_existed\"}}"),
            format!("412: you hold {V5}, but the document ‘welcome’ has never existed{nothing}"),
        ),
        (
            CREATE,
            put("already_exists", ""),
            format!("412: you said 'only if there is none', but there is one: \"v6-a2c19f03\" by bob{nothing}"),
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: W/\"v6-a2c19f03\"",
            put("weak_tag", ""),
            format!(
                "412: you hold W/\"v6-a2c19f03\", a weak tag; If-Match compares strongly, and a weak tag never matches{nothing}"
            ),
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: \"v6-a2c19f03-gzip\"",
            put("transformed_tag", ""),
            format!(
                "412: you hold \"v6-a2c19f03-gzip\", which is the current tag with a suffix that an intermediary \
                 added, as compressing proxies do; the server has \"v6-a2c19f03\" by bob{nothing}"
            ),
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: \"x\"",
            put("unknown_tag", ""),
            format!(
                "412: you hold \"x\", a tag that was never issued for ‘welcome’; the server has \"v6-a2c19f03\" by bob\
                 {nothing}"
            ),
        ),
        (
            "PUT /api/documents/welcome\nIf-Match:",
            put("unknown_tag", ""),
            format!(
                "412: an If-Match without a tag names no version, so it holds for none; the server has \"v6-a2c19f03\" by \
                 bob{nothing}"
            ),
        ),
        (
            "PUT /api/documents/welcome\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
            put("date_too_coarse", ""),
            format!(
                "412: a date names a whole second, and the document got two versions within that second; only a tag tells \
                 them apart (\"v6-a2c19f03\" by bob){nothing}"
            ),
        ),
        (
            PUT,
            put("superseded", ",\"appliedEtag\":\"\\\"v5-99999999\\\"\""),
            format!(
                "412: this same save was already applied as \"v5-99999999\", but its response was lost, and \
                 \"v6-a2c19f03\" by bob has since replaced it; your text is in the history{nothing}"
            ),
        ),
        (PUT, "412".to_owned(), format!("412: you hold {V5}, the server has another version{nothing}")),
    ] {
        assert_eq!(explain(&exchange(request, &answer)), sentence);
    }
}

/// The contract's sentences have places for what the exchange says.
#[test]
fn each_place_of_each_sentence_is_filled_in() {
    let mut sentences = 0;
    for reason in Reason::ALL {
        for status in reason.problem_types().map(|problem_type| problem_type.status) {
            let answer = format!("{status}\n{PROBLEM}\n{{\"reason\":\"{reason}\"}}");
            let told = explain(&exchange("PUT /api/documents/welcome/versions/7\nIf-Match: \"x\"", &answer));
            assert!(!told.contains(['{', '}']), "{told}");
            sentences += u32::from(reason.sentence(status).is_some());
        }
    }
    assert!(sentences > 15, "most reasons have a sentence of their own: {sentences}");
}

/// What the exchange says is not taken for a place.
#[test]
fn braces_of_a_request_stay() {
    let request = "PUT /api/documents/welcome\nIf-Match: \"{current}\"";
    let told = explain(&exchange(request, &format!("412\n{PROBLEM}\n{{\"reason\":\"weak_tag\"}}")));
    assert!(told.starts_with("412: you hold \"{current}\", a weak tag;"), "{told}");
}

/// A newer server may have reasons that this client does not know.
#[test]
fn unknown_reason_is_explained_by_its_status() {
    let told = |status: u16| {
        explain(&exchange(PUT, &format!("{status}\n{V6_BY_BOB}\n{PROBLEM}\n{{\"reason\":\"moon_phase\"}}")))
    };
    assert_eq!(told(412), format!("412: you hold {V5}, the server has \"v6-a2c19f03\" by bob; nothing was written"));
    assert!(told(428).starts_with("428: you did not say which version you replace, and the server will not guess;"));
}

#[test]
fn preconditions_that_are_missing() {
    let required = |members: &str| format!("428\n{PROBLEM}\n{{{members}}}");
    let read_first = "nothing was written; read first, then send the ETag of what you read in If-Match";
    for (request, answer, sentence) in [
        (
            CARELESS,
            required("\"error\":\"precondition_required\",\"reason\":\"no_condition\",\"currentEtag\":\"\\\"v6-1\\\"\""),
            format!("428: you did not say which version you replace, and the server will not guess; {read_first}"),
        ),
        (
            CARELESS,
            required("\"error\":\"precondition_required\",\"reason\":\"no_condition\""),
            "428: you did not say which version you replace, and the server will not guess; nothing was written; there is \
             none yet: to create it, send If-None-Match: *"
                .to_owned(),
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: *",
            required("\"reason\":\"wildcard_names_no_version\""),
            format!("428: If-Match: * matches any version, so it names none; {read_first}"),
        ),
        (
            "PUT /api/documents/welcome\nIf-None-Match: \"x\"",
            required("\"reason\":\"names_no_version\""),
            format!("428: your condition rules a version out, but does not name the one to replace; {read_first}"),
        ),
        (
            "PUT /api/documents/welcome\nIf-Unmodified-Since: Fri, 31 Dec 9999 23:59:59 GMT",
            required("\"reason\":\"date_in_future\""),
            format!(
                "428: your date is later than the server's clock, so you cannot have read the document at that time; \
                 {read_first}"
            ),
        ),
    ] {
        assert_eq!(explain(&exchange(request, &answer)), sentence);
    }
}

#[test]
fn other_refusals() {
    check(&[
        (
            "DELETE /api/documents/welcome\nIf-Match: \"v5-d4f8c2a1\"",
            "409\nContent-Type: application/problem+json\n{\"children\":[\"a\",\"b\"]}",
            "409: the version was right, so this is no 412; what stands in the way: documents that belong under it (a, b); nothing was written",
        ),
        (
            "DELETE /api/documents/welcome\nIf-Match: \"v5-d4f8c2a1\"",
            "409\nContent-Type: application/problem+json\n{\"children\":[\"a\",\"b\"],\"childCount\":30000}",
            "409: the version was right, so this is no 412; what stands in the way: documents that belong under it (a, b, and 29998 more); nothing was written",
        ),
        (
            PUT,
            "409\nContent-Type: application/problem+json\n{\"detail\":\"The parent does not exist.\"}",
            "409: the version was right, so this is no 412; what stands in the way: The parent does not exist; nothing was written",
        ),
        (
            "POST /api/documents",
            "409",
            "409: there is a document of that name already; POST creates, and never replaces; nothing was written",
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: v5",
            "400\nContent-Type: application/problem+json\n{\"field\":\"If-Match\",\"position\":0}",
            "400: If-Match is malformed at byte 0; that is neither 'no condition' nor one that holds; nothing was written",
        ),
        (
            "DELETE /api/documents/welcome",
            "410",
            "410: ‘welcome’ was deleted; not 'never there', but gone: its history can still be read; nothing was written",
        ),
        (PUT, "401", "401: the server wants a token, and none came that it knows; nothing was written"),
        (
            GET,
            "401\nContent-Type: application/problem+json\n{\"reason\":\"no_credentials\"}",
            "401: the server requires a token, and you sent none; ask its operator for one",
        ),
        (
            PUT,
            "401\nContent-Type: application/problem+json\n{\"reason\":\"invalid_token\"}",
            "401: the server does not know your token: it is mistyped, or it was issued before a restart; ask the operator for a new one; nothing was written",
        ),
        (
            "GET /control/policy",
            "403\nContent-Type: application/problem+json\n{\"reason\":\"insufficient_scope\"}",
            "403: this request requires an admin token, and yours only lets you edit",
        ),
        (
            PUT,
            "403\nContent-Type: application/problem+json\n{\"reason\":\"other_name\"}",
            "403: your token was issued to another name; write under the name that it was issued to; nothing was written",
        ),
        (PUT, "403", "403: the server knows who you are, and this is not yours to do; nothing was written"),
        (PUT, "413", "413: the document is larger than this server takes; nothing was written"),
        (PUT, "422", "422: the body is JSON, but no document; nothing was written"),
        (PUT, "418", "418: the server refused, and gave no reason; nothing was written"),
        (
            PUT,
            "400\nContent-Type: application/problem+json\n{\"detail\":\"This is no JSON.\"}",
            "400: the server refused: This is no JSON; nothing was written",
        ),
        (
            PUT,
            "500",
            "500: the server failed, before the save or after it; only asking again will tell whether it was applied",
        ),
        (PUT, "301", "301: the server points elsewhere; this client does not follow"),
    ]);
}

/// Two editors may go by one name: what the other one did is not called by it.
#[test]
fn version_of_a_namesake_is_not_called_by_my_name() {
    const V6_BY_ALICE: &str = "ETag: \"v6-a2c19f03\"\nIfmatch-Author: alice";
    const NOTHING: &str = "; nothing was written";
    let stale = format!("412\n{V6_BY_ALICE}\n{PROBLEM}\n{{\"reason\":\"stale\"}}");
    let deletion = r#""deleted":{"etag":"\"v6-a2c19f03\"","author":"alice","at":"2026-11-22T05:00:11.123Z"}"#;
    let deleted = format!("412\n{PROBLEM}\n{{\"reason\":\"deleted\",{deletion}}}");
    check(&[
        (PUT, &stale, &format!("412: you hold {V5}, the server has \"v6-a2c19f03\", saved under your name{NOTHING}")),
        (PUT, &deleted, &format!("412: you hold {V5}, but ‘welcome’ was deleted under your name meanwhile{NOTHING}")),
        (
            "GET /api/documents/welcome\nIf-None-Match: \"v5-d4f8c2a1\"",
            &format!("200\n{V6_BY_ALICE}"),
            &format!(
                "200: you have {V5}, and it has been replaced since; here is \"v6-a2c19f03\", saved under your name"
            ),
        ),
    ]);
}

#[test]
fn answers_that_are_not_there() {
    let lost = |request: &str, lost: &str| explain(&Exchange { lost: Some(lost.to_owned()), ..exchange(request, "") });
    let cut_off = "the connection was cut off before the answer was complete: connection reset";
    assert_eq!(explain(&exchange(PUT, "")), "on its way: no answer yet");
    assert_eq!(
        lost(PUT, cut_off),
        "no answer came (the connection was cut off before the answer was complete: connection reset): the save may or \
         may not have been applied, and only asking again will tell"
    );
    assert!(lost("DELETE /api/documents/a", cut_off).contains("the delete may or may not have been applied"));
    assert_eq!(
        lost(GET, "nothing came back within 5s"),
        "no answer came (nothing came back within 5s): a read changes nothing, so it can be repeated without a thought"
    );
    assert_eq!(
        lost(PUT, "not sent, because http://a cannot be reached (connection refused)"),
        "the request was not sent, because http://a cannot be reached (connection refused); nothing can have changed"
    );
}
