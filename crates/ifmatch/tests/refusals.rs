//! What the program says when it cannot do what it was told: a sentence with the next step, and an exit code.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Runs the program to its end, with a data folder of its own.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let data = TempDir::new().unwrap();
    let Output { status, stderr, .. } = Command::new(env!("CARGO_BIN_EXE_ifmatch"))
        .args(arguments)
        .env("IFMATCH_DATA", data.path())
        .env("USER", "alice")
        .env_remove("IFMATCH_SERVER")
        .env_remove("IFMATCH_LOG")
        .output()
        .unwrap();
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}

/// A port on which somebody listens, who never answers.
fn taken() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

#[test]
fn a_taken_port_is_told_with_its_address() {
    let (_listener, address) = taken();
    let (code, said) = run(&["serve", "--listen", &address, "--store", "memory:"]);
    assert_eq!(code, Some(74), "{said}");
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
}

#[test]
fn a_store_that_is_a_folder_is_refused() {
    let folder = TempDir::new().unwrap();
    let (code, said) = run(&["serve", "--listen", "127.0.0.1:0", "--store", folder.path().to_str().unwrap()]);
    assert_eq!(code, Some(74), "{said}");
    assert!(said.contains("is a folder"), "{said}");
}

#[test]
fn store_in_use_is_refused_until_its_process_ends() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("documents.db");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--store", file.to_str().unwrap()];
    let holder = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ifmatch"));
        command.args(serve).env("IFMATCH_DATA", folder.path()).env_remove("IFMATCH_LOG").stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        // It speaks when it serves.
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.contains("http://"), "{said}");
        child
    };
    let mut first = holder();
    let (code, said) = run(&serve);
    assert_eq!(code, Some(74), "{said}");
    for word in ["another ifmatch", "documents.db", &first.id().to_string(), "--store"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    // It gets no chance to put anything in order.
    first.kill().unwrap();
    first.wait().unwrap();
    let mut second = holder();
    second.kill().unwrap();
    second.wait().unwrap();
}

#[test]
fn editor_without_server_fails_and_leaves_terminal_alone() {
    // Port 1 belongs to a service that no machine runs any more.
    let (code, said) = run(&["edit", "welcome", "--server", "http://127.0.0.1:1"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("127.0.0.1:1") && said.contains("is the server running there?"), "{said}");
}

#[test]
fn an_address_that_is_none_is_wrong_usage() {
    let (code, said) = run(&["edit", "welcome", "--server", "ftp://nowhere"]);
    assert_eq!(code, Some(2), "{said}");
}

/// It would look like alice.
#[test]
fn name_with_an_invisible_character_is_wrong_usage() {
    let (code, said) = run(&["edit", "welcome", "--as", "alice\u{3164}"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("character 6 of the name, U+3164, cannot be seen; leave it out"), "{said}");
}

#[test]
fn a_document_that_can_have_no_such_name_is_wrong_usage() {
    let (code, said) = run(&["edit", "No Such Name"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("a-z 0-9 . _ -"), "{said}");
}

/// What the server prints for others to join with has placeholders in it.
#[test]
fn placeholder_that_was_not_replaced_is_refused() {
    for (arguments, words) in [
        (&["edit", "welcome", "--as", "YOUR-NAME"][..], "replace it with a name of your own"),
        (&["edit", "welcome", "--as", "your-name"], "replace it with a name of your own"),
        (&["edit", "welcome", "--token", "YOUR-TOKEN"], "replace it with the token that you were given"),
        (
            &["edit", "welcome", "--server", "http://ADDRESS-OF-THIS-MACHINE:4280"],
            "replace it with the address of the machine",
        ),
    ] {
        let (code, said) = run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains("is a placeholder") && said.contains(words), "{arguments:?}: {said}");
    }
}
