//! `ifmatch doctor` on its command line: exit codes, what is printed, and that no secret is.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use serde_json::Value;

use crate::program::{Ended, RunningProgram, TestFolder, run};

const SERVE: [&str; 4] = ["--store", "memory:", "--listen", "127.0.0.1:0"];

/// Asserts the exit code, and that the report has each of these texts.
#[track_caller]
fn expect_report(ended: &Ended, code: i32, texts: &[&str]) {
    ended.expect(code, &[]);
    let report = String::from_utf8_lossy(&ended.stdout);
    for text in texts {
        assert!(report.contains(text), "{text:?} is missing: {ended}");
    }
}

#[test]
fn report_without_a_fault_fits_on_a_small_screen() {
    let folder = TestFolder::new();
    let server = RunningProgram::serve(folder.path(), &SERVE);
    let ended = folder.run(&["doctor", server.url(), "--as", "dora"]);
    ended.expect(0, &["will write to a document of its own, doctor-"]);
    expect_report(&ended, 0, &["Nothing on this path needs a change.", "is deleted."]);
    // The command and the next prompt need a line each.
    let report = String::from_utf8_lossy(&ended.stdout);
    assert!(report.lines().count() + ended.stderr.lines().count() + 2 <= 24, "{ended}");
    assert!(report.lines().chain(ended.stderr.lines()).all(|line| line.chars().count() <= 80), "{ended}");
    folder.run(&["docs", "ls", "--server", server.url(), "--json"]).expect(0, &[]).never_says("doctor-");
}

#[test]
fn json_has_every_check_and_the_document_that_was_deleted() {
    let folder = TestFolder::new();
    let server = RunningProgram::serve(folder.path(), &SERVE);
    let ended = folder.run(&["doctor", server.url(), "--as", "dora", "--json"]);
    ended.expect(0, &[]);
    let report: Value = serde_json::from_slice(&ended.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let names: BTreeSet<_> = checks.iter().map(|check| check["check"].as_str().unwrap()).collect();
    assert_eq!((names.len(), checks.len()), (doctor::CHECKS.len(), doctor::CHECKS.len()));
    assert_eq!((&report["well"], &report["scratch"]["state"]), (&true.into(), &"deleted".into()), "{report}");
}

/// Answers the first request with a redirect, and returns the address.
fn redirect_to(server: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let head = format!(
        "HTTP/1.1 301 Moved Permanently\r\nLocation: {server}/api/documents?limit=1\r\nContent-Length: 0\r\n\
         Connection: close\r\n\r\n"
    );
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.extend(byte);
        }
        stream.write_all(head.as_bytes()).unwrap();
    });
    url
}

#[test]
fn fault_is_a_1_with_its_meaning_and_advice() {
    let folder = TestFolder::new();
    let server = RunningProgram::serve(folder.path(), &SERVE);
    let ended = folder.run(&["doctor", &redirect_to(server.url()), "--as", "dora"]);
    let verdict = "Editors of ifmatch work through this path; other clients may not: address.";
    expect_report(&ended, 1, &[verdict, "! address: Programs of ifmatch follow no redirect", "--host-name"]);
    let ended = folder.run(&["doctor", &redirect_to(server.url()), "--as", "dora", "--json"]);
    expect_report(&ended, 1, &["\"well\":false", "\"consequence\":\"Programs of ifmatch follow no redirect"]);
}

#[test]
fn token_is_needed_and_never_printed() {
    let folder = TestFolder::new();
    folder.write("tokens", "dora s3cret-of-dora admin\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder.file("tokens"), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let server = RunningProgram::serve(folder.path(), &[&SERVE[..], &["--tokens", "tokens"]].concat());
    let doctor = ["doctor", server.url(), "--as", "dora"];
    folder.run(&doctor).expect(4, &["401", "--token"]);
    let ended = folder.run(&[&doctor[..], &["--token", "s3cret-of-dora"]].concat());
    expect_report(&ended, 0, &["Nothing on this path needs a change."]);
    ended.never_says("s3cret");
    folder.run(&[&doctor[..], &["--token", "s3cret-of-dora", "--json"]].concat()).expect(0, &[]).never_says("s3cret");
}

#[test]
fn server_that_is_not_there_is_a_3_and_wrong_address_a_2() {
    run(&["doctor", "http://127.0.0.1:1", "--as", "dora"]).expect(3, &["cannot be reached"]);
    run(&["doctor", "ftp://127.0.0.1", "--as", "dora"]).expect(2, &["not a valid server address"]);
    run(&["doctor"]).expect(2, &["URL"]);
}
