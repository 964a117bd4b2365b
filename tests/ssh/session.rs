//! A session: its terminal, its end, and what is left of it.

use std::fs;

use tests::http::Request;
use tests::keys::{ENTER, alt, ctrl};
use tests::pty::Terminal;
use tests::until;

use crate::room::Room;

/// Opens a new document, and types a text into it.
fn type_into_new(terminal: &mut Terminal, document: &str, text: &str) {
    terminal.until_text("type letters");
    terminal.send(document);
    terminal.until_text(&format!("create {document}"));
    terminal.send(ENTER);
    terminal.until_no_text("type letters");
    terminal.send(text);
    terminal.until_text(text);
}

/// Waits until a draft of this person is on the disk.
fn until_kept(data: &std::path::Path, text: &str) {
    until("the draft is on the disk", || {
        let people = fs::read_dir(data.join("ssh/people")).into_iter().flatten().flatten();
        let drafts =
            people.flat_map(|person| fs::read_dir(person.path().join("drafts")).into_iter().flatten().flatten());
        drafts.flat_map(|draft| fs::read_to_string(draft.path())).any(|draft| draft.contains(text))
    });
}

#[test]
fn editor_has_the_size_of_the_client() {
    let room = Room::open(&[]);
    let sam = room.join("sam");
    sam.until_text("type letters");
    let is_as_wide = |columns: u16| {
        move |screen: &vt100::Screen| {
            screen.rows(0, columns).any(|row| row.chars().count() == usize::from(columns) && row.ends_with('┓'))
        }
    };
    sam.until("a frame of 100 columns", is_as_wide(100));
    sam.resize((70, 20));
    sam.until("a frame of 70 columns", is_as_wide(70));
}

#[test]
fn broken_connection_keeps_the_draft_for_the_same_name() {
    let data = tempfile::tempdir().unwrap();
    let room = Room::open(&["--data", data.path().to_str().unwrap()]);
    let mut sam = room.join("sam");
    type_into_new(&mut sam, "notes", "never saved");
    until_kept(data.path(), "never saved");
    // The client is killed, so it says nothing to the server.
    drop(sam);
    room.until_gone("sam");
    let mut again = room.join("sam");
    again.until_text("type letters");
    again.send("notes");
    again.until_text("create notes");
    again.send(ENTER);
    again.until_text("never saved");

    let mut other = room.join("ben");
    other.until_text("type letters");
    other.send("notes");
    other.until_text("create notes");
    other.send(ENTER);
    other.until_no_text("type letters");
    assert!(!other.text().contains("never saved"), "drafts belong to a name\n{other}");
}

#[test]
fn name_of_a_live_session_is_refused_with_another_one() {
    let room = Room::open(&[]);
    let sam = room.join("sam");
    sam.until_text("type letters");
    let second = room.join("sam").wait();
    assert_eq!(second.exit.exit_code(), 1);
    let words = second.text();
    assert!(words.contains("The name sam is taken. Join as sam-2: this name is free."), "{words}");
    assert!(room.editor_of("sam").is_some(), "the first session goes on");
}

#[test]
fn name_of_a_participant_with_another_client_is_refused() {
    let room = Room::with_code(&[]);
    let joining = Request::new("POST", "/api/participants").json(&serde_json::json!({"name": "sam"}));
    assert_eq!(room.answer(joining).status, 201);
    let ended = room.join("sam").wait();
    assert!(ended.text().contains("Join as sam-2: this name is free."), "{}", ended.text());
    room.join("sam-2").until_text("type letters");
}

#[test]
fn removed_person_is_disconnected_and_kept_out_until_readmitted() {
    let room = Room::with_code(&[]);
    let sam = room.join("sam");
    sam.until_text("type letters");
    assert_eq!(room.lead("POST", "/control/participants/sam/remove").status, 200);
    let ended = sam.wait();
    assert!(ended.text().contains("The leader has removed you from the room."), "{}", ended.text());
    assert!(!ended.screen.alternate_screen() && ended.has_original_settings);
    let again = room.join("sam").wait();
    assert!(again.text().contains("The leader has removed you from the room."), "{}", again.text());
    assert_eq!(room.lead("POST", "/control/participants/sam/readmit").status, 200);
    room.join("sam").until_text("type letters");
}

/// A client that is stopped gives no sign of life, like one whose network is gone.
#[test]
fn session_without_a_sign_of_life_gives_way() {
    let room = Room::open(&[]);
    let first = room.join("sam");
    first.until_text("type letters");
    let before = room.editor_of("sam");
    first.signal("STOP");
    room.join("sam").until_text("type letters");
    assert_ne!(room.editor_of("sam"), before);
    first.signal("CONT");
}

