//! Writes whose only condition is `If-Unmodified-Since`, whose resolution is a second.

use serde_json::json;
use tests::documents::{content, delete, expect, get, history, patch, put};
use tests::serve::Server;

use crate::PROGRAM;

fn last_modified(server: &Server, id: &str) -> String {
    server.answer(&get(id)).field("Last-Modified").expect("a document has a time").to_owned()
}

#[test]
fn date_of_the_only_version_of_a_second_is_accepted() {
    let server = Server::start(PROGRAM);
    history(&server, "single", &["one\n"]);
    let date = last_modified(&server, "single");
    let response = server.answer(&put("single", "two\n").with("If-Unmodified-Since", &date));
    expect(200, response);
    assert_eq!(content(&server, "single"), "two\n");
}

/// A future date would hold for every change until then, so it does not prove what the writer has seen.
#[test]
fn future_date_is_428() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "ahead", &["one\n", "two\n"]);
    for date in ["Fri, 31 Dec 9999 23:59:59 GMT", "Friday, 31-Dec-60 23:59:59 GMT", "Wed Jan  1 00:00:00 2070"] {
        for request in [put("ahead", "three\n"), delete("ahead"), patch("ahead", &json!({"content": "three\n"}))] {
            let response = expect(428, server.answer(&request.with("If-Unmodified-Since", date)));
            assert_eq!(response.word("reason").as_deref(), Some("date_in_future"), "{date}: {response}");
            assert_eq!(response.word("currentEtag").as_ref(), Some(&tags[1]), "{response}");
            assert_eq!(response.field("ETag"), None, "{response}");
        }
    }
    assert_eq!(content(&server, "ahead"), "two\n");
    // `If-Match` takes precedence, and a read has nothing to prove.
    let request = put("ahead", "three\n").with("If-Unmodified-Since", "Fri, 31 Dec 9999 23:59:59 GMT");
    expect(200, server.answer(&request.with("If-Match", &tags[1])));
    expect(200, server.answer(&get("ahead").with("If-Unmodified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")));
}

#[test]
fn date_shared_by_two_versions_is_412() {
    let server = Server::start(PROGRAM);
    let mut tag = history(&server, "twice", &["0\n"]).remove(0);
    let mut date = last_modified(&server, "twice");
    // Writes until two versions share a second.
    for number in 1.. {
        tag = server.answer(&put("twice", &format!("{number}\n")).with("If-Match", &tag)).etag();
        let next = last_modified(&server, "twice");
        if next == date {
            break;
        }
        date = next;
    }
    let response = expect(412, server.answer(&put("twice", "mine\n").with("If-Unmodified-Since", &date)));
    assert_eq!(response.word("reason").as_deref(), Some("date_too_coarse"), "{response}");
    assert_eq!(response.etag(), tag, "{response}");
    // A tag distinguishes the two versions.
    expect(200, server.answer(&put("twice", "mine\n").with("If-Match", &tag)));
}
