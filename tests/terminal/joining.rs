//! People who join a room with `ifmatch join`.

use std::fs;

use tests::http::Request;
use tests::keys::ctrl;
use tests::pty::{Start, Terminal};
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;

/// Starts a server that needs a code, and returns it with the code.
fn room() -> (Server, String) {
    let server = Server::start_with(PROGRAM, &["--listen", "0.0.0.0:0", "--store", "memory:"]);
    let code = || server.said().iter().find_map(|line| Some(line.strip_prefix("the code:")?.trim().to_owned()));
    until("the server prints the code", || code().is_some());
    let code = code().expect("it was printed");
    (server, code)
}

/// Returns the command that joins, on a machine whose data are in a folder.
fn join<'a>(server: &Server, data: &'a str) -> Start<'a> {
    let host = format!("127.0.0.1:{}", server.address().port());
    Start::new(PROGRAM, &["join", &host]).variable("IFMATCH_DATA", data)
}

fn data() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a temporary folder")
}

fn answer(joining: &mut Terminal, question: &str, answer: &str) {
    joining.until_text(question);
    joining.send(format!("{answer}\r"));
}

fn quit(mut editor: Terminal) {
    editor.send(ctrl('q'));
    assert!(editor.wait().exit.success());
}

#[test]
fn name_is_the_persons_own_and_stays_so() {
    let (server, code) = room();
    let sams = data();
    let sams = sams.path().to_str().expect("a path in UTF-8");
    let mut sam = join(&server, sams).variable("USER", "sam").spawn();
    answer(&mut sam, "Your name [sam]:", "Sam");
    answer(&mut sam, "The room's code:", "lodit-lodit-lodit");
    sam.until_text("That is not the code of this room.");
    // A code that was read out may be typed with blanks.
    answer(&mut sam, "room.", &code.replace('-', " "));
    sam.until_text("Enter open");

    let kims = data();
    let mut kim = join(&server, kims.path().to_str().expect("a path in UTF-8")).spawn();
    answer(&mut kim, "Your name", "SAM");
    answer(&mut kim, "The room's code:", &code);
    // Names that differ only in case are the same. The offered name is free.
    kim.until_text("Your name [SAM-2]:");
    answer(&mut kim, "is free", "");
    kim.until_text("Enter open");
    quit(kim);
    let rooms = fs::read_to_string(kims.path().join("rooms.json")).expect("the room is kept");
    assert!(rooms.contains("SAM-2") && !rooms.contains(&code), "{rooms}");

    // The machine knows the name and the token, so nothing but the name is asked.
    quit(sam);
    let mut sam = join(&server, sams).spawn();
    answer(&mut sam, "Your name [Sam]:", "");
    sam.until_text("Enter open");
    quit(sam);
}

#[test]
fn no_one_is_asked_for_a_name_if_there_is_no_server() {
    let (server, _) = room();
    let data = data();
    let joining = join(&server, data.path().to_str().expect("a path in UTF-8"));
    drop(server);
    let ended = joining.spawn().wait();
    assert!(ended.text().contains("is the server running there?"), "{}", ended.text());
    assert!(!ended.text().contains("Your name"), "{}", ended.text());
    assert_eq!(ended.exit.exit_code(), 3, "{}", ended.text());
}

#[test]
fn question_for_the_name_puts_no_one_on_the_list() {
    let (server, _) = room();
    let data = data();
    let mut joining = join(&server, data.path().to_str().expect("a path in UTF-8")).variable("USER", "sam").spawn();
    joining.until_text("Your name [sam]:");
    let leader = || server.said().iter().find_map(|line| Some(line.split_once("IFMATCH_TOKEN=")?.1.to_owned()));
    until("the server prints the code of the leader", || leader().is_some());
    let leader = leader().expect("it was printed");
    let leader = leader.split_whitespace().next().expect("a code");
    let read = Request::new("GET", "/control/participants").with("Authorization", format!("Bearer {leader}"));
    let list = server.answer(&read).json();
    assert!(list["participants"].as_array().is_some_and(Vec::is_empty), "{list}");
    joining.send(ctrl('c'));
    let _ = joining.wait();
}

#[test]
fn script_is_asked_nothing() {
    let (server, code) = room();
    let data = data();
    let data = data.path().to_str().expect("a path in UTF-8");
    let editor = join(&server, data).argument("notes").variable("IFMATCH_NAME", "Sam").variable("IFMATCH_TOKEN", &code);
    let editor = editor.spawn();
    editor.until_text("Sam");
    editor.until_text("new document");
    assert!(!String::from_utf8_lossy(&editor.output()).contains("The room's code"));
    quit(editor);
}

#[test]
fn person_without_the_code_is_not_let_in() {
    let (server, _) = room();
    let data = data();
    let mut joining =
        join(&server, data.path().to_str().expect("a path in UTF-8")).argument("--as").argument("Sam").spawn();
    for _ in 0..3 {
        answer(&mut joining, "The room's code:", "lodit-lodit-lodit");
    }
    let ended = joining.wait();
    assert_eq!(ended.exit.exit_code(), 4, "{}", ended.text());
}
