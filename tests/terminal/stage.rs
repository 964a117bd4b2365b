//! The stage: a server, two editors and the wire in one terminal.

use serde_json::json;
use tests::http::Request;
use tests::keys::{ENTER, ESC, alt, ctrl, f};

use tests::pty::{Start, Terminal};

use crate::PROGRAM;

/// Starts the stage, and waits until both editors are ready.
fn stage(size: (u16, u16)) -> Terminal {
    let stage = Start::new(PROGRAM, &["--free"]).size(size).spawn();
    stage.until("both editors", |screen| {
        let text = screen.contents();
        text.contains("Alice") && text.contains("Bob") && text.matches("clean").count() == 2
    });
    stage
}

/// Alice and Bob type into the same line, and Alice saves.
fn alice_saves_first(stage: &mut Terminal) {
    stage.send(alt('1'));
    stage.send("AAA");
    stage.until_text("AAA");
    stage.send(alt('2'));
    stage.send("BBB");
    stage.until_text("BBB");
    stage.send(alt('1'));
    stage.send(ctrl('s'));
    stage.until_text("saved as version v2");
}

#[test]
fn second_save_meets_412_and_merges() {
    let mut stage = stage((120, 40));
    alice_saves_first(&mut stage);
    stage.send(alt('2'));
    stage.send(ctrl('s'));
    stage.until_text("412 Precondition Failed");
    stage.until_text("merging, 1 open");
    stage.send(f(9));
    stage.send("b");
    stage.until_text("all decided");
    stage.send(ctrl('s'));
    stage.until_text("saved as version v3");
    stage.send(alt('1'));
    stage.send(f(5));
    stage.until("both changes on both sides and on the server", |screen| {
        let text = screen.contents();
        let counts = ["clean", "AAA", "BBB"].map(|word| text.matches(word).count());
        counts == [2, 3, 3]
    });
}

#[test]
fn sequence_shows_both_arrows_of_a_save_and_of_a_412() {
    let mut stage = stage((120, 40));
    stage.send(f(4));
    stage.until_text("server");
    alice_saves_first(&mut stage);
    stage.send(alt('2'));
    stage.send(ctrl('s'));
    stage.until_text("merging, 1 open");
    stage.send(ESC);
    stage.until("two arrows for each of the two requests", |screen| {
        let (text, row) = (screen.contents(), |words: [&str; 2]| {
            screen.contents().lines().any(|row| words.iter().all(|word| row.contains(word)))
        });
        text.matches("PUT If-Match").count() == 2
            && row(["●◀", "200 OK"])
            && row(["◆◀", "412 Precondition Failed"])
            && row(["412", "stale by 1"])
    });
}

#[test]
fn held_save_stops_at_the_gate_until_released() {
    let mut stage = stage((120, 40));
    stage.send(f(4));
    stage.until_text("server");
    let text = stage.text();
    let address = text.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let server = address.parse().unwrap();
    let hold = Request::new("PUT", "/control/gate").json(&json!({"hold": "writes"})).send(server);
    assert_eq!(hold.status, 200, "{hold}");
    stage.send(alt('1'));
    stage.send("AAA");
    stage.until_text("AAA");
    stage.send(ctrl('s'));
    stage.until_text("▌ held │");
    stage.until_no_text("200 OK v2");
    let released = Request::new("POST", "/control/gate/release").send(server);
    assert!(released.status < 300, "{released}");
    stage.until_text("PUT released");
    stage.until_text("▌─────▶│");
    stage.until_text("200 OK v2");
}

#[test]
fn lesson_is_chosen_stepped_left_and_free_play_opened() {
    let mut stage = Start::new(PROGRAM, &[]).spawn();
    stage.until_text("19 lessons");
    stage.send(ENTER);
    stage.until_text("The lost update · ");
    // A presenter's clicker sends one of these keys.
    for (key, words) in [(" ", "step 1 of "), ("\x1b[C", "step 2 of "), ("\x1b[6~", "step 3 of "), (".", "step 4")] {
        stage.send(key);
        stage.until_text(words);
    }
    stage.send(" ");
    stage.until("both writes at the gate", |screen| screen.contents().matches("▌ held │").count() == 2);
    stage.send("\x1b[5~");
    stage.until_text("step 4 of ");
    stage.until_no_text("held at the gate");
    stage.send(alt('1'));
    stage.send("Alice types");
    stage.until_text("The lesson was taken over");
    stage.until_text("Ctrl-S save");
    stage.send(ESC);
    stage.until_no_text("Ctrl-S save");
    stage.send("r");
    stage.until_text("start the lesson over?");
    stage.until_text("The lesson starts over with its own texts. Not saved: party (Alice)");
    stage.until_text("l start over");
    stage.send("l");
    stage.until_text("Space begins");
    stage.send(ESC);
    stage.until_text("19 lessons");
    stage.send("f");
    stage.until_text("next: type a word or two as Alice");
    stage.send(f(10));
    stage.until_text("19 lessons");
    stage.send(ctrl('q'));
    assert_eq!(stage.wait().exit.exit_code(), 0);
}

#[test]
fn careless_save_meets_428() {
    let mut stage = stage((120, 40));
    stage.send(alt('1'));
    stage.send("AAA");
    stage.until_text("AAA");
    stage.send(f(6));
    stage.until_text("428 Precondition Required");
    stage.send(f(9));
    stage.send(ENTER);
    stage.until_text("saved as version v2");
}

#[test]
fn ignored_preconditions_lose_an_update_and_name_it() {
    let mut stage = stage((120, 40));
    stage.until_text("required");
    stage.send(f(7));
    stage.until_text("optional");
    stage.send(f(7));
    stage.until_text("ignored");
    alice_saves_first(&mut stage);
    stage.send(alt('2'));
    stage.send(ctrl('s'));
    stage.until_text("overwrote v2");
    stage.until_text("gone: 1 line that Alice wrote");
    // Alice reloads: her line has gone from the text, and the editor says so.
    stage.until_text(" 1 AAA");
    stage.send(alt('1'));
    stage.send(f(5));
    stage.until_no_text(" 1 AAA");
    stage.until_text("not in it: 1");
}

#[test]
fn stage_fits_in_small_and_resized_terminals() {
    for size in [(80, 24), (40, 12)] {
        let stage = Start::new(PROGRAM, &["--free"]).size(size).spawn();
        stage.until_text("Alice");
        stage.resize((120, 40));
        stage.until("both editors", |screen| {
            let text = screen.contents();
            text.contains("Alice") && text.contains("Bob") && text.contains("required")
        });
        stage.resize(size);
        stage.until_text("Alice");
    }
}

/// Words are not the number of a lesson, so they are kept for a later paste.
#[test]
fn words_pasted_in_the_menu_are_kept() {
    let mut stage = Start::new(PROGRAM, &[]).spawn();
    stage.until_text("19 lessons");
    stage.send("x");
    stage.until_text("'x' does nothing here");
    stage.send("\x1b[200~some words\x1b[201~");
    stage.until_text("not pasted in the menu; it is kept, and Ctrl-V pastes it in a text");
    stage.send("\x1b[200~3\x1b[201~");
    stage.send("f");
    stage.until("both editors", |screen| screen.contents().matches("clean").count() == 2);
    stage.send("\x16");
    stage.until_text("some words");
}
