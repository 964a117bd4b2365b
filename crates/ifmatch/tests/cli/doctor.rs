//! `ifmatch doctor` on its command line: exit codes, what is printed, and that no secret is.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::program::{RunningProgram, TestFolder, run};

const SERVE: [&str; 4] = ["--store", "memory:", "--listen", "127.0.0.1:0"];

#[test]
fn report_without_a_fault_fits_on_a_small_screen() {
    let folder = TestFolder::new();
    let server = RunningProgram::serve(folder.path(), &SERVE);
    let ended = folder.run(&["doctor", server.url(), "--as", "dora"]);
    ended.expect(0, &["will write to a document of its own, doctor-", "Nothing on this path needs a change."]);
    // The command, what it announces, and the next prompt need a line each.
    let report = String::from_utf8_lossy(&ended.stdout);
    let announced = String::from_utf8_lossy(&ended.stderr);
    assert!(report.lines().count() + announced.lines().count() + 2 <= 24, "{announced}{report}");
    assert!(report.lines().chain(announced.lines()).all(|line| line.chars().count() <= 80), "{announced}{report}");
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

#[test]
fn fault_is_a_1_with_the_lines_for_each_proxy() {
    let folder = TestFolder::new();
    // The host name is not one that the server knows, as behind a proxy that passes it on.
    let server = RunningProgram::serve(folder.path(), &SERVE);
    let url = server.url().replace("127.0.0.1", "ifmatch-test.localhost");
    let ended = folder.run(&["doctor", &url, "--as", "dora"]);
    ended.expect(1, &["This path is broken for editors of ifmatch: address.", "--host-name"]);
}

#[test]
fn token_is_needed_and_never_printed() {
    let folder = TestFolder::new();
    folder.write("tokens", "dora s3cret-of-dora admin\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(folder.file("tokens"), private).unwrap();
    }
    let server = RunningProgram::serve(folder.path(), &[&SERVE[..], &["--tokens", "tokens"]].concat());
    let doctor = ["doctor", server.url(), "--as", "dora"];
    folder.run(&doctor).expect(4, &["401", "--token"]);
    let ended = folder.run(&[&doctor[..], &["--token", "s3cret-of-dora"]].concat());
    ended.expect(0, &["Nothing on this path needs a change."]).never_says("s3cret");
    folder.run(&[&doctor[..], &["--token", "s3cret-of-dora", "--json"]].concat()).expect(0, &[]).never_says("s3cret");
}

#[test]
fn server_that_is_not_there_is_a_3_and_wrong_address_a_2() {
    run(&["doctor", "http://127.0.0.1:1", "--as", "dora"]).expect(3, &["cannot be reached"]);
    run(&["doctor", "ftp://127.0.0.1", "--as", "dora"]).expect(2, &["not a valid server address"]);
    run(&["doctor"]).expect(2, &["URL"]);
}
