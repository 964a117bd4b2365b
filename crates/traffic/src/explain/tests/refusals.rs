//! The sentences of refusals: 412, 428, and the others.

use super::*;

#[test]
fn tags_that_a_proxy_changed_in_refusals() {
    let nothing = "; nothing was written";
    for (request, answer, sentence) in [
        (
            PUT,
            "412\nETag: W/\"v6-a2c19f03\"\nIfmatch-Author: bob\nContent-Location: /api/documents/welcome\n{}"
                .to_owned(),
            format!(
                "412: alice holds {V5}; the server has W/\"v6-a2c19f03\" by bob, and sent it along, but a proxy on the way \
                 changed its tag{nothing}"
            ),
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: \"v6-a2c19f03-gzip\"",
            format!(
                "412\nETag: \"v6-a2c19f03-gzip\"\nIfmatch-Author: bob\n{PROBLEM}\n\
                 {{\"reason\":\"transformed_tag\",\"currentEtag\":\"\\\"v6-a2c19f03\\\"\"}}"
            ),
            format!(
                "412: alice holds \"v6-a2c19f03-gzip\", which is the current tag with a suffix that an intermediary \
                 added, as compressing proxies do; the server has \"v6-a2c19f03\" by bob{nothing}"
            ),
        ),
    ] {
        assert_eq!(explain(&exchange(request, &answer)), sentence, "{request}");
    }
}

#[test]
fn preconditions_that_failed() {
    let put = |reason: &str, more: &str| format!("412\n{V6_BY_BOB}\n{PROBLEM}\n{{\"reason\":\"{reason}\"{more}}}");
    let nothing = "; nothing was written";
    for (request, answer, sentence) in [
        (
            PUT,
            put("stale", ",\"behind\":1"),
            format!("412: alice holds {V5}; the server has \"v6-a2c19f03\" by bob{nothing}"),
        ),
        (
            PUT,
            put("stale", ",\"behind\":3"),
            format!("412: alice holds {V5}; the server has \"v6-a2c19f03\" by bob, 3 versions later{nothing}"),
        ),
        (
            PUT,
            format!("412\n{V6_BY_BOB}\nContent-Type: application/json\nContent-Location: /api/documents/welcome\n{{}}"),
            format!(
                "412: alice holds {V5}; the server has \"v6-a2c19f03\" by bob, and sent it along, ready to be merged{nothing}"
            ),
        ),
        (
            PUT,
            format!(
                "412\n{PROBLEM}\n{{\"reason\":\"deleted\",\"deleted\":{{\"etag\":\"\\\"v7-1\\\"\",\"author\":\"bob\",\
                 \"at\":\"2026-11-22T05:00:11.123Z\"}}}}"
            ),
            format!("412: alice holds {V5}, but bob deleted ‘welcome’ meanwhile{nothing}"),
        ),
        (
            PUT,
            format!("412\n{PROBLEM}\n{{\"reason\":\"never_existed\"}}"),
            format!("412: alice holds {V5}, but the document ‘welcome’ has never existed{nothing}"),
        ),
        (
            CREATE,
            put("already_exists", ""),
            format!(
                "412: alice wanted to create it (If-None-Match: *), but there is one: \"v6-a2c19f03\" by bob{nothing}"
            ),
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: W/\"v6-a2c19f03\"",
            put("weak_tag", ""),
            format!(
                "412: alice holds W/\"v6-a2c19f03\", a weak tag; If-Match compares strongly, and a weak tag never matches{nothing}"
            ),
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: \"v6-a2c19f03-gzip\"",
            put("transformed_tag", ""),
            format!(
                "412: alice holds \"v6-a2c19f03-gzip\", which is the current tag with a suffix that an intermediary \
                 added, as compressing proxies do; the server has \"v6-a2c19f03\" by bob{nothing}"
            ),
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: \"x\"",
            put("unknown_tag", ""),
            format!(
                "412: alice holds \"x\", a tag that was never issued for ‘welcome’; the server has \"v6-a2c19f03\" by bob\
                 {nothing}"
            ),
        ),
        (
            "PUT /api/documents/welcome\nIf-Match:",
            put("unknown_tag", ""),
            format!(
                "412: an empty If-Match names no version, so it matches none; the server has \"v6-a2c19f03\" by bob{nothing}"
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
                 \"v6-a2c19f03\" by bob has since replaced it; the text of alice is in the history{nothing}"
            ),
        ),
        (PUT, "412".to_owned(), format!("412: alice holds {V5}; the server has another version{nothing}")),
    ] {
        assert_eq!(explain(&exchange(request, &answer)), sentence);
    }
}

#[test]
fn placeholders_of_every_reason_are_filled_in() {
    let mut sentences = 0;
    for reason in Reason::ALL {
        for status in reason.problem_types().map(|problem_type| problem_type.status) {
            let answer = format!("{status}\n{PROBLEM}\n{{\"reason\":\"{reason}\"}}");
            let sentence = explain(&exchange("PUT /api/documents/welcome/versions/7\nIf-Match: \"x\"", &answer));
            assert!(!sentence.contains(['{', '}']), "{sentence}");
            sentences += u32::from(reason.sentence(status).is_some());
        }
    }
    assert!(sentences > 15, "most reasons have a sentence: {sentences}");
}

