//! Writes whose only condition is a date: what a second can tell, and what it cannot.

use tests::documents::{content, expect, get, history, put};
use tests::serve::Server;

use crate::PROGRAM;

/// A time that is later than any of these tests.
const FAR_AHEAD: &str = "Fri, 31 Dec 9999 23:59:59 GMT";

fn last_modified(server: &Server, id: &str) -> String {
    server.answer(&get(id)).field("Last-Modified").expect("a document has a time").to_owned()
}

#[test]
fn a_date_names_the_only_version_of_its_second() {
    let server = Server::start(PROGRAM);
    history(&server, "single", &["one\n"]);
    let date = last_modified(&server, "single");
    let response = server.answer(&put("single", "two\n").with("If-Unmodified-Since", &date));
    expect(200, response);
    assert_eq!(content(&server, "single"), "two\n");
}

#[test]
fn a_date_after_the_last_change_holds() {
    let server = Server::start(PROGRAM);
    history(&server, "ahead", &["one\n", "two\n"]);
    let response = server.answer(&put("ahead", "three\n").with("If-Unmodified-Since", FAR_AHEAD));
    expect(200, response);
}

#[test]
fn a_date_cannot_tell_two_versions_of_one_second_apart() {
    let server = Server::start(PROGRAM);
    let mut tag = history(&server, "twice", &["0\n"]).remove(0);
    let mut date = last_modified(&server, "twice");
    // Writes until two versions share a second, which takes as many as fall on both sides of the end of one.
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
    // A tag can tell.
    expect(200, server.answer(&put("twice", "mine\n").with("If-Match", &tag)));
}
