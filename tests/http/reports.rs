//! `ifmatch proxy --report FILE`: what is written at the end, and the exit code for a test suite.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tests::documents::{content, expect, get, history, put};
use tests::policy::switch;
use tests::serve::Server;

use crate::PROGRAM;

/// A server with one document, and a proxy in front of it that writes these reports into a folder.
fn reporting(folder: &Path, reports: &[&str]) -> (Server, Server) {
    let server = Server::start(PROGRAM);
    history(&server, "doc", &["one\n"]);
    let to = server.url();
    let mut arguments = vec!["--to".to_owned(), to, "--listen".to_owned(), "127.0.0.1:0".to_owned()];
    for report in reports {
        arguments.extend(["--report".to_owned(), folder.join(report).display().to_string()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let proxy = Server::start_proxy(PROGRAM, &arguments);
    (server, proxy)
}

/// Ann and Bob read, and then both write what they have read and a line of their own.
fn both_write(proxy: &Server) -> Vec<u16> {
    let names = ["ann", "bob"];
    let tags = names.map(|name| expect(200, proxy.answer(&get("doc").with("Ifmatch-Author", name))).etag());
    let writes = names.iter().zip(tags).map(|(name, tag)| {
        let write = put("doc", &format!("one\nof {name}\n")).with("Ifmatch-Author", name).with("If-Match", tag);
        proxy.answer(&write).status
    });
    writes.collect()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn lost_update_is_in_each_report_and_ends_with_1() {
    let folder = tempfile::tempdir().expect("there is room");
    let (server, mut proxy) = reporting(folder.path(), &["lost.txt", "lost.json", "all.har"]);
    switch(&server, "preconditions", "ignored");
    assert_eq!(both_write(&proxy), [200, 200]);
    assert!(!folder.path().join("lost.txt").exists() && !folder.path().join("all.har").exists(), "not yet the end");
    assert_eq!(proxy.end().code(), Some(1));
    assert_eq!(content(&server, "doc"), "one\nof bob\n");

    let text = read(folder.path(), "lost.txt");
    assert!(text.starts_with("1 update was lost.") && text.contains("of ann"), "{text}");
    tests::until("the proxy says it", || proxy.said().iter().any(|line| line == "1 update was lost."));
    let report: Value = serde_json::from_str(&read(folder.path(), "lost.json")).expect("it is JSON");
    assert_eq!((&report["version"], &report["lostUpdates"], &report["exchanges"]), (&json!(1), &json!(1), &json!(4)));
    assert_eq!(report["anomalies"][0]["kind"], "lost-update", "{report}");
    assert!(report["anomalies"][0]["lost"].to_string().contains("of ann"), "{report}");

    let archive: Value = serde_json::from_str(&read(folder.path(), "all.har")).expect("it is JSON");
    assert_eq!(archive["log"]["version"], "1.2");
    let entries = archive["log"]["entries"].as_array().expect("a list");
    let methods: Vec<&Value> = entries.iter().map(|entry| &entry["request"]["method"]).collect();
    assert_eq!(methods, ["GET", "GET", "PUT", "PUT"]);
    assert_eq!(entries[3]["_anomalies"][0]["kind"], "lost-update", "{}", entries[3]);
    assert!(entries[..3].iter().all(|entry| entry["_anomalies"].is_null()), "the first write lost nothing");
    assert!(archive["log"]["comment"].to_string().contains("1 update was lost"), "{}", archive["log"]["comment"]);
    let left: Vec<_> =
        fs::read_dir(folder.path()).expect("it is there").map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "nothing else is left: {left:?}");
}

#[test]
fn refused_write_loses_nothing_and_ends_with_0() {
    let folder = tempfile::tempdir().expect("there is room");
    let (_server, mut proxy) = reporting(folder.path(), &["lost.txt", "lost.json"]);
    assert_eq!(both_write(&proxy), [200, 412]);
    assert_eq!(proxy.end().code(), Some(0));
    assert!(read(folder.path(), "lost.txt").starts_with("No update was lost"), "{}", read(folder.path(), "lost.txt"));
    let report: Value = serde_json::from_str(&read(folder.path(), "lost.json")).expect("it is JSON");
    assert_eq!((&report["lostUpdates"], &report["writes"]), (&json!(0), &json!(1)));
}

#[test]
fn report_that_exists_is_replaced_and_the_proxy_says_so() {
    let folder = tempfile::tempdir().expect("there is room");
    for name in ["lost.txt", "all.har"] {
        fs::write(folder.path().join(name), "of before").expect("a file can be written");
    }
    let (_server, mut proxy) = reporting(folder.path(), &["lost.txt", "all.har", "new.json"]);
    for name in ["lost.txt", "all.har"] {
        assert_eq!(read(folder.path(), name), "of before", "until the end");
        let says = |line: &String| line.contains(name) && line.contains("is replaced");
        tests::until("the proxy says it", || proxy.said().iter().any(says));
    }
    assert_eq!(proxy.end().code(), Some(0));
    // The verdict is the last line.
    tests::until("the proxy has ended", || proxy.said().iter().any(|line| line.starts_with("No update was lost")));
    assert!(!proxy.said().iter().any(|line| line.contains("new.json")), "there is nothing to replace");
    assert!(read(folder.path(), "lost.txt").starts_with("No update was lost"));
    assert!(read(folder.path(), "all.har").contains("\"log\""));
}

/// Bodies in an archive are as they were, so other users must not read them.
#[cfg(unix)]
#[test]
fn only_the_owner_reads_an_archive() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("there is room");
    let partial = folder.path().join("all.har.part");
    fs::write(&partial, "left by a proxy that was killed, and longer than an archive without entries".repeat(20))
        .expect("a file can be written");
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o644)).expect("the test owns the file");
    let (_server, mut proxy) = reporting(folder.path(), &["all.har"]);
    let mode = |name: &str| fs::metadata(folder.path().join(name)).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode("all.har.part"), 0o600);
    assert_eq!(proxy.end().code(), Some(0));
    assert_eq!(mode("all.har"), 0o600);
    let archive: Value = serde_json::from_str(&read(folder.path(), "all.har")).expect("nothing of before is left");
    assert_eq!(archive["log"]["entries"], json!([]));
}

#[test]
fn second_proxy_with_the_same_archive_does_not_start() {
    let folder = tempfile::tempdir().expect("there is room");
    let (server, mut proxy) = reporting(folder.path(), &["all.har"]);
    expect(200, proxy.answer(&get("doc")));
    let home = tempfile::tempdir().expect("there is room");
    let report = folder.path().join("all.har").display().to_string();
    let to = server.url();
    let second: Output = Command::new(PROGRAM)
        .args(["proxy", "--to", &to, "--listen", "127.0.0.1:0", "--report", &report])
        .env_clear()
        .env("HOME", home.path())
        .output()
        .expect("the program starts");
    let errors = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(74), "{errors}");
    assert!(errors.contains("another program is writing it"), "{errors}");
    assert_eq!(proxy.end().code(), Some(0));
    let archive: Value = serde_json::from_str(&read(folder.path(), "all.har")).expect("the first one is whole");
    assert_eq!(archive["log"]["entries"].as_array().map(Vec::len), Some(1));
}
