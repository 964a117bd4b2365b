//! `--record` and `--replay`: a real session with a 412 and a merge, shown again from its record.

use std::path::Path;
use std::process::Command;

use tests::documents::{expect, put};
use tests::keys::{ctrl, f};
use tests::pty::Start;
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;

const TOKEN: &str = "canary-token-of-alice";

/// Returns the last frame of a record, as `--replay` prints it in a pipe.
fn replayed(record: &Path) -> String {
    let mut output = Command::new(PROGRAM);
    output.arg("--replay").arg(record).env("IFMATCH_DATA", record.with_extension("data"));
    let output = output.output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a frame is text")
}

/// Returns the rows without their trailing blanks.
fn rows(text: &str) -> Vec<String> {
    text.lines().map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn record_of_a_merge_shows_the_same_screen_and_has_no_token() {
    let folder = tempfile::tempdir().expect("there is room");
    let tokens = folder.path().join("tokens");
    std::fs::write(&tokens, format!("Alice {TOKEN}\nbob token-of-bob admin\n")).expect("a file");
    let tokens = tokens.to_str().expect("a path").to_owned();
    let server = Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", &tokens]);
    let by_bob = |content: &str, field: &str, value: &str| {
        put("notes", content).with("Authorization", "Bearer token-of-bob").with(field, value)
    };
    let first = expect(201, server.answer(&by_bob("one\ntwo\n", "If-None-Match", "*"))).etag();

    let record = folder.path().join("record.jsonl");
    let path = record.to_str().expect("a path");
    let arguments = ["edit", "notes", "--server", &server.url(), "--as", "Alice", "--record", path];
    let mut alice = Start::new(PROGRAM, &arguments).variable("IFMATCH_TOKEN", TOKEN).spawn();
    alice.until_text("clean");
    alice.send("mine ");
    alice.until_text("mine one");
    expect(200, server.answer(&by_bob("theirs one\ntwo\n", "If-Match", &first)));
    alice.send(ctrl('s'));
    alice.until_text("merging, 1 open");
    let same = || rows(&alice.text()) == rows(&replayed(&record));
    until("the replay shows the merge", same);
    alice.send(f(9));
    alice.until_text("m mine");
    alice.send("b");
    alice.until_text("merging, all decided");
    alice.send(ctrl('s'));
    alice.until_text("saved as version \"v3-");
    until("the replay shows the saved merge", || rows(&alice.text()) == rows(&replayed(&record)));
    alice.send(ctrl('q'));
    let ended = alice.wait();
    assert!(ended.exit.success());
    assert!(ended.text().contains("Everything that was typed or pasted"), "the user is told what is in the file");

    let text = std::fs::read_to_string(&record).expect("the record is text");
    assert!(text.contains("mine one") && text.contains("Authorization") && !text.contains(TOKEN), "{text}");
    // A record is never written over a file.
    let again = Start::new(PROGRAM, &arguments).variable("IFMATCH_TOKEN", TOKEN).spawn().wait();
    assert!(again.text().contains("cannot be created"), "{}", again.text());
    assert_eq!(again.exit.exit_code(), 74);
}

#[test]
fn replay_is_walked_through_by_keys() {
    let folder = tempfile::tempdir().expect("there is room");
    let record = folder.path().join("record.jsonl");
    let path = record.to_str().expect("a path");
    let mut stage = Start::new(PROGRAM, &["--free", "--record", path]).spawn();
    stage.until_text("clean");
    stage.send("typed once");
    stage.until_text("typed once");
    stage.send(ctrl('q'));
    stage.until_text("leave?");
    stage.send("l");
    assert!(stage.wait().exit.success());

    let mut replay = Start::new(PROGRAM, &["--replay", path]).size((100, 30)).spawn();
    replay.until_text("replay: ");
    replay.send(tests::keys::HOME);
    replay.until_text("replay: 1 of");
    replay.until_text("a session starts");
    replay.until_no_text("typed once");
    replay.send(tests::keys::END);
    replay.until_text("typed once");
    replay.send("q");
    assert!(replay.wait().exit.success());
    // Any other file is refused with a sentence.
    let refused = Start::new(PROGRAM, &["--replay", "/dev/null"]).spawn().wait();
    assert!(refused.text().contains("is not the record of a session"), "{}", refused.text());
    assert_eq!(refused.exit.exit_code(), 2);
}
