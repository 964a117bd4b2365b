//! Seed documents: those with which a server begins, and those that a leader creates from the screen.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;
use tests::documents::expect;
use tests::http::Request;
use tests::keys::ENTER;
use tests::pty::Start;
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;

const MEMORY: [&str; 4] = ["--listen", "127.0.0.1:0", "--store", "memory:"];

/// Returns title and content of a document.
fn document(server: &Server, id: &str) -> (String, String) {
    let body = expect(200, server.answer(&Request::new("GET", &format!("/api/documents/{id}")))).json();
    let text = |member: &str| body[member].as_str().expect("a text").to_owned();
    (text("title"), text("content"))
}

/// Returns the condition and the status of each write on the server's record.
fn writes(server: &Server) -> Vec<(String, u64)> {
    let record = expect(200, server.answer(&Request::new("GET", "/control/exchanges?limit=1000"))).json();
    let exchanges = record["exchanges"].as_array().expect("a list");
    let put = exchanges.iter().filter(|one| one["method"] == "PUT" && one["target"] != "/control/room");
    let condition = |one: &Value| {
        let fields = one["request"]["fields"].as_array().expect("fields");
        let field = fields
            .iter()
            .find(|field| field[0].as_str().is_some_and(|name| name.eq_ignore_ascii_case("If-None-Match")));
        field.map_or_else(String::new, |field| field[1].as_str().unwrap_or_default().to_owned())
    };
    put.map(|one| (condition(one), one["status"].as_u64().unwrap_or_default())).collect()
}

#[test]
fn server_begins_with_documents_and_opens_one_for_all() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Our Plan.md"), "# The plan\n\nSaturday\n").unwrap();
    fs::write(folder.path().join("rota.txt"), "Monday: -\n").unwrap();
    let with = folder.path().to_str().unwrap();
    let server = Server::start_with(PROGRAM, &[&MEMORY[..], &["--with", with, "--open-for-all", "our-plan"]].concat());
    until("the documents are created", || {
        server.said().iter().any(|line| line == "seed documents: created our-plan and rota")
    });
    assert_eq!(document(&server, "our-plan"), ("The plan".to_owned(), "# The plan\n\nSaturday\n".to_owned()));
    assert_eq!(document(&server, "rota"), ("rota".to_owned(), "Monday: -\n".to_owned()));
    assert_eq!(writes(&server), [("*".to_owned(), 201), ("*".to_owned(), 201)]);
    let editor = Start::new(PROGRAM, &["edit", "--server", &server.url(), "--as", "Sam"]).size((120, 40)).spawn();
    editor.until_text("the leader opened our-plan for all");
    editor.until_text("Saturday");
}

#[test]
fn document_that_exists_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (store, seed) = (folder.path().join("documents.db"), folder.path().join("plan.md"));
    fs::write(&seed, "first\n").unwrap();
    let (store, with) = (store.to_str().unwrap(), seed.to_str().unwrap());
    let start = |more: &[&str]| {
        let arguments = ["--listen", "127.0.0.1:0", "--store", store, "--with", with, "--no-access-log"];
        Server::start_saying(PROGRAM, &[&arguments, more].concat(), Stdio::piped())
    };
    let said = |server: &Server, line: &str| until(line, || server.said().iter().any(|said| said == line));
    let mut server = start(&[]);
    said(&server, "seed documents: created plan");
    assert!(server.end().success());
    fs::write(&seed, "second\n").unwrap();
    let mut server = start(&[]);
    said(&server, "seed documents: 412: plan exists already, and stays as it is");
    assert_eq!(document(&server, "plan").1, "first\n");
    assert!(server.end().success());
    // This server would overwrite it.
    let server = start(&["--preconditions", "ignored"]);
    said(&server, "seed documents: nothing sent: plan exists already, and stays as it is");
    assert_eq!(document(&server, "plan").1, "first\n");
    assert!(writes(&server).is_empty());
}

#[test]
fn file_that_cannot_become_a_document_starts_no_server() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent.md");
    let mut serve = Command::new(PROGRAM);
    serve.arg("serve").args(MEMORY).arg("--with").arg(&absent).stdin(Stdio::null());
    let output = serve.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("absent.md: no such file or folder") && output.stdout.is_empty(), "{error}");
}

#[test]
fn leader_creates_documents_from_the_screen_and_opens_one_for_all() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.md"), "# My notes\n").unwrap();
    let server = Server::start(PROGRAM);
    let mut room = Start::new(PROGRAM, &["observe", "--server", &server.url(), "--as", "Lee"]);
    room = room.size((120, 40));
    let mut room = room.spawn();
    room.until_text("the room:");
    room.send("S");
    room.until_text("seed documents");
    room.send("lost upd");
    room.until_text("The lost update");
    room.send(ENTER);
    room.until_text("created party; everyone's list has it; O opens party for all");
    room.send("O");
    room.until_text("opens party for all");
    let (title, _) = document(&server, "party");
    assert_eq!(title, "Garden party");
    let sam = Start::new(PROGRAM, &["edit", "--server", &server.url(), "--as", "Sam"]).size((120, 40)).spawn();
    sam.until_text("the leader opened party for all");
    // A path, completed: the folder's name ends where the file's begins.
    room.send("S");
    room.until_text("seed documents");
    room.send(format!("{}/no", folder.path().display()));
    room.until_text("notes.md");
    room.send("\t");
    room.until_text("/notes.md");
    room.send(ENTER);
    room.until_text("created notes");
    assert_eq!(document(&server, "notes"), ("My notes".to_owned(), "# My notes\n".to_owned()));
    // The same again.
    room.send("S");
    room.until_text("seed documents");
    room.send("lost upd");
    room.until_text("The lost update");
    room.send(ENTER);
    room.until_text("412: party exists already, and stays as it is");
}
