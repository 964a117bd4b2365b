//! The gate, controlled by keys: the first released request wins, and a program that ends opens it.

use serde_json::{Value, json};
use tests::documents::expect;
use tests::http::Request;
use tests::keys::{UP, alt, ctrl, f};
use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{self, DOC};

/// Starts the stage with a gate that holds a save of Alice and one of Bob.
fn both_wait() -> Terminal {
    let mut stage = Start::new(PROGRAM, &["--free"]).spawn();
    stage.until("both editors", |screen| screen.contents().matches("clean").count() == 2);
    stage.send(alt('w'));
    stage.until_text("▶ the wire");
    stage.send("i");
    stage.until_text("▌ the gate holds writes");
    for (seat, text, waiting) in [('1', "AAA", "1 waits"), ('2', "BBB", "2 wait")] {
        stage.send(alt(seat));
        stage.send(text);
        stage.until_text(text);
        stage.send(ctrl('s'));
        stage.until_text(waiting);
    }
    stage.send(alt('w'));
    stage.until_text("▶ the wire");
    stage
}

/// Returns whether this person's save was answered with this status.
fn is_answered(stage: &Terminal, name: &str, status: &str) -> bool {
    let mut lines = stage.screen().contents();
    lines.make_ascii_uppercase();
    let (name, answers) = (name.to_uppercase(), [format!("→ {status}"), format!("◀ {status}")]);
    let is_answer = |line: &str| answers.iter().any(|answer| line.contains(answer));
    lines.lines().any(|line| line.contains(&name) && line.contains("PUT") && is_answer(line))
}

#[test]
fn order_of_release_decides_which_save_wins() {
    for (in_order_of_arrival, winner, loser) in [(true, "Alice", "Bob"), (false, "Bob", "Alice")] {
        let mut stage = both_wait();
        if !in_order_of_arrival {
            // Bob's save is the newest, and is selected.
            stage.send("m");
            stage.until_text("held, goes 1st");
            stage.send(UP);
            stage.send("m");
            stage.until_text("held, goes 2nd");
        }
        stage.send("A");
        stage.until_text("412 Precondition");
        stage.until_text("200 OK  ETag: v2");
        assert!(is_answered(&stage, winner, "200") && is_answered(&stage, loser, "412"), "{stage}");
        stage.until_no_text("held at the gate");
        stage.until_text("▌ the gate holds writes");
    }
}

#[test]
fn lost_response_is_lost_once_and_the_write_is_applied() {
    let mut stage = both_wait();
    stage.send(UP);
    stage.send("X");
    stage.until_text("✗ lost");
    stage.send("A");
    stage.until_text("412 Precondition");
    stage.send("i");
    stage.until_text("the gate holds all");
    stage.send("i");
    stage.until_no_text("the gate holds");
}

#[test]
fn repeated_save_gets_the_version_that_it_created() {
    let mut stage = Start::new(PROGRAM, &["--free"]).spawn();
    stage.until("both editors", |screen| screen.contents().matches("clean").count() == 2);
    stage.send(alt('1'));
    stage.send("AAA");
    stage.until_text("AAA");
    stage.send(ctrl('s'));
    stage.until_text("saved as version v2");
    stage.send(alt('w'));
    stage.until_text("▶ the wire");
    stage.send("r");
    // RFC 9110 section 13.1.1: the write was applied already, so it is neither a conflict nor a new version.
    stage.until("two answers that name the same version", |screen| {
        screen.contents().matches("→ 200 OK  ETag: v2").count() == 2
    });
}

#[test]
fn editor_that_closed_the_gate_opens_it_on_quit() {
    let server = room::server();
    let (mut alice, mut bob) = (room::editor(&server, "alice"), room::editor(&server, "bob"));
    alice.send(alt('w'));
    alice.until_text("▶ the wire");
    alice.send("i");
    alice.until_text("▌ the gate holds writes");
    room::type_at_line(&mut bob, 1, "BBB");
    bob.send(ctrl('s'));
    alice.until_text("1 waits");
    alice.send(ctrl('q'));
    assert!(alice.wait().exit.success());
    bob.until_text("saved as version \"v2-");
    let gate = server.answer(&Request::new("GET", "/control/gate")).json();
    assert_eq!(gate, serde_json::json!({"hold": "none", "held": []}));
    let document: Value = server.answer(&Request::new("GET", &format!("/api/documents/{DOC}"))).json();
    assert!(document["content"].as_str().is_some_and(|content| content.starts_with("BBB")), "{document}");
}