#[test]
fn person_beyond_the_limit_gets_a_sentence() {
    let room = Room::open(&["--ssh-sessions", "1"]);
    let sam = room.join("sam");
    sam.until_text("type letters");
    let ended = room.join("ben").wait();
    assert!(ended.text().contains("The only place for ssh is taken."), "{}", ended.text());
    assert_eq!(ended.exit.exit_code(), 1);
    drop(sam);
    room.until_gone("sam");
    until("there is a free place", || {
        let ben = room.join("ben");
        ben.until("an editor or a sentence", |screen| {
            screen.contents().contains("type letters") || screen.contents().contains("is taken")
        });
        ben.text().contains("type letters")
    });
}

#[test]
fn idle_session_ends_with_a_restored_terminal() {
    let room = Room::open(&["--ssh-idle", "3s"]);
    let sam = room.join("sam");
    sam.until_text("type letters");
    let ended = sam.wait();
    assert!(ended.text().contains("Nothing was typed for a long time"), "{}", ended.text());
    assert!(ended.has_original_settings);
    assert!(!ended.screen.alternate_screen() && !ended.screen.hide_cursor());
    room.until_gone("sam");
}

#[test]
fn stopping_server_ends_sessions_with_a_restored_terminal() {
    let mut room = Room::open(&[]);
    let sam = room.join("sam");
    sam.until_text("type letters");
    assert!(room.server.end().success());
    let ended = sam.wait();
    assert!(ended.text().contains("The server has stopped."), "{}", ended.text());
    assert!(!ended.screen.alternate_screen() && ended.has_original_settings);
}

#[test]
fn quitting_ends_the_client_with_success() {
    let room = Room::open(&[]);
    let mut sam = room.join("sam");
    sam.until_text("type letters");
    sam.send(ctrl('q'));
    let ended = sam.wait();
    assert_eq!(ended.exit.exit_code(), 0);
    assert!(!ended.screen.alternate_screen() && ended.has_original_settings);
    room.until_gone("sam");
}

#[test]
fn editor_that_is_killed_leaves_a_usable_terminal() {
    let room = Room::open(&[]);
    let sam = room.join("sam");
    sam.until_text("type letters");
    let process = room.editor_of("sam").expect("the editor runs").to_string();
    assert!(std::process::Command::new("kill").args(["-s", "KILL", &process]).status().unwrap().success());
    let ended = sam.wait();
    assert_eq!(ended.exit.exit_code(), 255);
    assert!(!ended.screen.alternate_screen() && !ended.screen.hide_cursor());
}

#[test]
fn editor_writes_no_file_and_cannot_be_stopped() {
    let data = tempfile::tempdir().unwrap();
    let room = Room::open(&["--data", data.path().to_str().unwrap()]);
    let mut sam = room.join("sam");
    type_into_new(&mut sam, "notes", "secret plan");
    sam.send(alt('k'));
    sam.until_text("over ssh, the file would be on the server's machine");
    let process = room.editor_of("sam").expect("the editor runs").to_string();
    assert!(std::process::Command::new("kill").args(["-s", "TSTP", &process]).status().unwrap().success());
    sam.send(" goes on");
    sam.until_text("secret plan goes on");
    let files = fs::read_dir(data.path().join("ssh/people")).unwrap().flatten();
    let files = files.flat_map(|person| fs::read_dir(person.path()).unwrap().flatten());
    let names: Vec<_> = files.map(|file| file.file_name()).collect();
    assert_eq!(names, ["drafts"], "nothing but the drafts is written");
}

/// In plain mode the terminal itself handles Ctrl-Z.
#[test]
fn plain_mode_cannot_be_stopped_by_ctrl_z() {
    let room = Room::open(&[]);
    let mut sam = room.join_with("sam", &[], &[("TERM", "dumb")]);
    sam.until_text("line by line");
    sam.send("\x1a");
    sam.send("help\n");
    sam.until_text("quit");
    sam.send("quit\n");
    assert_eq!(sam.wait().exit.exit_code(), 0);
}

/// Two megabytes arrive faster than an editor reads them.
#[test]
fn paste_of_a_large_text_arrives() {
    let room = Room::open(&[]);
    let mut sam = room.join("sam");
    type_into_new(&mut sam, "notes", "x");
    let mut paste = b"\x1b[200~".to_vec();
    paste.extend(b"a line of a large text\n".repeat(20_000));
    paste.extend(b"the end\x1b[201~");
    sam.send_burst(paste);
    sam.until_text("the end");
    sam.send(ctrl('s'));
    sam.until_text("created: this is version");
    let text = room.answer(Request::new("GET", "/api/documents/notes")).word("content").expect("a text");
    assert_eq!(text.lines().count(), 20_001);
}

#[test]
fn leaders_document_opens_for_those_who_join_by_ssh() {
    let room = Room::open(&["--open-for-all", "plan"]);
    let sam = room.join("sam");
    sam.until_text("the leader opened plan for all");
    sam.until_no_text("type letters");
}