/// Text from the exchange is not taken for a placeholder.
#[test]
fn braces_of_a_request_are_kept() {
    let request = "PUT /api/documents/welcome\nIf-Match: \"{current}\"";
    let sentence = explain(&exchange(request, &format!("412\n{PROBLEM}\n{{\"reason\":\"weak_tag\"}}")));
    assert!(sentence.starts_with("412: alice holds \"{current}\", a weak tag;"), "{sentence}");
}

/// A newer server may have reasons that this client does not know.
#[test]
fn unknown_reason_is_explained_by_its_status() {
    let sentence = |status: u16| {
        explain(&exchange(PUT, &format!("{status}\n{V6_BY_BOB}\n{PROBLEM}\n{{\"reason\":\"moon_phase\"}}")))
    };
    assert_eq!(
        sentence(412),
        format!("412: alice holds {V5}; the server has \"v6-a2c19f03\" by bob; nothing was written")
    );
    assert!(
        sentence(428)
            .starts_with("428: the request does not say which version it replaces, and the server will not guess;")
    );
}

#[test]
fn preconditions_that_are_missing() {
    let required = |members: &str| format!("428\n{PROBLEM}\n{{{members}}}");
    let read_first = "nothing was written; read the document first, then send its ETag in If-Match";
    for (request, answer, sentence) in [
        (
            CARELESS,
            required("\"error\":\"precondition_required\",\"reason\":\"no_condition\",\"currentEtag\":\"\\\"v6-1\\\"\""),
            format!("428: the request does not say which version it replaces, and the server will not guess; {read_first}"),
        ),
        (
            CARELESS,
            required("\"error\":\"precondition_required\",\"reason\":\"no_condition\""),
            "428: the request does not say which version it replaces, and the server will not guess; nothing was written; there is \
             no document yet: to create it, send If-None-Match: *"
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
            format!("428: the condition excludes a version, but does not name the one to replace; {read_first}"),
        ),
        (
            "PUT /api/documents/welcome\nIf-Unmodified-Since: Fri, 31 Dec 9999 23:59:59 GMT",
            required("\"reason\":\"date_in_future\""),
            format!(
                "428: the date is in the future, so alice cannot have read the document then; {read_first}"
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
            "409: the version was right, so this is not a 412: the document has children (a, b); nothing was written",
        ),
        (
            "DELETE /api/documents/welcome\nIf-Match: \"v5-d4f8c2a1\"",
            "409\nContent-Type: application/problem+json\n{\"children\":[\"a\",\"b\"],\"childCount\":30000}",
            "409: the version was right, so this is not a 412: the document has children (a, b, and 29998 more); nothing was written",
        ),
        (
            PUT,
            "409\nContent-Type: application/problem+json\n{\"detail\":\"The parent does not exist.\"}",
            "409: the version was right, so this is not a 412: The parent does not exist; nothing was written",
        ),
        (
            "POST /api/documents",
            "409",
            "409: a document of that name exists; POST creates, and never replaces; nothing was written",
        ),
        (
            "PUT /api/documents/welcome\nIf-Match: v5",
            "400\nContent-Type: application/problem+json\n{\"field\":\"If-Match\",\"position\":0}",
            "400: If-Match is malformed at byte 0, and the server does not guess what it means; nothing was written",
        ),
        (
            "DELETE /api/documents/welcome",
            "410",
            "410: ‘welcome’ was deleted; unlike after a 404, its history can still be read; nothing was written",
        ),
        (PUT, "401", "401: the server requires a token that it knows; nothing was written"),
        (
            GET,
            "401\nContent-Type: application/problem+json\n{\"reason\":\"no_credentials\"}",
            "401: the server requires a token, and alice sent none; ask its operator for one",
        ),
        (
            PUT,
            "401\nContent-Type: application/problem+json\n{\"reason\":\"invalid_token\"}",
            "401: the server does not know the token of alice: it is mistyped, or it was issued before a restart; ask the operator for a new one; nothing was written",
        ),
        (
            "GET /control/policy",
            "403\nContent-Type: application/problem+json\n{\"reason\":\"insufficient_scope\"}",
            "403: this request requires an admin token, and the token of alice only allows editing",
        ),
        (
            PUT,
            "403\nContent-Type: application/problem+json\n{\"reason\":\"other_name\"}",
            "403: the token belongs to an author other than alice; write under the name of its holder; nothing was written",
        ),
        (PUT, "403", "403: the server knows alice, who may not do this; nothing was written"),
        (PUT, "413", "413: the document is larger than this server accepts; nothing was written"),
        (PUT, "422", "422: the body is JSON, but not a valid document; nothing was written"),
        (PUT, "418", "418: the server refused, and gave no reason; nothing was written"),
        (
            PUT,
            "400\nContent-Type: application/problem+json\n{\"detail\":\"This is not JSON.\"}",
            "400: the server refused: This is not JSON; nothing was written",
        ),
        (
            PUT,
            "500",
            "500: the server failed, before or after the save; only another request will tell whether it was applied",
        ),
        (PUT, "301", "301: the server redirects; this client does not follow redirects"),
    ]);
}
