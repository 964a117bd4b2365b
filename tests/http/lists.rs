//! Lists of tags, byte by byte: what is one list, what matches, what is malformed and where.

use tests::documents::{content, expect, history, put};
use tests::serve::Server;

use crate::PROGRAM;

/// A list that has the current tag in it, and so lets a write through.
#[test]
fn a_list_is_read_to_its_end() {
    let server = Server::start(PROGRAM);
    let lists: [(&str, &[&[u8]]); 9] = [
        ("one tag", &[b"{E}"]),
        ("two tags", &[b"\"no\", {E}"]),
        ("two lines", &[b"\"no\"", b"{E}"]),
        ("blanks around it", &[b" \t {E}\t "]),
        ("no blank behind the comma", &[b"\"no\",{E}"]),
        ("empty members", &[b", ,{E},,"]),
        ("a comma within quotes", &[b"\"a,b\", {E}"]),
        ("bytes that are no ASCII", &[b"\"caf\xE9\", {E}"]),
        ("a tag with a blank in it beside it", &[b"\"a b\", {E}"]),
    ];
    for (number, (name, lines)) in lines_with_tag(&server, &lists).into_iter().enumerate() {
        let request = lines.iter().fold(put(&format!("list-{number}"), "mine\n"), |r, line| r.with("If-Match", line));
        let response = server.answer(&request);
        assert_eq!(response.status, 200, "{name}: {response}");
    }
}

/// A list that is well formed and has not got the current tag in it: false, and never 'no condition'.
#[test]
fn a_list_without_the_current_tag_is_false() {
    let server = Server::start(PROGRAM);
    let lists: [(&str, &[&[u8]]); 8] = [
        ("nothing", &[b""]),
        ("commas", &[b", ,"]),
        ("two empty lines", &[b"", b""]),
        ("a weak tag", &[b"W/{E}"]),
        ("a tag that is a star", &[b"\"*\""]),
        ("an empty tag", &[b"\"\""]),
        ("a tag with a blank in it", &[b"\"a b\""]),
        ("bytes that are no ASCII", &[b"\"caf\xE9\""]),
    ];
    for (number, (name, lines)) in lines_with_tag(&server, &lists).into_iter().enumerate() {
        let id = format!("list-{number}");
        let request = lines.iter().fold(put(&id, "mine\n"), |r, line| r.with("If-Match", line));
        let response = server.answer(&request);
        assert_eq!(response.status, 412, "{name}: {response}");
        assert_eq!(content(&server, &id), "one\n", "{name}: nothing was written");
    }
}

/// What cannot be read is a 400 that says where, and never a match, nor no condition.
#[test]
fn a_malformed_list_is_refused_with_its_place() {
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
fn a_list_has_64_tags_at_most() {
    let server = Server::start(PROGRAM);
    let tag = history(&server, "doc", &["one\n"]).remove(0);
    let list = |others: usize| "\"other\", ".repeat(others) + &tag;
    let response = expect(400, server.answer(&put("doc", "mine\n").with("If-Match", list(64))));
    assert_eq!(response.word("field").as_deref(), Some("If-Match"), "{response}");
    expect(200, server.answer(&put("doc", "mine\n").with("If-Match", list(63))));
}

/// Names of fields have no case.
#[test]
fn a_field_is_known_in_any_case() {
    let server = Server::start(PROGRAM);
    for (number, name) in ["if-match", "IF-MATCH", "iF-mAtCh"].into_iter().enumerate() {
        let tags = history(&server, &format!("case-{number}"), &["one\n", "two\n"]);
        expect(412, server.answer(&put(&format!("case-{number}"), "mine\n").with(name, &tags[0])));
        expect(200, server.answer(&put(&format!("case-{number}"), "mine\n").with(name, &tags[1])));
    }
}

/// Makes a document for each list, and puts its tag where the list says `{E}`.
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
