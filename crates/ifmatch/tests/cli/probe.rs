//! `ifmatch probe` against a server of this program: exit codes, the file of the original, and secrets.

use std::fs;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::program::{Ended, RunningProgram, TestFolder, run};

const TOKENS: &str = "alice s3cret-of-alice admin\n";

/// Creates the document 'welcome' on a server, and returns its URL.
fn create(folder: &TestFolder, server: &RunningProgram) -> String {
    folder.write("text", "Bring bread.\n");
    folder.run(&["docs", "put", "welcome", "text", "--if-none-match", "*", "--server", server.url()]).expect(0, &[]);
    format!("{}/api/documents/welcome", server.url())
}

fn text_of(folder: &TestFolder, server: &RunningProgram) -> String {
    let got = folder.run(&["docs", "get", "welcome", "--server", server.url()]);
    String::from_utf8(got.expect(0, &[]).stdout.clone()).unwrap()
}

/// Returns the names of the files that keep originals.
fn originals(folder: &TestFolder) -> Vec<String> {
    let Ok(files) = fs::read_dir(folder.file("data/probe")) else { return Vec::new() };
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn strict_server_is_right_and_keeps_its_document() {
    let folder = TestFolder::new();
    let server = RunningProgram::serve(folder.path(), &["--store", "memory:", "--listen", "127.0.0.1:0"]);
    let url = create(&folder, &server);
    let scratch = format!("{}/api/documents/probe-{{{{n}}}}", server.url());
    let ended = folder.run(&["probe", &url, "--write", "--create", &scratch, "--json", "--junit", "report.xml"]);
    ended.expect(0, &["writes to http://", "restored at the end"]);
    let report: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(report["verdict"], "This server loses no update");
    assert_eq!((&report["wrong"], &report["weak"], &report["notAsked"]), (&0.into(), &0.into(), &0.into()), "{report}");
    assert!(folder.read("report.xml").contains("failures=\"0\""));
    assert_eq!(text_of(&folder, &server), "Bring bread.\n");
    assert_eq!(originals(&folder), [""; 0]);
}

#[test]
fn careless_server_fails_with_the_verdict() {
    let folder = TestFolder::new();
    let arguments = ["--store", "memory:", "--listen", "127.0.0.1:0", "--preconditions", "ignored"];
    let server = RunningProgram::serve(folder.path(), &arguments);
    let url = create(&folder, &server);
    // Without --write, nothing shows it.
    folder.run(&["probe", &url]).expect(0, &[]);
    let ended = folder.run(&["probe", &url, "--write"]);
    ended.expect(1, &[]);
    let text = String::from_utf8_lossy(&ended.stdout);
    assert!(text.starts_with("This server loses updates: 50 of 50 writers with the same tag succeeded."), "{text}");
    assert!(text.contains("curl --include --request 'PUT'"), "{text}");
    assert_eq!(text_of(&folder, &server), "Bring bread.\n");
}

#[test]
fn unfinished_probe_of_the_url_is_reported_and_nothing_is_written() {
    let folder = TestFolder::new();
    let server = RunningProgram::serve(folder.path(), &["--store", "memory:", "--listen", "127.0.0.1:0"]);
    let url = create(&folder, &server);
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' };
    let name: String = url.chars().map(plain).collect();
    let hash = Sha256::digest(&url)[..16].iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
    let original = format!("data/probe/{name}-{hash}.original");
    fs::create_dir_all(folder.file("data/probe")).unwrap();
    folder.write(&original, "the original");
    folder.run(&["probe", &url, "--write"]).expect(74, &["nothing was written", "an earlier probe of this URL"]);
    assert_eq!(folder.read(&original), "the original");
    assert_eq!(text_of(&folder, &server), "Bring bread.\n");
}

#[test]
fn secret_in_a_header_is_sent_and_never_shown() {
    let folder = TestFolder::new();
    folder.write("room", TOKENS);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder.file("room"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let arguments = ["--store", "memory:", "--listen", "127.0.0.1:0", "--tokens", "room"];
    let server = RunningProgram::serve(folder.path(), &arguments);
    folder.write("fields", "Authorization: Bearer s3cret-of-alice\n");
    let missing = format!("{}/api/documents/none", server.url());
    // With the token, the server says that there is no such document; without, that it needs a token.
    folder.run(&["probe", &missing, "--header", "@fields"]).expect(2, &["GET is answered with 404"]);
    folder.run(&["probe", &missing]).expect(2, &["GET is answered with 401"]);
    let list = format!("{}/api/documents", server.url());
    for form in ["--json", "--markdown"] {
        let ended = folder.run(&["probe", &list, form, "--header", "Authorization: Bearer s3cret-of-alice"]);
        ended.never_says("s3cret");
        // Only JSON has the commands of checks that are right.
        assert_eq!(ended.to_string().contains("$AUTHORIZATION"), form == "--json", "{ended}");
    }
    folder.run(&["probe", &list, "--header", "Bearer s3cret"]).expect(2, &["Name: value"]).never_says("s3cret");
}

#[test]
fn server_that_is_not_there_is_3_and_wrong_usage_is_2() {
    // Port 1 is reserved; nothing listens there.
    run(&["probe", "http://127.0.0.1:1/a"]).expect(3, &["cannot be reached"]);
    run(&["probe"]).expect(2, &["URL"]);
    run(&["probe", "ftp://localhost/a"]).expect(2, &["http://localhost:3000/api/posts/77"]);
    run(&["probe", "http://127.0.0.1:1/a", "--create", "http://127.0.0.1:1/b"]).expect(2, &["--write"]);
    run(&["probe", "http://127.0.0.1:1/a", "--field", "version"]).expect(2, &["body=/version"]);
    run(&["probe", "http://127.0.0.1:1/a", "--max-requests", "19"]).expect(2, &["20"]);
}

#[test]
fn list_names_each_check_and_its_clause() {
    let list = run(&["probe", "--list"]);
    let text = String::from_utf8(list.expect(0, &[]).stdout.clone()).unwrap();
    for word in ["stale-tag", "RFC 9110 13.1.1", "slow-race-50", "(--create)"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

/// Ctrl-C restores the original before the program ends.
#[cfg(unix)]
#[test]
fn interrupted_probe_restores_the_original() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    use rustix::process::{Pid, Signal, kill_process};

    let folder = TestFolder::new();
    let server = RunningProgram::serve(folder.path(), &["--store", "memory:", "--listen", "127.0.0.1:0"]);
    let url = create(&folder, &server);
    let mut command = crate::program::program(folder.path());
    command.args(["probe", &url, "--write"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The announcement precedes the first write by an exchange or more, and the probe takes some seconds.
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    errors.read_line(&mut line).unwrap();
    assert!(line.contains("writes to"), "{line}");
    while originals(&folder).is_empty() {
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let ended = Ended::from(output);
    assert_eq!(ended.code, Some(130), "{ended}");
    assert!(ended.to_string().contains("ended early"), "{ended}");
    assert_eq!(text_of(&folder, &server), "Bring bread.\n");
    assert_eq!(originals(&folder), [""; 0]);
}

#[test]
fn help_shows_the_place_of_the_number() {
    let help = String::from_utf8(run(&["probe", "--help"]).expect(0, &[]).stdout.clone()).unwrap();
    assert_eq!(help.matches("{{n}}").count(), 4, "{help}");
    assert!(!help.contains('\u{1b}'), "{help:?}");
    let page = String::from_utf8(run(&["man", "probe"]).expect(0, &[]).stdout.clone()).unwrap();
    assert_eq!(page.matches("{{n}}").count(), 4, "{page}");
    assert!(!page.contains('\u{1b}'), "{page:?}");
}
