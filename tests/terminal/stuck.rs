//! A terminal that accepts no output: typed text is kept, and a signal ends the program in time.

use std::fs;
use std::time::{Duration, Instant};

use tests::keys::ctrl;
use tests::pty::{Start, Terminal};
use tests::until;

use crate::PROGRAM;
use crate::drafts::says;
use crate::room::{server, start, type_at_line};

/// A bound far above the time for which the program waits for the terminal.
const MAX_TIME: Duration = Duration::from_secs(6);

/// Asserts that SIGTERM ends the program in bounded time, with its exit code and the original settings.
fn check_ends_in_time(stuck: Terminal) {
    let begun = Instant::now();
    stuck.signal("TERM");
    let ended = stuck.wait();
    assert_eq!(ended.exit.exit_code(), 143, "{}", ended.text());
    assert!(begun.elapsed() < MAX_TIME, "ending took {:?}", begun.elapsed());
    assert!(ended.has_original_settings);
}

#[test]
fn sigterm_with_stopped_output_ends_with_the_draft() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut alice = start(&server, "Alice").argument("--data").argument(&folder.path().display().to_string()).spawn();
    alice.until_text("clean");
    alice.stop_output();
    for words in ["typed ", "while ", "nothing ", "is shown "] {
        alice.send(words);
        until("each word is in the draft", || says(folder.path(), words));
    }
    assert!(says(folder.path(), "typed while nothing is shown one"));
    check_ends_in_time(alice);
    assert!(says(folder.path(), "typed while nothing is shown one"));
}

#[test]
fn resumed_output_shows_typed_text() {
    let server = server();
    let mut alice = start(&server, "Alice").spawn();
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "A-");
    alice.stop_output();
    for _ in 0..200 {
        alice.send("x");
        alice.send("\x7f");
    }
    alice.send("B-");
    alice.resume_output("A-B-one");
    alice.send(ctrl('s'));
    alice.until_text("saved as version \"v2-");
}

#[test]
fn sigterm_with_stopped_output_ends_plain_mode() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let data = folder.path().display().to_string();
    let mut alice = start(&server, "Alice").argument("--plain").argument("--data").argument(&data).spawn();
    alice.until_text("'show' reads it");
    alice.stop_output();
    alice.send("add said in silence\r");
    until("the line is in the draft", || says(folder.path(), "said in silence"));
    alice.send("add and more\r");
    until("the line is in the draft", || says(folder.path(), "and more"));
    check_ends_in_time(alice);
}

#[test]
fn sigterm_with_stopped_output_ends_merge_view_and_stage() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    for (name, text) in [("mine", "one\nmine\n"), ("base", "one\ntwo\n"), ("theirs", "one\ntheirs\n")] {
        fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    let script = format!("cd '{}'; exec '{PROGRAM}' merge --view mine base theirs", folder.path().display());
    let mut view = Start::new("sh", &["-c", &script]).spawn();
    view.until_text("merging, 1 open");
    view.stop_output();
    // A key that makes the view draw.
    view.send("n");
    check_ends_in_time(view);
    let mut stage = Start::new(PROGRAM, &["--free"]).spawn();
    stage.until("both editors", |screen| screen.contents().matches("clean").count() == 2);
    stage.stop_output();
    stage.send("x");
    check_ends_in_time(stage);
}