/// A killed editor cannot open the gate, so the server does when the editor's stream ends.
#[test]
fn gate_opens_if_the_editor_that_closed_it_is_killed() {
    let server = room::server();
    let (mut alice, mut bob) = (room::editor(&server, "alice"), room::editor(&server, "bob"));
    alice.send(alt('w'));
    alice.until_text("▶ the wire");
    alice.send("i");
    alice.until_text("▌ the gate holds writes");
    room::type_at_line(&mut bob, 1, "BBB");
    bob.send(ctrl('s'));
    alice.until_text("1 waits");
    alice.signal("KILL");
    let _ = alice.wait();
    bob.until_text("saved as version \"v2-");
    let gate = server.answer(&Request::new("GET", "/control/gate")).json();
    assert_eq!(gate, serde_json::json!({"hold": "none", "held": []}));
}

/// A leader who uses curl has no event stream to lose, so the gate stays as they set it.
#[test]
fn killed_editor_does_not_open_a_gate_set_by_curl() {
    let server = room::server();
    let hold = |word: &str| Request::new("PUT", "/control/gate").json(&serde_json::json!({"hold": word}));
    expect(200, server.answer(&hold("writes")));
    let alice = room::editor(&server, "alice");
    alice.until_text("▌ the gate holds writes");
    alice.signal("KILL");
    let _ = alice.wait();
    let mut bob = room::editor(&server, "bob");
    room::type_at_line(&mut bob, 1, "BBB");
    bob.send(ctrl('s'));
    bob.until_text("1 waits");
    let gate = server.answer(&Request::new("GET", "/control/gate")).json();
    assert_eq!((&gate["hold"], gate["held"].as_array().map(Vec::len)), (&Value::from("writes"), Some(1)));
}

/// The editor's own read of the versions is not held, since the wire does not show it for release.
#[test]
fn versions_are_shown_while_the_gate_holds_all() {
    let server = room::server();
    let mut alice = room::editor(&server, "alice");
    alice.send(alt('w'));
    alice.until_text("▶ the wire");
    alice.send("ii");
    alice.until_text("▌ the gate holds all");
    alice.send(f(3));
    alice.until_text("by alice");
    let gate = server.answer(&Request::new("GET", "/control/gate")).json();
    assert_eq!(gate, serde_json::json!({"hold": "all", "held": []}));
}

#[test]
fn signal_opens_the_gate() {
    for signal in ["TERM", "HUP"] {
        let server = room::server();
        let mut alice = room::editor(&server, "alice");
        alice.send(alt('w'));
        alice.until_text("▶ the wire");
        alice.send("i");
        alice.until_text("▌ the gate holds writes");
        alice.signal(signal);
        let _ = alice.wait();
        let gate = server.answer(&Request::new("GET", "/control/gate")).json();
        assert_eq!(gate, serde_json::json!({"hold": "none", "held": []}), "{signal}");
    }
}

/// A participant may not read the leader's gate, but learns that a save of their own waits there.
#[test]
fn held_save_of_a_participant_says_who_holds_it() {
    let folder = tempfile::tempdir().expect("there is room");
    let tokens = folder.path().join("tokens");
    std::fs::write(&tokens, "carol token-of-carol\nlea token-of-lea admin\n").expect("a file");
    let tokens = tokens.to_str().expect("a path");
    let server = Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", tokens]);
    let lead = |method: &str, path: &str| Request::new(method, path).with("Authorization", "Bearer token-of-lea");
    let arguments = ["edit", "notes", "--server", &server.url(), "--as", "carol"];
    let mut carol = Start::new(PROGRAM, &arguments).variable("IFMATCH_TOKEN", "token-of-carol").spawn();
    carol.until_text("a new document");
    expect(200, server.answer(&lead("PUT", "/control/gate").json(&json!({"hold": "writes"}))));
    carol.send("mine");
    carol.until_text("mine");
    carol.send(ctrl('s'));
    carol.until_text("held by the leader for");
    expect(200, server.answer(&lead("POST", "/control/gate/release")));
    carol.until_text("created: this is version");
    carol.until_no_text("held by the leader");
}
