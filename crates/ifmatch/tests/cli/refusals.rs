//! Refusals: a sentence with the remedy, and an exit code.

use std::net::TcpListener;

use crate::program::{RunningProgram, TestFolder, run};

#[test]
fn taken_port_is_reported_with_its_address() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    run(&["serve", "--listen", &address, "--store", "memory:"]).expect(74, &[&address, "--listen"]);
}

#[test]
fn store_that_is_a_folder_is_refused() {
    run(&["serve", "--listen", "127.0.0.1:0", "--store", "."]).expect(74, &["is a folder"]);
}

#[test]
fn store_in_use_is_refused_until_its_process_ends() {
    let folder = TestFolder::new();
    let options = ["--listen", "127.0.0.1:0", "--store", "documents.db"];
    let serve = || RunningProgram::serve(folder.path(), &options);
    let first = serve();
    let second = folder.run(&[&["serve"], &options[..]].concat());
    second.expect(74, &["another ifmatch", "documents.db", &first.id().to_string(), "--store"]);
    drop(first);
    assert!(serve().banner.contains("http://"));
}

#[test]
fn editor_without_server_fails_and_leaves_terminal_alone() {
    // Port 1 belongs to a service that no machine runs any more.
    let ended = run(&["edit", "welcome", "--server", "http://127.0.0.1:1"]);
    ended.expect(3, &["127.0.0.1:1", "is the server running there?"]);
}

#[test]
fn joining_without_terminal_names_what_to_pass() {
    run(&["join", "127.0.0.1:1"]).expect(2, &["not a terminal", "--as NAME"]);
    run(&["join", "127.0.0.1:1", "--as", "Sam"]).expect(3, &["127.0.0.1:1", "is the server running there?"]);
}

#[test]
fn address_of_another_scheme_is_wrong_usage() {
    run(&["edit", "welcome", "--server", "ftp://nowhere"]).expect(2, &[]);
}

/// It would look like alice.
#[test]
fn name_with_an_invisible_character_is_wrong_usage() {
    let ended = run(&["edit", "welcome", "--as", "alice\u{3164}"]);
    ended.expect(2, &["character 6 of the name, U+3164, cannot be seen; leave it out"]);
}

#[test]
fn impossible_name_of_a_document_is_wrong_usage() {
    run(&["edit", "No Such Name"]).expect(2, &["a-z 0-9 . _ -"]);
}

/// The banner of a server has placeholders in the commands for others.
#[test]
fn placeholder_that_was_not_replaced_is_refused() {
    let edit = ["edit", "welcome"];
    for (option, value, remedy) in [
        ("--as", "YOUR-NAME", "replace it with a name of your own"),
        ("--as", "your-name", "replace it with a name of your own"),
        ("--token", "YOUR-TOKEN", "replace it with the token that you were given"),
        ("--server", "http://ADDRESS-OF-THIS-MACHINE:4280", "replace it with the address of the machine"),
    ] {
        run(&[&edit[..], &[option, value]].concat()).expect(2, &["is a placeholder", remedy]);
    }
}
