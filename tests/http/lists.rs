//! Lists of entity tags, byte by byte: their syntax, their matches, and the position of an error.

use tests::documents::{content, expect, history, put};
use tests::serve::Server;

use crate::PROGRAM;

/// Lists that contain the current tag, so that the write succeeds.
#[test]
fn list_with_the_current_tag_matches() {
    let server = Server::start(PROGRAM);
    let lists: [(&str, &[&[u8]]); 9] = [
        ("one tag", &[b"{E}"]),
        ("two tags", &[b"\"no\", {E}"]),
        ("two lines", &[b"\"no\"", b"{E}"]),
        ("white space around the tag", &[b" \t {E}\t "]),
        ("no space after the comma", &[b"\"no\",{E}"]),
        ("empty members", &[b", ,{E},,"]),
        ("a comma within quotes", &[b"\"a,b\", {E}"]),
        ("non-ASCII bytes", &[b"\"caf\xE9\", {E}"]),
        ("a tag that contains a space", &[b"\"a b\", {E}"]),
    ];
    for (number, (name, lines)) in lines_with_tag(&server, &lists).into_iter().enumerate() {
        let request = lines.iter().fold(put(&format!("list-{number}"), "mine\n"), |r, line| r.with("If-Match", line));
        let response = server.answer(&request);
        assert_eq!(response.status, 200, "{name}: {response}");
    }
}

/// Well-formed lists without the current tag: the condition is false, not absent.
#[test]
fn list_without_the_current_tag_is_412() {
    let server = Server::start(PROGRAM);
    let lists: [(&str, &[&[u8]]); 8] = [
        ("nothing", &[b""]),
        ("commas", &[b", ,"]),
        ("two empty lines", &[b"", b""]),
        ("a weak tag", &[b"W/{E}"]),
        ("a tag that is a star", &[b"\"*\""]),
        ("an empty tag", &[b"\"\""]),
        ("a tag that contains a space", &[b"\"a b\""]),
        ("non-ASCII bytes", &[b"\"caf\xE9\""]),
    ];
    for (number, (name, lines)) in lines_with_tag(&server, &lists).into_iter().enumerate() {
        let id = format!("list-{number}");
        let request = lines.iter().fold(put(&id, "mine\n"), |r, line| r.with("If-Match", line));
        let response = server.answer(&request);
        assert_eq!(response.status, 412, "{name}: {response}");
        assert_eq!(content(&server, &id), "one\n", "{name}: nothing was written");
    }
}

/// A malformed list is a 400 with the position of the error: not a match, and not an absent condition.
#[test]
fn malformed_list_is_400_with_its_position() {
    let server = Server::start(PROGRAM);
    history(&server, "doc", &["one\n"]);
    let lists: [(&[&[u8]], u64); 11] = [
        (&[b"v5-d4f8"], 0),
        (&[b"w/\"v5\""], 0),
        (&[b"W\"v5\""], 1),
        (&[b"\"v5"], 3),
        (&[b"\"a\" \"b\""], 4),
        (&[b"\"a\"b"], 3),
        (&[b"\"a\", *"], 5),
        (&[b"\"a\"", b"*"], 5),
        (&[b"*, \"a\""], 1),
        (&[b"*garbage"], 1),
        (&[b"\"a\", b"], 5),
    ];
    for field in ["If-Match", "If-None-Match"] {
        for (lines, position) in lists {
            let shown: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line)).collect();
            let request = lines.iter().fold(put("doc", "mine\n"), |r, line| r.with(field, line));
            let response = server.answer(&request);
            assert_eq!(response.status, 400, "{field}: {shown:?}: {response}");
            assert_eq!(response.word("field").as_deref(), Some(field), "{shown:?}: {response}");
            assert_eq!(response.json()["position"].as_u64(), Some(position), "{field}: {shown:?}: {response}");
            let detail = response.word("detail").expect("a refusal is explained");
            assert!(detail.contains(field), "{shown:?}: the field is named: {response}");
            assert!(detail.contains('"'), "{shown:?}: the right form is shown: {response}");
        }
    }
    assert_eq!(content(&server, "doc"), "one\n");
}

#[test]
fn list_of_more_than_64_tags_is_400() {
    let server = Server::start(PROGRAM);
    let tag = history(&server, "doc", &["one\n"]).remove(0);
    let list = |others: usize| "\"other\", ".repeat(others) + &tag;
    let response = expect(400, server.answer(&put("doc", "mine\n").with("If-Match", list(64))));
    assert_eq!(response.word("field").as_deref(), Some("If-Match"), "{response}");
    expect(200, server.answer(&put("doc", "mine\n").with("If-Match", list(63))));
}

/// Field names are case-insensitive.
#[test]
fn field_name_matches_in_any_case() {
    let server = Server::start(PROGRAM);
    for (number, name) in ["if-match", "IF-MATCH", "iF-mAtCh"].into_iter().enumerate() {
        let tags = history(&server, &format!("case-{number}"), &["one\n", "two\n"]);
        expect(412, server.answer(&put(&format!("case-{number}"), "mine\n").with(name, &tags[0])));
        expect(200, server.answer(&put(&format!("case-{number}"), "mine\n").with(name, &tags[1])));
    }
}

/// Creates a document for each list, and replaces `{E}` in the list by the document's tag.
fn lines_with_tag<'a>(server: &Server, lists: &[(&'a str, &[&[u8]])]) -> Vec<(&'a str, Vec<Vec<u8>>)> {
    let mut filled = Vec::new();
    for (number, (name, lines)) in lists.iter().enumerate() {
        let tag = history(server, &format!("list-{number}"), &["one\n"]).remove(0);
        filled.push((*name, lines.iter().map(|line| fill(line, tag.as_bytes())).collect()));
    }
    filled
}

fn fill(line: &[u8], tag: &[u8]) -> Vec<u8> {
    match line.windows(3).position(|window| window == b"{E}") {
        Some(at) => [&line[..at], tag, &line[at + 3..]].concat(),
        None => line.to_vec(),
    }
}
