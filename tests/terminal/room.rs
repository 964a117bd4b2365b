//! A room: a server, a document, and an editor per person.

use serde_json::Value;
use tests::documents::{expect, history};
use tests::http::Request;
use tests::keys::{DOWN, HOME, ctrl};
use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::PROGRAM;

/// The id of the document that everyone edits.
pub(crate) const DOC: &str = "notes";

/// The text of version 1, written by alice.
pub(crate) const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

/// Starts a server with the document.
pub(crate) fn server() -> Server {
    let server = Server::start(PROGRAM);
    history(&server, DOC, &[TEXT]);
    server
}

/// Returns the command that opens the document.
pub(crate) fn start<'a>(server: &Server, name: &str) -> Start<'a> {
    Start::new(PROGRAM, &["edit", DOC, "--server", &server.url(), "--as", name])
}

/// Opens the document, and waits until its text is on the screen.
pub(crate) fn editor(server: &Server, name: &str) -> Terminal {
    let editor = start(server, name).spawn();
    editor.until_text("clean");
    editor.until_text("seven");
    editor
}

/// Types at the beginning of a line, counted from 1, wherever the cursor is.
pub(crate) fn type_at_line(editor: &mut Terminal, line: usize, text: &str) {
    let to_the_top = "\x1b[1;5H";
    editor.send(format!("{to_the_top}{HOME}{}{text}", DOWN.repeat(line - 1)));
    editor.until_text(text);
}

/// Saves, and waits until the server has created this version.
pub(crate) fn save_as(editor: &mut Terminal, version: u64) {
    editor.send(ctrl('s'));
    editor.until_text(&format!("saved as version \"v{version}-"));
    editor.until_text("clean");
}

/// Returns the exchanges that the server has recorded, the first 1000.
pub(crate) fn exchanges(server: &Server) -> Vec<Value> {
    let body = expect(200, server.answer(&Request::new("GET", "/control/exchanges?limit=1000"))).json();
    body.as_array().or_else(|| body["exchanges"].as_array()).expect("a list of exchanges").clone()
}

/// Returns the `If-Match` and the status of each PUT that the server has recorded.
pub(crate) fn writes(server: &Server) -> Vec<(Option<String>, u64)> {
    let exchanges = exchanges(server);
    let puts = exchanges.iter().filter(|exchange| exchange["method"] == "PUT");
    puts.map(|exchange| (condition(exchange), exchange["status"].as_u64().expect("it was answered"))).collect()
}

/// Returns the value of `If-Match`, or `None` if it was not sent.
fn condition(exchange: &Value) -> Option<String> {
    let fields = exchange["request"]["fields"].as_array().expect("a request has fields");
    let named = |field: &&Value| field[0].as_str().is_some_and(|name| name.eq_ignore_ascii_case("if-match"));
    fields.iter().find(named).and_then(|field| field[1].as_str()).map(str::to_owned)
}
