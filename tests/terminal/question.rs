//! The leader's question: asked over HTTP or by a lesson on a stage, and answered in editors.

use serde_json::{Value, json};
use tests::documents::expect;
use tests::http::Request;
use tests::keys::{ctrl, f};
use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{editor, server};

/// Asks a question as a leader, or changes it; returns its tag.
fn ask(server: &Server, (condition, value): (&str, &str), state: &str) -> String {
    let question = json!({
        "text": "Bob saves with an old tag. Which status?",
        "choices": ["200 OK", "409 Conflict", "412 Precondition Failed"],
        "state": state,
        "right": 3,
        "because": "The tag is not the current one.\n2: That is about the state.",
    });
    let answer = server.answer(&Request::new("PUT", "/control/question").with(condition, value).json(&question));
    assert!([200, 201].contains(&answer.status), "{answer}");
    answer.field("etag").expect("a tag").to_owned()
}

fn question(server: &Server) -> Value {
    expect(200, server.answer(&Request::new("GET", "/api/question"))).json()
}

#[test]
fn question_is_answered_while_a_text_is_typed() {
    let server = server();
    let mut bob = editor(&server, "bob");
    let etag = ask(&server, ("If-None-Match", "*"), "open");
    bob.until_text("the leader asks: 0 of 1 has answered");
    bob.send("2");
    bob.until_text("2one");
    assert_eq!(question(&server)["answered"], 0, "a digit is text until the question is entered");
    bob.send(f(9));
    bob.send("2");
    // The editor's client has not joined: its first answer joins the room.
    bob.until_text("my answer is 2, and it is counted");
    bob.until_text("1 of 1 has answered");
    assert_eq!(question(&server)["answered"], 1);
    let etag = ask(&server, ("If-Match", &etag), "shown");
    bob.until_text("no more answers; mine is 2");
    ask(&server, ("If-Match", &etag), "revealed");
    bob.until_text("The tag is not the current one.");
    bob.until_text("That is about the state.");
    bob.send(f(9));
    bob.send("3");
    bob.until_text("23one");
    // The participant's token is used for everything from now on.
    bob.send(ctrl('s'));
    bob.until_text("saved as version");
    let late = editor(&server, "alice");
    late.until_text("The tag is not the current one.");
}

/// Starts a lesson on a stage whose questions are put to a room.
fn stage(room: &Server) -> Terminal {
    let stage = Start::new(PROGRAM, &["--lesson", "lost-update", "--room", &room.url()]).size((120, 40)).spawn();
    stage.until_text("begins.");
    stage
}

/// Steps until the first question of the lesson is open.
fn step_to_question(stage: &mut Terminal) {
    for _ in 0..20 {
        if stage.text().contains("Alice's write goes first, then Bob's") {
            return;
        }
        let before = stage.text();
        stage.send(" ");
        stage.until("the next step", |screen| screen.contents() != before && !screen.contents().contains("under way"));
    }
    panic!("no question came up:\n{}", stage.text());
}

#[test]
fn lessons_question_is_voted_on_in_the_room_and_revealed() {
    let room = server();
    let mut bob = editor(&room, "bob");
    let mut stage = stage(&room);
    step_to_question(&mut stage);
    bob.until_text("Alice's write goes first, then Bob's");
    bob.send(f(9));
    bob.send("1");
    bob.until_text("and it is counted");
    stage.until_text("the room: 1 of 1 has answered");
    stage.send("s");
    bob.until_text("what the room thinks");
    stage.until_text("votes again");
    stage.send("v");
    bob.until_text("the leader asks again, round 2");
    bob.send("2");
    bob.until_text("my answer is 2, and it is counted");
    stage.send("s");
    bob.until_text("round 1");
    stage.send("w");
    bob.until_text("the right one is");
    stage.until_text("which is right.");
    assert_eq!(question(&room)["state"], "revealed");
}

#[test]
fn room_that_is_gone_does_not_stop_the_lesson() {
    let room = server();
    let url = room.url();
    drop(room);
    let mut stage = Start::new(PROGRAM, &["--lesson", "lost-update", "--room", &url]).size((120, 40)).spawn();
    stage.until_text("begins.");
    step_to_question(&mut stage);
    stage.until_text("; the lesson goes on");
    stage.send("w");
    stage.until_no_text("Alice's write goes first, then Bob's");
}

#[test]
fn lesson_that_is_left_withdraws_its_question() {
    let room = server();
    let bob = editor(&room, "bob");
    let mut stage = stage(&room);
    step_to_question(&mut stage);
    bob.until_text("Alice's write goes first, then Bob's");
    stage.send(ctrl('q'));
    assert!(stage.wait().exit.success());
    bob.until_no_text("Alice's write goes first, then Bob's");
    expect(404, room.answer(&Request::new("GET", "/api/question")));
}
