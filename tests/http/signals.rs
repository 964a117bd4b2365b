//! Signals and limits of the operating system: a terminal that closes, and the limit on file lengths.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use tempfile::TempDir;
use tests::documents::{get, put};
use tests::serve::{OneServer, Server};

use crate::PROGRAM;

/// Returns a script that runs a preparation and then executes the program under test.
fn prepared(preparation: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let program = folder.path().join("prepared");
    fs::write(&program, format!("#!/bin/sh\n{preparation}\nexec '{PROGRAM}' \"$@\"\n")).expect("a file can be written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("the test owns the file");
    let path = program.display().to_string();
    (folder, path)
}

/// Returns whether a set of signals of a process has this one.
///
/// `SigCgt` is the set of those with a handler, and `SigIgn` of those that are ignored.
#[cfg(target_os = "linux")]
fn has_signal(process: u32, set: &str, signal: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process exists");
    let mask = status.lines().find_map(|line| line.strip_prefix(set)?.strip_prefix(':')).expect("each set has a line");
    u64::from_str_radix(mask.trim(), 16).expect("the value is a mask") >> (signal - 1) & 1 == 1
}

#[cfg(target_os = "linux")]
fn handles(process: u32, signal: u32) -> bool {
    has_signal(process, "SigCgt", signal)
}

#[cfg(target_os = "linux")]
#[test]
fn server_under_nohup_survives_sighup() {
    let (_folder, nohup) = prepared("trap '' HUP");
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:"];
    let server = Server::start_alone(&nohup, &arguments, OneServer::Process);
    tests::until("the server handles signals", || handles(server.process(), 15));
    assert!(!handles(server.process(), 1));
    let sent = Command::new("sh").args(["-c", &format!("kill -s HUP {}", server.process())]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    assert_eq!(server.answer(&put("a", "text").with("If-None-Match", "*")).status, 201);

    // A shell cannot undo what it was started with: if the tests themselves run under nohup, so does every server.
    if has_signal(std::process::id(), "SigIgn", 1) {
        return;
    }
    let server = Server::start_alone(PROGRAM, &arguments, OneServer::Process);
    tests::until("the server handles signals", || handles(server.process(), 15));
    tests::until("a server without nohup handles SIGHUP", || handles(server.process(), 1));
}

/// The kernel ends a process that writes beyond this limit, unless it handles the signal (SIGXFSZ).
#[test]
fn file_size_limit_is_503_and_does_not_end_the_server() {
    // In blocks of 512 bytes: enough for the store's tables, but not for the documents below.
    let (folder, limited) = prepared("ulimit -f 1000");
    let store = folder.path().join("documents.db").display().to_string();
    let server = Server::start_alone(&limited, &["--listen", "127.0.0.1:0", "--store", &store], OneServer::File);
    let text = "0123456789".repeat(20_000);
    let mut statuses = (0..10).map(|number| {
        let request = put(&format!("d{number}"), &text).with("If-None-Match", "*");
        server.answer(&request).status
    });
    assert!(statuses.any(|status| status == 503), "the limit is reached");
    assert_eq!(server.answer(&get("d0")).status, 200, "the written document is readable");
}
