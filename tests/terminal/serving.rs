//! `ifmatch serve` in a terminal: the screen of its leader; without one, a log.

use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Instant;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::json;
use tests::PATIENCE;
use tests::documents::expect;
use tests::http::Request;
use tests::keys::ctrl;
use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::PROGRAM;

const SERVE: [&str; 5] = ["serve", "--listen", "127.0.0.1:0", "--store", "memory:"];

/// Starts a server in a terminal, and waits for its screen. Returns its address, too.
fn served() -> (Terminal, SocketAddr) {
    let screen = Start::new(PROGRAM, &SERVE).spawn();
    screen.until_text("the room: 0 people");
    let address = address_in(&screen.text());
    (screen, address)
}

/// Returns the address in the first URL of a text.
fn address_in(text: &str) -> SocketAddr {
    let rest = text.split_once("http://").expect("an address is on the screen").1;
    let end = rest.find(|c: char| c != '.' && c != ':' && !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().expect("it is an address")
}

fn put(author: &str) -> Request {
    let document = json!({ "title": "Notes", "content": "text\n" });
    Request::new("PUT", "/api/documents/notes")
        .with("Ifmatch-Author", author)
        .with("If-None-Match", "*")
        .json(&document)
}

/// Sends requests until a condition holds: a log begins once the stream of the record is open.
fn send_until(address: SocketAddr, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "a request is in the log");
        drop(put("Bob").send(address));
    }
}

#[test]
fn server_in_a_terminal_shows_the_room_and_how_to_join() {
    let (mut screen, address) = served();
    expect(201, put("Bob").send(address));
    screen.until_text("◆ Bob");
    screen.send("j");
    screen.until_text("how people join");
    screen.until_text(&format!("ifmatch edit --server http://{address} --as YOUR-NAME"));
    screen.send("\x1b");
    screen.until_no_text("how people join");
    // Bob has no open connection, so nothing is asked.
    screen.send(ctrl('q'));
    let ended = screen.wait();
    assert!(ended.exit.success());
    assert!(put("Eve").try_send(address).is_err(), "the server ends with its screen");
}

/// The certificate is for the name that people in the room use.
#[test]
fn server_with_any_certificate_shows_its_own_room() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["class.example".to_owned()]).unwrap();
    fs::write(file("cert.pem"), cert.pem()).unwrap();
    fs::write(file("key.pem"), signing_key.serialize_pem()).unwrap();
    let tls = ["--tls-cert", &file("cert.pem"), "--tls-key", &file("key.pem")];
    let screen = Start::new(PROGRAM, &[&SERVE[..], &tls].concat()).spawn();
    screen.until_text("the room: 0 people");
    let text = screen.text();
    let (_, rest) = text.split_once("https://").expect("an address is on the screen");
    let url = format!("https://{}", rest.split_whitespace().next().expect("it ends"));
    let editor = |trust: &str| {
        Start::new(PROGRAM, &["edit", "notes", "--server", &url, trust, &file("cert.pem"), "--as", "Bob"]).spawn()
    };
    assert_ne!(editor("--ca").wait().exit.exit_code(), 0, "the certificate is for another host");
    let bob = editor("--pin");
    bob.until_text("a new document");
    screen.until_text("◆ Bob");
}

#[test]
fn end_of_the_server_is_asked_for_while_someone_is_connected() {
    let (mut screen, address) = served();
    expect(201, put("Bob").send(address));
    let url = format!("http://{address}");
    let editor = Start::new(PROGRAM, &["edit", "notes", "--server", &url, "--as", "Ann"]).spawn();
    editor.until_text("clean");
    screen.until_text("Ann");
    // Ann's event stream is on the list that is read next.
    screen.send("po");
    screen.until_text("listens to events");
    screen.send("\x1b");
    screen.until_no_text("x remove");
    screen.send(ctrl('q'));
    screen.until_text("End the server?");
    screen.send("\x1b");
    screen.until_no_text("End the server?");
    expect(412, put("Eve").send(address));
    screen.send(ctrl('q'));
    screen.until_text("End the server?");
    screen.send("\r");
    assert!(screen.wait().exit.success());
    // The editor notices with its next request, or earlier by the end of its event stream.
    editor.until("a server that is away", |screen| {
        let text = screen.contents();
        text.contains("offline") || text.contains("no events")
    });
}

#[test]
fn signal_ends_the_server_and_restores_the_terminal() {
    for signal in ["TERM", "INT"] {
        let (screen, _) = served();
        screen.signal(signal);
        let ended = screen.wait();
        assert!(ended.exit.success(), "{signal}: {:?}", ended.exit);
        assert!(ended.has_original_settings, "{signal}: the terminal is restored");
        let output = String::from_utf8_lossy(&ended.output).into_owned();
        assert!(output.contains("\x1b[?1049l"), "{signal}: the alternate screen is left");
    }
}

#[test]
fn pipe_gets_the_join_lines_and_then_a_line_for_each_exchange() {
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:"];
    let mut server = Server::start_saying(PROGRAM, &arguments, Stdio::piped());
    // The log begins when the record's stream is open; requests are sent until one is in it.
    let is_logged = |line: &String| line.contains("\"PUT /api/documents/notes\" 412");
    send_until(server.address(), || server.said().iter().any(is_logged));
    let said = server.said();
    assert!(said[0].starts_with("ifmatch serves http://127.0.0.1:"), "{said:#?}");
    assert!(said[1].starts_with("join with:"), "{said:#?}");
    let line = said.iter().find(|line| line.contains(" 412 ")).unwrap();
    assert!(line.starts_with("127.0.0.1 - Bob [") && line.contains("reason=already_exists"), "{line}");
    assert!(server.end().success());
}

#[test]
fn quiet_server_and_dumb_terminal_have_no_screen() {
    let quiet = Start::new(PROGRAM, &SERVE).argument("--quiet").spawn();
    let dumb = Start::new(PROGRAM, &SERVE).variable("TERM", "dumb").spawn();
    for terminal in [quiet, dumb] {
        terminal.until_text("Ctrl-C ends it.");
        let address = address_in(&terminal.text());
        send_until(address, || terminal.text().contains(" 412 "));
        assert!(!terminal.text().contains("the room:"), "{}", terminal.text());
        terminal.signal("TERM");
        assert!(terminal.wait().exit.success());
    }
}
