//! `ifmatch docs` on a terminal: foreign text does not steer it.

use tests::documents::history;
use tests::pty::Start;
use tests::serve::Server;

use crate::PROGRAM;

#[test]
fn text_on_a_terminal_is_visible_unless_it_is_wanted_raw() {
    let server = Server::start(PROGRAM);
    history(&server, "notes", &["clear \u{1b}[2Jscreen\r\n"]);
    let get = ["docs", "get", "notes", "--server", &server.url(), "--as", "Alice"];
    let shown = Start::new(PROGRAM, &get).spawn().wait();
    assert!(shown.exit.success());
    assert!(shown.text().contains("clear \u{241b}[2Jscreen") && shown.text().contains("--raw"), "{}", shown.text());
    assert!(!shown.text().contains("\u{1b}[2J"));
    let raw = Start::new(PROGRAM, &get).argument("--raw").spawn().wait();
    assert!(raw.text().contains("clear \u{1b}[2Jscreen"), "{}", raw.text());
}
