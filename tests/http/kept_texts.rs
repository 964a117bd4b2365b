//! A server that keeps only the texts of the newest versions.

use std::process::Command;

use tests::documents::{get, path, put};
use tests::http::{Request, Response};
use tests::serve::Server;
use tests::test_store::TestStore;

use crate::PROGRAM;

fn version(server: &Server, number: usize) -> Response {
    server.answer(&Request::new("GET", &format!("{}/versions/{number}", path("a"))))
}

/// Writes versions until there are `number` of them.
fn write_until(server: &Server, tags: &mut Vec<String>, number: usize) {
    while tags.len() < number {
        let text = format!("text {}", tags.len() + 1);
        let answer = match tags.last() {
            Some(tag) => server.answer(&put("a", &text).with("If-Match", tag)),
            None => server.answer(&put("a", &text).with("If-None-Match", "*")),
        };
        assert!((200..300).contains(&answer.status), "{answer}");
        tags.push(answer.etag());
    }
}

#[test]
fn removed_text_is_410_and_its_tag_stays_stale() {
    let store = TestStore::lasting();
    let server = Server::start_on(PROGRAM, &store, &["--keep-versions", "12"]);
    let mut tags = Vec::new();
    write_until(&server, &mut tags, 15);
    tests::until("three texts are removed", || version(&server, 3).status == 410);
    let removed = version(&server, 2);
    assert_eq!((removed.status, removed.word("reason").as_deref()), (410, Some("text_removed")), "{removed}");
    assert_eq!(removed.field("Cache-Control"), Some("no-store"), "{removed}");
    let page = server.answer(&Request::new("GET", "/problems/gone"));
    assert!(page.to_string().contains("text_removed"), "{page}");
    let kept = version(&server, 4);
    assert_eq!((kept.status, kept.word("content").as_deref()), (200, Some("text 4")), "{kept}");

    for (index, tag) in tags[..14].iter().enumerate() {
        let stale = server.answer(&put("a", "lost?").with("If-Match", tag));
        assert_eq!((stale.status, stale.word("reason").as_deref()), (412, Some("stale")), "{stale}");
        assert_eq!(stale.json()["behind"], 14 - index, "{stale}");
    }
    let list = server.answer(&Request::new("GET", &format!("{}/versions", path("a"))));
    let listed = list.json()["versions"].as_array().expect("a list").clone();
    let listed: Vec<_> =
        listed.iter().rev().map(|version| version["etag"].as_str().expect("a tag").to_owned()).collect();
    assert_eq!(listed, tags, "all versions are listed");
    assert_eq!(server.answer(&get("a")).etag(), tags[14]);
    server.kill();

    // A server removes due texts when it starts; it always keeps the newest 10.
    let server = Server::start_on(PROGRAM, &store, &["--keep-for", "0s"]);
    tests::until("five texts are removed", || version(&server, 5).status == 410);
    assert_eq!(version(&server, 6).status, 200);
    write_until(&server, &mut tags, 16);
    assert!(tags[15].starts_with("\"v16-"), "version numbers continue: {}", tags[15]);
    tests::until("six texts are removed", || version(&server, 6).status == 410);
    assert_eq!(version(&server, 7).status, 200);

    let data = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut check = Command::new(PROGRAM);
    check.args(["store", "check", &store.argument()]).env("IFMATCH_DATA", data.path()).env_remove("IFMATCH_LOG");
    let checked = check.output().expect("the program starts");
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert_eq!(checked.status.code(), Some(0), "{said}");
    assert!(said.contains("1 document and 16 versions, 6 of them without their texts"), "{said}");
}
